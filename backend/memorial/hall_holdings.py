"""What halls hold about a living person, and what goes when they ask to be forgotten.

The hall is the family's: it stays, with somebody else to keep it. What the dead left is not the living one's to erase.
"""

from uuid import UUID

from sqlalchemy import select

from backend.core.clock import local
from backend.core.db import Work
from backend.memorial import hall_concerns, hall_people, halls, rules
from backend.memorial.models import HallRole
from backend.residents.holdings import Erasable, Holding, Kept, Line

GONE = "已注销"


def _roles(work: Work, person_id: UUID) -> list[Line]:
    return [
        {"编号": hall.number, "纪念馆": hall.title, "我是": rules.ROLE_ZH[role.role],
         "关系": rules.RELATION_ZH[role.relation], "自": local(role.since).date().isoformat()}
        for hall, role in halls.of_person(work, person_id)
    ]  # fmt: skip


def _concerns(work: Work, person_id: UUID) -> list[Line]:
    return [
        {
            "编号": row.number,
            "事由": hall_concerns.KIND_ZH[row.kind],
            "内容": row.words,
            "答复": row.answer or "等待处理",
        }
        for row, _hall in hall_concerns.of_person(work, person_id)
    ]


def _live(work: Work, person_id: UUID) -> list[str]:
    states = {row.state for row, _hall in hall_concerns.of_person(work, person_id)}
    return ["还没有答复的纪念馆意见"] if states.intersection(hall_concerns.STANDING) else []


def _kept(_work: Work, _person_id: UUID) -> list[Kept]:
    return []


def _erase(work: Work, person_id: UUID) -> None:
    for hall, _role in halls.of_person(work, person_id):
        hall_people.leave(work, person_id, hall.id)
    mine = select(HallRole).where(HallRole.person_id == person_id)
    for row in work.session.scalars(mine):
        row.proof = GONE if row.proof is not None else None
    for said, _hall in hall_concerns.of_person(work, person_id):
        said.words, said.contact, said.again = GONE, None, GONE if said.again else None


HOLDINGS = (
    Holding(
        "memorial_roles", "纪念馆里的身份", "知道谁是家人、谁能管理纪念馆",
        "民法典第994、1045条；个人信息保护法第49条", "退出或注销时结束", _roles,
    ),
    Holding(
        "memorial_concerns", "对纪念馆的意见", "调解和答复",
        "为您提供您要的服务所必需（个人信息保护法第13条第1款第2项）", "注销时删去内容", _concerns,
    ),
)  # fmt: skip
ERASABLES = (Erasable("您在纪念馆里的身份和提过的意见", _live, _kept, _erase),)
