"""Signs of life: one statement for a whole batch, and the answer to "whose silence has just ended?"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, Uuid, case, cast, column, func, or_, update, values

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
    table = values(
        column("id", Uuid()),
        column("at", UtcDateTime()),
        column("battery", Float()),
        column("skew", Float()),
        name="seen_values",
    ).data([(one.device_id, one.at, one.battery, one.skew_s) for one in seen])
    new = table.cte("seen")
    # A column of nothing but NULL has no type on PostgreSQL until it is cast.
    battery, skew = cast(new.c.battery, Float()), cast(new.c.skew, Float())
    newer = or_(Device.last_seen_at.is_(None), Device.last_seen_at < new.c.at)
    says = battery.is_not(None) & or_(Device.battery_at.is_(None), Device.battery_at <= new.c.at)
    work.session.execute(
        update(Device)
        .where(Device.id == new.c.id)
        .values(
            last_seen_at=_if(newer, new.c.at, Device.last_seen_at),
            battery=_if(says, battery, Device.battery),
            battery_at=_if(says, new.c.at, Device.battery_at),
            clock_skew_s=func.coalesce(skew, Device.clock_skew_s),
        )
        .execution_options(synchronize_session=False)
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
