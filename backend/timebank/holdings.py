"""What the time bank holds about a person, and what goes when they ask; the account book stays, without names."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.residents import retention
from backend.residents.holdings import Erasable, Holding, Kept, Line
from backend.timebank import families, gifts, kin, ledger, points
from backend.timebank.accounts import pending, personal
from backend.timebank.models import (
    ElderFacts,
    HouseholdTime,
    ThankGiftOrder,
    TimeAccount,
    TimeEntry,
    TimeKin,
    TimeTransfer,
)
from backend.timebank.rules import words
from backend.timebank.views import GIFT_STATES

RULE = "time_ledger"
FACTS = {"alone": "独居", "empty_nest": "空巢", "low_income": "低保", "disabled": "失能"}


def _account(work: Work, person_id: UUID) -> list[Line]:
    held = [personal(person_id), pending(person_id), points.of(person_id)]
    mine, waits, thanks = (ledger.balance(work, one) for one in held)
    family = families.of_person(work, person_id)
    first = select(func.count()).select_from(TimeAccount).where(TimeAccount.owner == str(person_id))
    if not work.session.scalar(first) and family is None:
        return []
    line = {"可用时间": words(mine), "等待确认": words(waits), "积分": str(thanks)}
    return [line | {"家庭账户": "没有" if family is None else "已加入"}]


def _people(work: Work, person_id: UUID) -> list[Line]:
    """Relatives, what was declared of them, gifts fetched."""
    facts = work.session.scalars(select(ElderFacts).where(ElderFacts.person_id == person_id))
    givers = work.session.scalars(select(TimeKin).where(TimeKin.receiver_id == person_id, TimeKin.ended_at.is_(None)))
    return [
        *({"可以转给的亲属": kin.RELATIONS[one.relation], "证明": one.evidence}
          for one in kin.of_giver(work, person_id)),
        *({"可以转给您的亲属": f"您是对方的{kin.RELATIONS[one.relation]}"} for one in givers),
        *({"困难情况": _need(one), "证明": one.evidence} for one in facts),
        *({"礼品单号": one.number, "积分": str(one.points), "状态": GIFT_STATES[one.state]}
          for one in gifts.orders_of(work, person_id)),
    ]  # fmt: skip


def _need(one: ElderFacts) -> str:
    return "、".join(zh for name, zh in FACTS.items() if getattr(one, name)) or "没有"


def _live(work: Work, person_id: UUID) -> Sequence[str]:
    """Time is not lost by a request: it is used, given or donated first."""
    found = []
    if any(ledger.balance(work, one) for one in (personal(person_id), pending(person_id))):
        found.append("账户里还有时间，请先转赠或捐出")
    if families.of_person(work, person_id) is not None:
        found.append("家庭账户，请先退出")
    waits = select(ThankGiftOrder.id).where(ThankGiftOrder.person_id == person_id, ThankGiftOrder.state == "reserved")
    if work.session.scalars(waits).first() is not None:
        found.append("还没领的礼品")
    return found


def _kept(work: Work, person_id: UUID) -> list[Kept]:
    last = (
        select(func.max(TimeTransfer.at))
        .join(TimeEntry, TimeEntry.transfer_id == TimeTransfer.id)
        .join(TimeAccount, TimeAccount.id == TimeEntry.account_id)
        .where(TimeAccount.owner == str(person_id))
    )
    moved = work.session.execute(last).scalar_one()
    found = retention.kept(RULE, moved, local(work.now).date()) if moved is not None else None
    return [found] if found else []


def _erase(work: Work, person_id: UUID) -> None:
    for table, column in ((ElderFacts, ElderFacts.person_id), (HouseholdTime, HouseholdTime.person_id)):
        work.execute_dml(delete(table).where(column == person_id))
    both = or_(TimeKin.giver_id == person_id, TimeKin.receiver_id == person_id)
    work.execute_dml(update(TimeKin).where(both, TimeKin.ended_at.is_(None)).values(ended_at=work.now))
    work.execute_dml(update(TimeKin).where(both).values(evidence=""))
    audit.record(work, "timebank.erase", f"person:{person_id}")


HOLDINGS = (
    Holding(
        "time_bank", "时间银行账户", "记录您存入和使用的服务时间",
        "本人自愿参加（个人信息保护法第13条第1款第1项）", "最后一笔之后十年，注销后账上不再能认出您", _account,
    ),
    Holding(
        "time_bank_people", "时间银行的亲属、困难情况和礼品", "确认可以转给谁、先帮谁",
        "本人自愿参加（个人信息保护法第13条第1款第1项）", "注销后删除", _people,
    ),
)  # fmt: skip
ERASABLES = (Erasable("时间银行的亲属登记和困难情况", _live, _kept, _erase),)
