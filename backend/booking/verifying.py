"""Re-counting: the counters of slots and quotas are a cache, the bookings and open offers are the truth."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from backend.booking.models import Booking, DayQuota, Slot, WaitEntry
from backend.booking.states import SEATED
from backend.core.db import Work, reading

PORTION = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """A counter that does not say what the bookings say."""

    what: str
    place: str
    day: date
    counted: int
    true: int


def differences(work: Work, since: date | None = None) -> list[Difference]:
    """Every slot and daily quota from ``since`` on (all, if None) whose counter is not the truth.

    ``taken`` = places of bookings in every state but cancelled, and of open offers. Read it in one transaction.
    """
    booked, on_site, quotas = _truth(work, since)
    return [*_slots(work, since, booked, on_site), *_quotas(work, since, quotas)]


def confirmed(since: date | None = None) -> list[Difference]:
    """Differences that two looks in a row both see: while people book, one look may catch a booking half-way."""
    with reading() as work:
        first = differences(work, since)
    if not first:
        return []
    with reading() as work:
        again = set(differences(work, since))
    return [one for one in first if one in again]


def _truth(work: Work, since: date | None) -> tuple[Counter[str], Counter[str], Counter[tuple[UUID, str, date]]]:
    booked: Counter[str] = Counter()
    on_site: Counter[str] = Counter()
    quotas: Counter[tuple[UUID, str, date]] = Counter()
    held = select(Booking.office_id, Booking.matter, Booking.day, Booking.slot_ids, Booking.counted_quota,
                  Booking.on_site).where(Booking.state.in_(SEATED))  # fmt: skip
    offered = select(WaitEntry.office_id, WaitEntry.matter, WaitEntry.day, WaitEntry.offered_slot_ids,
                     WaitEntry.counted_quota).where(WaitEntry.state == "offered")  # fmt: skip
    for office, matter, day, slots, counted, walked_in in _since(work, held, Booking.day, since):
        (on_site if walked_in else booked).update(slots)
        quotas[office, matter, day] += counted
    for office, matter, day, slots, counted in _since(work, offered, WaitEntry.day, since):
        booked.update(slots)
        quotas[office, matter, day] += counted
    return booked, on_site, quotas


def _since(work: Work, statement: Select[*tuple[Any, ...]], column: Any, since: date | None) -> Any:
    if since is not None:
        statement = statement.where(column >= since)
    return work.session.execute(statement.execution_options(yield_per=PORTION))


def _slots(work: Work, since: date | None, booked: Counter[str], on_site: Counter[str]) -> list[Difference]:
    rows = select(Slot.id, Slot.pool, Slot.day, Slot.taken, Slot.on_site_taken)
    found = []
    for slot_id, pool, day, taken, walked_in in _since(work, rows, Slot.day, since):
        for what, counted, true in (
            ("slot", taken, booked[str(slot_id)]),
            ("on_site", walked_in, on_site[str(slot_id)]),
        ):
            if counted != true:
                found.append(Difference(what, f"{pool}:{slot_id}", day, counted, true))
    return found


def _quotas(work: Work, since: date | None, true: Counter[tuple[UUID, str, date]]) -> list[Difference]:
    rows = select(DayQuota.office_id, DayQuota.matter, DayQuota.day, DayQuota.taken)
    return [
        Difference("quota", f"{matter}:{office}", day, taken, true[office, matter, day])
        for office, matter, day, taken in _since(work, rows, DayQuota.day, since)
        if taken != true[office, matter, day]
    ]
