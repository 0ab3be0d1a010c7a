"""What the desk does to a case, by name: each act fenced against what a colleague did, a double click harmless.

The console's forms and the staff API share these, so that a page and a program can do the same and no more.
"""

from collections.abc import Callable
from uuid import UUID

from backend.core.db import Work, reading, unit_of_work
from backend.marriage import cases, desk_booking, freezing, providers, service
from backend.marriage.cases import WalkIn
from backend.marriage.errors import CaseOpenError, CaseSettledError
from backend.marriage.freshness import require_fresh
from backend.marriage.identities import couple_key
from backend.marriage.models import Registration
from backend.marriage.providers import MaritalStatusProvider
from backend.marriage.standing import open_case_of
from backend.people.service import Viewer

Verb = Callable[[Work], object]


def open_booking(work: Work, viewer: Viewer, booking_id: UUID) -> UUID:
    """The case of an appointment; a second click finds the same one."""
    return service.open_from_booking(work, viewer, booking_id).id


def open_walk_in(work: Work, viewer: Viewer, walk_in: WalkIn) -> UUID:
    """A new case, or the open one of the same people and matter if this viewer may see it."""
    try:
        return service.open_walk_in(work, viewer, walk_in).id
    except CaseOpenError:
        known = open_case_of(work, couple_key([one.index for one in walk_in.parties]), walk_in.matter)
        if known is None or not desk_booking.may_at(work, viewer, known.office_id, cases.VIEW):
            raise
        return known.id


def act(viewer: Viewer, case_id: UUID, action: str, seen: int, verb: Verb) -> None:
    """Do ``verb`` if nobody else has changed the case since the page was drawn.

    ``action``: as the table of states names it. Raises ``PageStaleError``, ``CaseSettledError`` and what the verb does.
    """
    permission = freezing.RELEASE if action == "release" else cases.REGISTER
    with unit_of_work(viewer.actor) as work:
        case = cases.find(work, viewer, case_id, permission)
        try:
            locked = cases.take(work, viewer, case_id, action, permission)
        except CaseSettledError as error:
            require_fresh(work, case, seen)
            if _done_by_me(case, viewer, action):
                return
            raise error from None
        require_fresh(work, locked, seen)
        verb(work)


DECIDED = {"register": "registered", "refuse": "refused", "freeze": "frozen", "abandon": "abandoned", "release": "open"}


def _done_by_me(case: Registration, viewer: Viewer, action: str) -> bool:
    """Whether this click repeats what the same person has just done."""
    if action in ("register", "refuse") and case.registrar_id != viewer.staff_id:
        return False
    return case.state == DECIDED.get(action)


def check(viewer: Viewer, case_id: UUID, seen: int, provider: MaritalStatusProvider) -> None:
    """Ask the registry about everybody and judge; nothing is locked while the registry thinks."""
    with reading() as work:
        asked = service.questions(work, viewer, case_id)
    answers = providers.ask(provider, asked)
    act(viewer, case_id, "check", seen, lambda work: service.run_check(work, viewer, case_id, answers))
