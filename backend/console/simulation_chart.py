"""What each township would cost before and after, as bars drawn on the server. Pure."""

from typing import Any, cast

from backend.assistance.simulation import Outcome
from backend.core.charts import Style, pygal

FONT = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
SERIES = (("现行每月（元）", "#40546b", "before"), ("试算每月（元）", "#8c1c13", "after"))


def townships_chart(outcome: Outcome) -> str:
    """The SVG as text, with the same said in words for whoever cannot see it."""
    chart = pygal.Bar(
        style=_style(), js=[], width=1000, height=380, legend_at_bottom=True, legend_at_bottom_columns=len(SERIES),
        disable_xml_declaration=True, truncate_label=-1, truncate_legend=-1, include_x_axis=True,
        value_formatter=lambda amount: f"{amount:.0f}", tooltip_border_radius=0,
    )  # fmt: skip
    places = outcome.lines()
    chart.x_labels = [place.name for place in places]
    for name, _colour, attribute in SERIES:
        chart.add(name, [float(getattr(place, attribute)) for place in places])
    said = "；".join(f"{place.name}：现行{place.before}元，试算{place.after}元" for place in places)
    chart.add_xml_filter(lambda root: _finish(root, chart, said))
    return cast("str", chart.render(is_unicode=True))


def _style() -> Style:
    return Style(
        font_family=FONT, background="#ffffff", plot_background="#ffffff", label_font_size=16, legend_font_size=16,
        major_label_font_size=16, colors=tuple(colour for _, colour, _ in SERIES), opacity="1", opacity_hover="1",
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
