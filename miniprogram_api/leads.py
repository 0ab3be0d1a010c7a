"""Somebody near here is in need: ``/api/v1/mini/leads``. Neighbours, village cadres, grid workers; named or not."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, current_app
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.assistance import leads
from backend.assistance.leads import About, Finder, Found, Said
from backend.core.clock import local
from backend.core.db import Work, reading
from backend.idempotent_requests import answer_once
from backend.residents.sessions import Resident, needs, resident

blueprint = APIBlueprint("mini_leads", __name__, url_prefix="/api/v1/mini/leads", tag="帮身边人求助")

LIMIT = "10 per hour"
THANKS = "谢谢您。镇街会在 {due} 前上门看望。您的姓名和电话不会告诉别人。"
SEEN_ZH = {
    "new": "镇街会尽快上门看望", "visiting": "工作人员正在走访", "application": "已帮他申请救助",
    "referred": "已转给有关部门", "closed": "已经办结，谢谢您",
}  # fmt: skip


class LeadBody(BaseModel):
    """Who is in need, where, and what was seen. ``unnamed``: nobody is told, and nothing kept, who said it."""

    model_config = ConfigDict(extra="forbid")

    division: Annotated[str, Field(min_length=6, max_length=32)]
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=500)]
    signs: Annotated[list[str], Field(max_length=9)] = []
    name: Annotated[str, Field(max_length=40)] = ""
    where: Annotated[str, Field(max_length=120)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    finder_kind: Literal["neighbour", "village_cadre", "grid_worker", "volunteer", "self"] = "neighbour"
    finder_phone: Annotated[str, Field(max_length=40)] = ""
    unnamed: bool = False


class LeadGiven(BaseModel):
    id: UUID
    due_on: date
    words: str


class LeadLine(BaseModel):
    id: UUID
    created_at: datetime
    state_zh: str
    words: str


class LeadChoice(BaseModel):
    code: str
    name: str


class LeadList(BaseModel):
    items: list[LeadLine]
    signs: list[LeadChoice]
    finders: list[LeadChoice]


@blueprint.get("")
@needs("lead.report")
@blueprint.output(LeadList)
def get_leads() -> dict[str, Any]:
    """我反映过的线索（匿名的不在这里）；可以选的困难情况"""
    person = resident().person_id
    with reading() as work:
        rows = leads.of_reporter(work, person) if person else ()
        items = [_line(row) for row in rows]
    finders = {code: name for code, name in leads.FINDERS.items() if code != "monitoring"}
    return {"items": items, "signs": _choices(leads.SIGNS), "finders": _choices(finders)}


def _line(row: Said) -> dict[str, Any]:
    return {"id": row.id, "created_at": local(row.created_at), "state_zh": SEEN_ZH[row.state], "words": row.words}


def _choices(table: dict[str, str]) -> list[dict[str, str]]:
    return [{"code": code, "name": name} for code, name in table.items()]


@blueprint.post("")
@needs("lead.report")
@blueprint.input(LeadBody)
@blueprint.output(LeadGiven, status_code=201)
def post_lead(json_data: LeadBody) -> Response:
    """身边有人困难，告诉镇街；可以不留姓名"""
    me, body = resident(), json_data

    def give(work: Work) -> tuple[int, dict[str, Any]]:
        row = leads.report(work, _found(body, me), reported_by=None if body.unnamed else me.person_id)
        due = f"{row.due_on.month}月{row.due_on.day}日"
        return 201, {"id": str(row.id), "due_on": row.due_on.isoformat(), "words": THANKS.format(due=due)}

    with current_app.extensions["shouwang_limiter"].limit(LIMIT):
        return answer_once(me.actor, give)


def _found(body: LeadBody, me: Resident) -> Found:
    finder = Finder() if body.unnamed else Finder(name=(me.name or "")[:40], phone=body.finder_phone)
    said = About(name=body.name, where=body.where, phone=body.phone, words=body.words)
    return Found(
        division=body.division, about=said, signs=tuple(body.signs), finder=finder, finder_kind=body.finder_kind
    )
