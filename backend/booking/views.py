"""Offices, free times and appointments as ``schemas`` shows them: short words, each with the next step."""

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.booking import closures, desk_rules, queue, waiting
from backend.booking.matters import matter_of
from backend.booking.models import Booking, BookingParty, Office, OfficeMatter, QueueTicket, Slot
from backend.booking.offices import Terms, office_with_id
from backend.booking.queries import SlotView, open_slots
from backend.booking.reminders import bring
from backend.booking.rules import Opening, say
from backend.booking.states import BOOKING
from backend.core.clock import local
from backend.core.db import Work
from backend.core.distance import metres
from backend.residents.masking import mask_name
from backend.residents.models import Person

WEEKDAYS = "一二三四五六日"
PROVISIONAL = "{year}年放假安排未公布，日期可能调整"
STATES = {
    "booked": "已预约", "displaced": "请改时间", "checked_in": "已签到，等叫号", "serving": "正在办理",
    "done": "已办完", "cancelled": "已取消", "no_show": "未到",
}  # fmt: skip
TICKETS = {
    "waiting": "您是 {label} 号，前面还有 {ahead} 位，请在大厅等叫号。",
    "next": "您是 {label} 号，下一个就是您，请在大厅等叫号。", "called": "正在叫您，请到{window}。",
    "serving": "正在办理。", "done": "已办完。", "left": "这个号已过，请找工作人员。",
}  # fmt: skip
ARRIVING = {
    "tomb_sweeping": "那天到了陵园，在门口报预约号就行。",
    "farewell": "那天请提前半小时到，报预约号就行。",
}  # fmt: skip - places without a counter: nobody takes a ticket there
MINUTES_OF_DAY = 1440


# -- offices


def offices(work: Work, matter: str | None, here: tuple[float, float] | None) -> list[dict[str, Any]]:
    """Offices in use that do the matter: the nearest to ``here`` (longitude, latitude) first, else by name."""
    rows = work.session.execute(
        select(Office, OfficeMatter.matter)
        .join(OfficeMatter, OfficeMatter.office_id == Office.id)
        .where(Office.active, OfficeMatter.active)
        .order_by(Office.name, OfficeMatter.id)
    ).all()
    found: dict[UUID, tuple[Office, list[str]]] = {}
    for office, code in rows:
        found.setdefault(office.id, (office, []))[1].append(code)
    shown = [_office(office, codes, here) for office, codes in found.values() if matter is None or matter in codes]
    return sorted(shown, key=lambda one: math.inf if one["distance_m"] is None else one["distance_m"])


def _office(office: Office, codes: Iterable[str], here: tuple[float, float] | None) -> dict[str, Any]:
    plain = ("code", "name", "kind", "address", "phone", "directions", "longitude", "latitude", "traits")
    return {name: getattr(office, name) for name in plain} | {
        "matters": [{"code": code, "title": matter_of(code).title} for code in codes],
        "distance_m": _distance(office, here),
    }


def _distance(office: Office, here: tuple[float, float] | None) -> int | None:
    """Metres as the crow flies."""
    if here is None or office.longitude is None or office.latitude is None:
        return None
    return round(metres(here, (office.longitude, office.latitude)))


# -- free times


def slot_list(work: Work, known: Terms, first: date, last: date) -> dict[str, Any]:
    """What can be booked from ``first`` to ``last``, by day."""
    by_day: dict[date, list[SlotView]] = {}
    for one in open_slots(work, known.office_code, known.code, first, last):
        by_day.setdefault(one.day, []).append(one)
    return {
        "office": known.office_code,
        "matter": known.code,
        "title": known.matter.title,
        "opening": opening_words(known.opening),
        "waiting_list": known.waiting_list,
        "days": [_day(day, slots, work.now) for day, slots in sorted(by_day.items())],
    }


def opening_words(opening: Opening) -> str:
    """When places are released, in a sentence."""
    when = "当天" if opening.opens_days == 0 else f"提前{opening.opens_days}天"
    ends = "当天" if opening.closes_days == 0 else f"前{opening.closes_days}天"
    return f"{when} {clock(opening.opens_at)} 放号，办理{ends} {clock(opening.closes_at)} 截止。"


def clock(minute: int) -> str:
    """``08:30``; the end of the day is 24:00."""
    return "24:00" if minute >= MINUTES_OF_DAY else f"{minute // 60:02d}:{minute % 60:02d}"


def day_title(day: date) -> str:
    return f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def _day(day: date, slots: Sequence[SlotView], now: datetime) -> dict[str, Any]:
    left = sum(one.left for one in slots if one.state in ("open", "provisional"))
    return {
        "day": day,
        "title": day_title(day),
        "words": _day_words(slots, left, now),
        "note": PROVISIONAL.format(year=day.year) if any(one.provisional for one in slots) else "",
        "left": left,
        "slots": [_slot(one) for one in slots],
    }


def _day_words(slots: Sequence[SlotView], left: int, now: datetime) -> str:
    if left:
        return f"可约，余{left}个"
    states = {one.state for one in slots}
    if "not_yet" in states:
        return f"{say(slots[0].opens_at)} 放号"
    if "full" in states:
        return "约满了，可以候补"
    over = now >= slots[0].closes_at
    return "网上预约已截止，可到窗口取号" if over else "不办公"


def _slot(one: SlotView) -> dict[str, Any]:
    words = {
        "open": f"可约，余{one.left}个", "provisional": f"可约，余{one.left}个", "full": "约满了",
        "not_yet": f"{say(one.opens_at)} 放号", "closed": "不可约",
    }  # fmt: skip
    return {
        "id": one.slot_id,
        "time": span(one.starts_at, one.ends_at),
        "starts_at": local(one.starts_at),
        "ends_at": local(one.ends_at),
        "left": one.left,
        "state": one.state,
        "words": words[one.state],
    }


def span(starts_at: datetime, ends_at: datetime) -> str:
    return f"{local(starts_at):%H:%M}–{local(ends_at):%H:%M}"


# -- an appointment in the hand of one of its people


def booking_out(work: Work, booking: Booking, person_id: UUID) -> dict[str, Any]:
    """``schemas.BookingOut`` for this person: their own name whole, the others' masked."""
    ticket = queue.ticket_of(work, booking.id)
    place = {name: getattr(booking.office, name) for name in ("code", "name", "address", "phone", "directions")}
    options = closures.alternatives(work, booking) if booking.state == "displaced" else []
    return {
        "id": booking.id,
        "number": booking.number,
        "matter": booking.matter,
        "title": matter_of(booking.matter).title,
        "office": place,
        "when": f"{day_title(booking.day)} {span(booking.starts_at, booking.ends_at)}",
        "day": booking.day,
        "starts_at": local(booking.starts_at),
        "ends_at": local(booking.ends_at),
        "state": booking.state,
        "state_zh": STATES[booking.state],
        "next": _next_step(booking, work.now),
        "bring": bring(booking.matter),
        "note": _note(work, booking),
        "actions": actions(booking, work.now),
        "parties": _parties(work, booking, person_id),
        "ticket": _ticket(work, ticket) if ticket is not None else None,
        "options": [{"slot_id": seat.id, "when": say(seat.starts_at)} for seat in options],
    }


def _note(work: Work, booking: Booking) -> str:
    if booking.state == "displaced":
        return f"这一天不开：{closures.why_closed(work, booking)}。下面的时间还能约。"
    return PROVISIONAL.format(year=booking.day.year) if booking.provisional else ""


def _parties(work: Work, booking: Booking, person_id: UUID) -> list[dict[str, Any]]:
    index = work.session.scalar(select(Person.id_index).where(Person.id == person_id))
    return [_party(party, mine=person_id == party.person_id or index == party.person_index)
            for party in booking.parties]  # fmt: skip


def _party(party: BookingParty, *, mine: bool) -> dict[str, Any]:
    return {"name": party.name if mine else mask_name(party.name), "mine": mine}


def actions(booking: Booking, now: datetime) -> list[str]:
    """What a resident can do now; the table of states and the clock decide."""
    possible = BOOKING.actions(booking.state)
    if booking.state == "booked" and now >= booking.starts_at:
        possible = [one for one in possible if one == "check_in"]
    opened = desk_rules.check_in_verdict(now, booking.starts_at, booking.ends_at) == "open"
    if not opened or booking.matter in ARRIVING:
        possible = [one for one in possible if one != "check_in"]
    return [one for one in ("cancel", "move", "check_in") if one in possible]


def _next_step(booking: Booking, now: datetime) -> str:
    verdict = desk_rules.check_in_verdict(now, booking.starts_at, booking.ends_at)
    opens = say(booking.starts_at - desk_rules.CHECK_IN_OPENS)
    steps = {
        "early": f"{opens}起可在大厅扫码签到。",
        "open": "请扫大厅里的签到码取号。",
        "late": "时间已过，请到窗口问工作人员。",
    }
    return {
        "booked": ARRIVING.get(booking.matter, steps[verdict]),
        "displaced": f"请在{say(desk_rules.rebook_until(booking.changed_at))}前改时间，不影响以后预约。",
        "checked_in": "请在大厅等叫号。",
        "serving": "正在为您办理。",
        "done": "已办完。" if booking.matter in ARRIVING else "已办完，欢迎评价。",
        "cancelled": "需要时请重新预约。",
        "no_show": f"如果您来过，请打{booking.office.phone}说明。",
    }[booking.state]


def _ticket(work: Work, ticket: QueueTicket) -> dict[str, Any]:
    ahead = queue.ahead(work, ticket) if ticket.state == "waiting" else 0
    window = queue.window_label(work, ticket)
    state = "next" if ticket.state == "waiting" and not ahead else ticket.state
    words = TICKETS[state].format(label=ticket.label, ahead=ahead, window=window)
    return {"label": ticket.label, "state": ticket.state, "ahead": ahead, "words": words}


# -- the waiting list


def wait_out(work: Work, one: waiting.WaitView) -> dict[str, Any]:
    """``schemas.WaitOut``."""
    starts = work.session.scalar(select(Slot.starts_at).where(Slot.id == one.slot_ids[0])) if one.slot_ids else None
    return {
        "id": one.id,
        "office": office_with_id(work, one.office_id).name,
        "title": matter_of(one.matter).title,
        "day": one.day,
        "state": one.state,
        "words": _wait_words(one, starts),
        "position": one.position,
        "when": say(starts) if starts else None,
        "offered_until": local(one.offered_until) if one.offered_until else None,
    }


def _wait_words(one: waiting.WaitView, starts: datetime | None) -> str:
    if one.state == "waiting":
        return f"排在第{one.position}位，有空位会通知您。"
    if one.offered_until is not None and starts is not None:
        return f"{say(starts)}有空位，为您保留到{say(one.offered_until)}，请确认。"
    return {"taken": "已约上。", "expired": "候补已结束，请选别的日子。", "left": "您已退出候补。"}[one.state]


def last_day(known: Terms, today: date) -> date:
    """The furthest day that can be booked today."""
    return today + timedelta(days=known.opening.opens_days)
