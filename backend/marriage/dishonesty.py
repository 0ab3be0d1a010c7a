"""The register of those who lied to be registered (失信, R-096; 条例 23): proposed with evidence, decided by another.

Whoever is entered is told, can appeal, and can have the entry repaired; it never blocks a registration, the registrar
only looks twice. It is never public: the credit platform fetches it as a file, and every fetch is logged.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from backend.core import audit, idnumber
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.marriage.errors import (
    AppealOverError,
    DishonestyKnownError,
    RecordSettledError,
    RepairEarlyError,
    TwoPeopleError,
)
from backend.marriage.law import value
from backend.marriage.record_models import Dishonesty
from backend.marriage.states import DISHONESTY
from backend.people.service import Viewer
from backend.residents.indexes import id_index
from backend.residents.models import Person
from backend.residents.telling import tell_resident

PROPOSE, DECIDE = "marriage.correct", "dishonesty.decide"
WHATS: Mapping[str, str] = {
    "false_papers": "使用伪造、变造的证件或证明", "false_identity": "冒用他人身份", "hidden_marriage": "隐瞒有配偶",
    "false_statement": "作虚假声明", "false_proxy": "找人冒名顶替",
}  # fmt: skip
HOLDS = ("confirmed", "appealed")
LONGEST = 2000
MONTHS, LAST_SAFE_DAY = 12, 28
PAGE, OFFICE = "/pages/marriage/cases", "民政局婚姻登记处"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Whom, for what (one of ``WHATS``), and on what evidence."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    what: str = ""
    evidence: str = field(default="", repr=False)
    registration_id: UUID | None = None


def propose(work: Work, viewer: Viewer, proposal: Proposal) -> Dishonesty:
    """Propose an entry. Raises ``BadInputError``, ``DishonestyKnownError``."""
    viewer.require(PROPOSE)
    name, evidence = " ".join(proposal.name.split()), proposal.evidence.strip()
    if proposal.what not in WHATS or not name or not evidence:
        raise BadInputError(field="失信认定", why="请填写姓名、行为和证据")
    number = _number(work, proposal.id_number)
    row = Dishonesty(
        id=new_id(), person_index=id_index(number), name=name[:64], id_number=number, what=proposal.what,
        registration_id=proposal.registration_id, evidence=evidence[:LONGEST], proposed_by=viewer.staff_id,
        proposed_at=work.now,
    )  # fmt: skip
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError as error:  # the partial unique index: one live entry of a person and kind
        raise DishonestyKnownError from error
    audit.record(work, "dishonesty.propose", f"dishonesty:{row.id}", what=row.what)
    return row


def _number(work: Work, text: str) -> str:
    try:
        return idnumber.parse(text, local(work.now).date()).text
    except ValueError as error:
        raise BadInputError(field="身份证号", why=str(error)) from None


def confirm(work: Work, viewer: Viewer, entry_id: UUID, answer: str) -> Dishonesty:
    """Enter it for as long as the parameters of today say, and tell the person if they are known here.

    Raises ``TwoPeopleError``, ``RecordSettledError``, ``NotFoundError``, ``BadInputError``.
    """
    row = _decide(work, viewer, entry_id, "confirm", answer)
    today = local(work.now).date()
    row.until = months_after(today, value("dishonesty_lasts_months", today).value)
    facts = {"what": WHATS[row.what], "until": _zh(row.until), "appeal": _zh(appeal_until(row)), "office": OFFICE}
    _tell(work, row, "dishonesty_confirmed", facts)
    return row


def drop(work: Work, viewer: Viewer, entry_id: UUID, answer: str) -> Dishonesty:
    """The evidence does not carry it: nothing is entered and nobody is told."""
    row = _decide(work, viewer, entry_id, "drop", answer)
    row.ended_at = work.now
    return row


def _decide(work: Work, viewer: Viewer, entry_id: UUID, action: str, answer: str) -> Dishonesty:
    viewer.require(DECIDE)
    row = _take(work, entry_id, action)
    if row.proposed_by == viewer.staff_id:
        raise TwoPeopleError
    row.decided_by, row.decided_at = viewer.staff_id, work.now
    _move(work, row, action, answer)
    return row


def appeal(work: Work, viewer: Viewer, entry_id: UUID, words: str) -> Dishonesty:
    """What the person says against it, brought to the counter or by letter; the entry holds until it is answered.

    Raises ``AppealOverError``, ``RecordSettledError``, ``NotFoundError``, ``BadInputError``.
    """
    viewer.require(PROPOSE)
    row = _take(work, entry_id, "appeal")
    if local(work.now).date() > appeal_until(row):
        raise AppealOverError(until=_zh(appeal_until(row)))
    row.appeal = _words(words, "申诉内容")
    _move(work, row, "appeal", row.answer or "")
    return row


def uphold(work: Work, viewer: Viewer, entry_id: UUID, answer: str) -> Dishonesty:
    """The appeal is answered: the entry stays."""
    return _answer(work, viewer, entry_id, "uphold", answer, "经复核维持不变")


def revoke(work: Work, viewer: Viewer, entry_id: UUID, answer: str) -> Dishonesty:
    """The entry was wrong: it ends as if it had never been."""
    return _answer(work, viewer, entry_id, "revoke", answer, "已经撤销")


def repair(work: Work, viewer: Viewer, entry_id: UUID, answer: str) -> Dishonesty:
    """Credit repaired (信用修复) after the time the parameters set. Raises ``RepairEarlyError``."""
    viewer.require(DECIDE)
    row = _take(work, entry_id, "repair")
    if local(work.now).date() < repair_from(row):
        raise RepairEarlyError(begins=_zh(repair_from(row)))
    return _answer(work, viewer, entry_id, "repair", answer, "已经修复")


def _answer(work: Work, viewer: Viewer, entry_id: UUID, action: str, answer: str, outcome: str) -> Dishonesty:
    viewer.require(DECIDE)
    row = _take(work, entry_id, action)
    _move(work, row, action, _words(answer, "答复"))
    row.ended_at = work.now if row.state not in HOLDS else None
    _tell(work, row, "dishonesty_ended", {"outcome": outcome, "answer": f"{row.answer}。", "office": OFFICE})
    return row


def _take(work: Work, entry_id: UUID, action: str) -> Dishonesty:
    """The entry, locked, if the table of states allows the action now."""
    mine = select(Dishonesty).where(Dishonesty.id == entry_id).execution_options(populate_existing=True)
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None:
        raise NotFoundError(entry=str(entry_id))
    if action not in DISHONESTY.actions(row.state):
        raise RecordSettledError(state=row.state, action=action, possible=DISHONESTY.actions(row.state))
    return row


def _move(work: Work, row: Dishonesty, action: str, answer: str) -> None:
    row.state, row.answer = DISHONESTY.next(row.state, action), _words(answer, "理由") if answer else None
    audit.record(work, f"dishonesty.{action}", f"dishonesty:{row.id}", what=row.what)


def _words(text: str, what: str) -> str:
    if not text.strip():
        raise BadInputError(field=what, why="请写明，本人会看到")
    return text.strip().rstrip("。")[:LONGEST]


def _tell(work: Work, row: Dishonesty, template: str, facts: Mapping[str, str]) -> None:
    person = work.session.scalars(select(Person.id).where(Person.id_index == row.person_index)).first()
    if person is not None:
        key = f"{template}:{row.id}:{work.now.isoformat()}"
        tell_resident(work, person, key=key, template=template, facts=facts, page=PAGE, sms=True)


def appeal_until(row: Dishonesty) -> date:
    """The last day for an appeal, by the parameters of the day of the decision."""
    decided = _decided_on(row)
    return decided + timedelta(days=value("dishonesty_appeal_days", decided).value)


def repair_from(row: Dishonesty) -> date:
    """The first day on which it can be repaired."""
    decided = _decided_on(row)
    return months_after(decided, value("dishonesty_repair_months", decided).value)


def _decided_on(row: Dishonesty) -> date:
    if row.decided_at is None:
        raise RecordSettledError(state=row.state, action="date", possible=[])
    return local(row.decided_at).date()


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is none."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    first = date(year, month + 1, 1)
    following = (first + timedelta(days=LAST_SAFE_DAY + 4)).replace(day=1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def hits(work: Work, person_indexes: Sequence[str]) -> list[UUID]:
    """Entries about these people that hold today: confirmed (an appeal does not suspend it) and not ended."""
    today = local(work.now).date()
    held = select(Dishonesty.id).where(
        Dishonesty.person_index.in_(person_indexes),
        Dishonesty.state.in_(HOLDS),
        or_(Dishonesty.until.is_(None), Dishonesty.until >= today),
    )
    return list(work.session.scalars(held))


def listed(work: Work, viewer: Viewer) -> Sequence[Dishonesty]:
    """The register for its desk: what needs a step first, then the newest."""
    viewer.require(PROPOSE)
    rows = work.session.scalars(select(Dishonesty).order_by(Dishonesty.proposed_at.desc()).limit(200)).all()
    return sorted(rows, key=lambda row: row.state not in ("proposed", "appealed"))


def export(work: Work, viewer: Viewer) -> Iterator[str]:
    """One JSON object a line for the credit platform: what was decided and what of it ended, so that it can delete.

    Logged before the first line leaves the house.
    """
    viewer.require(DECIDE)
    decided = select(Dishonesty).where(Dishonesty.state.not_in(("proposed", "dropped"))).order_by(Dishonesty.decided_at)
    rows = work.session.scalars(decided).all()
    audit.record(work, "dishonesty.export", "dishonesty:all", rows=len(rows), ids=[str(row.id) for row in rows])
    return (json.dumps(_line(work, row), ensure_ascii=False) + "\n" for row in rows)


def _line(work: Work, row: Dishonesty) -> dict[str, str | bool | None]:
    in_force = row.state in HOLDS and (row.until is None or row.until >= local(work.now).date())
    return {
        "id": str(row.id), "name": row.name, "id_number": row.id_number, "what": WHATS[row.what],
        "basis": "婚姻登记条例第23条", "decided_on": _decided_on(row).isoformat(),
        "until": row.until.isoformat() if row.until else None, "state": row.state, "in_force": in_force,
    }  # fmt: skip


def _zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
