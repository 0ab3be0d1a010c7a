"""Receipts, refusals and certificates of no record: a page to print and a file to keep."""

from uuid import UUID

from flask import Response, make_response, render_template, url_for
from markupsafe import Markup
from segno import make

from backend.console.marriage.desk import blueprint
from backend.core import letters_pdf
from backend.core.db import unit_of_work
from backend.marriage import letters
from backend.marriage.api import SCAN, link
from backend.people.sessions import viewer


@blueprint.get("/cases/<uuid:case_id>/letter")
def letter(case_id: UUID) -> str:
    me = viewer()
    with unit_of_work(me.actor) as work:
        found = letters.letter(work, me, case_id)
    code = make(link(), error="m").svg_inline(scale=3, border=2, title=SCAN, omitsize=True)
    return render_template(
        "console/marriage_letter.html", letter=found, scan=SCAN, back=url_for(".case", case_id=case_id),
        pdf=url_for(".letter_pdf", case_id=case_id),
        code=Markup(code),  # noqa: S704 - our own SVG, drawn from our own address
    )  # fmt: skip


@blueprint.get("/cases/<uuid:case_id>/letter.pdf")
def letter_pdf(case_id: UUID) -> Response:
    me = viewer()
    with unit_of_work(me.actor) as work:
        found = letters.letter(work, me, case_id)
    answer = make_response(letters_pdf.render(found, link(), SCAN))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{found.kind}-{found.number}.pdf"'
    return answer
