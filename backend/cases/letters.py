"""决定书: a decision as it is handed to the person, on a page and as a PDF with the same words (decision 0035).

Who decided, about whom, what and how much, how it was worked out, by which law, and how to object: by when and where
(行政复议法 20, 44; 低保办法 21: 书面告知申请人并说明理由).
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.cases import appeals, forms, places, service
from backend.cases.models import Case, Decision
from backend.cases.registry import matter_of_case
from backend.core import audit
from backend.core.capitals import capitals
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.letters import Letter, Sum
from backend.people.models import Division
from backend.people.service import Viewer, ancestors
from backend.residents.masking import mask_id
from backend.residents.models import Person

PAGE = "cases"
FOR_STAFF = "提醒："  # what the desk must still check is nothing a family could do anything about
SAID = {"granted": "同意给予", "refused": "不同意给予", "changed": "调整", "stopped": "停止"}
REMEDY = (
    "不服本决定的，可以自收到本决定书之日起{days}日内{until}向{government}申请行政复议，"
    "也可以自收到之日起六个月内向人民法院提起行政诉讼（行政复议法第20条、行政诉讼法第46条）。"
)
HELP = "需要帮忙的，到{town}的办事窗口，或在小程序“我的申请”里点“我不同意”，工作人员会教您填写，不收费。"
TELL_CHANGES = "家里人口、收入、财产有变化的，请及时告诉{town}民政工作人员，免得多领了要退回。"


def of_case(work: Work, viewer: Viewer, case_id: UUID, sequence: int | None = None) -> Letter:
    """The letter of a case's newest decision, or of that ``sequence``; who read it is written down.

    Raises ``NotFoundError`` (outside the viewer's place, or nothing is decided yet).
    """
    case = service.find(work, case_id, viewer=viewer)
    mine = select(Decision).where(Decision.case_id == case.id).order_by(Decision.sequence.desc())
    found = work.session.scalars(mine if sequence is None else mine.where(Decision.sequence == sequence)).first()
    if found is None:
        raise NotFoundError(decision=sequence)
    audit.record_read(work, case.applicant_id, why=f"letter:{found.number}")
    return letter(work, case, found)


def letter(work: Work, case: Case, decision: Decision) -> Letter:
    """What stands on it."""
    title, sums = matter_of_case(case).title, forms.opened(decision.calculation)
    return Letter(
        "decision", f"{title}决定书", decision.number, _office(work, case, decision), zh(_day(decision)),
        rows=_rows(case, decision, work.session.get_one(Person, case.applicant_id)),
        sums=() if decision.outcome == "refused" else _sums(sums),
        steps=tuple(one for one in sums.get("words", ()) if not one.startswith(FOR_STAFF)),
        body=_body(work, case, decision),
    )  # fmt: skip


def _rows(case: Case, decision: Decision, person: Person) -> tuple[tuple[str, str], ...]:
    matter, sums = matter_of_case(case), forms.opened(decision.calculation)
    step = matter.of_kind("decide")
    rows = [
        ("申请人", f"{person.name}（证件号码 {mask_id(person.id_number)}）"),
        ("申请编号", case.number),
        ("决定", f"{SAID[decision.outcome]}{matter.title}"),
        ("家庭人数", f"{sums['members']} 人" if sums.get("members", 1) > 1 else ""),
        ("发放", "" if decision.outcome == "refused" else _from_when(sums)),
        ("理由", decision.reason or ""),
        ("依据", "；".join(dict.fromkeys(one for one in (decision.article, step.article if step else "") if one))),
    ]
    return tuple((label, value) for label, value in rows if value)


def _from_when(calculation: dict[str, Any]) -> str:
    """The first and, where it is known, the last month of a monthly payment."""
    verdict = calculation.get("lines", {}).get("verdict", {})
    months = [date.fromisoformat(one) for name in ("first_month", "last_month") if (one := verdict.get(name))]
    if verdict.get("monthly") is None or not months:
        return ""
    first, *last = [f"{one.year}年{one.month}月" for one in months]
    return f"从{first}起按月发" + (f"，到{last[0]}为止" if last else "")


def _sums(calculation: dict[str, Any]) -> tuple[Sum, ...]:
    """What is paid each month and what is paid once, as far as the decision gives any."""
    verdict = calculation.get("lines", {}).get("verdict", {})
    monthly, once = verdict.get("monthly"), verdict.get("once")
    if monthly is None and once is None:
        monthly = calculation.get("amount")
    found = (("每月", monthly), ("一次", once))
    return tuple(_sum(title, Decimal(str(amount))) for title, amount in found if amount is not None)


def _sum(title: str, amount: Decimal) -> Sum:
    return Sum(title, f"¥ {amount:,.2f} 元", capitals(amount))


def _body(work: Work, case: Case, decision: Decision) -> tuple[str, ...]:
    names, days = _names(work, case), places.number("appeal_days", _day(decision))
    until = f"（到{zh(appeals.last_day(decision))}为止）" if decision.told_at else ""  # counted from when it arrives
    said = [REMEDY.format(days=days, until=until, government=f"{names['county']}人民政府")]
    if decision.outcome in ("granted", "changed"):
        said.insert(0, TELL_CHANGES.format(town=names["town"]))
    return (*said, HELP.format(town=names["town"]))


def _office(work: Work, case: Case, decision: Decision) -> str:
    """Whoever decides by law seals it: the township it was handed down to, else the county's bureau."""
    names = _names(work, case)
    if places.decision_level(case.territory, _day(decision)) == "township":
        town = names["town"]
        return f"{town}办事处" if town.endswith("街道") else f"{town}人民政府"
    return f"{names['county']}民政局"


def _names(work: Work, case: Case) -> dict[str, str]:
    above = select(Division).where(Division.code.in_(ancestors(case.territory)))
    return {one.level: one.name for one in work.session.scalars(above)}


def _day(decision: Decision) -> date:
    return local(decision.decided_at).date()


def zh(day: date) -> str:
    """A day in words: ``2026年2月24日``."""
    return f"{day.year}年{day.month}月{day.day}日"
