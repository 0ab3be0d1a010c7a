"""What an open board asks again and again: has anything changed, and how are things around it. Reads only."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from backend.alarms.models import Alarm
from backend.core.db import Work
from backend.devices import heartbeats
from backend.devices.models import Device
from backend.duty import service as duty
from backend.eldercare.models import Site
from backend.people.models import Division
from backend.people.service import Viewer

DEVICES_THAT_COUNT = ("in_service", "maintenance")
SITES_SHOWN = 8  # more names than that are not read from a wall, and each costs three looks at the roster


def pulse(work: Work, who: Viewer) -> dict[str, Any]:
    """``{stamp, now, open, ringing}``: one cheap row.

    The stamp differs after every change of an open alarm the viewer sees: each change writes a line of a timeline
    or moves a fence, each new alarm moves the newest beginning and each closed one the number of open ones.
    """
    opened, ringing, *marks = work.session.execute(
        select(
            func.count(),
            func.sum(case((Alarm.acknowledged_at.is_(None), 1), else_=0)),
            func.sum(Alarm.event_count),
            func.sum(Alarm.fence),
            func.max(Alarm.raised_at),
            func.max(Alarm.last_press_at),
        ).where(Alarm.closed_at.is_(None), who.sees(Alarm.division_path, "alarm.view"))
    ).one()
    stamp = "-".join(_mark(mark) for mark in (opened, ringing, *marks))
    return {"stamp": stamp, "now": work.now.isoformat(), "open": opened, "ringing": int(ringing or 0)}


def _mark(value: Any) -> str:
    return f"{value.timestamp():.6f}" if isinstance(value, datetime) else str(value or 0)


def around(work: Work, who: Viewer) -> dict[str, Any]:
    """``{now, last_alarm_at, devices: {total, in_contact}, duty: [{site, names}], silent: [names]}``.

    ``silent``: our own processes that say nothing any more; the one that would send the alarm may be among them.
    """
    last = work.session.scalar(select(func.max(Alarm.raised_at)).where(who.sees(Alarm.division_path, "alarm.view")))
    return {
        "now": work.now.isoformat(),
        "last_alarm_at": last.isoformat() if last else None,
        "devices": _devices(work, who),
        "duty": [_on_duty(work, code, name) for code, name in sites(work, who)[:SITES_SHOWN]],
        "silent": heartbeats.silent_names(work),
    }


def sites(work: Work, who: Viewer) -> list[tuple[str, str]]:
    """Code and name of the sites the viewer sees, in the order of the tree."""
    rows = work.session.execute(
        select(Site.division_code, Division.name)
        .join(Division, Division.code == Site.division_code)
        .where(who.sees(Division.path, "alarm.view"))
        .order_by(Division.path)
    )
    return [(code, name) for code, name in rows]


def _devices(work: Work, who: Viewer) -> dict[str, int]:
    total, silent = work.session.execute(
        select(func.count(), func.count(Device.offline_since))
        .join(Division, Division.code == Device.site_code)
        .where(who.sees(Division.path, "alarm.view"), Device.state.in_(DEVICES_THAT_COUNT))
    ).one()
    return {"total": total, "in_contact": total - silent}


def _on_duty(work: Work, code: str, name: str) -> dict[str, Any]:
    return {"site": name, "names": [person.name for person in duty.on_duty(work, code, "duty")]}
