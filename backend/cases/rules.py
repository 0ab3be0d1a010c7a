"""Deadlines, warnings, who may act and where a step leads. Pure: days and facts in, answers out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from backend.core.calendar import WorkCalendar

LONGEST_REASON = 2000
SHORTEST_REASON = 4
# Whose turn it is when a role has let a deadline pass.
NEXT_ROLE: dict[str, str] = {"clerk": "officer", "officer": "lead"}
ROLE_ZH = {"clerk": "镇街经办", "officer": "县民政局", "lead": "值班领导"}
NEAR = timedelta(days=3)  # when a screen begins to say that a day is near
WARN_AT = 3  # the part of the working days that is left when whoever has it is warned


@dataclass(frozen=True, slots=True)
class Place:
    """A role over the subtree below a path."""

    role: str
    path: str


def due_on(calendar: WorkCalendar, opened: date, workdays: int) -> tuple[date, bool]:
    """The last day of a period of working days and whether it is provisional; its first day is not counted."""
    last = calendar.add_workdays(opened, workdays)
    return last, calendar.provisional(last, opened)


def is_soon(calendar: WorkCalendar, opened: date, due: date, today: date) -> bool:
    """Whether a third or less of the working days is left (today's is still left); false once it is over."""
    whole, left = calendar.workdays_between(opened, due), calendar.workdays_between(today, due)
    return today <= due and left * WARN_AT <= whole


def is_late(due: date, today: date) -> bool:
    """The last day itself is in time."""
    return today > due


def is_near(due: date | None, today: date) -> bool:
    """Whether the last day is today or within three days; what is past is late, not near."""
    return due is not None and today <= due <= today + NEAR


def appeal_until(told: date, days: int) -> date:
    """The last of the (natural) days from the day after the decision was told."""
    return told + timedelta(days=days)


def publication_days(day: date, days: int) -> tuple[date, date]:
    """First and last day of a publication: whole days from the next one on, the first day being counted."""
    return day + timedelta(days=1), day + timedelta(days=days)


def may_act(places: Iterable[Place], role: str, territory: str, *, escalated: bool) -> bool:
    """Whether somebody has the role over the territory; once escalated the next role has it too."""
    roles = {role, NEXT_ROLE.get(role, role)} if escalated else {role}
    return any(one.role in roles and territory.startswith(one.path) for one in places)


def joined(targets: Iterable[str], order: Mapping[str, int]) -> str:
    """Where several finished branches lead together: back to the earliest step any of them names, else on."""
    back = [target for target in targets if target != "next"]
    return min(back, key=lambda code: order[code]) if back else "next"


def good_reason(text: str | None) -> str | None:
    """A reason in words, trimmed; None if it says nothing."""
    words = (text or "").strip()[:LONGEST_REASON]
    return words if len(words) >= SHORTEST_REASON else None


def left_words(due: date | None, today: date) -> str:
    """``今天到期``, ``还有 3 天``, ``已超期 2 天``."""
    if due is None:
        return "没有期限"
    days = (due - today).days
    return "今天到期" if days == 0 else f"还有 {days} 天" if days > 0 else f"已超期 {-days} 天"
