"""The 20th of May: 520 places of one registry, 5,000 residents who are logged in, and what their phones send."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from backend.booking import founding, planning
from backend.booking.desk_plan import MatterRules, Spell, set_week
from backend.booking.founding import NewOffice
from backend.booking.models import OfficeMatter, Slot
from backend.core import calendar_store
from backend.core.clock import local, monotonic, wall
from backend.core.crypto import new_token, token_digest
from backend.core.db import Work, unit_of_work
from backend.core.idnumber import check_digit
from backend.core.ids import new_id
from backend.notices.grants import index_of
from backend.residents.indexes import id_index, name_index
from backend.residents.models import Person, ResidentSession, WeChatAccount
from tests.support.world import COUNTY

OFFICE, MATTER, POOL = "rush", "marriage_registration", "marriage"
AHEAD_DAYS = 30
OPENS, SLOT_MINUTES, TIMES, WINDOWS = 540, 15, 26, 20  # 26 times of 20 places: 520
BORN = date(1990, 1, 1)
PORTION = 500
MARGIN_S = 5


@dataclass(frozen=True, slots=True)
class Rush:
    """The times of the day, those of the days before it, and a token for each resident."""

    day: date
    slots: Sequence[UUID]
    before: Sequence[UUID]
    tokens: Sequence[str]

    def requests(self) -> list[bytes]:
        """What the phones send, each for one of the times in turn."""
        times = self.slots
        return [_request(token, number, times[number % len(times)]) for number, token in enumerate(self.tokens)]

    def calm_requests(self) -> list[bytes]:
        """The same for the days before, where there is room for everybody."""
        return [
            _request(token, number, self.before[number % len(self.before)]) for number, token in enumerate(self.tokens)
        ]


def build(residents: int) -> Rush:
    with unit_of_work() as work:
        day, slots = _office(work)
    return Rush(day, slots[-TIMES:], slots[:-TIMES], logged_in(residents))


def logged_in(residents: int) -> list[str]:
    """The tokens of so many residents, written a portion at a time."""
    tokens: list[str] = []
    while len(tokens) < residents:
        with unit_of_work() as work:
            tokens += _people(work, len(tokens), min(PORTION, residents - len(tokens)))
    return tokens


def _office(work: Work) -> tuple[date, list[UUID]]:
    """The last day that is open for booking, and every time from tomorrow up to it."""
    office = founding.open_office(work, NewOffice(OFFICE, "示范县婚姻登记处", "marriage", COUNTY, "示范路1号", "023"))
    rules = MatterRules(1, AHEAD_DAYS, 0, 0, 1440, None, "zhongshan", waiting_list=True, active=True)
    founding.take_on(work, office, MATTER, POOL, rules)
    ends = OPENS + TIMES * SLOT_MINUTES
    spells = [Spell(day, OPENS, ends, WINDOWS, 0) for day in range(7)]
    set_week(work, office, POOL, spells, slot_minutes=SLOT_MINUTES, per_window=1)
    planning.publish(work, calendar_store.current(work), local(work.now).date())
    today = local(work.now).date()
    ahead = Slot.day.between(today + timedelta(days=1), today + timedelta(days=AHEAD_DAYS))
    found = work.session.execute(select(Slot.id, Slot.day).where(ahead).order_by(Slot.starts_at)).all()
    return found[-1].day, [row.id for row in found]


def _people(work: Work, first: int, count: int) -> list[str]:
    """Persons whose name is proved, their accounts and sessions, written as they would be after logging in."""
    tokens = [new_token() for _ in range(count)]
    people = [_person(work, number) for number in range(first, first + count)]
    accounts = [_account(work, person["id"]) for person in people]
    sessions = [_session(work, row["id"], token) for row, token in zip(accounts, tokens, strict=True)]
    for table, rows in ((Person, people), (WeChatAccount, accounts), (ResidentSession, sessions)):
        work.session.execute(insert(table), rows)
    return tokens


def id_number(number: int, *, man: bool) -> str:
    """Two a day from 1990 on; nobody's."""
    born = BORN + timedelta(days=number % 3000)
    first = f"500118{born:%Y%m%d}{2 * (number // 3000) + 101 - (not man):03d}"
    return first + check_digit(first)


def _person(work: Work, number: int) -> dict[str, Any]:
    text = id_number(number, man=True)
    return {
        "id": new_id(), "name": "陈明", "name_index": name_index("陈明"), "id_kind": "resident_id", "id_number": text,
        "id_index": id_index(text), "birth_date": date.fromisoformat(f"{text[6:10]}-{text[10:12]}-{text[12:14]}"),
        "sex": "male", "assurance": 2, "created_at": work.now,
    }  # fmt: skip


def _account(work: Work, person_id: UUID) -> dict[str, Any]:
    openid = new_token()
    return {
        "id": new_id(), "appid": "wx-rush", "openid": openid, "openid_index": index_of(openid), "person_id": person_id,
        "bound_at": work.now, "large_type": False, "created_at": work.now, "last_seen_at": work.now,
    }  # fmt: skip


def _session(work: Work, account_id: UUID, token: str) -> dict[str, Any]:
    until = work.now + timedelta(hours=1)
    return {
        "id": new_id(), "account_id": account_id, "family": new_id(), "access_digest": token_digest(token),
        "refresh_digest": token_digest(new_token()), "created_at": work.now, "access_until": until,
        "refresh_until": until,
    }  # fmt: skip


def _request(token: str, number: int, slot: UUID) -> bytes:
    partner = {"name": "林芳", "id_kind": "resident_id", "id_number": id_number(number, man=False)}
    body = {"matter": MATTER, "office": OFFICE, "slot_id": str(slot), "partner": partner}
    return post("/api/v1/mini/marriage/bookings", token, body)


def post(path: str, token: str, said: Mapping[str, Any]) -> bytes:
    """What a phone sends, whole; a tap of its own."""
    body = json.dumps(said).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: rush\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {new_id()}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def open_at_next_minute(day: date) -> float:
    """Let booking of this day begin with the next minute; that moment on the monotonic clock."""
    with unit_of_work() as work:
        now = local(work.now)
        opens = (now + timedelta(seconds=MARGIN_S)).replace(second=0, microsecond=0) + timedelta(minutes=1)
        values = {"opens_days": (day - opens.date()).days, "opens_at": opens.hour * 60 + opens.minute}
        work.session.execute(update(OfficeMatter).where(OfficeMatter.matter == MATTER).values(values))
        return monotonic() + (opens - local(wall())).total_seconds()
