"""Silence is news: devices, gateways and our own processes that say nothing any more.

A silence is found once: whoever sets ``offline_since`` tells it. A gateway speaks for its devices: while it is
away they are listed under it, and when it is back each has one interval of its own to speak again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import aliased

from backend.core.clock import local
from backend.core.db import Work
from backend.core.locks import claim
from backend.devices import changes, contact, registry, rules, service
from backend.devices.contact import Seen
from backend.devices.messages import GatewayStatus
from backend.devices.models import Device
from backend.devices.registry import Registered
from backend.devices.states import IN_SERVICE, MAINTENANCE, REGISTERED
from backend.eldercare import places

CHILDREN_NAMED = 50
Gateway = aliased(Device)


@dataclass(frozen=True, slots=True)
class SilenceFinding:
    """``raise`` or ``clear`` an alarm of ``kind``; the fields are those an alarm needs.

    ``detail``: text (a Chinese sentence), silent_since, limit_s, never_reported; for a gateway also children (names)
    and children_count. ``subject_key`` is ``device:<id>`` or ``system:<name>``.
    """

    action: Literal["raise", "clear"]
    kind: Literal["device_offline", "gateway_offline", "system"]
    subject_key: str
    subject_name: str
    place: str
    division_path: str
    occurred_at: datetime
    site_code: str | None = None
    elder_id: UUID | None = None
    device_id: UUID | None = None
    device_name: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


def find_silent(work: Work, limit: int = 200) -> list[SilenceFinding]:
    """Silences that became news since the last look, gateways first; at most ``limit``, the rest next time."""
    rows = list(_newly_silent(work, "gateway", limit))
    rows += _newly_silent(work, "device", limit - len(rows))
    return _tell(work, rows)


def declare_offline(work: Work, device_id: UUID) -> SilenceFinding | None:
    """Somebody who knows said that a device is gone. None if it is not in service, known to be gone, or excused."""
    row = work.session.scalars(
        claim(work, _candidates(work.now).where(Device.id == device_id, Device.state == IN_SERVICE))
    ).first()
    found = _tell(work, [row]) if row is not None and _declare(work, row) else []
    return found[0] if found else None


def note_availability(work: Work, device: Registered, *, online: bool) -> SilenceFinding | None:
    """A gateway's opinion of a device. It is believed about mains devices; of a sleeping button it knows nothing."""
    if online or device.power != "mains":
        return None
    return declare_offline(work, device.id)


def note_gateway(work: Work, status: GatewayStatus) -> list[SilenceFinding]:
    """A gateway said good-bye (its will did) or hello. Never call it for a retained message."""
    row = work.session.scalars(
        select(Device).where(
            Device.source == status.source, Device.external_id == status.gateway_id, Device.kind == "gateway"
        )
    ).first()
    if row is None:
        return []
    if not status.online:
        found = declare_offline(work, row.id)
        return [found] if found else []
    if row.state == REGISTERED:
        service.prove(work, row.id)
    if not contact.touch(work, [Seen(row.id, work.now)]):
        return []
    changes.bump(work)
    return [ended(work, registry.describe(row, places.whereabouts(work)))]


def ended(work: Work, device: Registered) -> SilenceFinding:
    """What to clear for a device that ``touch`` returned."""
    return _finding("clear", device, work.now, {})


def _newly_silent(work: Work, kind: str, limit: int) -> Iterator[Device]:
    """Rows whose silence this transaction was the one to declare."""
    if limit <= 0:
        return
    overdue = _overdue(work, kind)
    if overdue is None:
        return
    found = 0
    for row in work.session.scalars(claim(work, _candidates(work.now).where(overdue).order_by(Device.id))).all():
        if found < limit and _gateway_was_heard(work, row) and _declare(work, row):
            found += 1
            yield row


def _candidates(now: datetime) -> Select[Device]:
    """Devices nobody has declared silent and whose gateway does not explain it."""
    working = and_(Gateway.state == MAINTENANCE, Gateway.state_since > now - rules.GATEWAY_WORK)
    excused = select(Gateway.id).where(
        Gateway.id == Device.gateway_id,
        or_(and_(Gateway.state == IN_SERVICE, Gateway.offline_since.is_not(None)), working),
    )
    return select(Device).where(Device.offline_since.is_(None), ~excused.exists())


def _overdue(work: Work, kind: str) -> ColumnElement[bool] | None:
    """Past two intervals, compared per interval so that both databases only compare moments with moments."""
    intervals = work.session.scalars(
        select(Device.expected_interval_s)
        .where(Device.kind == kind, Device.state.in_((IN_SERVICE, REGISTERED)), Device.offline_since.is_(None))
        .distinct()
    ).all()
    if not intervals:
        return None
    silent = or_(*(_past(interval, work.now) for interval in intervals))
    never = and_(
        Device.state == REGISTERED,
        Device.last_seen_at.is_(None),
        Device.registered_at < work.now - rules.NEVER_REPORTED_AFTER,
    )
    return and_(Device.kind == kind, or_(and_(Device.state == IN_SERVICE, silent), never))


def _past(interval_s: int, now: datetime) -> ColumnElement[bool]:
    cutoff = now - rules.silence_limit(interval_s)
    grace = select(Gateway.id).where(
        Gateway.id == Device.gateway_id, Gateway.back_at >= now - timedelta(seconds=interval_s)
    )
    return and_(
        Device.expected_interval_s == interval_s,
        or_(Device.last_seen_at.is_(None), Device.last_seen_at < cutoff),
        func.coalesce(Device.in_service_at, Device.registered_at) < cutoff,
        ~grace.exists(),
    )


def _gateway_was_heard(work: Work, row: Device) -> bool:
    """Whether the gateway spoke after the device should have. If not, the gateway is the suspect.

    The last child to speak keeps its gateway fresh, so the other children always run out before it does; without
    this rule every outage of a gateway would begin with alarms for its devices.
    """
    gateway = work.session.get(Device, row.gateway_id) if row.gateway_id is not None else None
    if gateway is None or gateway.state != IN_SERVICE or gateway.last_seen_at is None or row.last_seen_at is None:
        return True
    return gateway.last_seen_at >= row.last_seen_at + timedelta(seconds=row.expected_interval_s)


def _declare(work: Work, row: Device) -> bool:
    """Set ``offline_since`` unless the device spoke or changed meanwhile; one winner."""
    seen = Device.last_seen_at.is_(None) if row.last_seen_at is None else Device.last_seen_at == row.last_seen_at
    won = work.execute_dml(
        update(Device)
        .where(Device.id == row.id, Device.offline_since.is_(None), Device.state == row.state, seen)
        .values(offline_since=work.now)
        .execution_options(synchronize_session=False)
    )
    return won == 1


def _tell(work: Work, rows: list[Device]) -> list[SilenceFinding]:
    if not rows:
        return []
    where = places.whereabouts(work)
    found = [
        _finding("raise", registry.describe(row, where), work.now, _detail(row, work.now) | _children(work, row))
        for row in rows
    ]
    changes.bump(work)
    return found


def _finding(
    action: Literal["raise", "clear"], device: Registered, now: datetime, detail: dict[str, Any]
) -> SilenceFinding:
    return SilenceFinding(
        action=action,
        kind="gateway_offline" if device.kind == "gateway" else "device_offline",
        subject_key=f"device:{device.id}",
        subject_name=device.name,
        place=device.place_text,
        division_path=device.division_path,
        occurred_at=now,
        site_code=device.site_code,
        elder_id=device.elder_id,
        device_id=device.id,
        device_name=device.name,
        detail=detail,
    )


def _detail(row: Device, now: datetime) -> dict[str, Any]:
    since = row.last_seen_at or row.in_service_at or row.registered_at
    never = row.last_seen_at is None
    said = "登记后从未上报" if never else f"最后一次上报 {local(since):%m月%d日 %H:%M}"
    return {
        "text": f"{said}，已 {_length(now - since)}没有消息",
        "silent_since": since.isoformat(),
        "limit_s": row.expected_interval_s * rules.MISSED_INTERVALS,
        "never_reported": never,
    }


def _children(work: Work, row: Device) -> dict[str, Any]:
    if row.kind != "gateway":
        return {}
    mine = (Device.gateway_id == row.id, Device.state == IN_SERVICE)
    names = work.session.scalars(select(Device.name).where(*mine).order_by(Device.name).limit(CHILDREN_NAMED)).all()
    count = work.session.scalar(select(func.count()).select_from(Device).where(*mine)) or 0
    text = f"{_detail(row, work.now)['text']}；它下面 {count} 个设备的呼叫收不到"
    return {"children": list(names), "children_count": count, "text": text}


def _length(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{max(minutes, 1)} 分钟"
    if minutes < 48 * 60:
        return f"{minutes // 60} 小时"
    return f"{minutes // 1440} 天"
