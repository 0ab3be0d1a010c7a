"""Reading the register for people: only what lies in the viewer's subtree, with what can be done now."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.devices import rules
from backend.devices.models import Device, Quarantine, UnknownDevice
from backend.devices.registry import describe
from backend.devices.schemas import ListQuery
from backend.devices.states import MACHINE, RETIRED
from backend.devices.status import OverdueTest, overdue_tests
from backend.eldercare import places
from backend.people.models import Division
from backend.people.service import Viewer

VIEW, MANAGE = "device.view", "device.manage"
SHOWN = 200
PAGE = 300


def _visible(work: Work, viewer: Viewer) -> Select[Device]:
    """What nobody has placed belongs to the county."""
    unplaced = Device.site_code.is_(None) if viewer.may(VIEW, places.root_path(work)) else None
    seen = viewer.sees(Division.path, VIEW)
    return (
        select(Device)
        .outerjoin(Division, Division.code == Device.site_code)
        .where(seen if unplaced is None else or_(seen, unplaced))
    )


def page(work: Work, viewer: Viewer, query: ListQuery) -> tuple[list[dict[str, Any]], UUID | None]:
    """One page by id, and the cursor of the next."""
    viewer.require(VIEW)
    statement = _visible(work, viewer).where(*_filters(query)).order_by(Device.id).limit(query.limit + 1)
    rows = list(work.session.scalars(statement))
    where = places.whereabouts(work)
    shown = rows[: query.limit]
    return [as_dict(work, row, where) for row in shown], shown[-1].id if len(rows) > query.limit else None


def _filters(query: ListQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Device.state == query.state if query.state else Device.state != RETIRED,
    ]
    if query.site:
        found.append(Device.site_code == query.site)
    if query.q:
        found.append(
            or_(Device.name.contains(query.q, autoescape=True), Device.external_id.contains(query.q, autoescape=True))
        )
    if query.offline is not None:
        found.append(Device.offline_since.is_not(None) if query.offline else Device.offline_since.is_(None))
    if query.cursor:
        found.append(Device.id > query.cursor)
    return found


def by_site(work: Work, viewer: Viewer, query: ListQuery) -> list[tuple[str, list[dict[str, Any]]]]:
    """For the page: the devices of a site under its name; gateways first, then by name; at most ``PAGE``."""
    viewer.require(VIEW)
    ordered = _visible(work, viewer).where(*_filters(query)).order_by(Device.kind.desc(), Device.name, Device.id)
    rows = work.session.scalars(ordered.limit(PAGE))
    where = places.whereabouts(work)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        site = where.sites.get(row.site_code) if row.site_code else None
        groups.setdefault(site.text if site else "还没有安排位置", []).append(as_dict(work, row, where))
    return sorted(groups.items())


def find(work: Work, viewer: Viewer, device_id: UUID, action: str = VIEW) -> Device:
    """The device if the viewer may do this to it. NotAllowedError: not this role's; NotFoundError: not theirs."""
    viewer.require(action)
    row = work.session.get(Device, device_id)
    if row is None or not viewer.may(action, site_path(work, row.site_code)):
        raise NotFoundError(device=device_id)
    return row


def site_path(work: Work, site_code: str | None) -> str:
    """The division path a device answers under: its site's, or the county's."""
    path = work.session.scalar(select(Division.path).where(Division.code == site_code)) if site_code else None
    return path or places.root_path(work)


def as_dict(work: Work, row: Device, where: places.Whereabouts | None = None) -> dict[str, Any]:
    """A device as ``schemas.DeviceOut`` has it."""
    known = describe(row, where or places.whereabouts(work))
    facts = {name: getattr(row, name) for name in PLAIN}
    return facts | {
        "place": known.place_text,
        "elder_id": known.elder_id,
        "elder_name": known.elder_name,
        "site_code": known.site_code,
        "battery": rules.battery_now(row.battery, row.battery_at, work.now),
        "actions": MACHINE.actions(row.state),
        "account": row.mqtt_username is not None,
    }


PLAIN = (
    "id", "kind", "name", "source", "external_id", "model", "vendor", "power", "capabilities", "state", "state_note",
    "state_since", "gateway_id", "offline_since", "last_seen_at", "clock_skew_s", "expected_interval_s", "test_until",
    "last_test_at", "test_due_at",
)  # fmt: skip


def tests_due(work: Work, viewer: Viewer) -> list[OverdueTest]:
    """The overdue press tests of the viewer's subtree."""
    viewer.require(VIEW)
    return [one for one in overdue_tests(work) if viewer.may(VIEW, one.division_path)]


def quarantined(work: Work, viewer: Viewer) -> list[dict[str, Any]]:
    """The newest unreadable messages, those nobody has looked at first. Bytes only as hexadecimal."""
    viewer.require(MANAGE)
    rows = work.session.scalars(
        select(Quarantine).order_by(Quarantine.looked_at.is_not(None), Quarantine.at.desc()).limit(SHOWN)
    )
    fields = ("id", "at", "source", "topic", "reason", "detail", "size", "looked_at")
    return [{name: getattr(row, name) for name in fields} | {"head_hex": row.head.hex(" ")} for row in rows]


def strangers(work: Work, viewer: Viewer) -> list[UnknownDevice]:
    """Devices that speak and are not in the register, the latest first: for whoever installs devices anywhere."""
    viewer.require(MANAGE)
    return list(work.session.scalars(select(UnknownDevice).order_by(UnknownDevice.last_seen_at.desc()).limit(SHOWN)))
