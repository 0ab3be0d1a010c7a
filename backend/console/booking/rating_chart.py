"""How people rated the offices, as stacked bars drawn on the server. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.core.charts import finished, frame, pygal
from backend.ratings.rules import LEVELS, Shares

# From green to red with steps in brightness too, so that the order shows without colours.
COLOURS = {5: "#14514b", 4: "#4f8f6c", 3: "#c9a227", 2: "#c8641e", 1: "#8c1c13"}
ROW, FRAME, MARGIN = 46, 150, 20
WIDER = 7  # pygal takes every character for a Latin one; a Chinese one is this much wider


@dataclass(frozen=True, slots=True)
class OfficeShares:
    """How one office was rated; ``name`` is what the page calls it."""

    name: str
    shares: Shares


def draw(rows: Sequence[OfficeShares]) -> str:
    """The SVG as text, one bar per office, with words for a screen reader."""
    chart = pygal.HorizontalStackedBar(**frame(
        tuple(COLOURS.values()), columns=len(LEVELS), height=FRAME + ROW * len(rows), range=(0, 100),
        margin_left=MARGIN + max(len(row.name) for row in rows) * WIDER, show_y_guides=False,
        value_formatter=lambda share: f"{share:.0f}%",
    ))  # fmt: skip
    chart.x_labels = [row.name for row in reversed(rows)]  # pygal draws the first one lowest
    for level, word in LEVELS.items():
        chart.add(word, [row.shares.share(level) * 100 for row in reversed(rows)])
    return finished(chart, "ratings-desc", words(rows))


def words(rows: Sequence[OfficeShares]) -> str:
    return "；".join(f"{row.name} {row.shares.total} 件，{_levels(row.shares)}" for row in rows)


def _levels(shares: Shares) -> str:
    return "、".join(f"{word} {shares.counts.get(level, 0)}" for level, word in LEVELS.items())
