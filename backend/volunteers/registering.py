"""Becoming a volunteer, on the phone or at the counter; changing what one offers; pausing, leaving, coming back.

One row a person for ever: who comes back has the same number and the same record (MZ/T 061: one number instead of the
ID number). Whoever registers holds the person's row, so two phones at once make one volunteer.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from backend.core import audit, params
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.core.inserting import insert_numbered
from backend.core.locks import for_update
from backend.people.models import Division
from backend.people.service import Viewer
from backend.residents import acts
from backend.residents.errors import PersonDeadError
from backend.residents.models import Person
from backend.residents.proxy_rules import is_minor
from backend.residents.telling import tell_resident
from backend.volunteers import guardians, profiles, rules
from backend.volunteers.activity_models import Activity, ActivityPlace
from backend.volunteers.errors import (
    AlreadyVolunteerError,
    GuardianWrongError,
    StillPromisedError,
    StillSignedUpError,
    UnderEightError,
    VolunteerChangedError,
)
from backend.volunteers.guardians import By, Guardian, Rule
from backend.volunteers.models import Volunteer
from backend.volunteers.profiles import Profile
from backend.volunteers.states import VOLUNTEER

PARAMS = Path(__file__).parent / "params" / "volunteers.yaml"
PREFIX, SCOPE, HANDLE = "V", "time_bank", "volunteer.handle"
PAGE = "pages/volunteer/index"

Promises = Callable[[Work, UUID], int]
_PROMISES: list[Promises] = []


def on_leaving(promises: Promises) -> None:
    """Ask ``promises`` how much a volunteer has still promised before they leave; again changes nothing."""
    if promises not in _PROMISES:
        _PROMISES.append(promises)


@dataclass(frozen=True, slots=True)
class Wish:
    """A registration as it is asked for. ``division``: where they live; ``guardian``: only for minors."""

    division: str
    profile: Profile
    guardian: Guardian | None = None


def register(work: Work, person_id: UUID, wish: Wish, by: By) -> Volunteer:
    """Make somebody a volunteer, or one again. A minor is ``applied`` until the guardian has agreed.

    Raises ``BadInputError``, ``PersonDeadError``, ``UnderEightError``, ``GuardianNeededError``,
    ``AlreadyVolunteerError`` and ``NotAllowedError``.
    """
    person = _person(work, person_id)
    place = _place(work, wish.division)
    if by.staff is not None:
        by.staff.require(HANDLE, place.path)
    offer = _offer(work, wish.profile)
    agreed = guardians.named(work, person, wish.guardian, by)
    action = _entrance(agreed)
    before = _of(work, person.id)
    if before is not None and before.state != "withdrawn":
        raise AlreadyVolunteerError(number=before.number)
    facts = {**offer, **agreed, "division_code": place.code, "division_path": place.path}
    row = _back(work, before, action, facts) if before is not None else _new(work, person.id, action, facts)
    _registered(work, row, by)
    return row


def _person(work: Work, person_id: UUID) -> Person:
    """Alive and old enough, locked."""
    person = work.session.scalars(for_update(work, select(Person).where(Person.id == person_id))).one()
    if person.died_on is not None:
        raise PersonDeadError
    today = local(work.now).date()
    if not rules.old_enough(person.birth_date, int(params.load(PARAMS).at("least_age", today).value), today):
        raise UnderEightError
    return person


def _of(work: Work, person_id: UUID) -> Volunteer | None:
    mine = select(Volunteer).where(Volunteer.person_id == person_id)
    return work.session.scalars(mine.execution_options(populate_existing=True)).first()


def _entrance(agreed: dict[str, Any]) -> str:
    """``applied`` while somebody named as a guardian has not agreed."""
    return "applied" if agreed["guardian_rule"] is not None and agreed["guardian_at"] is None else "active"


def _new(work: Work, person_id: UUID, state: str, facts: dict[str, Any]) -> Volunteer:
    row = {
        "id": new_id(), "person_id": person_id, "state": state, "registered_at": work.now, "state_at": work.now,
        "why": "", "version": 0, **facts,
    }  # fmt: skip
    return work.session.get_one(Volunteer, insert_numbered(work, Volunteer, row, PREFIX))


def _back(work: Work, row: Volunteer, state: str, facts: dict[str, Any]) -> Volunteer:
    move(work, row, "return" if state == "active" else "ask_again")
    for name, value in facts.items():
        setattr(row, name, value)
    row.registered_at = work.now
    work.session.flush()
    return row


def _registered(work: Work, row: Volunteer, by: By) -> None:
    audit.record(work, "volunteer.register", f"volunteer:{row.id}", state=row.state, by_staff=by.staff is not None)
    leave_trail(work, row, by, "volunteer.register")
    if row.state == "applied":
        guardians.ask(work, row)
    else:
        welcome(work, row)


def welcome(work: Work, row: Volunteer) -> None:
    """Tell a volunteer their number."""
    key, facts = f"volunteer:{row.id}:{row.version}", {"number": row.number}
    tell_resident(work, row.person_id, key=key, template="volunteer_registered", facts=facts, page=PAGE)


def leave_trail(work: Work, row: Volunteer, by: By, action: str) -> None:
    """Whoever acts for somebody leaves a line the principal can read."""
    if by.agent_id is not None or by.staff is not None:
        acts.did(
            work, principal_id=row.person_id, agent_id=by.agent_id, proxy_id=by.proxy_id, staff=by.staff, scope=SCOPE,
            action=action, subject=f"volunteer:{row.id}",
        )  # fmt: skip


def _place(work: Work, code: str) -> Division:
    found = work.session.get(Division, code)
    if found is None or found.level == "site":
        raise BadInputError(field="居住区域", why="请从列表中选择镇街或村社区")
    return found


def _offer(work: Work, profile: Profile) -> dict[str, Any]:
    """The columns of a profile."""
    clean = profiles.clean(profile)
    known = select(func.count()).where(Division.code.in_(clean.areas), Division.level != "site")
    if work.session.execute(known).scalar_one() != len(clean.areas):
        raise BadInputError(field="服务区域", why="请从列表中选择")
    columns = asdict(clean)
    place = columns.pop("place")
    longitude, latitude = place or (None, None)
    hours = [list(window) for window in columns.pop("hours")]
    return {**columns, "hours": hours, "longitude": longitude, "latitude": latitude}


# -- changing, pausing, leaving


def change(work: Work, row: Volunteer, wish: Wish, version: int, by: By) -> Volunteer:
    """What is offered, and where one lives, from now on. Raises ``BadInputError`` and ``VolunteerChangedError``."""
    place = _place(work, wish.division)
    columns = {**_offer(work, wish.profile), "division_code": place.code, "division_path": place.path}
    _swap(work, row, version, columns)
    audit.record(work, "volunteer.change", f"volunteer:{row.id}")
    leave_trail(work, row, by, "volunteer.change")
    return row


def _swap(work: Work, row: Volunteer, version: int, columns: dict[str, Any]) -> None:
    work.session.flush()
    mine = update(Volunteer).where(Volunteer.id == row.id, Volunteer.version == version)
    swap = mine.values(**columns, version=version + 1).execution_options(synchronize_session=False)
    if not work.execute_dml(swap):
        raise VolunteerChangedError
    work.session.refresh(row)


def move(work: Work, row: Volunteer, action: str, why: str = "") -> None:
    """Along the table only, one winner. Raises ``WrongStateError`` and ``VolunteerChangedError``."""
    columns = {"state": VOLUNTEER.next(row.state, action), "state_at": work.now, "why": why}
    _swap(work, row, row.version, columns)


def suspend(work: Work, viewer: Viewer, row: Volunteer, why: str) -> None:
    """Pause somebody, with the reason they read."""
    _by_staff(work, viewer, row, "suspend", rules.reason(why))
    facts = {"why": row.why}
    key = f"volunteer:{row.id}:{row.version}"
    tell_resident(work, row.person_id, key=key, template="volunteer_suspended", facts=facts, page=PAGE)


def resume(work: Work, viewer: Viewer, row: Volunteer) -> None:
    """End the pause."""
    _by_staff(work, viewer, row, "resume", "")
    welcome(work, row)


def _by_staff(work: Work, viewer: Viewer, row: Volunteer, action: str, why: str) -> None:
    viewer.require(HANDLE, row.division_path)
    move(work, row, action, why)
    audit.record(work, f"volunteer.{action}", f"volunteer:{row.id}", why=why)


def withdraw(work: Work, row: Volunteer, by: By, why: str = "") -> None:
    """Leave, whenever one likes; the record stays.

    Raises ``StillSignedUpError``, ``StillPromisedError`` and ``WrongStateError``.
    """
    if by.staff is not None:
        by.staff.require(HANDLE, row.division_path)
    if count := signed_up(work, row.id):
        raise StillSignedUpError(count=count)
    if count := sum(promises(work, row.id) for promises in _PROMISES):
        raise StillPromisedError(count=count)
    move(work, row, "withdraw", why.strip()[: rules.REASON_MOST])
    audit.record(work, "volunteer.withdraw", f"volunteer:{row.id}", by_staff=by.staff is not None)
    leave_trail(work, row, by, "volunteer.withdraw")


def signed_up(work: Work, volunteer_id: UUID) -> int:
    """Places in activities that have not begun."""
    counted = (
        select(func.count())
        .select_from(ActivityPlace)
        .join(Activity, Activity.id == ActivityPlace.activity_id)
        .where(
            ActivityPlace.volunteer_id == volunteer_id, ActivityPlace.state.in_(("signed", "waiting")),
            Activity.state == "published", Activity.starts_at > work.now,
        )
    )  # fmt: skip
    return work.session.execute(counted).scalar_one()


def come_of_age(work: Work, row: Volunteer) -> None:
    """Eighteen now: nobody needs to be asked any more. For the nightly job."""
    person = work.session.get_one(Person, row.person_id)
    if row.state == "applied" and not is_minor(person.birth_date, local(work.now).date()):
        move(work, row, "come_of_age")
        audit.record(work, "volunteer.come_of_age", f"volunteer:{row.id}")
        welcome(work, row)


# -- the guardian's word


def guardian_agrees(work: Work, guardian_id: UUID, number: str, child: str, rule: Rule) -> Volunteer:
    """On the guardian's own phone, by the child's number and name. Raises ``GuardianWrongError``."""
    row = guardians.waiting(work, guardian_id, number, child)
    guardians.agreed(work, row, guardian_id, rule)
    return _agreed(work, row)


def guardian_signs(work: Work, viewer: Viewer, row: Volunteer, guardian: Guardian) -> Volunteer:
    """With papers at the counter. Raises ``NotAllowedError``, ``BadInputError`` and ``WrongStateError``."""
    viewer.require(HANDLE, row.division_path)
    VOLUNTEER.next(row.state, "agree")
    guardians.signed(work, row, guardian)
    return _agreed(work, row)


def guardian_disagrees(work: Work, guardian_id: UUID, volunteer_id: UUID) -> Volunteer:
    """Taken back as easily as it was given, by whoever gave it. Raises ``GuardianWrongError``."""
    row = next((one for one in guardians.wards(work, guardian_id) if one.id == volunteer_id), None)
    if row is None:
        raise GuardianWrongError
    guardians.taken_back(work, row)
    move(work, row, "disagree")
    return row


def _agreed(work: Work, row: Volunteer) -> Volunteer:
    move(work, row, "agree")
    welcome(work, row)
    return row
