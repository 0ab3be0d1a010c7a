"""What orders of help hold about a person, and what goes when they ask to be forgotten.

The volunteer's record of service stays: it names the kind and the village, nobody's door.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from backend.core.clock import local
from backend.core.db import Work
from backend.residents.holdings import Erasable, Holding, Kept, Line
from backend.timebank.order_models import CallOut, CallOutAnswer, HelpOrder, OrderDispute, OrderHelper
from backend.timebank.order_telling import kind_zh
from backend.timebank.states import ANSWER_ZH, HELPER_ZH, LIVE, STATE_ZH, UNDER_WAY
from backend.volunteers.models import Volunteer

FORGOTTEN = "内容已按规定删除"
GROUND = "为您提供您要的服务所必需（个人信息保护法第13条第1款第2项）；志愿服务条例第19条"


def _asked(work: Work, person_id: UUID) -> Sequence[HelpOrder]:
    mine = select(HelpOrder).where(or_(HelpOrder.receiver_id == person_id, HelpOrder.asked_by == person_id))
    return work.session.scalars(mine.order_by(HelpOrder.created_at.desc(), HelpOrder.id)).all()


def _helped(work: Work, person_id: UUID) -> list[tuple[OrderHelper, HelpOrder]]:
    mine = (
        select(OrderHelper, HelpOrder)
        .join(HelpOrder, HelpOrder.id == OrderHelper.order_id)
        .join(Volunteer, Volunteer.id == OrderHelper.volunteer_id)
        .where(Volunteer.person_id == person_id)
    )
    found = work.session.execute(mine.order_by(OrderHelper.offered_at.desc(), OrderHelper.id))
    return [(part, order) for part, order in found]


def _orders(work: Work, person_id: UUID) -> list[Line]:
    return [
        {"编号": row.number, "日期": local(row.wanted_from).date().isoformat(), "帮助": kind_zh(row),
         "状态": STATE_ZH[row.state], "内容": row.words if row.receiver_id == person_id else "替家人下单"}
        for row in _asked(work, person_id)
    ]  # fmt: skip


def _tasks(work: Work, person_id: UUID) -> list[Line]:
    return [
        {"编号": order.number, "帮助": kind_zh(order), "我的情况": HELPER_ZH[part.state],
         "分钟": str(part.minutes or 0)}
        for part, order in _helped(work, person_id)
    ]  # fmt: skip


def _calls(work: Work, person_id: UUID) -> list[Line]:
    mine = (
        select(CallOutAnswer, CallOut.number)
        .join(CallOut, CallOut.id == CallOutAnswer.call_out_id)
        .join(Volunteer, Volunteer.id == CallOutAnswer.volunteer_id)
        .where(Volunteer.person_id == person_id)
    )
    rows = work.session.execute(mine.order_by(CallOutAnswer.asked_at.desc(), CallOutAnswer.id))
    return [{"编号": number, "我的情况": ANSWER_ZH[row.state]} for row, number in rows]


# -- to be forgotten


def _live(work: Work, person_id: UUID) -> list[str]:
    asked = any(row.state in UNDER_WAY for row in _asked(work, person_id) if row.receiver_id == person_id)
    bound = any(part.state in LIVE and part.state != "confirmed" for part, _order in _helped(work, person_id))
    return [*(["还没有完成的帮忙单"] if asked else []), *(["您接的单还没有做完"] if bound else [])]


def _kept(_work: Work, _person_id: UUID) -> list[Kept]:
    return []


def _erase(work: Work, person_id: UUID) -> None:
    """The words, the door, the telephone and what was said of them; that there was an order stays, for the ledger."""
    for row in _asked(work, person_id):
        if row.receiver_id == person_id:
            row.words, row.address, row.phone, row.rating = FORGOTTEN, FORGOTTEN, "", None
            row.longitude, row.latitude = None, None
            _forget_dispute(work, row)
        else:
            row.asked_by = None
    for part, _order in _helped(work, person_id):
        part.start_place, part.last_place, part.note = [], [], ""


def _forget_dispute(work: Work, order: HelpOrder) -> None:
    for row in work.session.scalars(select(OrderDispute).where(OrderDispute.order_id == order.id)):
        row.words, row.answer = FORGOTTEN, None


HOLDINGS = (
    Holding("help_orders", "志愿帮忙单", "请志愿者来帮您", GROUND, "您要求删除时删去内容、门牌和电话", _orders),
    Holding("help_tasks", "接过的帮忙单", "安排您去帮忙，记录服务时间", GROUND, "服务记录长期保存", _tasks),
    Holding("help_calls", "应急召集", "有人走失、有灾害时请您帮忙", GROUND, "您退出志愿者时停止", _calls),
)
ERASABLES = (Erasable("您的帮忙单里的内容、门牌、电话和位置", _live, _kept, _erase),)
