"""From a request to a resident: the bearer token of the mini-program, what an action needs, and for whom it is done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID

from flask import g, request

from backend.core.db import Actor, looking, reading
from backend.core.errors import BadInputError, DomainError, NotSignedInError
from backend.residents import consents, proxies, service
from backend.residents.errors import NeedsCounterError, NeedsPhoneError, NeedsRealNameError
from backend.residents.rules import KEPT_CONSENTS, NEW_MATTERS, Assurance, assurance_of, needed

ACTING_FOR = "X-Acting-For"
NEEDS_MARK = "_shouwang_needs"
LOOKING = ("GET", "HEAD")
P = ParamSpec("P")
R = TypeVar("R")

LACKING: dict[Assurance, type[DomainError]] = {
    Assurance.PHONE: NeedsPhoneError,
    Assurance.REAL_NAME: NeedsRealNameError,
    Assurance.COUNTER: NeedsCounterError,
}


@dataclass(frozen=True, slots=True)
class Resident:
    """Who is signed in. ``person_id`` and ``name`` are None until the account is bound by a real-name proof."""

    account_id: UUID
    session_id: UUID
    family: UUID
    person_id: UUID | None
    name: str | None = field(repr=False)
    assurance: Assurance
    took_back: bool = False

    @property
    def actor(self) -> Actor:
        """``resident`` and the person's id; before the real-name proof, the account's."""
        return Actor("resident", str(self.person_id or self.account_id), self.name or "")

    def require(self, action: str) -> None:
        """Raise ``NeedsPhoneError``, ``NeedsRealNameError`` or ``NeedsCounterError`` unless the proof suffices."""
        level = needed(action)
        if self.assurance < level:
            raise LACKING[level]

    def person(self) -> UUID:
        """The person's id. Raises ``NeedsRealNameError``."""
        if self.person_id is None:
            raise NeedsRealNameError
        return self.person_id


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom something is done: ``agent_id`` and ``proxy_id`` are None when it is for oneself."""

    principal_id: UUID
    agent_id: UUID | None
    proxy_id: UUID | None
    actor: Actor


def resident() -> Resident:
    """The resident of this request."""
    return cast("Resident", g.resident)


def bearer() -> str | None:
    """The token of the ``Authorization`` header."""
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else None


def find_resident() -> Resident | None:
    """Whose access token this request carries, if it is live."""
    token = bearer()
    if not token:
        return None
    with looking() as work:
        found = service.signed_in(work, token)
    if found is None:
        return None
    return Resident(
        account_id=found.account_id, session_id=found.session_id, family=found.family, person_id=found.person_id,
        name=found.name, assurance=assurance_of(proved=found.proved, has_phone=found.has_phone),
        took_back=bool(found.took_back),
    )  # fmt: skip


def resident_guard() -> None:
    """Let signed-in residents in; everybody else gets ``NotSignedInError``."""
    found = find_resident()
    if found is None:
        raise NotSignedInError
    g.resident = found


def needs(action: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare what a view needs, and hold it: put it right below the route. KeyError: no such action in ``NEEDS``."""
    needed(action)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            resident().require(action)
            if resident().took_back and action in NEW_MATTERS and request.method not in LOOKING:
                _require_kept_consents()
            return view(*args, **kwargs)

        setattr(checked, NEEDS_MARK, action)
        return checked

    return decorate


def _require_kept_consents() -> None:
    """Raise ``ConsentMissingError`` for the first consent that was taken back."""
    with reading() as work:
        for purpose in KEPT_CONSENTS:
            consents.require_consent(work, resident().account_id, purpose)


def declared(view: Callable[..., Any]) -> str | None:
    """The action a view was declared for."""
    return cast("str | None", getattr(view, NEEDS_MARK, None))


def acting(scope: str, action: str) -> Acting:
    """For whom this request acts: oneself, or the person whose id stands in ``X-Acting-For``.

    Raises what ``Resident.require`` raises, and ``NoProxyError`` if nobody allowed it within ``scope``.
    """
    me = resident()
    me.require(action)
    mine = me.person()
    wanted = request.headers.get(ACTING_FOR)
    principal = mine if wanted is None else _person_id(wanted)
    if principal == mine:
        return Acting(mine, None, None, me.actor)
    with reading() as work:
        proxy = proxies.may_act(work, mine, principal, scope, work.now)
    return Acting(principal, mine, proxy.id, me.actor)


def _person_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInputError(field="代办对象", why="请从“我代办的人”中选择") from None
