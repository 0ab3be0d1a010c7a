"""The screen in the hall: who is called to which window. Open to everybody who sits there; names only masked."""

from typing import Any, cast

from flask import Blueprint, Response, current_app, render_template

from backend.booking import queue_screen
from backend.booking.offices import office_of
from backend.console.blueprints import TEMPLATES
from backend.core.clock import local
from backend.core.db import reading
from backend.core.fresh import KEPT_S, Fresh

blueprint = Blueprint("console_queue_screen", __name__, url_prefix="/console/queue-screen", template_folder=TEMPLATES)

CACHE = "shouwang_queue_screens"


@blueprint.get("/<code>")
def page(code: str) -> str:
    with reading() as work:
        office = office_of(work, code)
        return render_template("console/queue_screen.html", office=office)


@blueprint.get("/<code>/live")
def live(code: str) -> Response:
    """The part that changes, drawn once a second however many screens hang in the hall."""
    answer = Response(_parts().get(code, lambda: _part(code)), mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _parts() -> Fresh[str]:
    kept = 0.0 if current_app.config["SHOUWANG"].mode == "test" else KEPT_S
    return cast("Fresh[str]", current_app.extensions.setdefault(CACHE, Fresh(kept)))


def _part(code: str) -> str:
    with reading() as work:
        shown = queue_screen.screen(work, office_of(work, code))
        facts: dict[str, Any] = {"shown": shown, "clock": f"{local(work.now):%H:%M}"}
        return render_template("console/queue_screen_live.html", **facts)
