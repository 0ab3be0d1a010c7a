"""Asking the national registry whether somebody is married (婚姻登记条例 10): an interface and a sandbox.

Nobody is asked about without a purpose, which is written beside the answer. When the registry does not answer, the
answer is ``unavailable``: the registrar waits, and nobody is ever taken for single because a line was down.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from uuid import UUID

import structlog

from backend.core.clock import pause
from backend.marriage.rules import Status

log = structlog.get_logger(__name__)


class RegistryDownError(RuntimeError):
    """The registry cannot be reached, or has not answered in time."""


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """``since``: of the present status. ``spouse_id``: the spouse's ID number, where the registry tells it."""

    status: Status
    since: date | None = None
    spouse_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Question:
    """About whom, and why (the number of the case)."""

    party_id: UUID
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    purpose: str


class MaritalStatusProvider(Protocol):
    """A connection to a registry that knows marital status."""

    def query(self, name: str, id_number: str, purpose: str) -> StatusAnswer:
        """One person's status. Raises ``RegistryDownError`` on an outage or a time-out."""
        ...


UNAVAILABLE = StatusAnswer("unavailable")


def ask(provider: MaritalStatusProvider, questions: Sequence[Question]) -> dict[UUID, StatusAnswer]:
    """Every question answered, an outage as ``unavailable``. Call it outside a transaction: it may take seconds."""
    return {one.party_id: _ask(provider, one) for one in questions}


def _ask(provider: MaritalStatusProvider, question: Question) -> StatusAnswer:
    try:
        return provider.query(question.name, question.id_number, question.purpose)
    except RegistryDownError:
        log.warning("marital status could not be asked", case=question.purpose)
        return UNAVAILABLE


def _down(_id_number: str) -> StatusAnswer:
    raise RegistryDownError


def _fixed(answer: StatusAnswer) -> Callable[[str], StatusAnswer]:
    return lambda _id_number: answer


# By digits 15 to 17 of the number (its serial, of which an odd one is a man's): one of each sex for every outcome.
MAGIC: Mapping[str, Callable[[str], StatusAnswer]] = {
    serial: outcome
    for serials, outcome in {
        ("901", "902"): _fixed(StatusAnswer("married", date(2015, 6, 1))),
        ("903", "904"): _fixed(StatusAnswer("divorced", date(2020, 3, 2))),
        ("905", "906"): _fixed(StatusAnswer("widowed", date(2019, 9, 9))),
        ("907", "908"): _fixed(StatusAnswer("unknown")),
        ("909", "910"): _fixed(StatusAnswer("mismatch")),
        ("911", "912"): _down,
    }.items()
    for serial in serials
}
SLOW = frozenset({"913", "914"})


class SandboxRegistry:
    """Answers by magic numbers (``MAGIC``); ``SLOW`` ones take ``slow_s`` and time out above ``limit_s``.

    Everybody else is single. A gap ends: the same number asked ``gap`` times in a row is answered after an outage
    of ``gap`` questions, so that waiting and asking again can be tried out.
    """

    def __init__(self, *, slow_s: float = 2.0, limit_s: float = 3.0, gap: int = 0) -> None:
        self._slow_s, self._limit_s, self._gap = slow_s, limit_s, gap
        self._asked: dict[str, int] = {}

    def query(self, name: str, id_number: str, purpose: str) -> StatusAnswer:
        if not purpose.strip():
            raise ValueError(purpose)
        if not name.strip():
            return StatusAnswer("mismatch")
        serial = id_number[14:17]
        if serial in SLOW:
            self._be_slow()
        if self._in_gap(id_number):
            raise RegistryDownError
        return MAGIC.get(serial, _fixed(StatusAnswer("single")))(id_number)

    def _be_slow(self) -> None:
        pause(min(self._slow_s, self._limit_s))
        if self._slow_s > self._limit_s:
            raise RegistryDownError

    def _in_gap(self, id_number: str) -> bool:
        self._asked[id_number] = self._asked.get(id_number, 0) + 1
        return self._asked[id_number] <= self._gap


class NotConnected:
    """Where no registry is connected every question is an outage: nothing is registered on a guess."""

    def query(self, name: str, id_number: str, purpose: str) -> StatusAnswer:  # noqa: ARG002 - the interface
        raise RegistryDownError


SANDBOX = SandboxRegistry()


def for_mode(mode: str) -> MaritalStatusProvider:
    """The sandbox in a demonstration and in tests; in production no connection is delivered with this house."""
    return SANDBOX if mode in ("demo", "test") else NotConnected()
