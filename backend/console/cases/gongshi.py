"""公示 for everybody with a browser: ``/gongshi/<division>``. Name, members and amount; gone the day after the last."""

from uuid import UUID

from flask import Blueprint, current_app, render_template, request

from backend.cases import publishing
from backend.console.blueprints import TEMPLATES
from backend.core.db import reading, unit_of_work
from backend.core.errors import BadInputError

blueprint = Blueprint("console_gongshi", __name__, url_prefix="/gongshi", template_folder=TEMPLATES)

LIMIT = "10 per hour"
LONGEST = 2000


@blueprint.get("/<division>")
def page(division: str) -> str:
    return _page(division, received=False)


@blueprint.post("/<division>/objections/<uuid:publication_id>")
def objection(division: str, publication_id: UUID) -> str:
    """Nobody is signed in here, so there is nothing a forged form could borrow."""
    text = request.form.get("text", "")
    if len(text) > LONGEST:
        raise BadInputError(field="异议", why=f"最多 {LONGEST} 个字")
    with current_app.extensions["shouwang_limiter"].limit(LIMIT), unit_of_work() as work:
        publishing.raise_objection(work, publication_id, text, request.form.get("contact"))
    return _page(division, received=True)


def _page(division: str, *, received: bool) -> str:
    with reading() as work:
        name, rows = publishing.board(work, division)
        return render_template("console/gongshi.html", name=name, code=division, rows=rows, received=received)
