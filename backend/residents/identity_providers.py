"""Which providers this installation has: from its settings, or the sandbox in a demonstration and in tests."""

from collections.abc import Iterator

from backend.residents.counter import CounterProvider
from backend.residents.identity import IdentityProvider
from backend.residents.identity_sandbox import SandboxProvider
from backend.settings import Settings


def build_providers(settings: Settings) -> dict[str, IdentityProvider]:
    """By name, in the order in which the mini-program shows them; the counter is open to everybody, so it is last."""
    return {one.name: one for one in (*_online(settings), CounterProvider())}


def _online(settings: Settings) -> Iterator[IdentityProvider]:
    if settings.mode != "production":
        yield SandboxProvider()
