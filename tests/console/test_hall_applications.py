"""The desk of applications for halls: who may, what is logged, a form that came too late, a paper with a name on it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from backend.core.audit import AuditEntry
from backend.memorial import hall_application_papers as papers
from backend.memorial import hall_applications as applications
from backend.memorial.models import Hall
from tests.conftest import WorkFactory
from tests.console.conftest import send
from tests.support import halls as made
from tests.support.hall_applications import handed_in, upload
from tests.support.halls import Family

DESK = "/console/memorial/applications/"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


def version(work: WorkFactory, which: UUID) -> str:
    with work() as w:
        return str(applications.find(w, which).version)


def test_two_clerks_are_told_apart_and_every_look_is_written_down(
    family: Family, work: WorkFactory, staff: Callable[[str], Client]
) -> None:
    clerk, officer, son = staff("clerk"), staff("officer"), family.people["son"]
    which = handed_in(work, son)
    with work() as w:
        paper = papers.add(w, son, which, upload()).id
    one, seen = f"{DESK}{which}", version(work, which)
    assert [staff("duty").get(path).status_code for path in (DESK, one, f"{one}/papers/{paper}")] == [403] * 3
    page = clerk.get(one).text
    for shown in ("王𬱖山", "登记里没有，请看材料", "证明在老家，下月寄来", "最迟 2026年11月27日 答复", "看关系证明"):
        assert shown in page
    looked = clerk.get(f"{one}/papers/{paper}")
    assert (looked.mimetype, looked.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    with work() as w:
        reads = [row.body for row in w.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.read"))]
    assert [f"memorial_application:{which}" in reads[0], f"memorial_paper:{paper}" in reads[1]] == [True, True]
    assert send(officer, f"{one}/return", "first", missing="请补户口簿", version=seen).status_code == 303
    late = send(clerk, f"{one}/open", "second", proof="户口簿和火化证", version=seen)
    assert (late.status_code, "可能别人刚办过" in late.text) == (409, True)
    assert "请重新打开这一页" in send(clerk, f"{one}/open", "third", proof="户口簿", version="x").text
    assert send(clerk, f"{one}/burn", "fourth", version=seen).status_code == 404
    assert "最近答复的" in clerk.get(DESK).text


def test_a_double_tap_opens_one_hall(family: Family, work: WorkFactory, staff: Callable[[str], Client]) -> None:
    clerk = staff("clerk")
    which = handed_in(work, family.people["son"])
    seen = version(work, which)
    taps = [send(clerk, f"{DESK}{which}/open", "same", proof="户口簿和火化证", version=seen) for _ in range(2)]
    assert [tap.status_code for tap in taps] == [303, 303]
    assert "已设好" in clerk.get(taps[0].location).text
    with work() as w:
        assert [row.title for row in w.session.scalars(select(Hall))].count("怀念王𬱖山") == 1
