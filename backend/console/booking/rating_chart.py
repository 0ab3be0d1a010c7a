"""How people rated the offices, as stacked bars drawn on the server. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from backend.core.charts import Style, pygal
from backend.ratings.rules import LEVELS, Shares

# From green to red with steps in brightness too, so that the order shows without colours.
COLOURS = {5: "#14514b", 4: "#4f8f6c", 3: "#c9a227", 2: "#c8641e", 1: "#8c1c13"}
ROW, FRAME, MARGIN = 46, 150, 20
WIDER = 7  # pygal takes every character for a Latin one; a Chinese one is this much wider
FONT = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"


@dataclass(frozen=True, slots=True)
class OfficeShares:
    """How one office was rated; ``name`` is what the page calls it."""

    name: str
    shares: Shares


def draw(rows: Sequence[OfficeShares]) -> str:
    """The SVG as text, one bar per office, with words for a screen reader."""
    chart = pygal.HorizontalStackedBar(
        style=_style(), js=[], width=1000, height=FRAME + ROW * len(rows), range=(0, 100), legend_at_bottom=True,
        margin_left=MARGIN + max(len(row.name) for row in rows) * WIDER,
        legend_at_bottom_columns=len(LEVELS), show_y_guides=False, value_formatter=lambda share: f"{share:.0f}%",
        disable_xml_declaration=True, truncate_label=-1, truncate_legend=-1, tooltip_border_radius=0,
    )  # fmt: skip
    chart.x_labels = [row.name for row in reversed(rows)]  # pygal draws the first one lowest
    for level, word in LEVELS.items():
        chart.add(word, [row.shares.share(level) * 100 for row in reversed(rows)])
    chart.add_xml_filter(lambda root: _finish(root, chart, rows))
    return cast("str", chart.render(is_unicode=True))


def _style() -> Style:
    return Style(
        font_family=FONT, background="#ffffff", plot_background="#ffffff", colors=tuple(COLOURS.values()),
        opacity="1", opacity_hover="1", label_font_size=16, major_label_font_size=16, legend_font_size=16,
    )  # fmt: skip


def words(rows: Sequence[OfficeShares]) -> str:
    return "；".join(f"{row.name} {row.shares.total} 件，{_levels(row.shares)}" for row in rows)


def _levels(shares: Shares) -> str:
    return "、".join(f"{word} {shares.counts.get(level, 0)}" for level, word in LEVELS.items())


def _finish(root: Any, chart: Any, rows: Sequence[OfficeShares]) -> Any:
    """Take out what pygal adds for its script, and put in words for a screen reader."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag == "script":
                parent.remove(child)
    described = chart.svg.node(root, "desc", id="ratings-desc")
    described.text = words(rows)
    root.attrib.update({"role": "img", "aria-labelledby": "ratings-desc", "lang": "zh-CN"})
    return root
