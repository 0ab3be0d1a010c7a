"""A day of one bed as an SVG drawn on the server: heart and breathing rate, limits shaded, in bed or not.

Self-contained: no script, no outside font or image, so it stands under ``default-src 'self'`` and prints.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from backend.core.charts import Style, pygal
from backend.core.db import Work
from backend.devices.vocabulary import SPECS, Capability
from backend.sensing.rulebook import Placed, RuleBook
from backend.sensing.rules import ThresholdRule
from backend.sensing.schedule import DAY, LOCAL
from backend.sensing.series import series, value_before

SECONDS_PER_HOUR = 3600
GAP_HOURS = 0.25  # a line drawn over a longer silence would claim values that nobody measured
TOP, FLOOR = 160, -20  # the scale grows above TOP where somebody's heart did
STEP = 20
BED_STRIP = (-16, -4)  # below zero, where no rate can be
HEART, BREATH, BED = "#b02a37", "#0b5ed7", "#6c757d"
FONT = "'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
LINES = {
    Capability.HEART_RATE: ("心率（次/分，阴影为正常范围）", HEART),
    Capability.BREATHING_RATE: ("呼吸（次/分，阴影为正常范围）", BREATH),
}

Hours = tuple[float, float]


@dataclass(frozen=True, slots=True)
class DayOfBed:
    """What is drawn. Times are hours of the local day (0 to 24); limits are (low, high), None where there is none."""

    name: str
    day: date
    lines: dict[Capability, list[tuple[float, float]]]
    in_bed: list[Hours] = field(default_factory=list)
    out_of_bed: list[Hours] = field(default_factory=list)
    limits: dict[Capability, tuple[float | None, float | None]] = field(default_factory=dict)

    @property
    def top(self) -> int:
        highest = max((rate for points in self.lines.values() for _, rate in points), default=0)
        return max(TOP, -(-int(highest) // STEP) * STEP)

    @property
    def empty(self) -> bool:
        return not (any(self.lines.values()) or self.in_bed or self.out_of_bed)


def day_chart(work: Work, device_ids: Sequence[UUID], day: date, *, name: str, where: Placed, rules: RuleBook) -> str:
    """The SVG of a local day; ``name`` is how the bed is called, ``where`` decides whose limits are shaded."""
    return draw(gather(work, device_ids, day, name=name, where=where, rules=rules))


def gather(work: Work, device_ids: Sequence[UUID], day: date, *, name: str, where: Placed, rules: RuleBook) -> DayOfBed:
    start = datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC)
    end = start + DAY
    found = {line: series(work, device_ids, line.value, start, end).points for line in LINES}
    lines = {
        line: [(_hour(point.at, start), point.mean) for points in devices.values() for point in points]
        for line, devices in found.items()
    }
    stays = _stays(work, device_ids, start, end)
    inside = [hours for lying, hours in stays if lying]
    outside = [hours for lying, hours in stays if not lying]
    limits = {line: _limits(rules, line, where) for line in LINES}
    return DayOfBed(name, day, {line: sorted(points) for line, points in lines.items()}, inside, outside, limits)


def _hour(moment: datetime, start: datetime) -> float:
    return (moment - start).total_seconds() / SECONDS_PER_HOUR


def _limits(rules: RuleBook, capability: Capability, where: Placed) -> tuple[float | None, float | None]:
    for rule in rules.by_capability.get(capability.value, ()):
        holds = rules.effective(rule, where)
        if isinstance(holds, ThresholdRule):
            return holds.low, holds.high
    return None, None


def _stays(work: Work, device_ids: Sequence[UUID], start: datetime, end: datetime) -> list[tuple[bool, Hours]]:
    """In bed or not, from change to change; what was true before midnight holds until the first change."""
    until = min(end, work.now)
    stays: list[tuple[bool, Hours]] = []
    for device, points in series(work, device_ids, Capability.BED_OCCUPANCY.value, start, end).points.items():
        before = value_before(work, device, Capability.BED_OCCUPANCY.value, start)
        changes = [] if before is None else [(start, bool(before))]
        changes += [(point.at, bool(point.last)) for point in points]
        stays += _between(changes, start, until)
    return stays


def _between(changes: list[tuple[datetime, bool]], start: datetime, until: datetime) -> list[tuple[bool, Hours]]:
    turns = [change for number, change in enumerate(changes) if not number or changes[number - 1][1] != change[1]]
    ends = [at for at, _ in turns[1:]] + [until]
    return [
        (lying, (_hour(at, start), _hour(stop, start)))
        for (at, lying), stop in zip(turns, ends, strict=False)
        if stop > at
    ]


def draw(bed: DayOfBed) -> str:
    """The SVG as text; a day without data says so."""
    chart = _chart(bed)
    # Without any value pygal fixes no scale for the bed strip; a single point draws nothing but does fix it.
    nothing = [] if bed.empty else [(0.0, 0.0)]
    for line, (label, _) in LINES.items():
        chart.add(label, _with_gaps(bed.lines.get(line) or nothing), show_dots=False, stroke_style={"width": 2})
    chart.add_xml_filter(lambda root: _finish(root, chart, bed))
    return cast("str", chart.render(is_unicode=True))


def _chart(bed: DayOfBed) -> Any:
    style = Style(
        font_family=FONT, background="#ffffff", plot_background="#ffffff", colors=(HEART, BREATH),
        guide_stroke_color="#ced4da", major_guide_stroke_color="#ced4da", guide_stroke_dasharray="2,4",
        major_guide_stroke_dasharray="2,4",
        label_font_size=14, major_label_font_size=14, legend_font_size=16, title_font_size=20, no_data_font_size=28,
    )  # fmt: skip
    return pygal.XY(
        style=style, js=[], width=1000, height=420, title=_title(bed), range=(FLOOR, bed.top), xrange=(0, 24),
        x_labels=list(range(0, 25, 2)), x_value_formatter=lambda hour: f"{hour:02.0f}:00",
        y_labels=list(range(0, bed.top + STEP, STEP)), value_formatter=lambda rate: f"{rate:.0f}",
        allow_interruptions=True, show_y_guides=True,
        legend_at_bottom=True, no_data_text="当天没有数据", disable_xml_declaration=True, truncate_legend=-1,
    )  # fmt: skip


def _title(bed: DayOfBed) -> str:
    return f"{bed.name}  {bed.day.year} 年 {bed.day.month} 月 {bed.day.day} 日"


def _with_gaps(points: list[tuple[float, float]]) -> list[tuple[float | None, float | None]]:
    drawn: list[tuple[float | None, float | None]] = []
    for number, (hour, rate) in enumerate(points):
        if number and hour - points[number - 1][0] > GAP_HOURS:
            drawn.append((None, None))
        drawn.append((hour, rate))
    return drawn


def _finish(root: Any, chart: Any, bed: DayOfBed) -> Any:
    """Take out what pygal adds for its script, put in shading, the bed strip and words for a screen reader."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag == "script":
                parent.remove(child)
    plot = next(node for node in root.iter("g") if "plot" in node.get("class", "").split())
    for number, shape in enumerate(_shapes(chart.view, bed)):
        node = chart.svg.node(plot, "rect", shape)
        plot.remove(node)
        plot.insert(number + 1, node)  # right above the background, under the lines
    _strip_label(chart, plot, bed)
    _describe(root, chart, bed)
    return root


def _shapes(view: Any, bed: DayOfBed) -> list[dict[str, Any]]:
    shades = [
        _box(view, (0, 24), (low or 0, high or bed.top), LINES[line][1], 0.08)
        for line, (low, high) in bed.limits.items()
        if bed.lines.get(line)
    ]
    inside = [_box(view, hours, BED_STRIP, BED, 0.75) for hours in bed.in_bed]
    return shades + inside + [_box(view, hours, BED_STRIP, BED, 0.15) for hours in bed.out_of_bed]


def _box(view: Any, hours: Hours, rates: tuple[float, float], colour: str, opacity: float) -> dict[str, Any]:
    left, top = view((hours[0], rates[1]))
    right, bottom = view((hours[1], rates[0]))
    style = f"fill:{colour};fill-opacity:{opacity};stroke:none"  # pygal's own style sheet beats plain attributes
    return {"x": left, "y": top, "width": right - left, "height": bottom - top, "style": style}


def _strip_label(chart: Any, plot: Any, bed: DayOfBed) -> None:
    if not (bed.in_bed or bed.out_of_bed):
        return
    _, height = chart.view((0, sum(BED_STRIP) / 2))
    style = f"font-size:13px;font-family:{FONT};fill:#212529;text-anchor:end"
    chart.svg.node(plot, "text", x=-8, y=height + 5, style=style).text = "在床"


def _describe(root: Any, chart: Any, bed: DayOfBed) -> None:
    title = next(node for node in root if node.tag == "title")
    title.text, title.attrib["id"] = _title(bed), "chart-title"
    words = chart.svg.node(root, "desc", id="chart-desc")
    words.text = summary(bed)
    root.remove(words)
    root.insert(list(root).index(title) + 1, words)
    root.attrib.update({"role": "img", "aria-labelledby": "chart-title chart-desc", "lang": "zh-CN"})


def summary(bed: DayOfBed) -> str:
    """The chart in a sentence, for those who do not see it."""
    if bed.empty:
        return "当天没有数据"
    parts = [_range_words(SPECS[line].name_zh, points) for line, points in bed.lines.items() if points]
    if bed.in_bed:
        lying = timedelta(hours=sum(stop - start for start, stop in bed.in_bed))
        parts.append(f"在床共 {lying.total_seconds() / SECONDS_PER_HOUR:.1f} 小时，离床 {len(bed.out_of_bed)} 次")
    return "；".join(parts) or "当天没有心率和呼吸数据，也未在床"


def _range_words(label: str, points: list[tuple[float, float]]) -> str:
    rates = [rate for _, rate in points]
    return f"{label}最低 {min(rates):.0f}，最高 {max(rates):.0f}，平均 {sum(rates) / len(rates):.0f} 次/分"
