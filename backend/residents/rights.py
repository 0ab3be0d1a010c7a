"""Corrections of one's own data (个人信息保护法 46, 50): asked by the person, decided by staff with an answer."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from backend.core import audit, calendar_store, phone
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.locks import for_update
from backend.people.service import Viewer
from backend.residents.documents import read, read_name
from backend.residents.indexes import name_index, phone_index
from backend.residents.models import Person, RightsRequest
from backend.residents.proxy_rules import checked_evidence
from backend.residents.retention import rule
from backend.residents.rights_errors import CorrectionOpenError
from backend.residents.states import RIGHTS
from backend.residents.telling import tell_resident

SERVE = "person.serve"
PAGE = "pages/data/index"
FIELDS = {"name": "姓名", "phone": "联系电话", "address": "地址", "birth_date": "出生日期", "sex": "性别"}
SEXES = {"男": "male", "女": "female"}
OUTCOMES = {"done": "已更正", "refused": "没有通过"}
LONGEST_ADDRESS = 200


def ask_correction(work: Work, person_id: UUID, *, field: str, wanted: str, reason: str) -> RightsRequest:
    """Ask for a field to be put right; answered in 15 working days.

    Raises ``BadInputError``, and ``CorrectionOpenError`` if the same field is being looked at.
    """
    person = work.session.scalars(for_update(work, select(Person).where(Person.id == person_id))).one()
    clean = _checked(work, person, field, wanted)
    why = _checked_reason(reason)
    _none_open(work, person_id, field)
    row = RightsRequest(
        person_id=person_id, kind="correct", field=field, wanted=clean, reason=why, due_on=_due(work),
        asked_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    audit.record(work, "rights.asked", f"person:{person_id}", request=row.id, field=field)
    return row


def today(work: Work) -> date:
    """The county's day, by which requests are late."""
    return local(work.now).date()


def _due(work: Work) -> date:
    start = today(work)
    return calendar_store.current(work).add_workdays(start, rule("answer_workdays", start).value)


def _checked_reason(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise BadInputError(field="理由", why="请说明哪里不对、以什么证件为准")
    return words[:500]


def _checked(work: Work, person: Person, field: str, wanted: str) -> str:
    """The wanted value as it would be kept. Raises ``BadInputError``."""
    check = CHECKS.get(field)
    if check is None:
        raise BadInputError(field="更正的项目", why="请从列表中选择")
    value = check(work, person, wanted.strip())
    if value == _present(person, field):
        raise BadInputError(field=FIELDS[field], why="和现在的一样，不用更正")
    return value


def _present(person: Person, field: str) -> str | None:
    value: Any = getattr(person, field)
    return value.isoformat() if isinstance(value, date) else value


def _phone(_work: Work, _person: Person, wanted: str) -> str:
    try:
        return phone.normalise(wanted)
    except ValueError as error:
        raise BadInputError(field="联系电话", why=str(error)) from None


def _address(_work: Work, _person: Person, wanted: str) -> str:
    if not wanted or len(wanted) > LONGEST_ADDRESS:
        raise BadInputError(field="地址", why="请填写 200 字以内的地址")
    return wanted


def _birth_date(work: Work, person: Person, wanted: str) -> str:
    """What the identity number says cannot be corrected here: the police give a new number first."""
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        raise BadInputError(field="出生日期", why="没有这一天，请按 1960-05-01 的样子填写") from None
    if not date(1900, 1, 1) <= day <= today(work):
        raise BadInputError(field="出生日期", why="不在合理的范围内")
    said = read(person.id_kind, person.id_number, today(work)).birth_date if person.id_number else None
    if said not in (None, day):
        raise BadInputError(field="出生日期", why="和身份证号不一致，请先到公安机关更正身份证")
    return day.isoformat()


def _sex(_work: Work, _person: Person, wanted: str) -> str:
    if wanted not in SEXES:
        raise BadInputError(field="性别", why="请填男或女")
    return SEXES[wanted]


CHECKS = {
    "name": lambda _work, _person, wanted: read_name(wanted),
    "phone": _phone,
    "address": _address,
    "birth_date": _birth_date,
    "sex": _sex,
}


def _none_open(work: Work, person_id: UUID, field: str) -> None:
    same = and_(RightsRequest.person_id == person_id, RightsRequest.field == field, RightsRequest.state == "open")
    if work.session.scalars(select(RightsRequest.id).where(same)).first() is not None:
        raise CorrectionOpenError


def requests_of(work: Work, person_id: UUID) -> Sequence[RightsRequest]:
    """A person's requests, newest first."""
    mine = select(RightsRequest).where(RightsRequest.person_id == person_id)
    return work.session.scalars(mine.order_by(RightsRequest.asked_at.desc(), RightsRequest.id.desc())).all()


def open_requests(work: Work) -> Sequence[RightsRequest]:
    """What staff have to answer, the most urgent first."""
    waiting = select(RightsRequest).where(RightsRequest.state == "open")
    return work.session.scalars(waiting.order_by(RightsRequest.due_on, RightsRequest.id)).all()


def _locked(work: Work, request_id: UUID) -> RightsRequest:
    row = work.session.scalars(for_update(work, select(RightsRequest).where(RightsRequest.id == request_id))).first()
    if row is None:
        raise NotFoundError
    return row


def withdraw(work: Work, person_id: UUID, request_id: UUID) -> RightsRequest:
    """The person no longer wants it. Raises ``NotFoundError`` (also of another's) and ``WrongStateError``."""
    row = _locked(work, request_id)
    if row.person_id != person_id:
        raise NotFoundError
    row.state = RIGHTS.next(row.state, "withdraw")
    return row


def decide(work: Work, viewer: Viewer, request_id: UUID, *, granted: bool, answer: str) -> RightsRequest:
    """Grant (the field is changed at once) or refuse with the reason (art 50); the person is told."""
    viewer.require(SERVE)
    words = checked_evidence(answer, "答复")
    row = _locked(work, request_id)
    row.state = RIGHTS.next(row.state, "grant" if granted else "refuse")
    row.decided_at, row.decided_by, row.answer = work.now, viewer.staff_id, words
    if granted:
        _apply(work.session.get_one(Person, row.person_id), row.field or "", row.wanted or "")
    audit.record(work, f"rights.{row.state}", f"person:{row.person_id}", request=row.id, field=row.field)
    facts = {"what": FIELDS[row.field or ""], "outcome": OUTCOMES[row.state]}
    tell_resident(work, row.person_id, key=f"rights:{row.id}", template="rights_decided", facts=facts, page=PAGE)
    return row


def _apply(person: Person, field: str, value: str) -> None:
    setattr(person, field, date.fromisoformat(value) if field == "birth_date" else value)
    if field == "name":
        person.name_index = name_index(value)
    if field == "phone":
        person.phone_index = phone_index(value)
