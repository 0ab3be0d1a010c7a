"""The roster over HTTP: what each person may see and do, and what they are told when they may not."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from backend.core.clock import ManualClock
from backend.people.models import Division
from tests.conftest import WorkFactory
from tests.duty.conftest import COUNTY, HOME, PASSWORD, Team, at

BASE = "/api/v1/staff/duty"


class Caller:
    """A signed-in member of staff on the API."""

    def __init__(self, client: FlaskClient, username: str) -> None:
        answer = client.post("/api/v1/staff/session", json={"username": username, "password": PASSWORD})
        self._client, self._headers = client, {"Authorization": f"Bearer {answer.get_json()['token']}"}

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        answer = self._client.open(f"{BASE}{path}", method=method, json=body, headers=self._headers)
        return answer.status_code, answer.get_json(silent=True)


def _cover(team: Team, **changes: object) -> dict[str, object]:
    return {
        "division": HOME,
        "kind": "replace",
        "staff_id": str(team.spare),
        "replaces_id": str(team.day),
        "starts_at": "2026-11-22T10:00:00+08:00",
        "ends_at": "2026-11-22T12:00:00+08:00",
        **changes,
    }


def test_the_roster_says_who_is_on_who_is_next_and_what_is_wrong(app: APIFlask, team: Team) -> None:
    status, body = Caller(app.test_client(), "night").call("GET", f"/roster?division={HOME}")
    assert status == 200
    assert [(p["role_name"], p["now"][0]["name"], p["next"][0]["name"]) for p in body["posts"]] == [
        ("护理值班", "王芳", "李强")
    ]
    assert (body["division_name"], body["day"], body["findings"]) == ("青山养老院", "2026-11-22", [])
    assert [duty["name"] for duty in body["duties"]] == ["王芳", "李强"]


def test_a_lead_adds_and_cancels_cover_and_a_carer_may_not(
    app: APIFlask, team: Team, work: WorkFactory, clock: ManualClock
) -> None:
    lead, carer = Caller(app.test_client(), "lead"), Caller(app.test_client(), "day")
    assert carer.call("POST", "/overrides", _cover(team))[1]["code"] == "not_allowed"
    status, made = lead.call("POST", "/overrides", _cover(team))
    assert (status, made["kind"]) == (201, "replace")
    clock.advance(3600)
    path = f"/roster?division={HOME}"
    assert carer.call("GET", path)[1]["posts"][0]["now"][0]["name"] == "赵丽"
    assert carer.call("DELETE", f"/overrides/{made['id']}")[1]["code"] == "not_allowed"
    assert lead.call("DELETE", f"/overrides/{made['id']}") == (204, None)
    assert carer.call("GET", path)[1]["posts"][0]["now"][0]["name"] == "王芳"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"starts_at": "2026-11-22T10:00:00"}, 422, "bad_input"),
        ({"kind": "swap"}, 422, "bad_input"),
        ({"unknown": 1}, 422, "bad_input"),
        ({"division": "nowhere"}, 404, "not_found"),
        ({"ends_at": "2026-11-22T08:00:00+08:00"}, 422, "bad_input"),
        ({"ends_at": "2027-11-22T08:00:00+08:00"}, 422, "duty.override_too_long"),
    ],
)
def test_a_wrong_body_gets_a_kind_answer(
    app: APIFlask, team: Team, change: dict[str, object], status: int, code: str
) -> None:
    got, problem = Caller(app.test_client(), "lead").call("POST", "/overrides", _cover(team, **change))
    assert (got, problem["code"]) == (status, code)
    assert problem["detail"].endswith("。")


def test_a_second_cover_says_what_is_in_the_way(app: APIFlask, team: Team) -> None:
    lead = Caller(app.test_client(), "lead")
    lead.call("POST", "/overrides", _cover(team))
    _, problem = lead.call("POST", "/overrides", _cover(team, staff_id=str(team.night)))
    assert problem["detail"].startswith("王芳这段时间已有请假或顶班")


def test_another_part_of_the_county_looks_like_nothing(app: APIFlask, team: Team, work: WorkFactory) -> None:
    with work() as w:
        w.session.add(
            Division(code="500118002", name="白水镇", level="town", parent_code=COUNTY, path="500118/500118002/")
        )
    carer = Caller(app.test_client(), "day")
    for code in ("500118002", COUNTY, "nowhere"):
        assert carer.call("GET", f"/roster?division={code}")[1]["code"] == "not_found"
    assert Caller(app.test_client(), "officer").call("GET", "/roster?division=500118002")[0] == 200


def test_a_shift_is_handed_over_and_accepted_once(app: APIFlask, team: Team, clock: ManualClock) -> None:
    day, night, lead = (Caller(app.test_client(), who) for who in ("day", "night", "lead"))
    clock.advance((at(22, 19, 50) - clock.now()).total_seconds())
    status, made = day.call("POST", "/handovers", {"division": HOME, "note": "203 房多看两眼"})
    clock.advance(15 * 60)
    waiting = lead.call("GET", f"/roster?division={HOME}")[1]
    assert [view["id"] for view in waiting["handovers"]] == [made["id"]]
    assert [finding["code"] for finding in waiting["findings"]] == ["handover_waiting"]
    assert (status, made["state"], made["open_alarms"]) == (201, "pending", [])
    assert day.call("POST", f"/handovers/{made['id']}/accept")[1]["code"] == "duty.handover_to_self"
    assert night.call("POST", f"/handovers/{made['id']}/cancel")[1]["code"] == "not_allowed"
    assert night.call("POST", f"/handovers/{made['id']}/accept")[1]["to_name"] == "李强"
    assert lead.call("POST", f"/handovers/{made['id']}/accept")[1]["code"] == "duty.handover_settled"
    (record,) = day.call("GET", f"/handovers?division={HOME}")[1]["items"]
    assert (record["state"], record["note"]) == ("accepted", "203 房多看两眼")


def test_the_giver_takes_an_offer_back(app: APIFlask, team: Team) -> None:
    day = Caller(app.test_client(), "day")
    _, made = day.call("POST", "/handovers", {"division": HOME})
    assert day.call("POST", f"/handovers/{made['id']}/cancel")[1]["state"] == "cancelled"


def test_somebody_takes_over_now(app: APIFlask, team: Team) -> None:
    spare = Caller(app.test_client(), "spare")
    status, made = spare.call("POST", "/take-over", {"division": HOME, "instead_of": str(team.day)})
    assert (status, made["ends_at"]) == (201, "2026-11-22T12:00:00Z")
    posts = spare.call("GET", f"/roster?division={HOME}")[1]["posts"]
    assert [who["name"] for who in posts[0]["now"]] == ["赵丽"]


def test_a_stranger_is_asked_to_sign_in(app: APIFlask) -> None:
    for method, path in (("GET", f"/roster?division={HOME}"), ("POST", "/handovers"), ("POST", "/take-over")):
        assert app.test_client().open(f"{BASE}{path}", method=method).get_json()["code"] == "not_signed_in"
