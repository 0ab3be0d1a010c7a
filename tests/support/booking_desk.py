"""The office with residents and staff signed in, for tests by real requests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from apiflask import APIFlask
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.people.models import Staff, StaffSession
from backend.people.service import _open_session
from tests.support import world
from tests.support.front_desk import sign_in_resident
from tests.support.offices import CODE, MATTER, OfficeWorld, build_office

MINI, STAFF = "/api/v1/mini", "/api/v1/staff/booking"
NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, nine in Shanghai
MONDAY = "2026-11-23"


@dataclass
class Desk:
    """The office with a resident, a stranger and staff signed in."""

    app: APIFlask
    place: OfficeWorld
    tokens: dict[str, str]
    people: dict[str, UUID]

    def ask(self, who: str, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        sent = headers | ({"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {})
        return self.app.test_client().open(path, method=method, headers=sent, json=json)

    def slots(self, **query: str) -> list[dict[str, Any]]:
        answer = self.app.test_client().get(f"{MINI}/offices/{CODE}/slots", query_string={"matter": MATTER, **query})
        assert answer.status_code == 200, answer.get_json()
        return list(answer.get_json()["days"])

    def first(self, day: str = MONDAY, number: int = 0) -> str:
        (found,) = self.slots(**{"from": day, "to": day})
        return str(found["slots"][number]["id"])

    def book(self, who: str = "me", slot: str | None = None, **headers: str) -> TestResponse:
        body = {"office": CODE, "matter": MATTER, "slot_id": slot or self.first()}
        return self.ask(who, "POST", f"{MINI}/bookings", body, **headers)


def build_desk(app: APIFlask, work: Work) -> Desk:
    """Three residents, a clerk, an officer and somebody without the post; all signed in for the days a test lasts."""
    staff = world.build(work)
    place = build_office(work)
    tokens, people = {}, {}
    for serial, who in enumerate(("me", "other", "child"), 1):
        people[who], tokens[who] = sign_in_resident(work, f"王小{serial}", f"1380000000{serial}", serial)
    staff.staff["clerk"] = world._staff(work, "clerk", "clerk", world.COUNTY)
    for name in ("clerk", "officer", "duty"):
        tokens[name] = _open_session(work, work.session.get_one(Staff, staff.staff[name]))
    work.session.flush()
    for session in work.session.scalars(select(StaffSession)):
        session.expires_at += timedelta(days=90)
    return Desk(app, place, tokens, people)


def go_to(clock: ManualClock, moment: datetime) -> None:
    clock.advance((moment - clock.now()).total_seconds())
