"""Orders of help for staff: ``/api/v1/help-orders``: the board, the telephone, disputes, suspicions, calls."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel

from backend.cases.serving import let_out
from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, NotFoundError
from backend.idempotent_requests import answer_once
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents.persons import find_or_create_person
from backend.timebank import call_outs, disputes, order_ending, order_photos, order_views, orders, suspicion
from backend.timebank import order_schemas as schemas
from backend.timebank.call_outs import RAISE, Call
from backend.timebank.disputes import SETTLE
from backend.timebank.order_models import CallOut
from backend.timebank.order_records import HANDLE, VIEW, Who, find
from backend.timebank.order_schemas import HelpActBody
from backend.timebank.states import UNDER_WAY
from backend.timebank.suspicion_rules import KIND_ZH

blueprint = APIBlueprint("help_desk", __name__, url_prefix="/api/v1/help-orders", tag="志愿帮忙单")

PHOTO_NAME = "服务照片.jpg"


def _path(work: Work, code: str | None, action: str) -> str:
    """The path of a place where the viewer may act; without a place everything they see."""
    if code is None:
        viewer().require(action)
        return ""
    place = work.session.get(Division, code)
    viewer().require(action, place.path if place else None)
    if place is None:
        raise BadInputError(field="地点", why="请从列表中选择")
    return place.path


# -- orders


@blueprint.get("")
@blueprint.input(schemas.HelpBoardQuery, location="query")
@blueprint.output(schemas.HelpBoardOut)
def get_board(query_data: schemas.HelpBoardQuery) -> dict[str, Any]:
    """帮忙单，时间近的在前；不带门牌和电话"""
    states = (query_data.state,) if query_data.state else UNDER_WAY
    with reading() as work:
        path = _path(work, query_data.division, VIEW)
        return {"items": order_views.board(work, viewer(), states, path)}


@blueprint.post("")
@blueprint.input(schemas.HelpDeskBody)
@blueprint.output(schemas.DeskHelpOrderOut, status_code=201)
def post_order(json_data: schemas.HelpDeskBody) -> Response:
    """老人打电话或到窗口来，由经办人下单；也可以接着一条报警下单"""
    me, body = viewer(), json_data

    def enter(work: Work) -> tuple[int, dict[str, Any]]:
        _path(work, body.division, HANDLE)
        person = find_or_create_person(
            work, name=body.name, id_kind=body.id_kind, id_number=body.id_number, phone=body.phone
        )
        order = orders.ask(work, Who(staff=me), _wanted(body, person.id))
        return 201, _shown(work, order.id)

    return answer_once(me.actor, enter)


def _wanted(body: schemas.HelpDeskBody, receiver_id: UUID) -> orders.Wanted:
    return orders.Wanted(
        receiver_id=receiver_id, kind=body.kind, words=body.words, starts=body.wanted_from, ends=body.wanted_until,
        minutes=body.minutes, division=body.division, address=body.address, phone=body.phone, place=body.place(),
        skills=tuple(body.skills), language=body.language, sex=body.sex, helpers=body.helpers, payer=body.payer,
        photo_agreed=body.photo_agreed, channel=body.channel, alarm_id=body.alarm_id,
    )  # fmt: skip


def _shown(work: Work, order_id: UUID) -> dict[str, Any]:
    work.session.flush()
    shown = order_views.for_desk(work, find(work, Who(staff=viewer()), order_id, VIEW, lock=False))
    return schemas.DeskHelpOrderOut.model_validate(shown).model_dump(mode="json")


@blueprint.get("/<uuid:order_id>")
@blueprint.output(schemas.DeskHelpOrderOut)
def get_order(order_id: UUID) -> dict[str, Any]:
    """一单的全部内容和经过；谁看过都有记录"""
    with unit_of_work(viewer().actor) as work:
        order = find(work, Who(staff=viewer()), order_id, VIEW, lock=False)
        audit.record_read(work, order.receiver_id, why=f"help_order:{order.id}")
        return order_views.for_desk(work, order)


@blueprint.get("/<uuid:order_id>/photos/<uuid:photo_id>")
@blueprint.doc(responses={200: "照片"})
def get_photo(order_id: UUID, photo_id: UUID) -> Response:
    """看一张服务照片；谁看过都有记录"""
    with unit_of_work(viewer().actor) as work:
        order = find(work, Who(staff=viewer()), order_id, VIEW, lock=False)
        return let_out(order_photos.shown(work, order, photo_id), "image/jpeg", PHOTO_NAME)


Verb = TypeVar("Verb")
Act = Callable[[Work, Who, UUID, HelpActBody], Any]
ACTS: dict[str, Act] = {
    "cancel": lambda work, who, one, body: orders.cancel(work, who, one, body.why),
    "stop": lambda work, who, one, body: orders.stop(work, who, one, body.why),
    "missed": lambda work, who, one, body: orders.missed(work, who, one, helper_named(body)),
    "confirm": lambda work, who, one, body: order_ending.confirm(work, who, one, helper_named(body), body.minutes),
    "rate": lambda work, who, one, body: order_ending.rate(work, who, one, body.stars or 0, body.words),
    "dispute": lambda work, who, one, body: disputes.raise_by_receiver(work, who, one, body.words),
    "answer": lambda work, who, one, body: disputes.answer_by_receiver(work, who, one, body.words),
}


def verb_of(table: Mapping[str, Verb], action: str) -> Verb:
    """The verb of an address. Raises ``NotFoundError``."""
    if action not in table:
        raise NotFoundError(action=action)
    return table[action]


def helper_named(body: HelpActBody) -> UUID:
    """Which of the helpers is meant. Raises ``BadInputError``."""
    if body.helper_id is None:
        raise BadInputError(field="志愿者", why="请选是哪一位志愿者")
    return body.helper_id


@blueprint.post("/<uuid:order_id>/<action>")
@blueprint.input(HelpActBody)
@blueprint.output(schemas.DeskHelpOrderOut)
def post_act(order_id: UUID, action: str, json_data: HelpActBody) -> Response:
    """替老人办：取消 cancel、中止 stop、没来 missed、确认 confirm、评价 rate、不同意见 dispute、说明 answer"""
    return _once(order_id, lambda work: verb_of(ACTS, action)(work, Who(staff=viewer()), order_id, json_data))


@blueprint.post("/<uuid:order_id>/follow-up")
@blueprint.input(HelpActBody)
@blueprint.output(schemas.DeskHelpOrderOut)
def post_follow_up(order_id: UUID, json_data: HelpActBody) -> Response:
    """差评回访，写下情况"""
    return _once(order_id, lambda work: order_ending.follow_up(work, viewer(), order_id, json_data.words))


@blueprint.post("/<uuid:order_id>/report")
@blueprint.input(schemas.ReportVisitBody)
@blueprint.output(schemas.DeskHelpOrderOut)
def post_report(order_id: UUID, json_data: schemas.ReportVisitBody) -> Response:
    """志愿者没带手机或忘了点：按电话里说的，补记几点到、几点走"""
    body, who = json_data, Who(staff=viewer())
    return _once(
        order_id,
        lambda work: orders.reported(work, who, order_id, body.helper_id, body.started_at, body.ended_at),
    )


def _once(order_id: UUID, verb: Callable[[Work], Any]) -> Response:
    def run(work: Work) -> tuple[int, dict[str, Any]]:
        verb(work)
        return 200, _shown(work, order_id)

    return answer_once(viewer().actor, run)


# -- disputes and suspicions


@blueprint.get("/disputes")
@blueprint.input(schemas.HelpBoardQuery, location="query")
@blueprint.output(schemas.HelpBoardOut)
def get_disputes(query_data: schemas.HelpBoardQuery) -> dict[str, Any]:
    """等待裁决的单"""
    with reading() as work:
        path = _path(work, query_data.division, SETTLE)
        return {"items": order_views.board(work, viewer(), ("disputed",), path)}


@blueprint.post("/<uuid:order_id>/settle")
@blueprint.input(schemas.SettleDisputeBody)
@blueprint.output(schemas.DeskHelpOrderOut)
def post_settle(order_id: UUID, json_data: schemas.SettleDisputeBody) -> Response:
    """听取双方后裁决每位志愿者的时长，写明理由"""
    body = json_data
    return _once(order_id, lambda work: disputes.settle(work, viewer(), order_id, body.minutes, body.finding))


@blueprint.get("/flags")
@blueprint.output(schemas.FlagList)
def get_flags() -> dict[str, Any]:
    """可疑线索，附证据"""
    viewer().require(VIEW)
    with reading() as work:
        return {"items": [_flag(row) for row in suspicion.listed(work, viewer())]}


def _flag(row: Any) -> schemas.FlagOut:
    return schemas.FlagOut.of(row, KIND_ZH[row.kind])


@blueprint.post("/flags/<uuid:flag_id>/decide")
@blueprint.input(schemas.FlagDecisionBody)
@blueprint.output(schemas.FlagOut)
def post_decision(flag_id: UUID, json_data: schemas.FlagDecisionBody) -> Response:
    """排除，或查实并收回有关的服务记录和时间；写明理由"""
    me, body = viewer(), json_data

    def decide(work: Work) -> tuple[int, dict[str, Any]]:
        row = suspicion.decide(work, me, flag_id, uphold=body.uphold, finding=body.finding, void=body.void)
        return 200, _flag(row).model_dump(mode="json")

    return answer_once(me.actor, decide)


# -- emergency calls


@blueprint.get("/calls")
@blueprint.output(schemas.DeskCallList)
def get_calls() -> dict[str, Any]:
    """应急召集"""
    me = viewer()
    me.require(RAISE)
    with reading() as work:
        return {"items": [_call(work, row) for row in call_outs.listed_calls(work, me)]}


def _call(work: Work, made: CallOut) -> dict[str, Any]:
    rows = call_outs.answers(work, made)
    return order_views.call_for_desk(made, rows, order_views.numbers_of(work, [row.volunteer_id for row in rows]))


@blueprint.post("/calls")
@blueprint.input(schemas.CallOutBody)
@blueprint.output(schemas.DeskCallOut, status_code=201)
def post_call(json_data: schemas.CallOutBody) -> Response:
    """老人走失、灾害：召集附近同意应急的志愿者"""
    body = json_data
    place = None if body.longitude is None or body.latitude is None else (body.longitude, body.latitude)
    call = Call(
        kind=body.kind, title=body.title, words=body.words, division=body.division, place=place,
        radius_m=body.radius_m, skills=tuple(body.skills), alarm_id=body.alarm_id,
    )  # fmt: skip
    return _called(201, lambda work, me: call_outs.raise_call(work, me, call))


@blueprint.post("/calls/<uuid:call_id>/stand-down")
@blueprint.input(schemas.StandDownBody)
@blueprint.output(schemas.DeskCallOut)
def post_stand_down(call_id: UUID, json_data: schemas.StandDownBody) -> Response:
    """解散，告诉每一位"""
    return _called(200, lambda work, me: call_outs.stand_down(work, me, call_id, json_data.finding))


def _called(status: int, verb: Callable[[Work, Viewer], CallOut]) -> Response:
    me = viewer()

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        return status, _dumped(schemas.DeskCallOut, _call(work, verb(work, me)))

    return answer_once(me.actor, run)


def _dumped(schema: type[BaseModel], shown: dict[str, Any]) -> dict[str, Any]:
    return schema.model_validate(shown).model_dump(mode="json")


@blueprint.get("/calls/<uuid:call_id>")
@blueprint.output(schemas.DeskCallOut)
def get_call(call_id: UUID) -> dict[str, Any]:
    """谁来、谁到了"""
    with reading() as work:
        return _call(work, call_outs.find(work, viewer(), call_id))
