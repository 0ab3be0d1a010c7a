"""Decision letters: a page to print and a file to keep."""

from uuid import UUID

from flask import Response, current_app, make_response, render_template, request, url_for
from markupsafe import Markup
from segno import make

from backend.cases import letters
from backend.console.cases.desk import blueprint
from backend.core import letters_pdf
from backend.core.db import unit_of_work
from backend.core.letters import Letter
from backend.people.sessions import viewer
from backend.settings import Settings

SCAN = "微信扫一扫，在小程序里看办理进度"


def _link() -> str:
    """What the QR code of a letter opens: one's own applications; no number and no name stand in it."""
    settings: Settings = current_app.config["SHOUWANG"]
    return f"{settings.public_url}/m/{letters.PAGE}"


def _found(case_id: UUID) -> Letter:
    """The newest decision's letter, or that of the sequence ``n``; reading it is written down."""
    me, asked = viewer(), request.args.get("n", "")
    with unit_of_work(me.actor) as work:
        return letters.of_case(work, me, case_id, int(asked) if asked.isdecimal() else None)


@blueprint.get("/<uuid:case_id>/letter")
def letter(case_id: UUID) -> str:
    found = _found(case_id)
    code = make(_link(), error="m").svg_inline(scale=3, border=2, title=SCAN, omitsize=True)
    return render_template(
        "console/case_letter.html", letter=found, scan=SCAN, back=url_for(".case", case_id=case_id),
        pdf=url_for(".letter_pdf", case_id=case_id, n=request.args.get("n")),
        code=Markup(code),  # noqa: S704 - our own SVG, drawn from our own address
    )  # fmt: skip


@blueprint.get("/<uuid:case_id>/letter.pdf")
def letter_pdf(case_id: UUID) -> Response:
    found = _found(case_id)
    answer = make_response(letters_pdf.render(found, _link(), SCAN))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="decision-{found.number}.pdf"'
    return answer
