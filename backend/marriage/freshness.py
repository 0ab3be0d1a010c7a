"""Two registrars at one case: whoever decides must have seen what the other one did."""

from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work
from backend.marriage import cases
from backend.marriage.errors import PageStaleError
from backend.marriage.models import Registration, RegistrationEvent
from backend.people.models import Staff


def fence(work: Work, case: Registration) -> int:
    """How many lines the case's record has: what a page shows was true at this number."""
    return len(cases.events(work, case))


def require_fresh(work: Work, case: Registration, seen: int) -> None:
    """Raise ``PageStaleError`` if a colleague has changed the case since; one's own double click is no colleague.

    Call it with the case locked (``cases.take``), in the transaction of the verb that follows.
    """
    mine = f"{work.actor.kind}:{work.actor.id}"
    others = [event for event in cases.events(work, case)[seen:] if event.actor != mine]
    if others:
        raise PageStaleError(who=_name(work, others[-1]))


def _name(work: Work, event: RegistrationEvent) -> str:
    kind, _, key = event.actor.partition(":")
    found = work.session.scalar(select(Staff.name).where(Staff.id == UUID(key))) if kind == "staff" else None
    return found or "系统"
