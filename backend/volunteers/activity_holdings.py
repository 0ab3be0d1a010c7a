"""What activities hold about a person: what they signed up for; what was served stands in the record of service."""

from uuid import UUID

from sqlalchemy import delete, select, update

from backend.core.clock import local
from backend.core.db import Work
from backend.residents.holdings import Erasable, Holding, Line
from backend.volunteers.activity_models import Activity, ActivityPlace
from backend.volunteers.activity_states import PLACE_ZH
from backend.volunteers.models import Volunteer

NOT_SERVED = ("cancelled", "absent")


def _places(work: Work, person_id: UUID) -> list[Line]:
    mine = (
        select(ActivityPlace.state, Activity.title, Activity.starts_at)
        .join(Activity, Activity.id == ActivityPlace.activity_id)
        .join(Volunteer, Volunteer.id == ActivityPlace.volunteer_id)
        .where(Volunteer.person_id == person_id)
        .order_by(Activity.starts_at.desc())
    )
    return [
        {"活动": row.title, "日期": local(row.starts_at).date().isoformat(), "状态": PLACE_ZH[row.state]}
        for row in work.session.execute(mine)
    ]


def _erase(work: Work, person_id: UUID) -> None:
    """What led to no service goes; of the rest only the times that the record of service was made from stay."""
    whose = ActivityPlace.volunteer_id.in_(select(Volunteer.id).where(Volunteer.person_id == person_id))
    work.execute_dml(delete(ActivityPlace).where(whose, ActivityPlace.state.in_(NOT_SERVED)))
    work.execute_dml(update(ActivityPlace).where(whose).values(why=""))


HOLDINGS = (
    Holding(
        "volunteer_activity", "志愿活动报名", "安排您报名的活动，通知变化，核对到场时间",
        "本人自愿报名（个人信息保护法第13条第1款第1项；志愿服务条例第12条）",
        "注销后删除；服务过的随服务记录保存", _places,
    ),
)  # fmt: skip
ERASABLES = (Erasable("没有参加成的活动报名", lambda *_: (), lambda *_: (), _erase),)
