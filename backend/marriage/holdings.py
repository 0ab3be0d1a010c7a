"""What marriage registration holds about a person. It is an archive: nothing of it goes on request (条例 19)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from backend.booking.matters import catalogue
from backend.core.clock import local
from backend.core.db import Work
from backend.marriage.models import Divorce, Registration, RegistrationParty
from backend.marriage.record_models import ArchiveEntry
from backend.residents import retention
from backend.residents.holdings import Erasable, Holding, Kept, Line
from backend.residents.models import Person

RUNNING = ("open", "checked", "frozen")
COOLING = ("cooling", "window")
# A stopped case reads like a running one: whoever threatens may be holding the phone.
STATES = {
    "open": "正在办理", "checked": "正在办理", "registered": "已登记", "refused": "不予登记", "frozen": "正在办理",
    "abandoned": "没有办完",
}  # fmt: skip


def _cases(work: Work, person_id: UUID) -> Sequence[Registration]:
    index = work.session.get_one(Person, person_id).id_index
    named = or_(RegistrationParty.person_id == person_id, RegistrationParty.person_index == index)
    party = select(RegistrationParty.registration_id).where(named)
    mine = select(Registration).where(Registration.id.in_(party)).order_by(Registration.day.desc())
    return work.session.scalars(mine).all()


def _archive(work: Work, person_id: UUID) -> Sequence[ArchiveEntry]:
    index = work.session.get_one(Person, person_id).id_index
    if index is None:
        return []
    mine = or_(ArchiveEntry.index_a == index, ArchiveEntry.index_b == index)
    return work.session.scalars(select(ArchiveEntry).where(mine).order_by(ArchiveEntry.registered_on.desc())).all()


def _title(matter: str) -> str:
    found = catalogue().get(matter)
    return found.title if found else "婚姻登记"


def _collect(work: Work, person_id: UUID) -> list[Line]:
    cases = [
        {"编号": row.number, "事项": _title(row.matter), "日期": row.day.isoformat(), "结果": STATES[row.state],
         "证件字号": row.certificate_number or "没有"}
        for row in _cases(work, person_id)
    ]  # fmt: skip
    old = [
        {"历史档案": row.office_name, "登记日期": row.registered_on.isoformat(),
         "证件字号": row.certificate_number or "没有"}
        for row in _archive(work, person_id)
    ]  # fmt: skip
    return cases + old


def _live(work: Work, person_id: UUID) -> list[str]:
    cases = _cases(work, person_id)
    running = [f"正在办理的{_title(row.matter)}" for row in cases if row.state in RUNNING]
    divorces = {row.divorce_id for row in cases if row.divorce_id is not None}
    waiting = select(Divorce).where(Divorce.id.in_(divorces), Divorce.state.in_(COOLING))
    return running + [f"离婚申请{row.number}" for row in work.session.scalars(waiting)]


def _kept(work: Work, person_id: UUID) -> list[Kept]:
    days: list[date] = [row.day for row in _cases(work, person_id)]
    days += [row.registered_on for row in _archive(work, person_id)]
    found = retention.kept("marriage_archive", max(days), local(work.now).date()) if days else None
    return [found] if found else []


def _erase(work: Work, person_id: UUID) -> None:
    """Nothing: what is in the archive stays a hundred years, and the person has been told so."""


HOLDINGS = (
    Holding(
        "marriages", "婚姻登记", "依法办理和证明婚姻登记",
        "履行法定职责所必需（个人信息保护法第13条第1款第3项；婚姻登记条例）",
        "一百年（婚姻登记档案）", _collect,
    ),
)  # fmt: skip
ERASABLES = (Erasable(None, _live, _kept, _erase),)
