"""What the whole house holds about a person, and what it does when asked to forget: every domain's part, in order."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from backend.assistance import care_holdings as agreements
from backend.assistance import holdings as assistance
from backend.assistance import lead_holdings as leads
from backend.booking import holdings as booking
from backend.cases import holdings as cases
from backend.core.db import Work
from backend.eldercare.models import Elder
from backend.guides import holdings as guides
from backend.marriage import holdings as marriage
from backend.memorial import burial_holdings as burials
from backend.memorial import farewell_holdings as farewells
from backend.memorial import hall_application_holdings as hall_applications
from backend.memorial import hall_holdings as halls
from backend.memorial import tribute_holdings as tributes
from backend.ratings import holdings as ratings
from backend.residents import erasure, own_data
from backend.residents.holdings import Erasable, Holding, Line
from backend.residents.models import Person
from backend.timebank import holdings as timebank
from backend.timebank import order_holdings as help_orders
from backend.volunteers import activity_holdings as activities
from backend.volunteers import holdings as volunteers


def _in_care(work: Work, person_id: UUID) -> Sequence[Elder]:
    """Elder care stands below residents and cannot say this itself: the same number in its own register."""
    index = work.session.get_one(Person, person_id).id_index
    mine = select(Elder).where(Elder.id_number_index == index, Elder.id_number_index.is_not(None))
    return work.session.scalars(mine).all()


def _care(work: Work, person_id: UUID) -> list[Line]:
    return [
        {"姓名": row.name, "服务单位": row.site.division.name, "联系电话": row.phone or "没有",
         "健康情况": row.conditions or "没有", "照护说明": row.care_notes or "没有"}
        for row in _in_care(work, person_id)
    ]  # fmt: skip


def _care_live(work: Work, person_id: UUID) -> list[str]:
    return ["正在接受的养老照护服务"] if any(row.active for row in _in_care(work, person_id)) else []


CARE = Holding(
    "care", "养老照护档案", "紧急时找到您、照顾好您",
    "养老服务合同；紧急情况下保护生命健康（个人信息保护法第13条第1款第4项）",
    "服务结束后三年", _care,
)  # fmt: skip
CARE_ERASABLE = Erasable(None, _care_live, lambda *_: (), lambda *_: None)

HOLDINGS: tuple[Holding, ...] = (
    *own_data.HOLDINGS, *booking.HOLDINGS, *marriage.HOLDINGS,
    *cases.HOLDINGS, *assistance.HOLDINGS, *agreements.HOLDINGS, *leads.HOLDINGS, *help_orders.HOLDINGS,
    *ratings.HOLDINGS, *guides.HOLDINGS, *timebank.HOLDINGS, *volunteers.HOLDINGS,
    *activities.HOLDINGS, *tributes.HOLDINGS, *halls.HOLDINGS, *hall_applications.HOLDINGS,
    *burials.HOLDINGS, *farewells.HOLDINGS,
    CARE,
)  # fmt: skip
# Residents come last: the others find their rows by the person.
ERASABLES: tuple[Erasable, ...] = (
    *booking.ERASABLES, *marriage.ERASABLES,
    *cases.ERASABLES, *assistance.ERASABLES, *agreements.ERASABLES, *leads.ERASABLES, *help_orders.ERASABLES,
    *ratings.ERASABLES, *guides.ERASABLES,
    *timebank.ERASABLES, *activities.ERASABLES, *volunteers.ERASABLES,
    *tributes.ERASABLES, *halls.ERASABLES, *hall_applications.ERASABLES,
    *burials.ERASABLES, *farewells.ERASABLES, CARE_ERASABLE,
    *erasure.ERASABLES,
)  # fmt: skip
