"""A farewell for whoever is invited, in a browser: ``/farewell/<code>``, and ``/farewell/`` for one's own.

The page itself knows nothing: it signs in as the phone does and asks the API. No address of a stream is ever in it.
"""

from flask import Blueprint, Response, current_app, make_response, render_template

from backend.console.blueprints import TEMPLATES
from backend.memorial.farewell_answers import kept_nowhere

blueprint = Blueprint("farewell_public", __name__, url_prefix="/farewell", template_folder=TEMPLATES)

PHONE = "demo_phone_pages.index"


@blueprint.get("/")
def mine() -> Response:
    """Those one answers for or has joined."""
    return page()


@blueprint.get("/<string:code>")
def invited(code: str) -> Response:
    """An invitation; its code leaves this page only towards the API."""
    return page(code=code)


def page(*, code: str = "", room: str = "") -> Response:
    """The empty page, for a code, for a room of the web-view, or for one's own farewells."""
    answer = make_response(
        render_template(
            "console/memorial/farewell_public.html", code=code, room=room, phone=PHONE in current_app.view_functions
        )
    )
    return kept_nowhere(answer)
