"""Points (R-172): thanks for confirmed service, a unit of their own in the same ledger. Never money, never time."""

from uuid import UUID

from backend.core.clock import local
from backend.core.db import Work
from backend.timebank import ledger, rules
from backend.timebank.accounts import posted
from backend.timebank.ledger import POINTS_BUREAU, AccountRef, Leg, Movement
from backend.timebank.models import TimeTransfer
from backend.timebank.policies import PolicyOn

AWARDED, TAKEN_BACK = "points_awarded", "points_taken_back"


def of(person_id: UUID) -> AccountRef:
    """Somebody's points."""
    return AccountRef("points", str(person_id))


def accounts(person_id: UUID) -> tuple[AccountRef, AccountRef]:
    """What an award moves: to be locked together with the time it is for."""
    return POINTS_BUREAU, of(person_id)


def award(work: Work, person_id: UUID, minutes: int, key: str, time: TimeTransfer) -> None:
    """Points for minutes that ``time`` has just confirmed or paid."""
    policy = PolicyOn(time.event_on)
    number = rules.points_for(minutes, policy["points_per_hour"])
    if number:
        ledger.post(work, Movement(
            key, AWARDED, (Leg(POINTS_BUREAU, -number), Leg(of(person_id), number)), time.event_on, time.source,
            time.source_id, time.why, policy=policy.noted("points_per_hour"),
        ))  # fmt: skip


def take_back(work: Work, person_id: UUID, key: str, why: str) -> None:
    """Take back what was awarded under ``key``, as far as it is still there: thanks already enjoyed stay."""
    given = posted(work, key)
    if given is None:
        return
    row = ledger.lock(work, accounts(person_id))[of(person_id)]
    number = min(row.balance, dict(ledger.legs_of(work, given.id))[of(person_id)])
    if number:
        ledger.post(work, Movement(
            f"back:{key}", TAKEN_BACK, (Leg(of(person_id), -number), Leg(POINTS_BUREAU, number)),
            local(work.now).date(), given.source, given.source_id, why,
        ))  # fmt: skip
