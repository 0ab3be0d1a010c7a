"""The desk as a program asks for it: masked, fenced, harmless when pressed twice, everything by permission."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from backend.core.audit import AuditEntry
from backend.marriage import holdings, progress, report_views, service
from backend.marriage.models import RegistrarLicence, Registration
from backend.people.models import Staff
from backend.people.service import _open_session
from tests.conftest import WorkFactory
from tests.support.at_once import at_once
from tests.support.registry import HERE, Registry, check, couple, walk_in
from tests.support.residents import id_number

Send = Callable[..., TestResponse]
BORN = date(1990, 1, 1)


@pytest.fixture
def staff(app: APIFlask, work: WorkFactory, here: Registry) -> Send:
    """Ask as somebody who works at the registry."""
    with work() as w:
        tokens = {name: _open_session(w, w.session.get_one(Staff, one)) for name, one in here.staff.items()}

    def send(method: str, path: str, who: str = "registrar", json: Any = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        return app.test_client().open(f"/api/v1/staff/marriage{path}", method=method, json=json, headers=headers)

    return send


def _person(name: str, serial: int) -> dict[str, str]:
    return {"name": name, "id_number": id_number(BORN, serial)}


def _opened(staff: Send) -> dict[str, Any]:
    people = [_person("陈明", 1), _person("林芳", 2)]
    body = {"office": HERE, "matter": "marriage_registration", "people": people}
    answer = staff("POST", "/cases", json=body)
    assert answer.status_code == 201, answer.get_json()
    return dict(answer.get_json())


def _seen(staff: Send, case: dict[str, Any]) -> dict[str, Any]:
    """Everything noted and checked."""
    for position in (1, 2):
        noted = {"position": position, "present": True, "identity_seen": True, "statement": True}
        case = staff("POST", f"/cases/{case['id']}/presence", json=noted | {"fence": case["fence"]}).get_json()
    return dict(staff("POST", f"/cases/{case['id']}/check", json={"fence": case["fence"]}).get_json())


def test_the_whole_way_from_walking_in_to_the_certificate(staff: Send) -> None:
    case = _opened(staff)
    assert case["missing"][0] == "陈*的本人到场"
    assert "陈明" not in str(case)
    assert id_number(BORN, 1) not in str(case)
    case = _seen(staff, case)
    assert (case["check"]["ok"], case["missing"], case["off"]) == (True, [], "")
    done = staff("POST", f"/cases/{case['id']}/register", json={"fence": case["fence"]}).get_json()
    assert done["state"] == "registered"
    assert done["certificate_number"].startswith("J500118-2026-000001")
    day = staff("GET", f"/offices/{HERE}/day").get_json()
    assert [(one["names"], one["state_zh"]) for one in day["items"]] == [(["陈*", "林*"], "已办好")]


def test_pressing_twice_gives_one_case_and_one_certificate(staff: Send) -> None:
    first, again = _opened(staff), _opened(staff)
    assert first["id"] == again["id"]
    case = _seen(staff, first)
    answers = [staff("POST", f"/cases/{case['id']}/register", json={"fence": case["fence"]}) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert len({one.get_json()["certificate_number"] for one in answers}) == 1


def test_whoever_has_not_seen_what_a_colleague_did_is_told_so(work: WorkFactory, here: Registry, staff: Send) -> None:
    case = _seen(staff, _opened(staff))
    colleague = here.viewer("unlicensed")
    with work(colleague.actor) as w:
        service.note_presence(w, colleague, UUID(case["id"]), 1, present=False, identity_seen=True, statement=True)
    answer = staff("POST", f"/cases/{case['id']}/register", json={"fence": case["fence"]})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "marriage.page_stale")
    assert "姓名unlicensed刚改过" in answer.get_json()["detail"]


def test_one_of_two_registrars_decides_and_the_other_is_told(
    app: APIFlask, work: WorkFactory, here: Registry, staff: Send
) -> None:
    with work() as w:
        held = w.session.scalars(
            select(RegistrarLicence).where(RegistrarLicence.staff_id == here.staff["registrar"])
        ).one()
        w.session.add(
            RegistrarLicence(
                staff_id=here.staff["unlicensed"], number="二", valid_from=held.valid_from, valid_until=held.valid_until
            )
        )
    case = _seen(staff, _opened(staff))
    body, path = {"fence": case["fence"]}, f"/cases/{case['id']}"
    acts = [("register", "registrar", body), ("refuse", "unlicensed", body | {"reason_code": "will_unclear"})]
    answers = at_once(app, 2, lambda one: staff("POST", f"{path}/{acts[one][0]}", acts[one][1], acts[one][2]))
    assert sorted(one.status_code for one in answers) == [200, 409]
    with work() as w:
        assert w.session.get_one(Registration, UUID(case["id"])).state in ("registered", "refused")


def test_a_report_is_listed_made_and_closed(work: WorkFactory, here: Registry, staff: Send) -> None:
    case = _opened(staff)
    frozen = staff(
        "POST", f"/cases/{case['id']}/freeze", json={"fence": case["fence"], "kind": "violence", "signs": "手上有伤"}
    ).get_json()
    assert frozen["state_zh"] == "资料复核中"
    (report,) = staff("GET", "/reports", "lead").get_json()["items"]
    assert (report["kind_zh"], report["late"], report["state"]) == ("家庭暴力", False, "open")
    assert "手上有伤" not in str(report)
    path = f"/reports/{report['id']}"
    made = staff("POST", f"{path}/report", "lead", {"reported_to": "城关派出所"})
    assert made.get_json()["state"] == "reported"
    assert staff("POST", f"{path}/report", "lead", {"reported_to": "城关派出所"}).status_code == 409
    assert staff("POST", f"{path}/close", json={"result": "已处理"}).get_json()["state"] == "closed"
    released = staff("POST", f"/cases/{case['id']}/release", "lead", {"fence": frozen["fence"], "reason": "查清了"})
    assert released.get_json()["state"] == "open"
    with work() as w:
        assert report_views.waiting(w, here.viewer()) == 0


def test_what_somebody_sees_of_their_own_never_tells_that_a_case_was_stopped() -> None:
    for words in (holdings.STATES, {state: said[0] for state, said in progress.STATES.items()}):
        assert words["frozen"] == words["open"] == words["checked"]


def test_looking_at_the_signs_is_written_down(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        case = walk_in(w, here.viewer(), "marriage_registration", couple(w))
        task = service.freeze(w, here.viewer(), case.id, "trafficking", "说不出自己住哪里")
        assert report_views.read(w, here.viewer("lead"), task.id).signs == "说不出自己住哪里"
        looks = select(func.count()).where(AuditEntry.action == "marriage.report_read")
        assert w.session.scalar(looks) == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/cases", {"office": HERE, "matter": "marriage_registration", "people": []}),
        ("POST", "/cases", {}),
        ("POST", "/cases/{case}/presence", {"fence": 0, "position": 3, "present": True}),
        ("POST", "/cases/{case}/freeze", {"fence": 0, "kind": "boredom", "signs": "没有"}),
        ("POST", "/cases/{case}/refuse", {"fence": 9, "reason_code": "under_age"}),
        ("POST", "/licences", {"staff_id": str(uuid4()), "number": "1"}),
    ],
)
def test_bad_input_is_a_clear_error(staff: Send, method: str, path: str, body: dict[str, Any]) -> None:
    case = _opened(staff)
    who = "lead" if path == "/licences" else "registrar"
    answer = staff(method, path.replace("{case}", case["id"]), who, body)
    assert answer.status_code in (404, 422), answer.get_json()
    assert answer.get_json()["detail"].endswith("。")


@pytest.mark.parametrize("path", ["", "/letter.pdf"])
def test_a_case_of_another_county_is_not_there(staff: Send, path: str) -> None:
    case = _opened(staff)
    assert staff("GET", f"/cases/{case['id']}{path}", "registrar_there").status_code == 404
    assert staff("GET", f"/cases/{uuid4()}{path}").status_code == 404


def test_a_refusal_comes_as_a_file(staff: Send, work: WorkFactory, here: Registry) -> None:
    with work() as w:
        who = here.viewer()
        case = check(w, who, walk_in(w, who, "marriage_registration", couple(w)))
        case_id = service.refuse(w, who, case.id, "papers_doubtful").id
    answer = staff("GET", f"/cases/{case_id}/letter.pdf")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/pdf", "no-store")
    assert answer.data.startswith(b"%PDF-")
