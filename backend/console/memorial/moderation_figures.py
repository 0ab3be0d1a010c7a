"""The figures of moderation: how long people waited for a person, and which rules were broken."""

from collections.abc import Mapping

from flask import render_template
from markupsafe import Markup

from backend.console.blueprints import page_blueprint
from backend.console.memorial.moderation_numbers import DAYS, numbers
from backend.core.charts import finished, frame, pygal, scale
from backend.core.db import reading
from backend.memorial import moderation_book as book
from backend.memorial.moderation_desk import MODERATE
from backend.people.sessions import viewer

blueprint = page_blueprint("console_moderation_figures", __name__, "/console/memorial/moderation/figures")

COLOUR = "#14514b"


@blueprint.get("/")
def index() -> str:
    me = viewer()
    me.require(MODERATE)
    with reading(me.actor) as work:
        found = numbers(work)
    titles = {code: found.rules.get(code, 0) for code in book.rules()}
    by_rule = {book.rule(code).title: count for code, count in titles.items()}
    return render_template(
        "console/memorial/moderation_figures.html", found=found, days=DAYS, by_rule=by_rule,
        waits_chart=_bars("waits-words", found.waits) if any(found.waits.values()) else None,
        rules_chart=_bars("rules-words", by_rule) if any(by_rule.values()) else None,
    )  # fmt: skip


def _bars(name: str, counted: Mapping[str, int]) -> Markup:
    top = max(counted.values())
    whole = frame([COLOUR], columns=1, height=240, y_labels=scale(top), print_values=True, value_colors=("#ffffff",))
    chart = pygal.Bar(**whole, show_legend=False, value_formatter=lambda value: f"{value:.0f}")
    chart.x_labels = list(counted)
    chart.add("条", list(counted.values()))
    said = "；".join(f"{words}{count}条" for words, count in counted.items())
    return Markup(finished(chart, name, said))  # noqa: S704 - our own SVG, no person's words in it
