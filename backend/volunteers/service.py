"""Volunteers as the other parts of the house ask for them: who is one, who may serve, whose record this is."""

from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.locks import for_update
from backend.people.service import Viewer
from backend.residents.models import Person
from backend.residents.proxy_rules import is_minor
from backend.volunteers.errors import GuardianNeededError, NotVolunteerError, VolunteerSuspendedError
from backend.volunteers.models import Volunteer

VIEW, HANDLE = "volunteer.view", "volunteer.handle"


def of_person(work: Work, person_id: UUID) -> Volunteer | None:
    """The live registration of a person, in whatever state; None if there is none or it was withdrawn."""
    mine = select(Volunteer).where(Volunteer.person_id == person_id, Volunteer.state != "withdrawn")
    return work.session.scalars(mine).first()


def registered(work: Work, person_id: UUID) -> Volunteer:
    """The same. Raises ``NotVolunteerError``."""
    row = of_person(work, person_id)
    if row is None:
        raise NotVolunteerError
    return row


def ever(work: Work, person_id: UUID) -> Volunteer:
    """Also one that was withdrawn: proof of past service is theirs for ever (记录办法 14). Raises the same."""
    row = work.session.scalars(select(Volunteer).where(Volunteer.person_id == person_id)).first()
    if row is None:
        raise NotVolunteerError
    return row


def active(work: Work, person_id: UUID) -> Volunteer:
    """The volunteer, free to serve: registered, not suspended, and a minor with a guardian who agreed.

    Raises ``NotVolunteerError``, ``VolunteerSuspendedError`` and ``GuardianNeededError``.
    """
    row = registered(work, person_id)
    require_active(work, row)
    return row


def require_active(work: Work, row: Volunteer) -> None:
    """Raises ``NotVolunteerError``, ``VolunteerSuspendedError`` and ``GuardianNeededError``."""
    if row.state == "withdrawn":
        raise NotVolunteerError
    if row.state == "suspended":
        raise VolunteerSuspendedError(why=row.why)
    born = work.session.get_one(Person, row.person_id).birth_date
    if is_minor(born, local(work.now).date()) and row.guardian_at is None:
        raise GuardianNeededError


def find(work: Work, viewer: Viewer, volunteer_id: UUID, *, action: str = VIEW, lock: bool = False) -> Volunteer:
    """A volunteer in the viewer's part of the county. Raises ``NotFoundError``."""
    mine = select(Volunteer).where(Volunteer.id == volunteer_id, viewer.sees(Volunteer.division_path, action))
    wanted = for_update(work, mine.execution_options(populate_existing=True)) if lock else mine
    row = work.session.scalars(wanted).first()
    if row is None:
        raise NotFoundError(volunteer=volunteer_id)
    return row


def opened(work: Work, viewer: Viewer, volunteer_id: UUID) -> Volunteer:
    """The same for whoever looks at the record: that they did is written down. Raises ``NotFoundError``."""
    row = find(work, viewer, volunteer_id)
    audit.record_read(work, row.person_id, why=f"volunteer:{row.id}")
    return row


def name_of(work: Work, volunteer: Volunteer) -> str:
    """The volunteer's name, whole: masked by whoever shows it to those who need not know it."""
    return work.session.get_one(Person, volunteer.person_id).name
