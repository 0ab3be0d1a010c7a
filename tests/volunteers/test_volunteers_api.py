"""The phone's and the desk's API by real requests: from the registration to the certificate."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from backend.core.audit import AuditEntry
from backend.core.clock import CHINA
from backend.core.db import unit_of_work
from backend.people.models import Staff
from backend.people.service import _open_session
from backend.residents import proxy_counter
from backend.residents.models import Person
from backend.volunteers import records
from tests.conftest import WorkFactory
from tests.support import residents, world
from tests.support.front_desk import sign_in, sign_in_resident
from tests.support.volunteers import served
from tests.support.world import TOWN, VILLAGE

MINI, DESK, TEAMS = "/mini/volunteers", "/staff/volunteers", "/staff/volunteer-teams"
OFFER = {"division": TOWN, "services": ["meals", "bathing"], "hours": [[5, 480, 720]]}
MOTHER, MOTHERS_PHONE = "李春梅", "13812345678"
Ask = Callable[..., TestResponse]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def tokens(work: WorkFactory) -> dict[str, str]:
    """An officer, two grown-ups and a child's mother, signed in."""
    with work() as w:
        county = world.build(w)
        officer = w.session.get_one(Staff, county.staff["officer"])
        return {
            "officer": _open_session(w, officer),
            "me": sign_in_resident(w, "王秀英", "13912345678", 1)[1],
            "other": sign_in_resident(w, "张伟", "13712345678", 3)[1],
            "mother": sign_in_resident(w, MOTHER, MOTHERS_PHONE, 6)[1],
        }


@pytest.fixture
def ask(app: APIFlask, tokens: dict[str, str]) -> Ask:
    def send(who: str, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {tokens[who]}"} | {
            name.replace("_", "-"): one for name, one in headers.items()
        }
        return app.test_client().open(f"/api/v1{path}", method=method, json=json, headers=sent)

    return send


def test_the_way_from_the_registration_to_a_certificate(ask: Ask) -> None:
    assert ask("me", "GET", f"{MINI}/me").get_json()["code"] == "volunteers.not_volunteer"
    made = ask("me", "POST", f"{MINI}/me", OFFER)
    mine = made.get_json()
    assert (made.status_code, mine["state"], mine["lacking"]) == (201, "active", ["养老护理员证"])
    proof = {"kind": "care", "issuer": "县人社局", "number": "C1", "obtained_on": "2024-01-05"}
    said = ask("me", "POST", f"{MINI}/me/qualifications", proof).get_json()["qualifications"][0]
    assert said["checked"] is False
    seen = ask("officer", "POST", f"{DESK}/{mine['id']}/qualifications/{said['id']}/seen").get_json()
    assert seen["lacking"] == []
    assert (
        ask("me", "POST", f"{MINI}/me/certificates", {"since": "2026-11-01", "until": "2026-11-22"}).status_code == 409
    )
    with unit_of_work() as w:
        records.record(w, served(UUID(mine["id"]), datetime(2026, 11, 20, 9, tzinfo=CHINA), 90))
    line = ask("me", "POST", f"{MINI}/me/certificates", {"since": "2026-11-01", "until": "2026-11-22"}).get_json()
    assert line["minutes"] == 90
    paper = ask("me", "GET", f"{MINI}/me/certificates/{line['id']}.pdf")
    assert (paper.mimetype, paper.get_data()[:5]) == ("application/pdf", b"%PDF-")
    assert ask("other", "GET", f"{MINI}/me/certificates/{line['id']}.pdf").status_code == 409
    assert ask("me", "POST", f"{MINI}/me/withdraw", {}).get_json()["state"] == "withdrawn"
    again = {"since": "2026-11-01", "until": "2026-11-22"}
    assert ask("me", "POST", f"{MINI}/me/certificates", again).get_json()["number"] == line["number"]
    ask("officer", "POST", f"{DESK}/{mine['id']}/certificates/{line['id']}/revoke", {"why": "开错了"})
    assert ask("me", "GET", f"{MINI}/me/certificates").get_json()["items"][0]["revoked"] == "开错了"
    assert ask("me", "GET", f"{MINI}/me/certificates/{line['id']}.pdf").status_code == 409


def test_a_double_tap_and_a_second_phone_make_one_registration(ask: Ask) -> None:
    key = {"Idempotency_Key": "the-same-tap-of-the-same-thumb"}
    first, second = (ask("me", "POST", f"{MINI}/me", OFFER, **key).get_json() for _ in range(2))
    assert first["number"] == second["number"]
    refused = ask("me", "POST", f"{MINI}/me", OFFER).get_json()
    assert (refused["code"], first["number"] in refused["detail"]) == ("volunteers.already", True)


def test_a_look_at_a_whole_record_is_written_down_and_a_list_shows_no_name(ask: Ask) -> None:
    mine = ask("me", "POST", f"{MINI}/me", OFFER).get_json()
    listed = ask("officer", "GET", f"{DESK}?division={TOWN}").get_json()["items"]
    assert [one["name"] for one in listed] == ["王**"]
    before = _reads()
    assert ask("officer", "GET", f"{DESK}/{mine['id']}").get_json()["name"] == "王秀英"
    assert _reads() == before + 1


def _reads() -> int:
    with unit_of_work() as w:
        read = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "person.read")
        return w.session.execute(read).scalar_one()


def test_at_the_counter_a_child_comes_with_the_guardians_signature(ask: Ask) -> None:
    child = {"name": "王小明", "id_number": residents.id_number(datetime(2014, 3, 1, tzinfo=CHINA).date(), 7)}
    body = {"division": VILLAGE, "services": ["reading"], **child}
    assert ask("officer", "POST", DESK, body).get_json()["code"] == "volunteers.guardian_needed"
    guardian = {"name": MOTHER, "phone": MOTHERS_PHONE, "rule": "company", "paper": "当面签了同意书"}
    made = ask("officer", "POST", DESK, body | {"guardian": guardian}).get_json()
    assert (made["state"], made["guardian"]) == (
        "active", {"name": "李**", "phone": "138****5678", "rule": "company", "agreed": True},
    )  # fmt: skip
    old = {"division": VILLAGE, "name": "陈桂花", "id_number": residents.id_number(serial=9)}
    assert ask("officer", "POST", DESK, old).get_json()["state"] == "active"


def test_a_guardian_agrees_on_their_own_phone_or_acts_as_one(
    ask: Ask, work: WorkFactory, tokens: dict[str, str]
) -> None:
    with work() as w:
        child = residents.person(w, "王小明", datetime(2011, 3, 1, tzinfo=CHINA).date(), 7)
        tokens["child"] = sign_in(w, child)
        second = residents.person(w, "王小红", datetime(2013, 3, 1, tzinfo=CHINA).date(), 8)
        mother = w.session.scalars(
            select(Person.id).where(Person.phone_index.is_not(None), Person.sex == "female")
        ).one()
        officer = w.session.scalars(select(Staff).where(Staff.username == "officer")).one()
        desk = world.World(staff={"officer": officer.id}).viewer("officer", "officer", "500118/")
        proxy_counter.guardian_at_counter(
            w, desk, ward_id=second, guardian_id=mother, relation="parent", ground="minor", scopes=["time_bank"],
            evidence="户口簿和出生证明",
        )  # fmt: skip
    named = {"name": MOTHER, "phone": MOTHERS_PHONE, "rule": "consent"}
    waiting = ask("child", "POST", f"{MINI}/me", OFFER | {"guardian": named}).get_json()
    assert waiting["state"] == "applied"
    consent = {"number": waiting["number"], "child": "王小明", "rule": "consent"}
    assert ask("other", "POST", f"{MINI}/guardian-consents", consent).status_code == 403
    assert ask("mother", "POST", f"{MINI}/guardian-consents", consent).get_json()["state"] == "active"
    mine = ask("mother", "GET", f"{MINI}/guardian-consents").get_json()["items"]
    assert [one["name"] for one in mine] == ["王**"]
    taken_back = f"{MINI}/guardian-consents/{waiting['id']}/withdraw"
    assert ask("other", "POST", taken_back).status_code == 403
    assert ask("mother", "POST", taken_back).get_json()["state"] == "applied"
    assert ask("mother", "POST", taken_back).status_code == 403
    assert ask("child", "POST", f"{MINI}/me/withdraw", {}).get_json()["state"] == "withdrawn"
    acting = ask("mother", "POST", f"{MINI}/me", OFFER, X_Acting_For=str(second)).get_json()
    assert (acting["state"], acting["guardian"]["agreed"]) == ("active", True)


def test_a_team_takes_somebody_in_by_its_leader(ask: Ask) -> None:
    leader, other = (ask(who, "POST", f"{MINI}/me", OFFER).get_json() for who in ("me", "other"))
    founded = {"name": "桃园互助小组", "kind": "mutual_help", "division": VILLAGE, "leader": leader["id"]}
    team = ask("officer", "POST", TEAMS, founded).get_json()
    assert ask("me", "GET", f"{MINI}/teams").get_json()["items"][0]["members"] == 1
    mine = ask("other", "POST", f"{MINI}/teams/{team['id']}/apply", {"words": "我会做饭"}).get_json()["items"][0]
    assert mine["state"] == "applied"
    assert ask("other", "GET", f"{MINI}/teams/{team['id']}/members").status_code == 404
    asked = ask("me", "GET", f"{MINI}/teams/{team['id']}/members").get_json()["items"][-1]
    assert (asked["volunteer"], asked["name"], asked["words"]) == (other["id"], "张*", "我会做饭")
    ask("me", "POST", f"{MINI}/teams/{team['id']}/members/{asked['id']}", {"admit": True})
    assert ask("other", "GET", f"{MINI}/me/teams").get_json()["items"][0]["state"] == "member"
    assert ask("officer", "POST", f"{TEAMS}/{team['id']}/close", {"why": "任务完成了"}).get_json()["members"] == 0
    assert ask("other", "POST", f"{MINI}/me/withdraw", {}).get_json()["state"] == "withdrawn"
