"""核对志愿服务证明: ``/verify/<number>?c=<code>`` for everybody who holds one, on a phone (记录与证明出具办法 17).

Says valid, withdrawn with the reason, or not found; of the person only the masked name and the lawful fields.
"""

from flask import Blueprint, Response, current_app, make_response, render_template, request

from backend.console.blueprints import TEMPLATES, keep_out_of_caches
from backend.core.db import reading
from backend.core.errors import NotFoundError
from backend.volunteers import certificates
from backend.volunteers.certificates import Certificate

blueprint = Blueprint("verify_certificate", __name__, url_prefix="/verify", template_folder=TEMPLATES)
blueprint.after_request(keep_out_of_caches)

LIMIT = "60 per minute"


@blueprint.get("/")
def index() -> Response:
    """Typed from a paper, or nothing yet."""
    number, code = request.args.get("number", ""), request.args.get("c", "")
    return _answer(number, code) if number or code else _page(None, "", asked=False)


@blueprint.get("/<number>")
def page(number: str) -> Response:
    return _answer(number, request.args.get("c", ""))


def _answer(number: str, code: str) -> Response:
    return _page(_found(number, code), number, asked=True)


def _found(number: str, code: str) -> Certificate | None:
    with current_app.extensions["shouwang_limiter"].limit(LIMIT), reading() as work:
        try:
            return certificates.verify(work, number, code)
        except NotFoundError:
            return None


def _page(found: Certificate | None, number: str, *, asked: bool) -> Response:
    shown = render_template(
        "console/verify.html", found=found, asked=asked, number=number[:40], duration=certificates.duration,
        zh=certificates.zh,
    )  # fmt: skip
    return make_response(shown, 404 if asked and found is None else 200)
