"""Registrations by month as bars drawn on the server. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

import pygal
from pygal.style import Style

from backend.marriage.statistics import Cases
from backend.marriage.statistics_rules import cell, is_hidden

SERIES = {
    "marriage_registration": ("结婚登记", "#8c1c13"), "divorce_application": ("离婚申请", "#c9a227"),
    "divorce_certificate": ("离婚登记", "#40546b"),
}  # fmt: skip
FONT = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"


def months_chart(counted: Sequence[Cases], year: int, *, exact: bool) -> str:
    """The SVG as text; a count that may not be shown has no bar."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in counted:
        counts[one.month, one.matter] += one.count if one.state == "registered" else 0
    months = [f"{year}-{month:02d}" for month in range(1, 13)]
    chart = pygal.Bar(
        style=_style(), js=[], width=1000, height=380, legend_at_bottom=True, legend_at_bottom_columns=len(SERIES),
        disable_xml_declaration=True, truncate_label=-1, truncate_legend=-1, include_x_axis=True,
        value_formatter=lambda count: f"{count:.0f}", tooltip_border_radius=0,
    )  # fmt: skip
    chart.x_labels = [f"{int(month[5:])}月" for month in months]
    for matter, (name, _colour) in SERIES.items():
        values = [counts[month, matter] for month in months]
        chart.add(name, [None if is_hidden(value, exact=exact) else value for value in values])
    said = _words(counts, months, exact=exact)
    chart.add_xml_filter(lambda root: _finish(root, chart, said))
    return cast("str", chart.render(is_unicode=True))


def _style() -> Style:
    return Style(
        font_family=FONT, background="#ffffff", plot_background="#ffffff", label_font_size=16, legend_font_size=16,
        major_label_font_size=16, colors=tuple(colour for _, colour in SERIES.values()), opacity="1", opacity_hover="1",
        guide_stroke_color="#d9dcd3", major_guide_stroke_color="#d9dcd3",
    )  # fmt: skip


def _words(counts: Counter[tuple[str, str]], months: Sequence[str], *, exact: bool) -> str:
    """The same for whoever cannot see it."""
    said = []
    for month in months:
        each = (f"{name} {cell(counts[month, matter], exact=exact)}" for matter, (name, _) in SERIES.items())
        said.append(f"{int(month[5:])}月：{'、'.join(each)}")
    return "；".join(said)


def _finish(root: Any, chart: Any, said: str) -> Any:
    """Take out what pygal adds for its script, and put in words for a screen reader."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag == "script":
                parent.remove(child)
    chart.svg.node(root, "desc", id="months-desc").text = said
    root.attrib.update({"role": "img", "aria-labelledby": "months-desc", "lang": "zh-CN"})
    return root
