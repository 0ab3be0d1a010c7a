"""Who can confirm that somebody is who they say: one interface, several providers, chosen by the installation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from flask import current_app

from backend.residents.documents import KINDS
from backend.residents.errors import KindNotServedError, UnknownProviderError

PROVIDERS = "shouwang_identity_providers"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are; ``openid`` is the WeChat user who says it."""

    name: str = field(repr=False)
    kind: str
    number: str = field(repr=False)
    openid: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Started:
    """``reference`` names the attempt to the provider; ``client`` is what the mini-program needs to go on."""

    reference: str
    client: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passed:
    """The provider confirms. If it says whom it saw, that must be who was claimed."""

    name: str | None = field(default=None, repr=False)
    number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """The provider refuses; ``reason`` is one of ``REASONS``."""

    reason: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Nothing has been decided yet."""


Answer = Passed | Failed | Pending

# Why an attempt failed, in the words the resident reads: what happened and what to do.
REASONS: dict[str, str] = {
    "not_matched": "姓名与证件号码对不上。请对照证件再填一次。",
    "face_not_matched": "没有认出是本人。请在光线好的地方再试，或到窗口办理。",
    "cancelled": "您中途退出了。需要时可以重新认证。",
    "contradiction": "认证返回的不是您填写的人。请到窗口核对。",
    "name_differs": "这个证件号码登记的姓名与您填写的不同。请带证件到窗口核对。",
    "bound_to_another": "这个微信已经绑定了另一位。帮家人办事请用“亲友代办”。",
    "person_dead": "这个证件号码不能认证。请带证件到窗口核对。",
    "child_needs_guardian": "未满 14 周岁，请监护人带证件到窗口办理。",
    "provider_down": "认证服务暂时没有回应，这次不计次数。请过一会儿再试。",
    "expired": "认证超过时间没有完成。请重新开始。",
    "other": "没有通过认证。请再试一次，或到窗口办理。",
}


class ProviderUnavailableError(Exception):
    """The provider did not answer, or not as it should: nothing is known about the person."""


class IdentityProvider(Protocol):
    """One way to confirm an identity. ``title`` is what the resident taps; ``kinds`` are the documents it knows.

    ``purposes`` are the consents that come before it (个人信息保护法 29).
    """

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def kinds(self) -> frozenset[str]: ...
    @property
    def purposes(self) -> tuple[str, ...]: ...

    def start(self, claim: Claim) -> Started:
        """Begin. Raises ``ProviderUnavailableError``."""

    def finish(self, reference: str, claim: Claim) -> Answer:
        """Ask what became of it; only this is a proof. Raises ``ProviderUnavailableError``."""


def providers() -> Mapping[str, IdentityProvider]:
    """The providers of this installation by name."""
    return cast("Mapping[str, IdentityProvider]", current_app.extensions[PROVIDERS])


def provider_for(name: str, kind: str) -> IdentityProvider:
    """The provider of this name. Raises ``UnknownProviderError``, and ``KindNotServedError`` for its documents."""
    found = providers().get(name)
    if found is None:
        raise UnknownProviderError
    if kind not in found.kinds:
        raise KindNotServedError(kind_zh=KINDS[kind])
    return found
