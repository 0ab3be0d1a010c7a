"""What appointments hold about a person, and what goes when they ask to be forgotten."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from backend.booking.matters import catalogue
from backend.booking.models import Booking, BookingParty, WaitEntry
from backend.booking.states import LIVE
from backend.core.clock import local
from backend.core.crypto import new_token
from backend.core.db import Work
from backend.residents import retention
from backend.residents.holdings import Erasable, Holding, Kept, Line
from backend.residents.models import Person

GONE = "已注销"
WAITING = ("waiting", "offered")
STATES = {
    "booked": "已预约", "displaced": "待改约", "checked_in": "已签到", "serving": "正在办理", "done": "已办完",
    "cancelled": "已取消", "no_show": "没有到场",
}  # fmt: skip
WAITS = {"waiting": "等待名额", "offered": "有名额待确认", "taken": "已约上", "expired": "已过期", "left": "已退出"}


def _named(work: Work, person_id: UUID) -> ColumnElement[bool]:
    """As somebody the house knew when it was booked, or by the number alone: a partner who never logged in."""
    index = work.session.get_one(Person, person_id).id_index
    return or_(BookingParty.person_id == person_id, BookingParty.person_index == index)


def _bookings(work: Work, person_id: UUID) -> Sequence[Booking]:
    party = select(BookingParty.booking_id).where(_named(work, person_id))
    mine = select(Booking).where(or_(Booking.booked_by == person_id, Booking.id.in_(party)))
    return work.session.scalars(mine.order_by(Booking.starts_at.desc())).all()


def _waits(work: Work, person_id: UUID) -> Sequence[WaitEntry]:
    return work.session.scalars(select(WaitEntry).where(WaitEntry.person_id == person_id)).all()


def _title(matter: str) -> str:
    found = catalogue().get(matter)
    return found.title if found else "办事"


def _collect(work: Work, person_id: UUID) -> list[Line]:
    booked = [
        {"编号": row.number, "事项": _title(row.matter), "地点": row.office.name, "状态": STATES[row.state],
         "时间": f"{local(row.starts_at):%Y-%m-%d %H:%M}"}
        for row in _bookings(work, person_id)
    ]  # fmt: skip
    waited = [
        {"候补": _title(row.matter), "日期": row.day.isoformat(), "状态": WAITS[row.state]}
        for row in _waits(work, person_id)
    ]
    return booked + waited


def _live(work: Work, person_id: UUID) -> list[str]:
    booked = [f"{_day(row.day)}{_title(row.matter)}预约" for row in _bookings(work, person_id) if row.state in LIVE]
    waited = [f"{_day(row.day)}{_title(row.matter)}候补" for row in _waits(work, person_id) if row.state in WAITING]
    return booked + waited


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _kept(work: Work, person_id: UUID) -> list[Kept]:
    newest = max((row.day for row in _bookings(work, person_id)), default=None)
    found = retention.kept("booking", newest, local(work.now).date()) if newest else None
    return [found] if found else []


def _erase(work: Work, person_id: UUID) -> None:
    """Of appointments past their floor the names go now; of the others when their time is over."""
    today = local(work.now).date()
    old = [row.id for row in _bookings(work, person_id) if retention.kept("booking", row.day, today) is None]
    mine = select(BookingParty).where(_named(work, person_id), BookingParty.booking_id.in_(old))
    for party in work.session.scalars(mine):
        party.name, party.id_number, party.phone, party.person_index = GONE, "", None, new_token()
    for wait in _waits(work, person_id):
        wait.parties, wait.details, wait.person_index = "[]", None, new_token()


HOLDINGS = (
    Holding(
        "bookings",
        "预约和候补",
        "为您留出办事时间",
        "您的同意（个人信息保护法第13条第1款第1项）",
        "办结后一年",
        _collect,
    ),
)
ERASABLES = (Erasable("候补登记、一年以前的预约", _live, _kept, _erase),)
