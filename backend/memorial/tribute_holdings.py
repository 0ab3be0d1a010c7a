"""What tributes and moderation hold about a person, and what goes when they ask to be forgotten.

That somebody came stays counted; what was refused or removed stays on record for its years.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select

from backend.core.clock import local
from backend.core.db import Work
from backend.memorial import moderation, moderation_keeping, tributes
from backend.memorial.moderation_rules import APPEALED, REFUSED, REMOVED, STATE_ZH, WITHDRAWN
from backend.memorial.tribute_models import ModerationItem, Tribute
from backend.memorial.tribute_rules import KINDS
from backend.residents.holdings import Erasable, Holding, Kept, Line

GROUND = "为您提供网上祭扫所必需（个人信息保护法第13条第1款第2项）"
KEPT_GROUND = "英雄烈士保护法第23条、个人信息保护法第56条：撤下的内容要保存记录"
FORGOTTEN = "内容已按规定删除"
ON_RECORD = (REFUSED, REMOVED, APPEALED)


def _tributes(work: Work, person_id: UUID) -> list[Line]:
    rows = work.session.scalars(_mine(person_id).order_by(Tribute.created_at.desc(), Tribute.id))
    return [
        {"日期": row.day.isoformat(), "方式": KINDS[row.kind], "内容": row.words or "没有写字",
         "谁能看": "已给大家看" if row.shown else "只有本人"}
        for row in rows
    ]  # fmt: skip


def _mine(person_id: UUID) -> Select[Tribute]:
    return select(Tribute).where(Tribute.person_id == person_id)


def _items(work: Work, person_id: UUID) -> Sequence[ModerationItem]:
    mine = select(ModerationItem).where(ModerationItem.author_id == person_id)
    return work.session.scalars(mine.order_by(ModerationItem.submitted_at.desc(), ModerationItem.id)).all()


def _moderated(work: Work, person_id: UUID) -> list[Line]:
    return [
        {"日期": local(row.submitted_at).date().isoformat(), "内容": row.words or "图片或声音",
         "结果": STATE_ZH[row.state]}
        for row in _items(work, person_id)
    ]  # fmt: skip


# -- to be forgotten


def _live(work: Work, person_id: UUID) -> list[str]:
    under_way = any(row.state == APPEALED for row in _items(work, person_id))
    return ["正在复核的祭扫内容"] if under_way else []


def _kept(work: Work, person_id: UUID) -> list[Kept]:
    rows = [row for row in _items(work, person_id) if row.state in ON_RECORD]
    return [Kept("没有显示、被撤下的内容和决定", KEPT_GROUND, _until(work, rows))] if rows else []


def _until(work: Work, rows: Sequence[ModerationItem]) -> date:
    return max(moderation_keeping.kept_until(work, row.decided_at) for row in rows)


def _erase(work: Work, person_id: UUID) -> None:
    for row in work.session.scalars(_mine(person_id).where(Tribute.words.is_not(None)).order_by(Tribute.hall_id)).all():
        tributes.take_back(work, person_id, row.id)
    for item in _items(work, person_id):
        if item.state not in ON_RECORD:
            moderation.withdraw(work, item.subject_kind, item.subject_id)
            item.state, item.words = WITHDRAWN, FORGOTTEN if item.words is not None else None


HOLDINGS = (
    Holding("tributes", "网上祭扫", "记下您的祭扫，显示您愿意给大家看的话", GROUND, "您要求删除时删去内容", _tributes),
    Holding(
        "moderated",
        "送去检查的内容",
        "不合适的内容不显示，并且说得清为什么",
        GROUND,
        "没有显示的保存三年，到期删除",
        _moderated,
    ),
)
ERASABLES = (Erasable("您在网上祭扫时写的话和信", _live, _kept, _erase),)
