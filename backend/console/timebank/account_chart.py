"""What came into an account and went out of it, as bars drawn on the server. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from backend.core.charts import finished, frame, pygal, scale
from backend.timebank.rules import words

IN, OUT = ("存进来", "#14514b"), ("用出去", "#c8641e")
HOUR = 60
FEW_DAYS = 31  # up to so many days a bar is a day, above it a month


def movements(since: date, until: date, lines: Sequence[Mapping[str, Any]]) -> str:
    """Hours in and out: of each day that moved, or of every month where there are many days; lines of a statement."""
    daily = (until - since).days <= FEW_DAYS
    came = {} if daily else dict.fromkeys(_months(since, until), 0)
    went: dict[str, int] = {}
    for one in lines:
        label = f"{one['at'].month}月{one['at'].day}日" if daily else _month(one["at"])
        came.setdefault(label, 0)
        side = came if one["amount"] > 0 else went
        side[label] = side.get(label, 0) + abs(one["amount"])
    return _drawn(list(came), came, went)


def _months(since: date, until: date) -> list[str]:
    """Every month that has a day in the period."""
    count = (until.year - since.year) * 12 + until.month - since.month + 1
    first = since.year * 12 + since.month - 1
    return [_month(date(one // 12, one % 12 + 1, 1)) for one in range(first, first + count)]


def _month(day: date) -> str:
    return f"{day:%y}年{day.month}月"


def _drawn(labels: Sequence[str], came: Mapping[str, int], went: Mapping[str, int]) -> str:
    top = max(max(came.get(label, 0), went.get(label, 0)) for label in labels) / HOUR
    settings = frame(
        [IN[1], OUT[1]], columns=2, height=260, value_formatter=lambda value: f"{value:.3g}", y_labels=scale(top)
    )
    chart = pygal.Bar(**settings)
    chart.x_labels = labels
    for (word, _), minutes in ((IN, came), (OUT, went)):
        chart.add(word, [minutes.get(label, 0) / HOUR for label in labels])
    said = [f"{label}：{IN[0]}{words(came.get(label, 0))}、{OUT[0]}{words(went.get(label, 0))}" for label in labels]
    return finished(chart, "movements-words", "；".join(said))
