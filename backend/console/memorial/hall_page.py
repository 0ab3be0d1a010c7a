"""纪念馆 for everybody with a browser: ``/memorial/<number>``, and the plate for a tomb, a wall or a tree.

A public hall is worked out once for all its visitors until something of it changes, and a browser that has it is told
so in a few bytes. Each visit asks the hall's version first: what was taken away is gone with the commit.
Nothing here needs a script, a sound or a sign-in; a hall that is not public opens with the family's code.
"""

from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from backend.cases.serving import let_out
from backend.console.blueprints import TEMPLATES
from backend.core.db import Work, glance, reading, unit_of_work
from backend.core.errors import DomainError, NotFoundError
from backend.core.fresh import Fresh
from backend.core.numbers import normal
from backend.memorial import hall_concerns, hall_media, hall_people, hall_views, halls, rules, tribute_views
from backend.memorial.hall_concerns import Objection
from backend.memorial.models import Hall

blueprint = Blueprint("memorial_open", __name__, url_prefix="/memorial", template_folder=TEMPLATES)

LIMIT = "10 per hour"
COOKIE, COOKIE_S = "memorial_code", 30 * 86_400
LONG = 12  # thoughts shown at once; the rest unfolds
KEPT, KEPT_S = "shouwang_memorial_pages", 60.0


@dataclass(frozen=True, slots=True)
class _Whole:
    """A public hall's page and its mark; without words, not for everybody after all."""

    words: str
    etag: str


NOT_PUBLIC = _Whole("", "")


@blueprint.errorhandler(NotFoundError)
def unknown(_: NotFoundError) -> tuple[str, int]:
    """Whoever stands before a plate with a telephone reads a page, no document for programs."""
    return render_template("console/memorial/unknown.html"), HTTPStatus.NOT_FOUND


@blueprint.get("/<number>")
def page(number: str) -> AnyResponse:
    """The hall; its door if it is not for everybody."""
    known = _normal(number)
    version = _public_version(known)
    whole = _pages().get(f"{known} {version}", lambda: _public(known)) if version is not None else NOT_PUBLIC
    if whole is NOT_PUBLIC:
        return _by_code(known)
    answer = make_response(whole.words)
    answer.set_etag(whole.etag)
    answer.headers["Cache-Control"] = "no-cache"  # kept, but asked after: what is taken away is gone at once
    return answer.make_conditional(request)


def _public_version(number: str) -> int | None:
    """Which version of a public hall is to be seen; None if it is not for everybody. Raises ``NotFoundError``."""
    with glance() as connection:
        found = connection.execute(select(Hall.version, Hall.privacy, Hall.state).where(Hall.number == number)).first()
    if found is None:
        raise NotFoundError(hall=number)
    return found.version if rules.sees(None, found.privacy, found.state) else None


def _pages() -> Fresh[_Whole]:
    """By number and version. Nothing is kept for longer than a minute: people's own names change elsewhere."""
    return cast("Fresh[_Whole]", current_app.extensions.setdefault(KEPT, Fresh(KEPT_S)))


def _normal(number: str) -> str:
    found = normal(number)
    if found is None:
        raise NotFoundError(hall=number[:32])
    return found


def _hall(work: Work, number: str) -> Hall:
    found = work.session.scalars(select(Hall).where(Hall.number == number)).first()
    if found is None:
        raise NotFoundError(hall=number)
    return found


def _public(number: str) -> _Whole:
    """Read after its version: what is newer than its version is only worked out once more."""
    with reading() as work:
        hall = _hall(work, number)
        if not halls.may_see(work, hall, None):
            return NOT_PUBLIC
        words = _whole(work, hall)
    return _Whole(words, sha256(words.encode()).hexdigest())


def _whole(work: Work, hall: Hall) -> str:
    shown: dict[str, Any] = hall_views.page(work, hall)
    tributes = tribute_views.of_hall(work, hall)
    return render_template("console/memorial/hall.html", hall=shown, long=LONG, said=tributes["shown"])


def _by_code(number: str) -> Response:
    """With the code the browser keeps, the hall; without it the door. Neither is kept by anybody on the way."""
    code = request.cookies.get(COOKIE, "")
    with reading() as work:
        hall = _let_in(work, number, code)
        body = _whole(work, hall) if hall else render_template("console/memorial/door.html", number=number)
    answer = make_response(body)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _let_in(work: Work, number: str, code: str) -> Hall | None:
    try:
        return hall_people.by_code(work, number, code) if code else None
    except DomainError:
        return None


@blueprint.post("/<number>")
def enter(number: str) -> AnyResponse:
    """The code of an invitation; the browser keeps it for a month. Raises ``InviteError``."""
    known, code = _normal(number), request.form.get("code", "").strip()[:200]
    with current_app.extensions["shouwang_limiter"].limit(LIMIT), reading() as work:
        hall_people.by_code(work, known, code)
    answer = redirect(url_for(".page", number=known), 303)
    answer.set_cookie(
        COOKIE, code, max_age=COOKIE_S, httponly=True, samesite="Lax", path=url_for(".page", number=known),
        secure=request.is_secure,
    )  # fmt: skip
    return answer


@blueprint.get("/<number>/media/<uuid:media_id>")
def media(number: str, media_id: UUID) -> Response:
    """A picture or a sound that moderation has let through."""
    with reading() as work:
        hall = _hall(work, _normal(number))
        if not halls.may_see(work, hall, None):
            hall = hall_people.by_code(work, hall.number, request.cookies.get(COOKIE, ""))
        data, kind = hall_media.shown(work, hall, media_id)
    return let_out(data, kind, "纪念")


@blueprint.post("/<number>/complaint")
def complaint(number: str) -> str:
    """Nobody is signed in here, so there is nothing a forged form could borrow."""
    form, known = request.form, _normal(number)
    with current_app.extensions["shouwang_limiter"].limit(LIMIT), unit_of_work() as work:
        hall = _hall(work, known)
        said = Objection(form.get("kind", ""), form.get("words", ""), None, form.get("contact"))
        kept = hall_concerns.complain(work, hall.id, said)
        return render_template("console/memorial/received.html", number=known, concern=kept.number)
