"""What each township would cost before and after, as bars drawn on the server. Pure."""

from collections.abc import Sequence

from backend.assistance.simulation import Outcome, Place
from backend.core.charts import finished, frame, pygal

NOW, INK = "现行每月（元）", "#40546b"
TRIED = (("试算每月（元）", "#8c1c13"), ("方案二每月（元）", "#b8860b"))
COLOURS = (INK, *(colour for _name, colour in TRIED))


def townships_chart(outcomes: Sequence[Outcome]) -> str:
    """One or two what-ifs beside what holds: the SVG as text, said in words too for whoever cannot see it."""
    first, tried = outcomes[0], TRIED[: len(outcomes)]
    whole = frame(COLOURS, columns=len(tried) + 1, include_x_axis=True, value_formatter=lambda amount: f"{amount:.0f}")
    chart = pygal.Bar(**whole)
    chart.x_labels = [place.name for place in first.lines()]
    chart.add(NOW, [float(place.before) for place in first.lines()])
    for (name, _colour), outcome in zip(tried, outcomes, strict=True):
        chart.add(name if len(outcomes) == 1 else name.replace("试算", "方案一"), _after(outcome))
    said = "；".join(map(_said, zip(*(one.lines() for one in outcomes), strict=True)))
    return finished(chart, "townships-desc", said)


def _said(row: Sequence[Place]) -> str:
    tried = "、".join(str(one.after) for one in row)
    return f"{row[0].name}：现行{row[0].before}元，试算{tried}元"


def _after(outcome: Outcome) -> list[float]:
    return [float(place.after) for place in outcome.lines()]
