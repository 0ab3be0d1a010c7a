"""Who may do what: roles by action, and divisions as prefixes. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LOCK_AFTER = 5
LOCK_FOR = timedelta(minutes=15)
SESSION_LASTS = timedelta(hours=14)  # a twelve-hour shift and its two handovers

EVERYBODY = frozenset({"duty", "lead", "officer", "admin"})
CARERS = frozenset({"duty", "lead", "officer"})
COUNTER = frozenset({"officer", "registrar", "clerk"})

# An administrator runs the system and may step in at an alarm, but does not read people's conditions.
PERMISSIONS: dict[str, frozenset[str]] = {
    "alarm.view": EVERYBODY,
    "alarm.handle": EVERYBODY,
    "alarm.close": EVERYBODY,
    "alarm.assign": EVERYBODY,
    "person.read": CARERS,
    "reading.view": CARERS,
    "rule.edit": frozenset({"lead", "officer"}),
    "roster.view": EVERYBODY,
    "roster.edit": frozenset({"lead", "officer", "admin"}),
    "handover": CARERS,
    "device.view": EVERYBODY,
    "device.manage": frozenset({"lead", "admin"}),
    "figures.view": EVERYBODY,
    "calendar.edit": frozenset({"officer", "admin"}),
    "system.view": frozenset({"officer", "admin"}),
    "question.answer": frozenset({"officer", "registrar", "clerk"}),
    "rating.follow": frozenset({"officer"}),
    "person.serve": COUNTER,
    "person.reveal": COUNTER,
    "booking.plan": frozenset({"officer", "lead", "admin"}),
    "booking.desk": frozenset({"officer", "registrar", "clerk"}),
    "marriage.register": frozenset({"registrar"}),
    "marriage.view": frozenset({"registrar", "lead", "officer"}),
    "marriage.release": frozenset({"lead", "officer"}),
    "marriage.licence": frozenset({"lead", "admin"}),
    "counselling.hold": frozenset({"registrar", "officer"}),
    "archive.manage": frozenset({"officer", "registrar"}),
    "archive.search": frozenset({"officer", "registrar"}),
    "marriage.correct": frozenset({"registrar", "officer"}),
    "dishonesty.decide": frozenset({"officer"}),
    "marriage.figures": frozenset({"officer", "registrar", "lead"}),
    "case.view": frozenset({"clerk", "officer", "lead"}),
    "case.handle": frozenset({"clerk", "officer"}),
    "case.supervise": frozenset({"officer", "lead"}),
    "lead.view": frozenset({"clerk", "officer", "lead"}),
    "lead.handle": frozenset({"clerk", "officer"}),
    "relative.keep": frozenset({"officer"}),
    "payment.handle": frozenset({"officer"}),
    "simulation.run": frozenset({"officer"}),
    "volunteer.view": frozenset({"clerk", "officer", "lead"}),
    "volunteer.handle": frozenset({"clerk", "officer"}),
    "timebank.adjust": frozenset({"officer"}),
    "order.view": frozenset({"clerk", "officer", "lead", "duty"}),
    "order.handle": frozenset({"clerk", "officer", "duty"}),
    "dispute.settle": frozenset({"officer", "lead"}),
    "callout.raise": frozenset({"clerk", "officer", "lead", "duty"}),
    "memorial.view": frozenset({"clerk", "officer", "lead"}),
    "memorial.handle": frozenset({"clerk", "officer"}),
    "memorial.moderate": frozenset({"clerk", "officer", "lead"}),
    "memorial.mediate": frozenset({"officer", "lead"}),
    "burial.handle": frozenset({"clerk", "officer"}),
    "burial.price": frozenset({"officer"}),
    "demo": frozenset({"admin"}),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over the subtree below ``path``."""

    role: str
    path: str


def allows(grants: Iterable[Grant], action: str, path: str | None = None) -> bool:
    """Whether any grant covers the action, at ``path`` if one is given (KeyError: no such action)."""
    roles = PERMISSIONS[action]
    return any(grant.role in roles and (path is None or path.startswith(grant.path)) for grant in grants)


def lock_after_failure(failures: int, now: datetime) -> datetime | None:
    """Until when sign-in is locked after this many failures in a row."""
    return now + LOCK_FOR if failures >= LOCK_AFTER else None
