"""A family's common account: relatives join by consent, pay in, and may order help from it. One family a person."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select

from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import for_update
from backend.residents.models import Person
from backend.timebank import kin, ledger, rules
from backend.timebank.accounts import household, personal
from backend.timebank.errors import FamilyFullError, InFamilyError, NotInFamilyError, NotKinError
from backend.timebank.ledger import Leg, Movement
from backend.timebank.models import LIVE_KIN, HouseholdTime, TimeTransfer
from backend.timebank.policies import PolicyOn

PAID_IN, PAID_OUT = "paid_in", "paid_out"


def of_person(work: Work, person_id: UUID) -> HouseholdTime | None:
    """Somebody's share, once they have agreed."""
    return work.session.scalars(_members().where(HouseholdTime.person_id == person_id)).one_or_none()


def _members() -> Select[HouseholdTime]:
    return select(HouseholdTime).where(HouseholdTime.ended_at.is_(None), HouseholdTime.agreed_at.is_not(None))


def members(work: Work, family: UUID) -> Sequence[HouseholdTime]:
    """Who is in and who is invited, in the order in which they came."""
    mine = select(HouseholdTime).where(HouseholdTime.household == family, HouseholdTime.ended_at.is_(None))
    return work.session.scalars(mine.order_by(HouseholdTime.since, HouseholdTime.id)).all()


def invitations(work: Work, person_id: UUID) -> Sequence[HouseholdTime]:
    """Families that wait for somebody's consent."""
    mine = select(HouseholdTime).where(
        HouseholdTime.person_id == person_id, HouseholdTime.ended_at.is_(None), HouseholdTime.agreed_at.is_(None)
    )
    return work.session.scalars(mine.order_by(HouseholdTime.since, HouseholdTime.id)).all()


def found(work: Work, person_id: UUID) -> HouseholdTime:
    """Begin a family's account. Raises ``InFamilyError``."""
    _locked(work, person_id)
    if of_person(work, person_id) is not None:
        raise InFamilyError
    return _add(work, new_id(), person_id, agreed=True)


def _locked(work: Work, person_id: UUID) -> None:
    """Whoever joins or leaves twice at once waits here."""
    work.session.execute(for_update(work, select(Person.id).where(Person.id == person_id)))


def _add(work: Work, family: UUID, person_id: UUID, *, agreed: bool) -> HouseholdTime:
    row = {
        "id": new_id(), "household": family, "person_id": person_id, "may_spend": True, "since": work.now,
        "agreed_at": work.now if agreed else None, "ended_at": None,
    }  # fmt: skip
    insert_new(work, HouseholdTime, row, unique=("household", "person_id"), where=LIVE_KIN)
    mine = select(HouseholdTime).where(
        HouseholdTime.household == family, HouseholdTime.person_id == person_id, HouseholdTime.ended_at.is_(None)
    )
    return work.session.scalars(mine).one()


def invite(work: Work, person_id: UUID, relative: UUID, *, may_spend: bool) -> HouseholdTime:
    """Ask a proven relative in. Raises ``NotInFamilyError``, ``NotKinError``, ``FamilyFullError``."""
    mine = _share(work, person_id)
    if not kin.related(work, person_id, relative):
        raise NotKinError
    count = select(func.count()).select_from(HouseholdTime).where(
        HouseholdTime.household == mine.household, HouseholdTime.ended_at.is_(None)
    )  # fmt: skip
    if (work.session.scalar(count) or 0) >= PolicyOn(local(work.now).date())["household_most"]:
        raise FamilyFullError
    row = _add(work, mine.household, relative, agreed=False)
    row.may_spend = may_spend
    return row


def _share(work: Work, person_id: UUID) -> HouseholdTime:
    _locked(work, person_id)
    mine = of_person(work, person_id)
    if mine is None:
        raise NotInFamilyError
    return mine


def agree(work: Work, person_id: UUID, family: UUID) -> HouseholdTime:
    """Join. Raises ``InFamilyError`` for a member of another family, ``NotFoundError`` without an invitation."""
    _locked(work, person_id)
    row = next((one for one in members(work, family) if one.person_id == person_id), None)
    if row is None:
        raise NotFoundError(family=str(family))
    already = of_person(work, person_id)
    if already is not None and already.household != family:
        raise InFamilyError
    row.agreed_at = row.agreed_at or work.now
    work.session.flush()
    return row


def pay_in(work: Work, person_id: UUID, minutes: int, key: str) -> TimeTransfer:
    """One's own time for the family. Raises ``NotInFamilyError``, ``TimeShortError``, ``BadInputError``."""
    rules.require_minutes(minutes)
    account = household(_share(work, person_id).household)
    legs = (Leg(personal(person_id), -minutes), Leg(account, minutes))
    return ledger.post(work, Movement(
        f"pay_in:{person_id}:{key}", PAID_IN, legs, local(work.now).date(), "household", account.owner,
    ))  # fmt: skip


def leave(work: Work, person_id: UUID) -> None:
    """Leave; the last one takes what is left, and the account is closed.

    Raises ``NotInFamilyError``.
    """
    family = _share(work, person_id).household
    account = household(family)
    row = ledger.lock(work, (account, personal(person_id)))[account]
    still = work.session.scalars(_members().where(HouseholdTime.household == family)).all()
    for one in members(work, family) if len(still) == 1 else [of_person(work, person_id)]:
        if one is not None:
            one.ended_at = work.now
    if len(still) == 1 and row.balance:
        legs = (Leg(account, -row.balance), Leg(personal(person_id), row.balance))
        ledger.post(work, Movement(
            f"close:{family}", PAID_OUT, legs, local(work.now).date(), "household", account.owner,
        ))  # fmt: skip
    if len(still) == 1:
        ledger.close(work, account)
    work.session.flush()


def refuse(work: Work, person_id: UUID, family: UUID) -> None:
    """Say no to an invitation; without one: nothing."""
    for row in invitations(work, person_id):
        if row.household == family:
            row.ended_at = work.now
    work.session.flush()
