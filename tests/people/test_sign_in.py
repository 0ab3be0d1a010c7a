"""Signing in, being locked out, being signed out from afar."""

from apiflask import APIFlask

from backend.core.clock import ManualClock
from backend.people import service
from backend.people.models import Division, Staff, StaffRole
from tests.conftest import WorkFactory


def _staff(work: WorkFactory) -> None:
    with work() as w:
        w.session.add(Division(code="500118", name="示范县", level="county", path="500118/"))
        staff = Staff(username="wang", name="王芳", password_hash=service.hash_password("right"))
        staff.roles.append(StaffRole(role="duty", division_code="500118"))
        w.session.add(staff)


def _sign_in(app: APIFlask, password: str, username: str = "wang") -> tuple[int, dict[str, object]]:
    answer = app.test_client().post("/api/v1/staff/session", json={"username": username, "password": password})
    return answer.status_code, answer.get_json()


def test_a_right_password_gives_a_token_that_says_who_i_am(app: APIFlask, work: WorkFactory) -> None:
    _staff(work)
    status, body = _sign_in(app, "right")
    assert status == 200
    me = app.test_client().get("/api/v1/staff/session", headers={"Authorization": f"Bearer {body['token']}"})
    assert me.get_json()["name"] == "王芳"
    assert me.get_json()["roles"] == ["duty"]


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app: APIFlask, work: WorkFactory) -> None:
    _staff(work)
    known, unknown = _sign_in(app, "wrong"), _sign_in(app, "wrong", "nobody")
    for _status, problem in (known, unknown):
        problem.pop("request_id")
    assert known == unknown


def test_the_fifth_failure_locks_and_a_quarter_of_an_hour_opens(
    app: APIFlask, work: WorkFactory, clock: ManualClock
) -> None:
    _staff(work)
    for _ in range(4):
        assert _sign_in(app, "wrong")[0] == 401
    assert _sign_in(app, "wrong")[1]["code"] == "people.locked_out"
    clock.advance(15 * 60 - 1)
    assert _sign_in(app, "right")[1]["code"] == "people.locked_out"
    clock.advance(1)
    assert _sign_in(app, "right")[0] == 200


def test_a_revoked_session_ends_at_once(app: APIFlask, work: WorkFactory) -> None:
    _staff(work)
    headers = {"Authorization": f"Bearer {_sign_in(app, 'right')[1]['token']}"}
    client = app.test_client()
    assert client.get("/api/v1/staff/session", headers=headers).status_code == 200
    assert client.delete("/api/v1/staff/session", headers=headers).status_code == 204
    assert client.get("/api/v1/staff/session", headers=headers).get_json()["code"] == "not_signed_in"


def test_health_and_documents_answer_strangers(app: APIFlask) -> None:
    client = app.test_client()
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json()["checks"]["database"] == "ok"
    assert "/api/v1/staff/session" in client.get("/openapi.json").get_json()["paths"]
    assert "swagger-ui" in client.get("/docs/").text
    with client.get("/docs/swagger-ui-bundle.js") as script:
        assert script.status_code == 200
