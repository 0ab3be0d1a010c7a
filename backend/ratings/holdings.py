"""What 好差评 holds about a person, and what goes when they ask to be forgotten."""

from uuid import UUID

from sqlalchemy import delete, select, update

from backend.core.clock import local
from backend.core.db import Work
from backend.ratings.models import Rating, RatingInvitation
from backend.ratings.rules import LEVELS
from backend.residents.holdings import Erasable, Holding, Line


def _collect(work: Work, person_id: UUID) -> list[Line]:
    rows = work.session.scalars(select(Rating).where(Rating.person_id == person_id).order_by(Rating.at.desc()))
    return [
        {"事项": row.title, "评价": LEVELS[row.level], "意见": row.comment or "没有",
         "时间": f"{local(row.at):%Y-%m-%d %H:%M}"}
        for row in rows
    ]  # fmt: skip


def _erase(work: Work, person_id: UUID) -> None:
    """The words go; the level stays counted, under a person who has no name any more."""
    work.execute_dml(update(Rating).where(Rating.person_id == person_id).values(comment=None))
    unused = RatingInvitation.id.not_in(select(Rating.invitation_id))
    work.execute_dml(delete(RatingInvitation).where(RatingInvitation.person_id == person_id, unused))


HOLDINGS = (
    Holding(
        "ratings", "好差评", "改进服务，对差评回访整改", "国办发〔2019〕51号；您自愿评价", "意见在注销时删除", _collect
    ),
)
ERASABLES = (Erasable("好差评里写的意见", lambda *_: (), lambda *_: (), _erase),)
