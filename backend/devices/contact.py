"""Signs of life: one statement for all, and the answer to "whose silence has just ended?"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, Update, bindparam, case, cast, func, or_, update

from backend.core.db import UtcDateTime, Work
from backend.devices.models import Device


@dataclass(frozen=True, slots=True)
class Seen:
    """A live message of a device (never a retained one). ``at`` is when it came, ``battery`` in per cent if it said.

    ``skew_s`` is how far the device's clock is ahead of ours, in seconds.
    """

    device_id: UUID
    at: datetime
    battery: float | None = None
    skew_s: float | None = None


def newest(seen: Iterable[Seen]) -> list[Seen]:
    """One entry per device: its latest moment, with the last battery and skew that were said."""
    merged: dict[UUID, Seen] = {}
    for one in seen:
        known = merged.get(one.device_id)
        merged[one.device_id] = one if known is None else _merge(known, one)
    return list(merged.values())


def _merge(first: Seen, second: Seen) -> Seen:
    older, newer = (first, second) if first.at <= second.at else (second, first)
    return replace(
        newer,
        battery=older.battery if newer.battery is None else newer.battery,
        skew_s=older.skew_s if newer.skew_s is None else newer.skew_s,
    )


def touch(work: Work, seen: Sequence[Seen]) -> list[UUID]:
    """Write signs of life, never backwards; return the devices whose silence was news and is now over.

    The rows are written before the returned ones are asked for: on PostgreSQL that locks them, so that a silence
    found in the same instant is either seen here or does not happen.
    """
    if not seen:
        return []
    _write(work, newest(seen))
    return _returned(work, {one.device_id: one.at for one in seen})


def _write(work: Work, seen: Sequence[Seen]) -> None:
    """One row each, in the order of their ids so that two hubs cannot wait for each other."""
    rows = sorted(seen, key=lambda one: one.device_id.int)
    work.session.connection().execute(
        _statement(), [{"id_": one.device_id, "at": one.at, "charge": one.battery, "skew": one.skew_s} for one in rows]
    )


@cache
def _statement() -> Update:
    """The same text for batches of any size: compiling one for each cost more than the database did."""
    at, charge = bindparam("at", type_=UtcDateTime()), bindparam("charge", type_=Float())
    newer = or_(Device.last_seen_at.is_(None), Device.last_seen_at < at)
    # A NULL alone has no type on PostgreSQL until it is cast.
    says = cast(charge, Float()).is_not(None) & or_(Device.battery_at.is_(None), Device.battery_at <= at)
    return (
        update(Device)
        .where(Device.id == bindparam("id_"))
        .values(
            last_seen_at=_if(newer, at, Device.last_seen_at),
            battery=_if(says, charge, Device.battery),
            battery_at=_if(says, at, Device.battery_at),
            clock_skew_s=func.coalesce(bindparam("skew", type_=Float()), Device.clock_skew_s),
        )
    )


def _if(condition: ColumnElement[bool], then: Any, otherwise: Any) -> Any:
    return case((condition, then), else_=otherwise)


def _returned(work: Work, moments: dict[UUID, datetime]) -> list[UUID]:
    """Message by message the limit is the batch's own last moment: an outage declared later than that stands."""
    found = work.session.scalars(
        update(Device)
        .where(Device.id.in_(moments), Device.offline_since.is_not(None), Device.offline_since <= Device.last_seen_at)
        .values(offline_since=None, back_at=max(moments.values()))
        .returning(Device.id)
        .execution_options(synchronize_session=False)
    )
    return list(found)
