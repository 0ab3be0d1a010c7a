"""Figures of funerals, graves and remembrance (I-20, I-30): as charts, as tables, as a file."""

import csv
import io

from flask import Response, render_template
from markupsafe import Markup

from backend.console.blueprints import page_blueprint
from backend.console.memorial.burial_figures_chart import sections, tables, tiles
from backend.console.memorial.burial_figures_numbers import VIEW, Numbers, numbers
from backend.core.db import reading
from backend.people.sessions import viewer

blueprint = page_blueprint("console_burial_figures", __name__, "/console/cemeteries/figures")


def _numbers() -> Numbers:
    me = viewer()
    me.require(VIEW)
    with reading(me.actor) as work:
        return numbers(work, me)


@blueprint.get("/")
def index() -> str:
    found = _numbers()
    parts = [(one.title, Markup(one.svg), one.table) for one in sections(found)]  # noqa: S704 - our own SVG, no person's words in it
    return render_template(
        "console/memorial/burial_figures.html", tiles=tiles(found), parts=parts, tables=tables(found),
        since=found.months[0],
    )  # fmt: skip


@blueprint.get("/figures.csv")
def export() -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    found = _numbers()
    for table in [*(one.table for one in sections(found)), *tables(found)]:
        writer.writerows([[table.title], table.columns, *table.lines, []])
    # The mark at the start tells a spreadsheet that this is UTF-8.
    name = {"Content-Disposition": "attachment; filename=burial-figures.csv"}
    return Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=name)
