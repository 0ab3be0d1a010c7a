"""What the people of a case are told. Nothing that shows on a lock screen names the matter: it is nobody's business."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from backend.booking.matters import matter_of
from backend.core.db import Work
from backend.marriage import desk_booking
from backend.marriage.models import Divorce, Registration
from backend.residents.telling import tell_resident

PAGE = "/pages/marriage/cases"


def zh(day: date) -> str:
    """A day in words: ``2026年2月24日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def tell_case(work: Work, case: Registration, template: str, **facts: Any) -> None:
    """Tell everybody of the case, as far as the house knows them, once for each outcome."""
    known = {"matter": matter_of(case.matter).title, "office": desk_booking.office(work, case.office_id).name}
    _tell(work, [party.person_id for party in case.parties], f"{template}:{case.id}", template, known | facts)


def tell_couple(work: Work, divorce: Divorce, template: str, *, key: str = "") -> None:
    """Tell both people of an application for divorce, once for each ``template`` and ``key``."""
    facts = {
        "number": divorce.number,
        "office": desk_booking.office(work, divorce.office_id).name,
        "withdraw_until": zh(divorce.cooling_until),
        "window_until": zh(divorce.window_until),
        "provisional": "日期是暂定的，放假安排公布后会再告诉您。" if divorce.provisional else "",
    }
    people = (UUID(str(one)) for one in divorce.person_ids)
    _tell(work, people, f"{template}:{divorce.id}:{key}", template, facts)


def _tell(work: Work, people: Iterable[UUID | None], key: str, template: str, facts: dict[str, Any]) -> None:
    for person_id in sorted({one for one in people if one is not None}, key=str):
        tell_resident(work, person_id, key=key, template=template, facts=facts, page=PAGE, sms=True)
