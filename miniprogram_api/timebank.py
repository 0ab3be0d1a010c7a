"""One's own time: ``/api/v1/mini/time-bank``: balance, statement, relatives, the pool, the family, rewards.

A proxy may look and fetch rewards; time is given away by oneself only.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend.core.db import Work, reading
from backend.core.ids import new_id
from backend.idempotent_requests import answer_once
from backend.residents.sessions import acting, needs, resident
from backend.timebank import banking, families, gifts, kin, schemas, views
from backend.timebank.order_records import SCOPE

blueprint = APIBlueprint("mini_time_bank", __name__, url_prefix="/api/v1/mini/time-bank", tag="时间银行")

SEE, USE = "time_bank.see", "time_bank.use"


def _mine(verb: Callable[[Work, UUID], Any], status: int = 200) -> Response:
    """Something one does with one's own time, once, and what one has afterwards."""
    me = resident()

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        verb(work, me.person())
        shown = views.overview(work, me.person())
        return status, schemas.TimeOverview.model_validate(shown).model_dump(mode="json")

    return answer_once(me.actor, run)


def _key() -> str:
    """A request with an Idempotency-Key runs once, so each run is a movement of its own."""
    return str(new_id())


@blueprint.get("")
@needs(SEE)
@blueprint.output(schemas.TimeOverview)
def get_overview() -> dict[str, Any]:
    """我的时间：能用多少、等待确认多少、积分、家庭账户"""
    me = acting(SCOPE, SEE).principal_id
    with reading() as work:
        return views.overview(work, me)


@blueprint.get("/statement")
@needs(SEE)
@blueprint.input(schemas.PeriodQuery, location="query")
@blueprint.output(schemas.TimeStatementOut)
def get_statement(query_data: schemas.PeriodQuery) -> dict[str, Any]:
    """某段日子的明细：期初、每一笔、期末，加起来对得上"""
    me = acting(SCOPE, SEE).principal_id
    with reading() as work:
        return views.period(work, me, query_data.since, query_data.until)


@blueprint.get("/relatives")
@needs(SEE)
@blueprint.output(schemas.TimeKinList)
def get_relatives() -> dict[str, Any]:
    """可以转赠的直系亲属"""
    me = acting(SCOPE, SEE).principal_id
    with reading() as work:
        return {"items": views.relatives(work, me)}


@blueprint.post("/relatives")
@needs(USE)
@blueprint.input(schemas.KinByProxyBody)
@blueprint.output(schemas.TimeOverview, status_code=201)
def post_relative(json_data: schemas.KinByProxyBody) -> Response:
    """用生效中的亲友代办关系登记亲属"""
    return _mine(lambda work, me: kin.prove_by_proxy(work, me, json_data.person), 201)


@blueprint.post("/give")
@needs(USE)
@blueprint.input(schemas.GiveTimeBody)
@blueprint.output(schemas.TimeOverview)
def post_give(json_data: schemas.GiveTimeBody) -> Response:
    """转赠给直系亲属"""
    body = json_data
    return _mine(
        lambda work, me: banking.give(work, me, kin.receiver_of(work, me, body.kin), body.minutes, _key())
    )  # fmt: skip


@blueprint.post("/donate")
@needs(USE)
@blueprint.input(schemas.TimeMinutesBody)
@blueprint.output(schemas.TimeOverview)
def post_donate(json_data: schemas.TimeMinutesBody) -> Response:
    """捐给当地的公益池，先用于重点老人"""
    return _mine(lambda work, me: banking.donate(work, me, None, json_data.minutes, _key()))


# -- the family


@blueprint.post("/family")
@needs(USE)
@blueprint.output(schemas.TimeOverview, status_code=201)
def post_family() -> Response:
    """建一个家庭账户"""
    return _mine(families.found, 201)


@blueprint.post("/family/invitations")
@needs(USE)
@blueprint.input(schemas.FamilyInviteBody)
@blueprint.output(schemas.TimeOverview, status_code=201)
def post_invitation(json_data: schemas.FamilyInviteBody) -> Response:
    """邀请登记过的亲属；对方同意后才加入"""
    body = json_data
    return _mine(
        lambda work, me: families.invite(
            work, me, kin.receiver_of(work, me, body.kin), may_spend=body.may_spend
        ), 201,
    )  # fmt: skip


@blueprint.post("/family/agree")
@needs(USE)
@blueprint.input(schemas.FamilyBody)
@blueprint.output(schemas.TimeOverview)
def post_agree(json_data: schemas.FamilyBody) -> Response:
    """同意加入"""
    return _mine(lambda work, me: families.agree(work, me, json_data.family))


@blueprint.post("/family/refuse")
@needs(USE)
@blueprint.input(schemas.FamilyBody)
@blueprint.output(schemas.TimeOverview)
def post_refuse(json_data: schemas.FamilyBody) -> Response:
    """不加入"""
    return _mine(lambda work, me: families.refuse(work, me, json_data.family))


@blueprint.post("/family/pay-in")
@needs(USE)
@blueprint.input(schemas.TimeMinutesBody)
@blueprint.output(schemas.TimeOverview)
def post_pay_in(json_data: schemas.TimeMinutesBody) -> Response:
    """把自己的时间存入家庭账户"""
    return _mine(lambda work, me: families.pay_in(work, me, json_data.minutes, _key()))


@blueprint.post("/family/leave")
@needs(USE)
@blueprint.output(schemas.TimeOverview)
def post_leave() -> Response:
    """退出；最后一位退出时，剩下的时间归他"""
    return _mine(families.leave)


# -- rewards


@blueprint.get("/rewards")
@needs(SEE)
@blueprint.output(schemas.RewardList)
def get_rewards() -> dict[str, Any]:
    """可以用积分换的礼品"""
    with reading() as work:
        return {"items": [views.gift(one) for one in gifts.shown(work)]}


@blueprint.get("/reward-orders")
@needs(SEE)
@blueprint.output(schemas.RewardOrderList)
def get_reward_orders() -> dict[str, Any]:
    """我换的礼品，新的在前"""
    me = acting(SCOPE, SEE).principal_id
    with reading() as work:
        return {"items": [views.gift_order(work, one) for one in gifts.orders_of(work, me)]}


@blueprint.post("/rewards/<uuid:gift_id>")
@needs(USE)
@blueprint.output(schemas.RewardOrderOut, status_code=201)
def post_reward(gift_id: UUID) -> Response:
    """换一份礼品，凭编号到窗口领"""
    me = resident()

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        return 201, _reward(views.gift_order(work, gifts.reserve(work, me.person(), gift_id, _key())))

    return answer_once(me.actor, run)


def _reward(shown: dict[str, Any]) -> dict[str, Any]:
    return schemas.RewardOrderOut.model_validate(shown).model_dump(mode="json")


@blueprint.post("/reward-orders/<uuid:order_id>/cancel")
@needs(USE)
@blueprint.output(schemas.RewardOrderOut)
def post_cancel(order_id: UUID) -> Response:
    """还没领的可以取消，积分退回"""
    me = resident()

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        return 200, _reward(views.gift_order(work, gifts.cancel(work, me.person(), order_id)))

    return answer_once(me.actor, run)
