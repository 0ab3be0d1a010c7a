"""Families as the assistance law counts them (低保办法 7): founded, changed on a day, split, moved, closed.

Every change has its day: a member belongs from ``since`` on and no longer from ``until`` on. Nobody is in two
households at once: the partial unique index decides, also between two clerks at the same moment.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from backend.assistance import benefits
from backend.assistance.errors import DeadApplicantError, HouseholdEmptyError, InOtherHouseholdError
from backend.assistance.facts import PersonFacts, Relation
from backend.assistance.models import Household, HouseholdMember
from backend.cases.places import township_of
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new, insert_numbered
from backend.core.locks import for_update
from backend.people.models import Division
from backend.residents.models import Person

PREFIX = "HH"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody who belongs from ``since`` on. ``relation`` is to the head, who is the ``applicant``.

    ``counted``: False for who lives there but is not counted by the law (a boarder, somebody in prison).
    """

    person_id: UUID
    relation: Relation
    facts: PersonFacts
    since: date
    counted: bool = True


# -- founding and finding


def found(work: Work, *, division_code: str, urban: bool, address: str, members: Sequence[NewMember]) -> Household:
    """A new household at a place within a township.

    Raises ``HouseholdEmptyError``, ``InOtherHouseholdError``, ``DeadApplicantError``, ``BadInputError``.
    """
    _require_people(work, members)
    hold(work, {one.person_id for one in members})
    household_id = _insert(work, _place(work, division_code), urban, address)
    _join(work, household_id, members)
    audit.record(work, "household.found", f"household:{household_id}", members=len(members))
    return fresh(work, household_id)


def of_person(work: Work, person_id: UUID) -> Household | None:
    """The household the person belongs to now."""
    mine = select(Household).join(HouseholdMember, HouseholdMember.household_id == Household.id)
    return work.session.scalars(
        mine.where(HouseholdMember.person_id == person_id, HouseholdMember.until.is_(None))
    ).first()


def shared(work: Work, person_id: UUID, other_id: UUID) -> Sequence[Household]:
    """The households to which both belong or belonged, the newest first."""
    homes = [select(HouseholdMember.household_id).filter_by(person_id=one) for one in (person_id, other_id)]
    both = select(Household).where(*(Household.id.in_(each) for each in homes))
    return work.session.scalars(both.order_by(Household.created_at.desc(), Household.id)).all()


def fresh(work: Work, household_id: UUID) -> Household:
    """The household as the database has it now, with everybody who ever belonged."""
    work.session.flush()
    return work.session.get_one(Household, household_id, populate_existing=True)


def members_on(household: Household, day: date) -> list[HouseholdMember]:
    """Who belongs to it on a day, in the order they came."""
    return [one for one in household.members if one.since <= day and (one.until is None or day < one.until)]


def facts_of(member: HouseholdMember) -> PersonFacts:
    """What the rules ask about a member, as it was last told."""
    return PersonFacts.model_validate_json(member.facts)


def _place(work: Work, code: str) -> Division:
    """The division if a township takes care of it. Raises ``BadInputError``."""
    township_of(work, code)
    return work.session.get_one(Division, code)


def _require_people(work: Work, members: Sequence[NewMember]) -> None:
    if not members:
        raise HouseholdEmptyError
    ids = {one.person_id for one in members}
    if len(ids) != len(members):
        raise BadInputError(field="家庭成员", why="同一个人出现了两次，请删去一次")
    known = work.session.scalars(select(Person).where(Person.id.in_(ids))).all()
    if len(known) != len(ids):
        raise NotFoundError(person="member")
    if any(one.died_on is not None for one in known):
        raise DeadApplicantError


def _insert(work: Work, place: Division, urban: bool, address: str) -> UUID:
    row = {
        "id": new_id(), "division_code": place.code, "division_path": place.path, "urban": urban, "address": address,
        "created_at": work.now,
    }  # fmt: skip
    made: UUID = insert_numbered(work, Household, row, PREFIX)
    return made


def _join(work: Work, household_id: UUID, members: Collection[NewMember]) -> None:
    """Add rows; in the order of the ids, so that two clerks with the same people never wait for each other."""
    for one in sorted(members, key=lambda new: new.person_id):
        _give_up_alone(work, one, household_id)
    work.session.flush()  # who leaves another household in the same moment has left it
    last = select(func.max(HouseholdMember.position)).where(HouseholdMember.household_id == household_id)
    first = (work.session.scalar(last) or 0) + 1
    for position, one in sorted(enumerate(members, first), key=lambda pair: pair[1].person_id):
        row = {
            "id": new_id(), "household_id": household_id, "person_id": one.person_id, "position": position,
            "relation": one.relation, "counted": one.counted, "facts": _sealed(one), "since": one.since,
        }  # fmt: skip
        if not insert_new(work, HouseholdMember, row):
            raise InOtherHouseholdError


def _give_up_alone(work: Work, member: NewMember, joins: UUID) -> None:
    """Who was a household of one belongs to the family that names them, and their own household is closed."""
    alone = lives_alone(work, member.person_id)
    if alone is None or alone.id == joins:
        return
    row = _lock(work, alone.id)
    for mine in _live(work, row.id):
        _end(mine, member.since)
    row.closed_at = work.now
    audit.record(work, "household.close", f"household:{row.id}", day=str(member.since), into=str(joins))


def lives_alone(work: Work, person_id: UUID) -> Household | None:
    """The person's household if nobody else belongs to it and it receives nothing as a household."""
    home = of_person(work, person_id)
    if home is None or len(_live(work, home.id)) != 1 or benefits.live(work, home.id):
        return None
    return home


def _sealed(member: NewMember) -> str:
    return member.facts.model_dump_json(exclude_defaults=True)


# -- changes


def set_members(work: Work, household: Household, members: Sequence[NewMember], day: date) -> Household:
    """From ``day`` on the household is these people; who stays keeps their first day and gets the new facts.

    Raises as ``found``; ``NotFoundError`` if it has been closed.
    """
    _require_people(work, members)
    hold(work, {one.person_id for one in members}, household.id)
    _lock(work, household.id)
    wanted = {one.person_id: one for one in members}
    for row in _live(work, household.id):
        stays = wanted.pop(row.person_id, None)
        if stays is None:
            _end(row, day)
        else:
            row.relation, row.counted, row.facts = stays.relation, stays.counted, _sealed(stays)
    _join(work, household.id, wanted.values())
    audit.record(work, "household.members", f"household:{household.id}", members=len(members), day=str(day))
    return fresh(work, household.id)


def leave(work: Work, household: Household, person_id: UUID, day: date) -> Household:
    """One member belongs no longer from ``day`` on; what the family gets is looked at again.

    Raises ``HouseholdEmptyError`` for the last one: close it.
    """
    _leave(work, household.id, person_id, day)
    audit.record(work, "household.leave", f"household:{household.id}", person=str(person_id), day=str(day))
    return fresh(work, household.id)


def _leave(work: Work, household_id: UUID, person_id: UUID, day: date) -> None:
    _lock(work, household_id)
    rows = _live(work, household_id)
    mine = next((one for one in rows if one.person_id == person_id), None)
    if mine is None:
        raise NotFoundError(person=str(person_id))
    if len(rows) == 1:
        raise HouseholdEmptyError
    _end(mine, day)
    _look_again(work, household_id)


def split(
    work: Work, household: Household, members: Sequence[NewMember], *, address: str, day: date,
    division_code: str | None = None, urban: bool | None = None,
) -> Household:  # fmt: skip
    """分户: some of the members are a household of their own from ``day`` on; the new one.

    Raises ``HouseholdEmptyError`` if nobody would stay, ``NotFoundError`` for who does not belong, and as ``found``.
    """
    for one in members:
        _leave(work, household.id, one.person_id, day)
    made = found(
        work, division_code=division_code or household.division_code, address=address, members=members,
        urban=household.urban if urban is None else urban,
    )  # fmt: skip
    audit.record(work, "household.split", f"household:{household.id}", into=str(made.id), day=str(day))
    return made


def move(work: Work, household: Household, *, division_code: str, address: str, urban: bool) -> Household:
    """The family lives elsewhere now: from today another township takes care and another standard may hold.

    What it receives is due for review today. Raises ``BadInputError``, ``NotFoundError``.
    """
    row, place = _lock(work, household.id), _place(work, division_code)
    before = row.division_code
    row.division_code, row.division_path = place.code, place.path
    row.address, row.urban = address, urban
    _look_again(work, row.id)
    audit.record(work, "household.move", f"household:{row.id}", before=before, after=place.code)
    return fresh(work, row.id)


def close(work: Work, household: Household, day: date) -> Household:
    """The household is no more: nobody belongs to it from ``day`` on, and what it receives is due for review."""
    row = _lock(work, household.id)
    for member in _live(work, row.id):
        _end(member, day)
    row.closed_at = work.now
    _look_again(work, row.id)
    audit.record(work, "household.close", f"household:{row.id}", day=str(day))
    return fresh(work, row.id)


def record_death(work: Work, person_id: UUID, day: date) -> Household | None:
    """Somebody died on ``day``: they no longer belong from the next day on, and what the family gets is looked at.

    The household they belonged to, closed if nobody is left; None if there was none. Raises ``BadInputError``.
    """
    home = of_person(work, person_id)
    household = None if home is None else _lock(work, home.id)  # before the person: as whoever changes a family does
    person = work.session.scalars(for_update(work, select(Person).where(Person.id == person_id))).one()
    if day > local(work.now).date() or (person.birth_date is not None and day < person.birth_date):
        raise BadInputError(field="去世日期", why="去世日期要在出生之后、今天之前，请核对")
    person.died_on = day
    if household is not None:
        _without(work, household, person_id, day)
    audit.record(work, "person.death", f"person:{person_id}", day=str(day))
    return None if household is None else fresh(work, household.id)


def _without(work: Work, row: Household, dead: UUID, day: date) -> None:
    members = _live(work, row.id)
    mine = next(one for one in members if one.person_id == dead)
    mine.facts = facts_of(mine).model_copy(update={"died_on": day}).model_dump_json(exclude_defaults=True)
    _end(mine, max(day + DAY, mine.since))
    if len(members) == 1:
        row.closed_at = work.now
    _look_again(work, row.id)


def hold(work: Work, people: Collection[UUID], *more: UUID) -> None:
    """Lock where these people live now, and ``more``, in the order of the ids: whoever joins two households needs both,
    and two clerks who take each other's people would wait for ever.
    """
    work.session.flush()
    homes = select(HouseholdMember.household_id).where(
        HouseholdMember.person_id.in_(people), HouseholdMember.until.is_(None)
    )
    mine = select(Household).where(Household.id.in_({*work.session.scalars(homes), *more})).order_by(Household.id)
    work.session.scalars(for_update(work, mine).execution_options(populate_existing=True)).all()


def _lock(work: Work, household_id: UUID) -> Household:
    """The household as it is now, locked until the commit. Raises ``NotFoundError`` once it is closed."""
    work.session.flush()
    mine = select(Household).where(Household.id == household_id, Household.closed_at.is_(None))
    row = work.session.scalars(for_update(work, mine).execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFoundError(household=str(household_id))
    return row


def _live(work: Work, household_id: UUID) -> Sequence[HouseholdMember]:
    mine = select(HouseholdMember).where(HouseholdMember.household_id == household_id, HouseholdMember.until.is_(None))
    return work.session.scalars(mine.order_by(HouseholdMember.position)).all()


def _end(member: HouseholdMember, day: date) -> None:
    if day < member.since:
        raise BadInputError(field="日期", why="离开的日期早于加入的日期，请核对")
    member.until = day


def _look_again(work: Work, household_id: UUID) -> None:
    """Whoever belongs has changed, or where they live: what the family gets is looked at today."""
    today = local(work.now).date()
    for benefit in benefits.live(work, household_id):
        benefit.review_on = min(benefit.review_on, today)
