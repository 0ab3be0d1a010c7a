"""A couple over HTTP, with everything that ``shouwang up`` starts: two phones, the registrar, a clock that is moved.

The story begins on Monday the 2nd of March 2026, whatever day it is: the demonstration's clock is set before.
"""

import json
import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from backend.core.clock import CHINA, pause, wall
from backend.demo.civil_data import civil, id_number
from tests.journeys.conftest import Installation, Starter
from tests.support import services

pytestmark = pytest.mark.slow

MONDAY_NINE = datetime(2026, 3, 2, 9, tzinfo=CHINA)
OFFICE, WEDDING = "MR-01", "marriage_registration"
HIM, HER = ("高明", id_number(date(1995, 6, 1), 201)), ("方雨", id_number(date(1997, 2, 28), 202))
AGREEMENT = {"will": True, "children": True, "assets": True, "debts": True, "outline": "没有子女，财产各归各。"}
LOOKS, EVERY_S = 30, 3.0
PAPERS = {"proofs": ["marriage_certificate"]}


@pytest.fixture
def on_monday(start: Starter, tmp_path: Path) -> Starter:
    """The same starter; the clock of its data folder says Monday."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    offset = (MONDAY_NINE.astimezone(UTC) - wall()).total_seconds()
    (folder / "demo-clock.json").write_text(json.dumps({"offset_s": offset}))
    return start


@dataclass
class Phone:
    """One resident with the mini-program open."""

    up: Installation
    sandbox: str
    user: str
    token: str = field(default="", repr=False)

    def tap(self, what: str) -> Any:
        """A code of WeChat, as the phone gets it."""
        answer = requests.post(f"{self.sandbox}/_sandbox/{what}", json={"user": self.user}, timeout=30)
        return answer.json()["code"]

    def log_in(self) -> None:
        body = {"code": self.tap("login-codes"), "device": "测试手机"}
        self.token = self.ask("POST", "/session", body)["access_token"]

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200, key: str | None = None) -> Any:
        headers = {"X-Device-Id": self.user} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        headers |= {"Idempotency-Key": key} if key else {}
        url = f"{self.up.base}/api/v1/mini{path}"
        answer = requests.request(method, url, json=body, headers=headers, timeout=20)
        assert answer.status_code == status, answer.text
        return answer.json()

    def prove(self, name: str, number: str) -> None:
        """Phone, consent, real name: in the order in which the mini-program asks."""
        code = self.tap("login-codes")
        self.ask("POST", "/session", {"code": code})
        assert self.ask("POST", "/session", {"code": code}, status=401)["code"] == "wechat.code_used"
        refused = self.ask("GET", "/marriage/cases", status=403)
        assert refused["code"] == "residents.needs_real_name"
        self.ask("POST", "/me/phone", {"code": self.tap("phone-codes")})
        for one in self.ask("GET", "/me/consents")["items"]:
            self.ask("PUT", f"/me/consents/{one['purpose']}", {"version": one["version"]})
        begun = self.ask("POST", "/me/identity", {"provider": "sandbox", "name": name, "id_number": number}, status=201)
        assert self.ask("GET", f"/me/identity/{begun['id']}")["state"] == "passed"

    def inbox(self) -> str:
        return json.dumps(self.ask("GET", "/inbox"), ensure_ascii=False)

    def open_times(self, matter: str = WEDDING) -> list[dict[str, Any]]:
        found = self.ask("GET", f"/marriage/slots?matter={matter}&office={OFFICE}")["items"]
        return [one for one in found if one["state"] == "open"]


def phone(up: Installation, user: str) -> Phone:
    made = Phone(up, f"http://127.0.0.1:{up.wechat_port}", user)
    made.log_in()
    return made


def now(up: Installation) -> datetime:
    return datetime.fromisoformat(up.ask("POST", "/demo/clock", {"advance_s": 0}, who="admin")["now"])


def go_to(up: Installation, moment: datetime) -> None:
    """Move the clock; whoever was signed in for hours is not any more."""
    up.move_clock((moment - now(up)).total_seconds())
    up.forget_tokens()


def wake_scheduler(up: Installation) -> None:
    """End it as a power failure would: it comes back by itself and does at once what is due."""
    os.kill(up.child("scheduler"), signal.SIGKILL)


# -- at the desk


def people(*named: tuple[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "id_number": number} for name, number in named]


def desk(up: Installation, case: dict[str, Any], action: str, **body: Any) -> dict[str, Any]:
    path = f"/staff/marriage/cases/{case['id']}/{action}"
    found: dict[str, Any] = up.ask("POST", path, {"fence": case["fence"]} | body, who="registrar")
    return found


def decide(up: Installation, opened: dict[str, Any], **observed: Any) -> dict[str, Any]:
    """Everybody is seen, the registries are asked, the registrar signs."""
    case: dict[str, Any] = up.ask("POST", "/staff/marriage/cases", opened, who="registrar", status=201)
    for person in case["people"]:
        seen = {"present": True, "identity_seen": True, "statement": True, "position": person["position"]}
        case = desk(up, case, "presence", **seen, **observed)
    case = desk(up, case, "check")
    assert case["check"]["ok"], case["check"]
    return desk(up, case, "register")


def walk_in(matter: str, *named: tuple[str, str], **declared: Any) -> dict[str, Any]:
    return {"office": OFFICE, "matter": matter, "people": people(*named), "declared": declared}


# -- the wedding


def test_a_couple_from_the_first_login_to_the_certificate_and_a_bad_rating(on_monday: Starter) -> None:
    with on_monday(SHOUWANG_SIMULATOR="off") as up:
        him, her = phone(up, "gao-ming"), phone(up, "fang-yu")
        him.prove(*HIM)
        her.prove(*HER)
        read_before(him)
        visit = book_once(him, her)
        visit = move_and_be_reminded(up, him, her, visit)
        number = marry(up, visit)
        told_and_rating(up, him, her, number)
        assert up.stop() == 0
        assert '"level": "error"' not in up.logs()


def read_before(him: Phone) -> None:
    guide = him.ask("GET", f"/guides/{WEDDING}")
    assert "户口簿" not in json.dumps(guide["bring"], ensure_ascii=False)
    couple = [
        {"sex": "male", "birth_date": "1995-06-01", "status": "single"},
        {"sex": "female", "birth_date": "2006-03-03", "status": "single"},
    ]
    too_young = him.ask("POST", "/marriage/pre-check", {"matter": WEDDING, "people": couple, "day": "2026-03-02"})
    assert not too_young["ok"]
    assert "1047" in too_young["reasons"][0]["article"]
    couple[1]["birth_date"] = "1997-02-28"
    assert him.ask("POST", "/marriage/pre-check", {"matter": WEDDING, "people": couple})["ok"]


def wish(slot: dict[str, Any], partner: tuple[str, str]) -> dict[str, Any]:
    return {"matter": WEDDING, "office": OFFICE, "slot_id": slot["id"], "partner": people(partner)[0]}


def book_once(him: Phone, her: Phone) -> dict[str, Any]:
    """A double tap is one booking, and the partner cannot make another one."""
    slot, other = him.open_times()[5:7]
    key = str(uuid4())
    first = him.ask("POST", "/marriage/bookings", wish(slot, HER), status=201, key=key)
    again = him.ask("POST", "/marriage/bookings", wish(slot, HER), status=201, key=key)
    assert again == first
    clash = her.ask("POST", "/marriage/bookings", wish(other, HIM), status=409)
    assert clash["code"] == "booking.already_booked"
    [mine], [hers] = him.ask("GET", "/bookings")["items"], her.ask("GET", "/bookings")["items"]
    assert mine["id"] == hers["id"] == first["id"]
    return first  # type: ignore[no-any-return] # JSON


def move_and_be_reminded(up: Installation, him: Phone, her: Phone, visit: dict[str, Any]) -> dict[str, Any]:
    slot = next(one for one in him.open_times() if one["day"] >= "2026-03-05" and one["starts_at"][11:16] == "10:00")
    moved = her.ask("POST", f"/bookings/{visit['id']}/move", {"slot_id": slot["id"]})
    assert (moved["id"], moved["starts_at"]) == (visit["id"], slot["starts_at"])
    starts = datetime.fromisoformat(slot["starts_at"])
    go_to(up, (starts - timedelta(days=1)).replace(hour=18, minute=1))
    for one in (him, her):
        one.log_in()
        wait_kindly(partial(reminded, one))
    go_to(up, starts - timedelta(minutes=20))
    return moved  # type: ignore[no-any-return] # JSON


def wait_kindly(ready: Callable[[], bool]) -> None:
    """Look again every few seconds: a phone that asks more than sixty times a minute is told to wait."""
    for _ in range(LOOKS):
        if ready():
            return
        pause(EVERY_S)
    pytest.fail(f"not within {LOOKS * EVERY_S} s")


def reminded(one: Phone) -> bool:
    return "明天" in one.inbox()


def marry(up: Installation, visit: dict[str, Any]) -> str:
    ticket = up.ask("POST", f"/staff/booking/bookings/{visit['id']}/check-in", {}, who="registrar")
    assert ticket["label"].startswith("A")
    [line] = [
        one for one in up.ask("GET", f"/staff/marriage/offices/{OFFICE}/day", who="registrar")["items"]
        if one["booking_id"] == visit["id"]
    ]  # fmt: skip
    assert line["label"] == ticket["label"]
    assert all("*" in name for name in line["names"])
    case = decide(up, {"booking_id": visit["id"]})
    assert (case["state"], case["off"]) == ("registered", "")
    assert case["certificate_number"].startswith("J500999-2026-")
    return str(case["certificate_number"])


def told_and_rating(up: Installation, him: Phone, her: Phone, number: str) -> None:
    for one in (him, her):
        one.log_in()
        assert number in one.inbox()
        assert one.ask("GET", "/marriage/cases")["cases"][0]["state"] == "registered"
    [invited] = him.ask("GET", "/ratings/invitations")["items"]
    bad = {"invitation": invited["id"], "level": 1, "comment": "等了很久"}
    assert him.ask("POST", "/ratings", bad, status=201)["level"] == 1
    assert him.ask("POST", "/ratings", bad, status=409)["code"] == "ratings.already_rated"
    page = up.page("/console/callbacks", "bureau")
    assert "等了很久" in page


# -- the divorce


def test_a_divorce_keeps_to_its_two_periods(on_monday: Starter) -> None:
    with on_monday(SHOUWANG_SIMULATOR="off") as up:
        in_the_window(up)
        zhang, li = [(one.name, one.id_number) for one in civil().residents if one.user in ("zhang-wei", "li-na")]
        decide(up, walk_in(WEDDING, zhang, li))
        me = phone(up, "zhang-wei")
        applied(up, me, zhang, li)
        withdrawn(up, me, zhang)
        deemed_withdrawn(up, me, zhang, li)
        never_by_a_provisional_date(up, me, zhang, li)
        assert up.stop() == 0


def in_the_window(up: Installation) -> None:
    """The demonstration's own couple, 45 days after they applied."""
    me = phone(up, "chen-jie")
    [divorce] = me.ask("GET", "/marriage/cases")["divorces"]
    assert divorce["phase"] == "window"
    found = me.ask("GET", f"/marriage/slots?matter=divorce_certificate&office={OFFICE}")
    assert (found["first"], found["last"]) == (divorce["certificate_from"], divorce["certificate_until"])
    assert {one["day"] <= divorce["certificate_until"] for one in found["items"]} == {True}
    late = me.ask("GET", f"/marriage/slots?matter=divorce_withdrawal&office={OFFICE}", status=422)
    assert late["code"] == "marriage.not_possible"
    other = me.ask("GET", "/marriage/slots?matter=divorce_certificate&office=MR-01-F", status=422)
    assert other["reasons"][0]["code"] == "other_office"


def divorces(me: Phone) -> list[dict[str, Any]]:
    return list(me.ask("GET", "/marriage/cases")["divorces"])


def apply(up: Installation, *couple: tuple[str, str]) -> None:
    decide(up, walk_in("divorce_application", *couple, agreement=AGREEMENT), observed=PAPERS)


def applied(up: Installation, me: Phone, *couple: tuple[str, str]) -> None:
    """Received on the 2nd of March: until the 1st of April, then until the 1st of May, moved past the holiday."""
    apply(up, *couple)
    [one] = divorces(me)
    assert (one["phase"], one["provisional"]) == ("cooling", False)
    assert (one["received_on"], one["withdraw_until"]) == ("2026-03-02", "2026-04-01")
    assert (one["certificate_from"], one["certificate_until"]) == ("2026-04-02", "2026-05-06")
    times = me.ask("GET", f"/marriage/slots?matter=divorce_certificate&office={OFFICE}")["items"]
    assert all("2026-04-02" <= slot["day"] <= "2026-05-06" for slot in times)
    back = me.ask("GET", f"/marriage/divorces/{one['id']}/withdrawal")
    assert back["possible"]
    assert all(slot["day"] <= "2026-04-01" for slot in back["slots"])
    early = up.ask(
        "POST", "/staff/marriage/cases", walk_in("divorce_certificate", *couple), who="registrar", status=201
    )
    for person in early["people"]:
        seen = {"present": True, "identity_seen": True, "statement": True, "observed": PAPERS}
        early = desk(up, early, "presence", position=person["position"], **seen)
    assert not desk(up, early, "check")["check"]["ok"]


def withdrawn(up: Installation, me: Phone, one: tuple[str, str]) -> None:
    go_to(up, datetime(2026, 4, 1, 16, 30, tzinfo=CHINA))
    decide(up, walk_in("divorce_withdrawal", one))
    me.log_in()
    assert divorces(me)[0]["phase"] == "withdrawn"


def deemed_withdrawn(up: Installation, me: Phone, *couple: tuple[str, str]) -> None:
    """A new application begins anew; nobody comes for the certificate."""
    go_to(up, datetime(2026, 4, 20, 10, tzinfo=CHINA))
    apply(up, *couple)
    me.log_in()
    new = divorces(me)[0]
    assert (new["received_on"], new["withdraw_until"], new["certificate_until"]) == (
        "2026-04-20", "2026-05-20", "2026-06-22",
    )  # fmt: skip
    go_to(up, datetime(2026, 6, 23, 9, tzinfo=CHINA))
    wake_scheduler(up)
    me.log_in()
    wait_kindly(lambda: divorces(me)[0]["phase"] == "deemed_withdrawn")


def never_by_a_provisional_date(up: Installation, me: Phone, *couple: tuple[str, str]) -> None:
    """2027 is not published: its dates are shown as provisional, and nothing ends by them."""
    go_to(up, datetime(2026, 11, 16, 10, tzinfo=CHINA))
    apply(up, *couple)
    me.log_in()
    shown = divorces(me)[0]
    assert (shown["phase"], shown["provisional"]) == ("cooling", True)
    go_to(up, datetime(2027, 3, 1, 10, tzinfo=CHINA))
    wake_scheduler(up)
    services.wait_until(lambda: newest_state(up) == "window")
    me.log_in()
    assert (divorces(me)[0]["phase"], newest_state(up)) == ("over", "window")


def newest_state(up: Installation) -> str:
    """As the database has it: the job that opens the second period also ends it, where it may."""
    database = f"file:{up.folder / 'data/shouwang.db'}?mode=ro"
    with closing(sqlite3.connect(database, uri=True)) as looking:
        return str(looking.execute("SELECT state FROM divorce ORDER BY received_on DESC LIMIT 1").fetchone()[0])
