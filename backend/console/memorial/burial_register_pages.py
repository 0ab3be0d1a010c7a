"""安葬登记册: graves, ashes and ecological burials; masked on the page, searched by whole name or number, exported."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Response, render_template, request, stream_with_context

from backend.console import form_values as said
from backend.console.blueprints import page_blueprint
from backend.core.db import reading, unit_of_work
from backend.memorial import burial_register, cemeteries
from backend.memorial.burial_register import FILE_PAGE, KINDS, PAGE, Entry, Wanted
from backend.memorial.burial_rules import ECOLOGICAL, PLOT_KINDS
from backend.people.service import Viewer, county
from backend.people.sessions import viewer
from backend.residents.masking import mask_id, mask_name
from backend.volunteers.exchange_files import guarded

blueprint = page_blueprint("console_burial_register", __name__, "/console/cemeteries/register")

HEAD = (
    "陵园", "区", "位置", "安葬方式", "节地生态", "姓名", "证件号（遮盖）", "去世日期", "安葬日期", "迁出日期", "迁到",
)  # fmt: skip


def _wanted() -> Wanted:
    """Which part of the register; a name never stands in an address, where it would be logged."""
    args = request.args
    return Wanted(args.get("cemetery", "")[:64], args.get("kind", ""), cursor=args.get("cursor") or None)


@blueprint.get("/")
def index() -> str:
    """A page of the register."""
    return _page(_wanted())


@blueprint.post("/")
def search() -> str:
    """Somebody by their whole name or number: that they were looked for is written down."""
    return _page(replace(_wanted(), name=said.text("name")[:32], number=said.text("number")[:32], cursor=None))


def _page(wanted: Wanted) -> str:
    me = viewer()
    me.require(cemeteries.VIEW)
    with unit_of_work(me.actor) as work:
        found, cursor = burial_register.page(work, me, wanted)
        if wanted.name or wanted.number:
            burial_register.note_search(work, wanted, found)
            cursor = None
        grounds = [(one.code, one.name) for one in work.session.scalars(cemeteries.seen_by(me))]
        may_export = me.may(cemeteries.HANDLE, county(work).path)
    return render_template(
        "console/memorial/burial_register.html", rows=[_shown(one) for one in found], wanted=wanted, cursor=cursor,
        grounds=grounds, kinds=KINDS, may_export=may_export, most=PAGE,
    )  # fmt: skip


def _shown(one: Entry) -> dict[str, Any]:
    return {
        "name": mask_name(one.name), "number": mask_id(one.number) or "—", "died": one.died, "place": one.cemetery,
        "code": one.code, "zone": one.zone, "plot": one.plot, "kind": PLOT_KINDS[one.kind],
        "saving": one.kind in ECOLOGICAL, "buried_on": one.buried_on, "ended_on": one.ended_on,
    }  # fmt: skip


@blueprint.get("/register.csv")
def export() -> Response:
    """The same as a file, with whole names: for who keeps the register."""
    me, wanted = viewer(), replace(_wanted(), cursor=None)
    with unit_of_work(me.actor) as work:
        burial_register.note_export(work, me, wanted)
    # The mark at the start tells a spreadsheet that this is UTF-8.
    lines = stream_with_context(_lines(me, wanted))
    name = {"Content-Disposition": "attachment; filename=burial-register.csv"}
    return Response(lines, content_type="text/csv; charset=utf-8", headers=name)


def _lines(me: Viewer, wanted: Wanted) -> Iterator[str]:
    yield "\ufeff" + _line(HEAD)
    while True:
        with reading() as work:
            rows, cursor = burial_register.page(work, me, wanted, FILE_PAGE)
        yield "".join(_line(_cells(row)) for row in rows)
        if cursor is None:
            return
        wanted = replace(wanted, cursor=cursor)


def _cells(one: Entry) -> tuple[Any, ...]:
    return (
        one.cemetery, one.zone, one.plot, PLOT_KINDS[one.kind], "是" if one.kind in ECOLOGICAL else "否", one.name,
        mask_id(one.number), one.died, one.buried_on, one.ended_on or "", one.moved_to or "",
    )  # fmt: skip


def _line(cells: tuple[Any, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([guarded(str(one)) for one in cells])
    return out.getvalue()
