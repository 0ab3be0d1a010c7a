"""好差评 for residents: ``/api/v1/mini/ratings``."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request

from backend.core.clock import local
from backend.core.db import Work, reading
from backend.core.idempotency import Answer, run_once
from backend.ratings import schemas, service
from backend.ratings.rules import ITEMS, LEVELS, is_bad
from backend.residents.sessions import needs, resident

blueprint = APIBlueprint("mini_ratings", __name__, url_prefix="/api/v1/mini/ratings", tag="好差评")

THANKS = "谢谢您的评价。"
SORRY = "谢谢您告诉我们。工作人员会给您打电话，弄清楚情况并改正。"


@blueprint.get("/invitations")
@needs("rating.give")
@blueprint.output(schemas.InvitationList)
def get_invitations() -> dict[str, Any]:
    """可以评价的事，新的在前；评不评由您决定"""
    with reading() as work:
        found = service.invitations(work, resident().person())
    return {
        "items": [{"id": one.id, "title": one.title, "invited_at": local(one.invited_at)} for one in found],
        "levels": [{"level": level, "name": name} for level, name in LEVELS.items()],
        "aspects": [{"code": code, "name": name} for code, name in ITEMS.items()],
    }


@blueprint.post("")
@needs("rating.give")
@blueprint.input(schemas.RatingBody)
@blueprint.output(schemas.RatingOut, status_code=201)
def post_rating(json_data: schemas.RatingBody) -> dict[str, Any]:
    """评价一件办完的事，只能评一次"""
    me = resident()
    person = me.person()

    def give(work: Work) -> Answer:
        items = json_data.items.model_dump(exclude_none=True)
        row = service.rate(work, person, json_data.invitation, json_data.level, items, json_data.comment)
        return 201, _given(row.id, row.title, row.level)

    fingerprint = f"POST {request.path} {json_data.model_dump_json()}"
    return run_once(me.actor, request.headers.get("Idempotency-Key"), fingerprint, give)[1]


def _given(rating_id: UUID, title: str, level: int) -> dict[str, Any]:
    message = SORRY if is_bad(level) else THANKS
    return {"id": str(rating_id), "title": title, "level": level, "level_name": LEVELS[level], "message": message}
