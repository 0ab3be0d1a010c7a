"""点单、接单、评单 on the phone: ``/api/v1/mini/help-orders``: asking for help, helping, emergency calls."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, request

from backend.cases.serving import allow_a_paper, let_out
from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError
from backend.idempotent_requests import answer_once
from backend.residents.sessions import Acting, acting, needs, resident
from backend.timebank import call_outs, disputes, order_ending, order_photos, order_views, orders, safety
from backend.timebank import order_schemas as schemas
from backend.timebank.order_api import ACTS, PHOTO_NAME, verb_of
from backend.timebank.order_records import SCOPE, Who, find, locked
from backend.timebank.order_schemas import HelpActBody
from backend.volunteers import service as volunteers

public = APIBlueprint("mini_help_open", __name__, url_prefix="/api/v1/mini/help-orders", tag="志愿帮忙单")
private = APIBlueprint("mini_help", __name__, url_prefix="/api/v1/mini/help-orders", tag="志愿帮忙单")
private.url_value_preprocessor(allow_a_paper)

ASK, HELP = "order.ask", "order.help"


@public.get("/choices")
@public.output(schemas.HelpChoices)
def get_choices() -> dict[str, Any]:
    """能帮什么、要什么技能、说什么话、怎么付时间"""
    return order_views.choices()


@public.get("/shared/<code>")
@public.output(schemas.FollowedOut)
def get_shared(code: str) -> dict[str, Any]:
    """志愿者分享的行程：到哪一步了、应该几点结束；结束后链接失效"""
    with reading() as work:
        return asdict(safety.followed(work, code[:200]))


# -- asking for help


def _who(me: Acting) -> Who:
    return Who(person_id=me.principal_id, agent_id=me.agent_id, proxy_id=me.proxy_id)


def _asked(work: Work, me: Acting, order_id: UUID) -> dict[str, Any]:
    work.session.flush()
    shown = order_views.for_receiver(work, find(work, _who(me), order_id, lock=False))
    return schemas.HelpOrderOut.model_validate(shown).model_dump(mode="json")


@private.get("")
@needs(ASK)
@private.output(schemas.HelpOrderList)
def get_orders() -> dict[str, Any]:
    """我（或我代办的人）的帮忙单，新的在前"""
    me = acting(SCOPE, ASK).principal_id
    with reading() as work:
        return {"items": order_views.of_receiver(work, me)}


@private.post("")
@needs(ASK)
@private.input(schemas.HelpAskBody)
@private.output(schemas.HelpOrderOut, status_code=201)
def post_order(json_data: schemas.HelpAskBody) -> Response:
    """点单：要什么帮助、什么时候、在哪里；子女可以替老人下单，用自己的时间付"""
    me = acting(SCOPE, ASK)
    wanted = _wanted(json_data, me)

    def ask(work: Work) -> tuple[int, dict[str, Any]]:
        return 201, _asked(work, me, orders.ask(work, _who(me), wanted).id)

    return answer_once(me.actor, ask)


def _wanted(body: schemas.HelpAskBody, me: Acting) -> orders.Wanted:
    return orders.Wanted(
        receiver_id=me.principal_id, kind=body.kind, words=body.words, starts=body.wanted_from,
        ends=body.wanted_until, minutes=body.minutes, division=body.division, address=body.address,
        phone=body.phone, place=body.place(), skills=tuple(body.skills), language=body.language, sex=body.sex,
        helpers=body.helpers, payer=body.payer, payer_id=me.agent_id if body.my_time else None,
        photo_agreed=body.photo_agreed,
    )  # fmt: skip


@private.get("/<uuid:order_id>")
@needs(ASK)
@private.output(schemas.HelpOrderOut)
def get_order(order_id: UUID) -> dict[str, Any]:
    """一单：谁来、到哪一步、记了多少分钟"""
    me = acting(SCOPE, ASK)
    with reading(me.actor) as work:
        return order_views.for_receiver(work, find(work, _who(me), order_id, lock=False))


@private.post("/<uuid:order_id>/<action>")
@needs(ASK)
@private.input(HelpActBody)
@private.output(schemas.HelpOrderOut)
def post_act(order_id: UUID, action: str, json_data: HelpActBody) -> Response:
    """取消 cancel、中止 stop、没来 missed、确认 confirm、评价 rate、不同意见 dispute、说明 answer"""
    me = acting(SCOPE, ASK)

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        verb_of(ACTS, action)(work, _who(me), order_id, json_data)
        return 200, _asked(work, me, order_id)

    return answer_once(me.actor, run)


@private.get("/<uuid:order_id>/photos/<uuid:photo_id>")
@needs(ASK)
@private.doc(responses={200: "照片"})
def get_photo(order_id: UUID, photo_id: UUID) -> Response:
    """看一张服务照片"""
    me = acting(SCOPE, ASK)
    with unit_of_work(me.actor) as work:
        data = order_photos.shown(work, find(work, _who(me), order_id, lock=False), photo_id)
        return let_out(data, "image/jpeg", PHOTO_NAME)


# -- helping


Task = Callable[[Work, Any, UUID, HelpActBody], Any]
TASKS: dict[str, Task] = {
    "decline": lambda work, me, one, _body: orders.decline(work, me, one),
    "withdraw": lambda work, me, one, body: orders.withdraw(work, me, one, body.why),
    "start": lambda work, me, one, body: orders.start(work, me, one, body.place()),
    "finish": lambda work, me, one, body: orders.finish(work, me, one, body.minutes),
    "minutes": lambda work, me, one, body: order_ending.answer(work, me, one, body.minutes),
    "dispute": lambda work, me, one, body: disputes.raise_by_helper(work, me, one, body.words),
    "answer": lambda work, me, one, body: disputes.answer_by_helper(work, me, one, body.words),
    "here": lambda work, me, one, body: safety.here(work, me, one, _place(body)),
    "sos": lambda work, me, one, body: safety.sos(work, me, one, body.place()),
}


def _place(body: HelpActBody) -> tuple[float, float]:
    found = body.place()
    if found is None:
        raise BadInputError(field="位置", why="没有收到位置，请打开手机定位")
    return found


def _task(work: Work, me: Any, order_id: UUID, **more: Any) -> dict[str, Any]:
    work.session.flush()
    shown = order_views.for_helper(work, me, locked(work, order_id)) | more
    return schemas.HelpTaskOut.model_validate(shown).model_dump(mode="json")


def _helping(order_id: UUID, verb: Callable[[Work, Any], dict[str, Any] | None]) -> Response:
    """One verb of the volunteer who is signed in, once, and their task after it."""
    me = resident()

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        volunteer = volunteers.registered(work, me.person())
        return 200, _task(work, volunteer, order_id, **(verb(work, volunteer) or {}))

    return answer_once(me.actor, run)


@private.get("/tasks")
@needs(HELP)
@private.output(schemas.HelpTaskList)
def get_tasks() -> dict[str, Any]:
    """请我帮忙的单和我接的单，时间近的在前"""
    with reading() as work:
        volunteer = volunteers.of_person(work, resident().person())
        return {"items": order_views.tasks_of(work, volunteer) if volunteer else []}


@private.get("/tasks/<uuid:order_id>")
@needs(HELP)
@private.output(schemas.HelpTaskOut)
def get_task(order_id: UUID) -> dict[str, Any]:
    """一单；接单以后才看得到门牌和电话，看过有记录"""
    with unit_of_work(resident().actor) as work:
        volunteer = volunteers.registered(work, resident().person())
        order = locked(work, order_id)
        shown = order_views.for_helper(work, volunteer, order)
        if shown["address"] is not None:
            audit.record_read(work, order.receiver_id, why=f"help_order:{order.id}")
        return shown


@private.post("/tasks/<uuid:order_id>/accept")
@needs(HELP)
@private.output(schemas.HelpTaskOut)
def post_accept(order_id: UUID) -> Response:
    """接单；先到先得"""

    def accept(work: Work, me: Any) -> None:
        orders.accept(work, volunteers.active(work, me.person_id), order_id)

    return _helping(order_id, accept)


@private.post("/tasks/<uuid:order_id>/<action>")
@needs(HELP)
@private.input(HelpActBody)
@private.output(schemas.HelpTaskOut)
def post_task(order_id: UUID, action: str, json_data: HelpActBody) -> Response:
    """不去 decline、退单 withdraw、开始 start、结束 finish、时长 minutes、dispute、answer、报位置 here、求助 sos"""

    def act(work: Work, me: Any) -> None:
        verb_of(TASKS, action)(work, me, order_id, json_data)

    return _helping(order_id, act)


@private.post("/tasks/<uuid:order_id>/share")
@needs(HELP)
@private.output(schemas.HelpTaskOut)
def post_share(order_id: UUID) -> Response:
    """分享行程给家人；这次服务结束就失效"""
    return _helping(order_id, lambda work, me: {"share_code": safety.share(work, me, order_id)})


@private.post("/tasks/<uuid:order_id>/photos")
@needs(HELP)
@private.output(schemas.HelpTaskOut, status_code=201)
@private.doc(description="multipart/form-data：file（JPG 或 PNG，10 MB 以内）")
def post_photo(order_id: UUID) -> tuple[dict[str, Any], int]:
    """对方同意拍照时，交一张服务照片"""
    sent = request.files.get("file")
    if sent is None:
        raise BadInputError(field="照片", why="请选择照片")
    data = order_photos.read_photo(sent.stream.read())
    with unit_of_work(resident().actor) as work:
        volunteer = volunteers.registered(work, resident().person())
        order_photos.add(work, volunteer, order_id, data)
        return _task(work, volunteer, order_id), 201


# -- emergency calls


@private.get("/calls")
@needs(HELP)
@private.output(schemas.CalledList)
def get_calls() -> dict[str, Any]:
    """正在召集我的应急事项"""
    with reading() as work:
        me = volunteers.of_person(work, resident().person())
        ids = call_outs.of_volunteer(work, me) if me else []
        return {"items": [call_outs.shown_to(work, me, one) for one in ids] if me else []}


@private.post("/calls/<uuid:call_id>/answer")
@needs(HELP)
@private.input(schemas.CallAnswerBody)
@private.output(schemas.CalledOut)
def post_call_answer(call_id: UUID, json_data: schemas.CallAnswerBody) -> Response:
    """我去、去不了、我到了"""
    me = resident()

    def answer(work: Work) -> tuple[int, dict[str, Any]]:
        volunteer = volunteers.active(work, me.person())
        call_outs.answer(work, volunteer, call_id, json_data.action)
        shown = call_outs.shown_to(work, volunteer, call_id)
        return 200, schemas.CalledOut.model_validate(shown).model_dump(mode="json")

    return answer_once(me.actor, answer)
