"""Messages: ``/api/v1/mini/inbox``."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request

from backend.core.clock import local
from backend.core.db import reading, unit_of_work
from backend.residents import inbox, schemas
from backend.residents.models import InboxItem
from backend.residents.sessions import ACTING_FOR, acting, needs, resident

blueprint = APIBlueprint("mini_inbox", __name__, url_prefix="/api/v1/mini/inbox", tag="消息")

NOTHING: dict[str, Any] = {"unread": 0, "items": [], "next": None}


@blueprint.get("")
@needs("inbox.read")
@blueprint.input(schemas.InboxQuery, location="query")
@blueprint.output(schemas.InboxOut)
def get_inbox(query_data: schemas.InboxQuery) -> dict[str, Any]:
    """我的消息，最新的在前；代办人可以看对方的"""
    person_id = _whose()
    if person_id is None:
        return NOTHING
    with reading() as work:
        items, following = inbox.page(work, person_id, query_data.cursor, query_data.limit)
        return {"unread": inbox.unread(work, person_id), "items": [_line(one) for one in items], "next": following}


def _whose() -> UUID | None:
    """One's own, or that of somebody who lets one read it; nobody's before the real-name proof."""
    if ACTING_FOR in request.headers:
        return acting("messages", "inbox.read").principal_id
    return resident().person_id


def _line(item: InboxItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "body": item.body,
        "page": item.page,
        "at": local(item.created_at),
        "read": item.read_at is not None,
    }


@blueprint.post("/<uuid:item_id>/read")
@needs("inbox.read")
@blueprint.output(schemas.ReadOut)
def post_read(item_id: UUID) -> dict[str, Any]:
    """标为已读；只有本人能标"""
    person_id = resident().person()
    with unit_of_work(resident().actor) as work:
        inbox.read(work, person_id, item_id)
        return {"unread": inbox.unread(work, person_id)}
