"""A day of the roster as bars, worked out here and drawn as SVG by ``console/roster_chart.html``. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from backend.core.clock import local
from backend.duty.lint import ROLE_NAMES
from backend.duty.rules import Interval
from backend.duty.service import Duty, RosterDay

WIDTH, LANE, HEAD, FOOT = 600, 50, 34, 30
GLYPH = 25  # the width of one Chinese character of a label, in the same units
TONES = 6
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; ``tone`` is a colour's number, None for a gap; an empty label does not fit."""

    x: float
    y: int
    width: float
    label: str
    title: str
    tone: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One post: its words at ``y`` and its bars below."""

    name: str
    y: int
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Chart:
    """``now_x`` is where the present moment lies, None on another day."""

    heading: str
    height: int
    rows: list[Row]
    now_x: float | None
    words: list[str]


def day_name(day: date, today: date) -> str:
    """``今天 11月22日 星期日``."""
    near = {today: "今天 ", today + timedelta(days=1): "明天 "}.get(day, "")
    return f"{near}{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"


def draw(found: RosterDay, now: datetime) -> Chart:
    tones = {person: number % TONES for number, person in enumerate(sorted({d.staff_id for d in found.duties}))}
    rows, y = [], 0
    for role in ROLE_NAMES:
        duties = [duty for duty in found.duties if duty.role == role]
        if duties or found.gaps.get(role):
            row, lanes = _row(found, role, duties, tones, y)
            rows.append(row)
            y += HEAD + lanes * LANE
    inside = found.window.starts <= now < found.window.ends
    now_x = _x(found.window, now) if inside else None
    words = [f"{row.name}：{bar.title}" for row in rows for bar in row.bars]
    return Chart(day_name(found.day, local(now).date()), y + FOOT, rows, now_x, words)


def _row(found: RosterDay, role: str, duties: Sequence[Duty], tones: dict[UUID, int], y: int) -> tuple[Row, int]:
    ends: list[datetime] = []  # until when each lane is taken
    bars = []
    for duty in duties:
        lane = next((number for number, end in enumerate(ends) if end <= duty.starts), len(ends))
        ends[lane : lane + 1] = [duty.ends]
        span, top = Interval(duty.starts, duty.ends), y + HEAD + lane * LANE
        bars.append(_bar(found.window, span, top, duty.name, tones[duty.staff_id]))
    gaps = [_bar(found.window, gap, y + HEAD, "没有人", None) for gap in found.gaps.get(role, [])]
    return Row(ROLE_NAMES[role], y, sorted([*bars, *gaps], key=lambda bar: bar.x)), max(1, len(ends))


def _bar(window: Interval, span: Interval, y: int, name: str, tone: int | None) -> Bar:
    x = _x(window, span.starts)
    width = _x(window, span.ends) - x
    label = name if width >= GLYPH * len(name) + 8 else ""
    return Bar(x, y, width, label, f"{_clock(window, span.starts)}–{_clock(window, span.ends)} {name}", tone)


def _x(window: Interval, moment: datetime) -> float:
    return round((moment - window.starts) / (window.ends - window.starts) * WIDTH, 1)


def _clock(window: Interval, moment: datetime) -> str:
    return "24:00" if moment == window.ends else local(moment).strftime("%H:%M")
