"""Which providers this installation has: from its settings, or the sandbox in a demonstration and in tests."""

from collections.abc import Iterator

from pydantic import SecretStr

from backend.residents.counter import CounterProvider
from backend.residents.identity import IdentityProvider
from backend.residents.identity_gateway import GatewayProvider
from backend.residents.identity_sandbox import SandboxProvider
from backend.residents.identity_wechat import NAME, WeChatFaceProvider
from backend.settings import Settings


def build_providers(settings: Settings) -> dict[str, IdentityProvider]:
    """By name, in the order in which the mini-program shows them; the counter is open to everybody, so it is last."""
    return {one.name: one for one in (*_online(settings), CounterProvider())}


def _online(settings: Settings) -> Iterator[IdentityProvider]:
    gateways = {
        "ctid": (settings.ctid_url, settings.ctid_secret),
        "gov_sso": (settings.gov_sso_url, settings.gov_sso_secret),
    }
    for name in settings.identity_providers:
        yield WeChatFaceProvider() if name == NAME else _gateway(name, *gateways[name])
    if settings.mode != "production" and not settings.identity_providers:
        yield SandboxProvider()


def _gateway(name: str, url: str | None, secret: SecretStr | None) -> GatewayProvider:
    """The settings refuse to load when a gateway that is switched on has no address or no secret."""
    return GatewayProvider(name, url or "", secret.get_secret_value() if secret else "")
