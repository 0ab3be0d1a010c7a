"""Time for service: waiting when it is recorded, confirmed when nobody has objected, taken back with the record.

Each verb moves once for a record. Accounts are all locked before a balance is looked at, and after volunteers: whoever
records several people in one transaction locks their rows first.
"""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from backend.core.clock import local
from backend.core.db import Work
from backend.timebank import ledger, points, rules
from backend.timebank.accounts import payer_of, pending, personal, pool_of, posted, reversed_already
from backend.timebank.errors import TimeShortError, TimeSpentError
from backend.timebank.ledger import BUREAU, Leg, Movement
from backend.timebank.models import TimeAccount, TimeEntry, TimeTransfer
from backend.timebank.policies import PolicyOn
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.models import Volunteer

SERVED, CONFIRMED, GROUP, RETURNED = "served", "confirmed", "group_served", "returned"
PORTION = 200


def earn(work: Work, record: ServiceRecord) -> None:
    """Time for a service that was just recorded: waiting for its confirmation, or a group's gift to the pool.

    An order that somebody pays for is paid by ``settle``. What is above the day's limit is recorded but not counted.
    """
    day = local(record.started_at).date()
    policy = PolicyOn(day)
    person_id = work.session.get_one(Volunteer, record.volunteer_id).person_id
    if not _earns(work, policy, record):
        return
    group = record.group_time and policy["group_time_to_pool"]
    target = pool_of(work, person_id) if group else pending(person_id)
    ledger.lock(work, (BUREAU, target))
    if posted(work, f"earn:{record.id}"):
        return
    already = 0 if group else _served_on(work, person_id, day)
    minutes = rules.within_day(record.minutes, already, policy["earn_day_most"])
    if minutes:
        ledger.post(work, Movement(
            f"earn:{record.id}", GROUP if group else SERVED, (Leg(BUREAU, -minutes), Leg(target, minutes)), day,
            record.source, record.source_id, record.name, policy=policy.noted("earn_day_most", "group_time_to_pool"),
        ))  # fmt: skip


def _earns(work: Work, policy: PolicyOn, record: ServiceRecord) -> bool:
    if record.source not in policy["earning_sources"] or record.kind in policy["kinds_without_time"]:
        return False
    return record.source != "order" or posted(work, f"hold:{record.source_id}") is None


def _served_on(work: Work, person_id: UUID, day: date) -> int:
    """What was counted of this day and not reversed."""
    total = select(func.coalesce(func.sum(TimeEntry.amount), 0)).select_from(TimeEntry)
    joined = total.join(TimeAccount, TimeAccount.id == TimeEntry.account_id).join(
        TimeTransfer, TimeTransfer.id == TimeEntry.transfer_id
    )
    reversed_too = select(TimeTransfer.reverses).where(TimeTransfer.reverses.is_not(None))
    return int(work.session.scalar(joined.where(
        *ledger.named(pending(person_id)), TimeTransfer.kind == SERVED, TimeTransfer.event_on == day,
        TimeTransfer.id.not_in(reversed_too),
    )) or 0)  # fmt: skip


def confirm_earned(work: Work, source: str, source_id: str, person_id: UUID) -> None:
    """What waited becomes theirs, with its points; what is above the cap goes to the pool. Again changes nothing."""
    for served in _waiting(work, source, source_id, person_id):
        _confirm(work, served, person_id)


def _waiting(work: Work, source: str, source_id: str, person_id: UUID) -> list[TimeTransfer]:
    mine = select(TimeTransfer).join(TimeEntry, TimeEntry.transfer_id == TimeTransfer.id).join(
        TimeAccount, TimeAccount.id == TimeEntry.account_id
    )  # fmt: skip
    found = mine.where(
        *ledger.named(pending(person_id)), TimeTransfer.kind == SERVED, TimeTransfer.source == source,
        TimeTransfer.source_id == source_id,
    )  # fmt: skip
    return [one for one in work.session.scalars(found.order_by(TimeTransfer.id)) if not reversed_already(work, one)]


def _confirm(work: Work, served: TimeTransfer, person_id: UUID) -> None:
    policy, mine, pool = PolicyOn(served.event_on), personal(person_id), pool_of(work, person_id)
    waits = pending(person_id)
    rows = ledger.lock(work, (waits, mine, pool, *points.accounts(person_id)))
    if posted(work, f"confirm:{served.key}") or reversed_already(work, served):
        return
    minutes = dict(ledger.legs_of(work, served.id))[waits]
    own, over = rules.below_cap(rows[mine].balance, minutes, policy["personal_cap"])
    legs = [Leg(waits, -minutes), *(Leg(to, part) for to, part in ((mine, own), (pool, over)) if part)]
    ledger.post(work, Movement(
        f"confirm:{served.key}", CONFIRMED, tuple(legs), served.event_on, served.source, served.source_id, served.why,
        policy=policy.noted("personal_cap"),
    ))  # fmt: skip
    points.award(work, person_id, minutes, f"points:{served.key}", served)


def due(work: Work) -> list[tuple[str, str, UUID]]:
    """Up to 200 services that have waited long enough: source, its id, the person."""
    last = work.now - timedelta(days=PolicyOn(local(work.now).date())["pending_days"])
    done, back = aliased(TimeTransfer), aliased(TimeTransfer)
    found = select(TimeTransfer.source, TimeTransfer.source_id, TimeAccount.owner).distinct().join(
        TimeEntry, TimeEntry.transfer_id == TimeTransfer.id
    ).join(TimeAccount, TimeAccount.id == TimeEntry.account_id)  # fmt: skip
    rows = work.session.execute(found.where(
        TimeAccount.kind == "pending", TimeAccount.balance > 0, TimeTransfer.kind == SERVED, TimeTransfer.at <= last,
        ~exists().where(done.key == "confirm:" + TimeTransfer.key), ~exists().where(back.reverses == TimeTransfer.id),
    ).limit(PORTION))  # fmt: skip
    return [(source, source_id, UUID(owner)) for source, source_id, owner in rows]


def unearn(work: Work, record: ServiceRecord) -> None:
    """A record is void: what it brought is taken back, from wherever it has gone by itself.

    Raises ``TimeSpentError`` if the volunteer has used it; an officer then makes it up by an adjustment.
    """
    person_id = work.session.get_one(Volunteer, record.volunteer_id).person_id
    pool, mine = pool_of(work, person_id), personal(person_id)
    ledger.lock(work, (BUREAU, pending(person_id), mine, pool, *points.accounts(person_id)))
    served = posted(work, f"earn:{record.id}")
    if served is None:
        _give_back(work, record, person_id)
        return
    if reversed_already(work, served):
        return
    confirmed = posted(work, f"confirm:{served.key}")
    for one in (confirmed, served):
        if one is not None:
            _take_back(work, one, record.why)
    points.take_back(work, person_id, f"points:{served.key}", record.why)


def _give_back(work: Work, record: ServiceRecord, person_id: UUID) -> None:
    """What an order paid for this service goes back to whoever paid."""
    paid = posted(work, f"settle:{record.source_id}") if record.source == "order" else None
    if paid is None:
        return
    moved = dict(ledger.legs_of(work, paid.id))
    minutes, payer = min(record.minutes, moved.get(personal(person_id), 0)), payer_of(work, record.source_id)
    points.take_back(work, person_id, f"points:settle:{record.source_id}:{person_id}", record.why)
    if minutes and payer is not None:
        try:
            ledger.post(work, Movement(
                f"return:{record.id}", RETURNED, (Leg(personal(person_id), -minutes), Leg(payer, minutes)),
                paid.event_on, "order", record.source_id, record.why,
            ))  # fmt: skip
        except TimeShortError as short:
            raise _spent(short) from short


def _spent(short: TimeShortError) -> TimeSpentError:
    return TimeSpentError(missing=short.facts["wanted"] - short.facts["balance"])


def _take_back(work: Work, transfer: TimeTransfer, why: str) -> None:
    try:
        ledger.reverse(work, transfer.id, key=f"reverse:{transfer.id}", why=why)
    except TimeShortError as short:
        raise _spent(short) from short
