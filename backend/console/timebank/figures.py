"""Figures of volunteers and the time bank (R-176): as charts, as tables, as a file."""

import csv
import io

from flask import Response, render_template
from markupsafe import Markup

from backend.console.blueprints import page_blueprint
from backend.console.timebank.figures_chart import orders_chart, served_chart, tiles, townships_chart
from backend.console.timebank.figures_numbers import VIEW, Numbers, hours, numbers
from backend.core.db import reading
from backend.people.sessions import viewer
from backend.volunteers.vocabulary import SERVICES

blueprint = page_blueprint("console_timebank_figures", __name__, "/console/timebank/figures")


@blueprint.get("/")
def index() -> str:
    found = _numbers()
    return render_template(
        "console/timebank_figures.html", numbers=found, tiles=tiles(found), hours=hours, titles=SERVICES,
        served=_drawing(served_chart(found.months, found.served)),
        orders=_drawing(orders_chart(found.orders, SERVICES)) if found.orders else None,
        townships=_drawing(townships_chart(found.townships)) if found.townships else None,
    )  # fmt: skip


@blueprint.get("/figures.csv")
def export() -> Response:
    found, out = _numbers(), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["月份", *found.served])
    writer.writerows(
        [f"{month:%Y-%m}", *(minutes[place] for minutes in found.served.values())]
        for place, month in enumerate(found.months)
    )
    writer.writerows([[], ["镇街", "志愿者", "服务过的人", "服务分钟"]])
    writer.writerows([one.name, one.volunteers, one.served, one.minutes] for one in found.townships)
    writer.writerows([[], ["帮忙的种类", "已完成", "没有完成", "进行中"]])
    writer.writerows([SERVICES.get(kind, kind), *counts] for kind, counts in found.orders.items())
    # The mark at the start tells a spreadsheet that this is UTF-8.
    name = {"Content-Disposition": "attachment; filename=timebank-figures.csv"}
    return Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=name)


def _numbers() -> Numbers:
    me = viewer()
    me.require(VIEW)
    with reading(me.actor) as work:
        return numbers(work, me)


def _drawing(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 - our own SVG, no person's words in it
