"""The silence of our own processes and jobs, on the machine's clock: a demo that moves time kills nobody."""

from datetime import timedelta

from sqlalchemy import select

from backend.core.clock import wall
from backend.core.db import Work
from backend.core.leases import Heartbeat
from backend.core.locks import claim
from backend.devices.silence import SilenceFinding
from backend.eldercare import places

PLACE = "系统"
TOLD = "silence_told"
"""Kept in the heartbeat's detail, which the next beat overwrites: a new silence is new news."""
# A job says its own name in its sign of life.
NAMES = {
    "hub": "设备接入",
    "scheduler": "定时任务",
    "dispatcher": "消息发送",
}


def silent_heartbeats(work: Work) -> list[SilenceFinding]:
    """Processes and jobs past their limit, each told once per silence."""
    root = places.root_path(work)
    found = []
    for row in work.session.scalars(claim(work, select(Heartbeat).order_by(Heartbeat.name))):
        if _is_silent(row) and TOLD not in row.detail:
            row.detail = {**row.detail, TOLD: True}
            found.append(_finding(work, row, root))
    return found


def living_heartbeats(work: Work) -> list[str]:
    """Subject keys of those within their limit: an alarm that is open for one of them is over."""
    return [_subject(row) for row in work.session.scalars(select(Heartbeat)) if not _is_silent(row)]


def silent_names(work: Work) -> list[str]:
    """The Chinese names of those past their limit, for a screen that must say it when no notice can."""
    return [_name(row) for row in work.session.scalars(select(Heartbeat).order_by(Heartbeat.name)) if _is_silent(row)]


def _name(row: Heartbeat) -> str:
    return str(row.detail.get("title") or NAMES.get(row.name, row.name))


def _is_silent(row: Heartbeat) -> bool:
    return wall() - row.wall_at > timedelta(seconds=row.limit_s)


def _subject(row: Heartbeat) -> str:
    return f"system:{row.name}"


def _finding(work: Work, row: Heartbeat, root: str) -> SilenceFinding:
    silent_s = int((wall() - row.wall_at).total_seconds())
    name = _name(row)
    return SilenceFinding(
        action="raise",
        kind="system",
        subject_key=_subject(row),
        subject_name=name,
        place=PLACE,
        division_path=root,
        occurred_at=work.now,
        detail={"text": f"{name}已 {silent_s} 秒没有动静", "limit_s": row.limit_s, "silent_s": silent_s},
    )
