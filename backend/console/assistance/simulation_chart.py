"""What each township would cost before and after, as bars drawn on the server. Pure."""

from collections.abc import Sequence
from typing import Any, cast

from backend.assistance.simulation import Outcome, Place
from backend.core.charts import Style, pygal

FONT = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
NOW, INK = "现行每月（元）", "#40546b"
TRIED = (("试算每月（元）", "#8c1c13"), ("方案二每月（元）", "#b8860b"))


def townships_chart(outcomes: Sequence[Outcome]) -> str:
    """One or two what-ifs beside what holds: the SVG as text, said in words too for whoever cannot see it."""
    first, tried = outcomes[0], TRIED[: len(outcomes)]
    chart = pygal.Bar(
        style=_style(), js=[], width=1000, height=380, legend_at_bottom=True, legend_at_bottom_columns=len(tried) + 1,
        disable_xml_declaration=True, truncate_label=-1, truncate_legend=-1, include_x_axis=True,
        value_formatter=lambda amount: f"{amount:.0f}", tooltip_border_radius=0,
    )  # fmt: skip
    chart.x_labels = [place.name for place in first.lines()]
    chart.add(NOW, [float(place.before) for place in first.lines()])
    for (name, _colour), outcome in zip(tried, outcomes, strict=True):
        chart.add(name if len(outcomes) == 1 else name.replace("试算", "方案一"), _after(outcome))
    said = "；".join(map(_said, zip(*(one.lines() for one in outcomes), strict=True)))
    chart.add_xml_filter(lambda root: _finish(root, chart, said))
    return cast("str", chart.render(is_unicode=True))


def _said(row: Sequence[Place]) -> str:
    tried = "、".join(str(one.after) for one in row)
    return f"{row[0].name}：现行{row[0].before}元，试算{tried}元"


def _after(outcome: Outcome) -> list[float]:
    return [float(place.after) for place in outcome.lines()]


def _style() -> Style:
    return Style(
        font_family=FONT, background="#ffffff", plot_background="#ffffff", label_font_size=16, legend_font_size=16,
        major_label_font_size=16, colors=(INK, *(colour for _name, colour in TRIED)), opacity="1", opacity_hover="1",
        guide_stroke_color="#d9dcd3", major_guide_stroke_color="#d9dcd3",
    )  # fmt: skip


def _finish(root: Any, chart: Any, said: str) -> Any:
    """Take out what pygal adds for its script, and put in words for a screen reader."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag == "script":
                parent.remove(child)
    chart.svg.node(root, "desc", id="townships-desc").text = said
    root.attrib.update({"role": "img", "aria-labelledby": "townships-desc", "lang": "zh-CN"})
    return root
