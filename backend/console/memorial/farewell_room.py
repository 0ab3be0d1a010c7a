"""The room of one farewell in the mini-program's web-view: ``/farewell/room/<id>#<hand-over>``.

The hand-over stands after the ``#``, where no server, log or referrer sees it; its page changes it for a cookie that
works in this room alone. Who may be here is asked anew at every request.
"""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, current_app, jsonify, request, url_for

from backend.console.blueprints import TEMPLATES
from backend.console.memorial import farewell_public
from backend.core.db import Work, reading, unit_of_work
from backend.idempotent_requests import answer_once
from backend.memorial import farewell_book, farewell_doors, farewell_guests, farewell_views, farewells
from backend.memorial import farewell_schemas as schemas
from backend.memorial.farewell_answers import kept_nowhere
from backend.memorial.farewell_doors import Inside

blueprint = APIBlueprint(
    "farewell_room", __name__, url_prefix="/farewell/room", template_folder=TEMPLATES, enable_openapi=False
)
blueprint.after_request(kept_nowhere)

COOKIE, CSRF = "shouwang_farewell", "X-CSRF-Token"
LIMIT = "60 per minute"


@blueprint.get("/<uuid:farewell_id>")
def page(farewell_id: UUID) -> Response:
    """The page itself knows nothing and is the same for everybody."""
    return farewell_public.page(room=str(farewell_id))


@blueprint.post("/<uuid:farewell_id>/door")
@blueprint.input(schemas.FarewellTokenBody)
def post_door(farewell_id: UUID, json_data: schemas.FarewellTokenBody) -> Response:
    """The hand-over for a cookie, once. Raises ``FarewellHandOverError``."""
    with current_app.extensions["shouwang_limiter"].limit(LIMIT), unit_of_work() as work:
        here, cookie = farewell_doors.enter(work, farewell_id, json_data.token)
        answer = jsonify(_out(work, here))
    secure = str(current_app.config["SHOUWANG"].public_url).startswith("https:")
    answer.set_cookie(
        COOKIE, cookie, httponly=True, samesite="Strict", secure=secure, path=url_for(".page", farewell_id=farewell_id)
    )
    return answer


@blueprint.get("/<uuid:farewell_id>/now")
def get_now(farewell_id: UUID) -> Response:
    """The farewell as it is now: an open page asks again and again."""
    with reading() as work:
        return jsonify(_out(work, _here(work, farewell_id)))


@blueprint.post("/<uuid:farewell_id>/enter")
def post_enter(farewell_id: UUID) -> Response:
    """The address to watch at, when it is time."""
    with unit_of_work() as work:
        here = _own(work, farewell_id)
        work.actor = here.actor
        return jsonify({"address": farewell_guests.enter(work, here.row, here.person_id)})


@blueprint.post("/<uuid:farewell_id>/words")
@blueprint.input(schemas.FarewellWordsBody)
def post_words(farewell_id: UUID, json_data: schemas.FarewellWordsBody) -> Response:
    """Words for the family."""
    with reading() as work:
        actor = _own(work, farewell_id).actor

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        here = _own(work, farewell_id)
        farewell_book.write(work, here.row, here.person_id, json_data.words)
        return 201, farewell_views.room_json(work, here)

    return answer_once(actor, run)


@blueprint.delete("/<uuid:farewell_id>/words/<uuid:words_id>")
def delete_words(farewell_id: UUID, words_id: UUID) -> tuple[str, int]:
    """One's own words; the family's people take away any."""
    with unit_of_work() as work:
        here = _own(work, farewell_id)
        work.actor = here.actor
        author = None if farewells.is_kin(work, here.row, here.person_id) else here.person_id
        farewell_book.take_away(work, here.row, words_id, author=author)
    return "", 204


def _here(work: Work, farewell_id: UUID) -> Inside:
    return farewell_doors.inside(work, farewell_id, request.cookies.get(COOKIE, ""))


def _own(work: Work, farewell_id: UUID) -> Inside:
    """The same for whoever changes something, from this page and no other."""
    here = _here(work, farewell_id)
    farewell_doors.require_own_page(here, request.headers.get(CSRF, ""))
    return here


def _out(work: Work, here: Inside) -> dict[str, Any]:
    seen = farewell_views.room(work, here) | {"csrf": here.csrf}
    return schemas.FarewellRoomOut.model_validate(seen).model_dump(mode="json")
