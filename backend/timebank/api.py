"""Accounts of time for staff: ``/api/v1/staff/time-bank``. Whoever looks at somebody's account is written down."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend.core import audit
from backend.core.db import Work, unit_of_work
from backend.idempotent_requests import answer_once
from backend.people.sessions import viewer
from backend.timebank import adjusting, credit, gifts, kin, rules, schemas, views
from backend.timebank.accounts import require_person
from backend.timebank.models import ThankGift

blueprint = APIBlueprint("time_bank_desk", __name__, url_prefix="/api/v1/staff/time-bank", tag="时间银行")

VIEW, HANDLE = "volunteer.view", "volunteer.handle"


def _looked_at(person_id: UUID, look: Callable[[Work], dict[str, Any]]) -> dict[str, Any]:
    viewer().require(VIEW)
    with unit_of_work(viewer().actor) as work:
        require_person(work, person_id)
        shown = look(work)
        audit.record_read(work, person_id, why="time_bank")
        return shown


@blueprint.get("/people/<uuid:person_id>")
@blueprint.output(schemas.TimeOverview)
def get_person(person_id: UUID) -> dict[str, Any]:
    """一个人的时间账户；谁看过都有记录"""
    return _looked_at(person_id, lambda work: views.overview(work, person_id))


@blueprint.get("/people/<uuid:person_id>/statement")
@blueprint.input(schemas.PeriodQuery, location="query")
@blueprint.output(schemas.TimeStatementOut)
def get_person_statement(person_id: UUID, query_data: schemas.PeriodQuery) -> dict[str, Any]:
    """一段日子的明细"""
    return _looked_at(person_id, lambda work: views.period(work, person_id, query_data.since, query_data.until))


@blueprint.get("/people/<uuid:person_id>/relatives")
@blueprint.output(schemas.TimeKinList)
def get_person_relatives(person_id: UUID) -> dict[str, Any]:
    """登记过的直系亲属"""
    return _looked_at(person_id, lambda work: {"items": views.relatives(work, person_id)})


def _done(verb: Callable[[Work], dict[str, Any]], status: int) -> Response:
    return answer_once(viewer().actor, lambda work: (status, verb(work)))


def _overview(work: Work, person_id: UUID) -> dict[str, Any]:
    return schemas.TimeOverview.model_validate(views.overview(work, person_id)).model_dump(mode="json")


@blueprint.post("/people/<uuid:person_id>/adjustments")
@blueprint.input(schemas.AdjustBody)
@blueprint.output(schemas.TimeOverview, status_code=201)
def post_adjustment(person_id: UUID, json_data: schemas.AdjustBody) -> Response:
    """补记或扣减，必须写明原因"""
    me, body = viewer(), json_data

    def adjust(work: Work) -> dict[str, Any]:
        adjusting.adjust(work, me, person_id, body.minutes, body.why)
        return _overview(work, person_id)

    return _done(adjust, 201)


@blueprint.post("/people/<uuid:person_id>/relatives")
@blueprint.input(schemas.KinBody)
@blueprint.output(schemas.TimeKinList, status_code=201)
def post_relative(person_id: UUID, json_data: schemas.KinBody) -> Response:
    """看过证明后登记直系亲属"""
    me, body = viewer(), json_data

    def prove(work: Work) -> dict[str, Any]:
        kin.prove(work, me, person_id, body.receiver, body.relation, body.evidence)
        return _relatives(work, person_id)

    return _done(prove, 201)


def _relatives(work: Work, person_id: UUID) -> dict[str, Any]:
    shown = {"items": views.relatives(work, person_id)}
    return schemas.TimeKinList.model_validate(shown).model_dump(mode="json")


@blueprint.post("/relatives/<uuid:kin_id>/end")
@blueprint.input(schemas.EndKinBody)
@blueprint.output({}, status_code=204)
def post_end_relative(kin_id: UUID, json_data: schemas.EndKinBody) -> str:
    """结束一条亲属登记"""
    with unit_of_work(viewer().actor) as work:
        kin.end(work, viewer(), kin_id, json_data.why)
    return ""


@blueprint.post("/people/<uuid:person_id>/facts")
@blueprint.input(schemas.ElderFactsBody)
@blueprint.output({}, status_code=204)
def post_facts(person_id: UUID, json_data: schemas.ElderFactsBody) -> str:
    """登记独居、空巢、低保、失能：重点老人先用公益时间"""
    body = json_data
    facts = rules.Circumstances(body.alone, body.empty_nest, body.low_income, body.disabled)
    with unit_of_work(viewer().actor) as work:
        adjusting.declare(work, viewer(), person_id, facts, body.evidence)
    return ""


# -- rewards


@blueprint.post("/rewards")
@blueprint.input(schemas.RewardBody)
@blueprint.output(schemas.RewardOut, status_code=201)
def post_reward(json_data: schemas.RewardBody) -> Response:
    """上架一样礼品"""
    me, body = viewer(), json_data
    return _done(lambda work: _reward(gifts.add(work, me, body.name, body.about, body.points, body.stock)), 201)


def _reward(row: ThankGift) -> dict[str, Any]:
    return schemas.RewardOut.model_validate(views.gift(row)).model_dump(mode="json")


@blueprint.post("/rewards/<uuid:gift_id>/restock")
@blueprint.input(schemas.RestockBody)
@blueprint.output(schemas.RewardOut)
def post_restock(gift_id: UUID, json_data: schemas.RestockBody) -> Response:
    """补货"""
    me = viewer()
    return _done(lambda work: _reward(gifts.restock(work, me, gift_id, json_data.more)), 200)


@blueprint.post("/reward-orders/<number>/fetch")
@blueprint.output(schemas.RewardOrderOut)
def post_fetch(number: str) -> Response:
    """群众来领走了"""
    me = viewer()

    def fetch(work: Work) -> dict[str, Any]:
        shown = views.gift_order(work, gifts.fetch(work, me, number))
        return schemas.RewardOrderOut.model_validate(shown).model_dump(mode="json")

    return _done(fetch, 200)


# -- 信易+


@blueprint.post("/credit-export")
@blueprint.doc(responses={200: "CSV：志愿者编号、姓名、服务时长、星级"})
def post_credit_export() -> Response:
    """给“信易+”的名单：只有本人同意的优秀志愿者"""
    with unit_of_work(viewer().actor) as work:
        text = credit.export(work, viewer())
    headers = {"Content-Disposition": "attachment; filename=xinyi-plus.csv"}
    return Response(text, mimetype="text/csv", headers=headers)
