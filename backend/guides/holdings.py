"""What the questions hold about a person, and what goes when they ask to be forgotten."""

from uuid import UUID

from sqlalchemy import delete, select

from backend.core.clock import local
from backend.core.db import Work
from backend.guides.models import Question
from backend.residents.holdings import Erasable, Holding, Line


def _collect(work: Work, person_id: UUID) -> list[Line]:
    mine = select(Question).where(Question.asker_id == person_id).order_by(Question.asked_at.desc())
    return [
        {"提问": row.text, "答复": row.answer or "没有", "时间": f"{local(row.asked_at):%Y-%m-%d %H:%M}"}
        for row in work.session.scalars(mine)
    ]


def _erase(work: Work, person_id: UUID) -> None:
    work.execute_dml(delete(Question).where(Question.asker_id == person_id))


HOLDINGS = (
    Holding("questions", "提问", "回答您的问题", "您的同意（个人信息保护法第13条第1款第1项）", "注销时删除", _collect),
)
ERASABLES = (Erasable("问过的问题", lambda *_: (), lambda *_: (), _erase),)
