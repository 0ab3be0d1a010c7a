"""What reminders and farewells hold about a person, and what goes when they ask to be forgotten."""

from uuid import UUID

from sqlalchemy import delete, select, update

from backend.core import audit
from backend.core.db import Work
from backend.memorial import day_reminders, days, farewell_recording, farewells, halls
from backend.memorial.farewell_models import (
    Condolence,
    DayReminder,
    Farewell,
    FarewellConsent,
    FarewellDoor,
    FarewellGuest,
)
from backend.memorial.farewell_rules import LIVE, STATE_ZH, WORDS_ZH
from backend.notices.service import FORGOTTEN
from backend.residents.holdings import Erasable, Holding, Line

GROUND = "本人同意（个人信息保护法第13条第1款第1项）"


def _days(work: Work, person_id: UUID) -> list[Line]:
    return [
        {"纪念馆": halls.find(work, one.hall_id).title, "日子": days.KIND_ZH[one.kind], "下一次": str(one.day),
         "提前": f"{one.days_before}天"}
        for one in day_reminders.of_person(work, person_id)
    ]  # fmt: skip


def _farewells(work: Work, person_id: UUID) -> list[Line]:
    words = select(Condolence).where(Condolence.person_id == person_id).order_by(Condolence.created_at)
    said = select(FarewellConsent).where(FarewellConsent.person_id == person_id).order_by(FarewellConsent.at)
    return [
        *({"告别仪式": one.number, "地点": one.place, "状态": STATE_ZH[one.state]}
          for one in farewells.of_person(work, person_id)),
        *({"录像": "同意" if one.agreed else "不同意", "保存到": str(one.until or "")}
          for one in work.session.scalars(said)),
        *({"留言": one.words, "状态": WORDS_ZH[one.state]} for one in work.session.scalars(words)),
    ]  # fmt: skip


def _live(work: Work, person_id: UUID) -> list[str]:
    mine = select(Farewell.id).where(Farewell.host_id == person_id, Farewell.state.in_(LIVE))
    return ["还没办完的告别仪式"] if work.session.scalars(mine).first() is not None else []


def _erase(work: Work, person_id: UUID) -> None:
    """Words written for a family are taken away with their writer; the invitation is ended and loses its name."""
    work.execute_dml(delete(DayReminder).where(DayReminder.person_id == person_id))
    work.execute_dml(update(Farewell).where(Farewell.host_id == person_id).values(host_id=None))
    for row in work.session.scalars(select(Condolence).where(Condolence.person_id == person_id)):
        row.state, row.words, row.signed = "removed", "", ""
    for guest in work.session.scalars(select(FarewellGuest).where(FarewellGuest.person_id == person_id)):
        guest.name, guest.ended_at = FORGOTTEN, guest.ended_at or work.now
    work.execute_dml(delete(FarewellDoor).where(FarewellDoor.person_id == person_id))
    for said in work.session.scalars(select(FarewellConsent).where(FarewellConsent.person_id == person_id)):
        work.session.delete(said)
        farewell_recording.weigh(work, farewells.find(work, said.farewell_id, lock=True))
    audit.record(work, "farewell.erase", f"person:{person_id}")


HOLDINGS = (
    Holding("memorial_days", "纪念日提醒", "在您选的日子提醒您", GROUND, "您按“不再提醒”时删除", _days),
    Holding("farewells", "告别仪式", "让您远程送别", GROUND, "注销后删除", _farewells),
)
ERASABLES = (Erasable("纪念日提醒、告别仪式的邀请和留言", _live, lambda *_: (), _erase),)
