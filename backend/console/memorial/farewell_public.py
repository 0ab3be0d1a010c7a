"""A farewell for whoever is invited, in a browser: ``/farewell/<code>``, and ``/farewell/`` for one's own.

The page itself knows nothing: it signs in as the phone does and asks the API. No address of a stream is ever in it.
"""

from flask import Blueprint, Response, current_app, make_response, render_template

from backend.console.blueprints import TEMPLATES

blueprint = Blueprint("farewell_public", __name__, url_prefix="/farewell", template_folder=TEMPLATES)

PHONE = "demo_phone_pages.index"


@blueprint.get("/")
def mine() -> Response:
    """Those one answers for or has joined."""
    return _page("")


@blueprint.get("/<string:code>")
def invited(code: str) -> Response:
    """An invitation; its code leaves this page only towards the API."""
    return _page(code)


def _page(code: str) -> Response:
    answer = make_response(
        render_template("console/memorial/farewell_public.html", code=code, phone=PHONE in current_app.view_functions)
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
