"""The bank's accounts by whose they are, and the pool that belongs to a place."""

from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.people.models import Division
from backend.residents.models import Person
from backend.timebank.ledger import AccountRef, legs_of
from backend.timebank.models import TimeTransfer
from backend.volunteers.models import Volunteer

TOWN_DEPTH = 2  # a path is county/town/village/: the pool is the town's, or the county's where there is no town


def personal(person_id: UUID) -> AccountRef:
    """What somebody can use."""
    return AccountRef("personal", str(person_id))


def pending(person_id: UUID) -> AccountRef:
    """What somebody has served and nobody has confirmed yet."""
    return AccountRef("pending", str(person_id))


def household(household_id: UUID) -> AccountRef:
    """A family's common account."""
    return AccountRef("household", str(household_id))


def escrow(order_id: UUID) -> AccountRef:
    """What is held for one order."""
    return AccountRef("escrow", str(order_id))


def pool_for(work: Work, division_code: str) -> AccountRef:
    """The public pool (公益池) of the town that a division lies in. Raises ``NotFoundError``."""
    place = work.session.get(Division, division_code)
    if place is None:
        raise NotFoundError(division=division_code)
    codes = place.path.rstrip("/").split("/")[:TOWN_DEPTH]
    return AccountRef("pool", codes[-1])


def pool_of(work: Work, person_id: UUID) -> AccountRef:
    """The pool of where somebody volunteers, lives, or of the county."""
    mine = select(Volunteer.division_code).where(Volunteer.person_id == person_id, Volunteer.state != "withdrawn")
    code = work.session.scalar(mine) or work.session.scalar(select(Person.division_code).where(Person.id == person_id))
    root = select(Division.code).where(Division.parent_code.is_(None))
    return pool_for(work, code or work.session.scalar(root) or "")


def posted(work: Work, key: str) -> TimeTransfer | None:
    """What was moved under this key."""
    return work.session.scalars(select(TimeTransfer).where(TimeTransfer.key == key)).one_or_none()


def reversed_already(work: Work, transfer: TimeTransfer) -> bool:
    """Whether it was taken back."""
    return work.session.scalar(select(TimeTransfer.id).where(TimeTransfer.reverses == transfer.id)) is not None


def payer_of(work: Work, order_id: UUID | str) -> AccountRef | None:
    """Whose time was held for an order; None if nobody's was."""
    held = posted(work, f"hold:{order_id}")
    if held is None:
        return None
    return next(account for account, amount in legs_of(work, held.id) if amount < 0)


def require_person(work: Work, *people: UUID) -> None:
    """Raise ``NotFoundError`` unless they are registered, living people."""
    living = select(Person.id).where(Person.id.in_(people), Person.died_on.is_(None), Person.erased_at.is_(None))
    if len(work.session.scalars(living).all()) != len(people):
        raise NotFoundError(person="timebank")
