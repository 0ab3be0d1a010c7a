"""The check of means on the page of a case: a signed paper, and what happens to who asks about a stranger."""

import re
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from scheduler.assistance_jobs import check_means
from tests.support.cases import build_window
from tests.support.means import World, family

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def world(app: APIFlask, clock: ManualClock) -> World:
    with unit_of_work() as w:
        window = build_window(w)
    return family(app, window, clock)


def signed_in(app: APIFlask) -> tuple[FlaskClient, str]:
    client = app.test_client()
    client.post("/console/login", data={"username": "officer2", "password": "secret"})
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/console/cases").get_data(as_text=True))
    assert found is not None
    return client, found[1]


def test_a_paper_is_entered_and_a_question_about_who_has_not_signed_is_reported(app: APIFlask, world: World) -> None:
    client, token = signed_in(app)

    def post(action: str, who: UUID) -> int:
        form = {"csrf_token": token, "person": str(who), "version": "0"}
        return client.post(f"/console/cases/{world.case_id}/evidence/{action}", data=form).status_code

    assert post("recheck", world.him) == 403
    with reading() as w:
        entry = w.session.scalars(select(AuditEntry).where(AuditEntry.action == "means.unrelated")).one()
        assert str(world.him) in entry.body
    assert post("permission", world.him) == 303
    check_means()
    assert world.report().complete
    page = client.get(f"/console/cases/{world.case_id}/evidence").get_data(as_text=True)
    assert "社保核对到每月 240 元" in page
    assert post("adopt", world.him) == 303
