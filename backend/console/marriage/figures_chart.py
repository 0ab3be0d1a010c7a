"""Registrations by month as bars drawn on the server. Pure."""

from collections import Counter
from collections.abc import Sequence

from backend.core.charts import finished, frame, pygal
from backend.marriage.statistics import Cases
from backend.marriage.statistics_rules import cell, is_hidden

SERIES = {
    "marriage_registration": ("结婚登记", "#8c1c13"), "divorce_application": ("离婚申请", "#c9a227"),
    "divorce_certificate": ("离婚登记", "#40546b"),
}  # fmt: skip
COLOURS = tuple(colour for _, colour in SERIES.values())


def months_chart(counted: Sequence[Cases], year: int, *, exact: bool) -> str:
    """The SVG as text; a count that may not be shown has no bar."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in counted:
        counts[one.month, one.matter] += one.count if one.state == "registered" else 0
    months = [f"{year}-{month:02d}" for month in range(1, 13)]
    whole = frame(COLOURS, columns=len(SERIES), include_x_axis=True, value_formatter=lambda count: f"{count:.0f}")
    chart = pygal.Bar(**whole)
    chart.x_labels = [f"{int(month[5:])}月" for month in months]
    for matter, (name, _colour) in SERIES.items():
        values = [counts[month, matter] for month in months]
        chart.add(name, [None if is_hidden(value, exact=exact) else value for value in values])
    return finished(chart, "months-desc", _words(counts, months, exact=exact))


def _words(counts: Counter[tuple[str, str]], months: Sequence[str], *, exact: bool) -> str:
    """The same for whoever cannot see it."""
    said = []
    for month in months:
        each = (f"{name} {cell(counts[month, matter], exact=exact)}" for matter, (name, _) in SERIES.items())
        said.append(f"{int(month[5:])}月：{'、'.join(each)}")
    return "；".join(said)
