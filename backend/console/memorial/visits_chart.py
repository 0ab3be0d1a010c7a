"""Today's visits of a cemetery as bars drawn on the server: people booked and places left, by time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.core.charts import finished, frame, pygal, scale

COLOURS = ("#14514b", "#c9a227", "#d9dcd3")


@dataclass(frozen=True, slots=True)
class VisitTime:
    """One time of one gate: people booked, people who just came, places there are; ``closed`` by the office."""

    label: str
    booked: int
    came: int
    places: int
    closed: bool

    @property
    def left(self) -> int:
        return 0 if self.closed else max(0, self.places - self.booked - self.came)


def draw(times: Sequence[VisitTime]) -> str:
    """A bar a time; the same in words for a screen reader."""
    top = max((one.places for one in times), default=0)
    whole = frame(COLOURS, columns=3, height=320, y_labels=scale(top), value_formatter=lambda value: f"{value:g}")
    chart = pygal.StackedBar(**whole)
    chart.x_labels = [one.label for one in times]
    chart.add("已预约", [one.booked for one in times])
    chart.add("现场来的", [one.came for one in times])
    chart.add("还能来", [one.left for one in times])
    return finished(chart, "visits-words", "；".join(_words(one) for one in times) or "今天没有开放时段")


def _words(one: VisitTime) -> str:
    said = f"{one.label} 已预约{one.booked}人，现场{one.came}人，还能来{one.left}人"
    return f"{said}，已停办" if one.closed else said
