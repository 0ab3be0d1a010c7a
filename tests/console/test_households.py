"""A family's page: who belongs, and leaving, 分户, moving and closing, each with its reason and only once."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from werkzeug.test import Client

from backend.assistance import households, sheets
from backend.assistance.households import NewMember
from backend.assistance.models import FactSheet, Household, HouseholdMember
from backend.cases.models import Case
from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from tests.conftest import WorkFactory
from tests.console.conftest import OpenPage, Site, send, serving
from tests.support import payments
from tests.support.payments import granted
from tests.support.residents import person
from tests.support.world import COUNTY, TOWN

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEW_YEAR = date(2026, 1, 1)
LEFT = {"day": "2026-12-10", "why": "lives_apart", "sure": "yes"}


@pytest.fixture
def family(app: APIFlask, work: WorkFactory, clock: ManualClock) -> dict[str, UUID]:
    """One family of three that gets 低保: ``home``, ``benefit`` and the people ``head``, ``son``, ``mother``."""
    with work() as w:
        benefit = granted(w, payments.build(w))
        home = w.session.get_one(Household, benefit.household_id)
        head = home.members[0]
        found = {"home": home.id, "benefit": benefit.id, "head": head.person_id}
        facts = households.facts_of(head)
        found["son"], found["mother"] = person(w, "王小宝", serial=201), person(w, "李桂芳", serial=202)
        members = [NewMember(head.person_id, "applicant", facts, NEW_YEAR)]
        for name, relation in (("son", "child"), ("mother", "parent")):
            known = facts.model_copy(update={"relation": relation})
            members.append(NewMember(found[name], relation, known, NEW_YEAR))  # type: ignore[arg-type] # one of the two above
        households.set_members(w, home, members, NEW_YEAR)
    clock._now = datetime(2026, 12, 15, tzinfo=UTC)
    return found


@pytest.fixture
def site(family: dict[str, UUID], app: APIFlask, work: WorkFactory, clock: ManualClock) -> Iterator[Site]:
    with serving(app, work, clock) as running:
        yield running


def living(work: WorkFactory, home: UUID) -> set[UUID]:
    mine = select(HouseholdMember.person_id).where(HouseholdMember.household_id == home)
    with work() as w:
        return set(w.session.scalars(mine.where(HouseholdMember.until.is_(None))))


def test_a_member_leaves_once_with_a_reason_and_the_last_one_closes(
    family: dict[str, UUID], work: WorkFactory, staff: Callable[[str], Client]
) -> None:
    path, clerk = f"/console/households/{family['home']}", staff("clerk")
    said = LEFT | {"person": str(family["mother"])}
    assert send(clerk, f"{path}/leave", "too-soon", **said | {"day": "2026-12-16"}).status_code == 422
    assert send(clerk, f"{path}/leave", "no-reason", **said | {"why": "王秀英"}).status_code == 422
    assert living(work, family["home"]) == {family["head"], family["son"], family["mother"]}
    assert [send(clerk, f"{path}/leave", "tap", **said).status_code for _ in range(2)] == [303, 303]
    assert send(clerk, f"{path}/leave", "son", **LEFT | {"person": str(family["son"])}).status_code == 303
    last = send(clerk, f"{path}/leave", "last", **LEFT | {"person": str(family["head"])})
    assert last.status_code == 422
    assert "注销这个家庭" in last.get_data(as_text=True)
    gone = {"day": "2026-12-15", "why": "moved_away", "sure": "yes"}
    assert send(clerk, f"{path}/close", "close", **gone).location.endswith("done=close")
    assert "已注销" in clerk.get(path).get_data(as_text=True)
    with work() as w:
        reasons = w.session.scalars(select(AuditEntry.body).where(AuditEntry.action == "household.reason")).all()
    assert len(reasons) == 3
    assert '"reason":"moved_away"' in reasons[-1]


def test_two_of_a_family_become_one_of_their_own_with_one_head(
    family: dict[str, UUID], work: WorkFactory, staff: Callable[[str], Client]
) -> None:
    path, clerk = f"/console/households/{family['home']}/split", staff("clerk")
    said = LEFT | {"address": "新村路2号"}
    for name in ("son", "mother"):
        said |= {f"goes-{family[name]}": "yes", f"relation-{family[name]}": "applicant"}
    assert "只能有一位户主" in send(clerk, path, "two-heads", **said).get_data(as_text=True)
    said |= {f"relation-{family['mother']}": "grandparent"}
    answers = [send(clerk, path, "tap", **said) for _ in range(2)]
    assert answers[0].location == answers[1].location
    page = clerk.get(answers[0].location).get_data(as_text=True)
    assert "已分户" in page
    assert "新村路2号" in page
    assert "王小宝" not in page
    assert living(work, family["home"]) == {family["head"]}
    with work() as w:
        made = households.of_person(w, family["son"])
        assert made is not None
        found = {one.person_id: (one.relation, households.facts_of(one).relation) for one in made.members}
    assert found == {
        family["son"]: ("applicant", "applicant"),
        family["mother"]: ("grandparent", "grandparent"),
    }


def test_only_who_works_there_may_look_and_every_look_is_written_down(
    family: dict[str, UUID], work: WorkFactory, staff: Callable[[str], Client]
) -> None:
    path, clerk = f"/console/households/{family['home']}", staff("clerk")
    assert clerk.get(path).status_code == 200
    with work() as w:
        looks = set(w.session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "person.read")))
    assert looks == {f"person:{family[name]}" for name in ("head", "son", "mother")}
    for stranger in ("duty", "lead"):
        assert staff(stranger).get(path).status_code in (403, 404)
    moved = {"division": COUNTY, "urban": "rural", "address": "示范路9号", "why": "moved", "sure": "yes"}
    assert send(clerk, f"{path}/move", "county", **moved).status_code in (403, 422)
    assert send(clerk, f"{path}/vanish", "vanish", **moved).status_code == 404
    assert path in clerk.get(f"/console/benefits/{family['benefit']}").get_data(as_text=True)


def test_a_case_leads_to_the_family_it_is_about(
    family: dict[str, UUID], work: WorkFactory, staff: Callable[[str], Client]
) -> None:
    with work() as w:
        case = w.session.scalars(select(Case)).first()
        assert case is not None
        case.accepted_at, case_id = w.now, case.id
    clerk, way = staff("clerk"), f"/console/households/of-case/{case_id}"
    assert clerk.get(way).status_code == 404
    with work() as w:
        w.session.add(
            FactSheet(
                case_id=case_id, programme="dibao", household_id=family["home"], version=0,
                facts=sheets.text_of(payments.family()), changes="[]", changed_at=w.now,
            )
        )  # fmt: skip
    assert way in clerk.get(f"/console/cases/{case_id}").get_data(as_text=True)
    assert clerk.get(way).location.endswith(f"/console/households/{family['home']}")


def test_on_a_phone_a_family_moves_and_its_money_is_reviewed_today(
    family: dict[str, UUID], site: Site, open_page: OpenPage, shoot: Callable[[Page, str], None]
) -> None:
    page = open_page(f"/console/benefits/{family['benefit']}", "clerk", 390, 844, has_touch=True, is_mobile=True)
    page.get_by_role("link", name="改家庭成员、住址").click()
    expect(page.get_by_role("heading", name="家里有谁")).to_be_visible()
    page.locator("#do-split summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "phone-household")
    page.locator("#do-move summary").click()
    move = page.locator("#do-move")
    move.get_by_label("搬到哪里").select_option(TOWN)
    move.get_by_label("城镇还是农村").select_option("rural")
    move.get_by_label("新的住址").fill("示范路9号")
    move.get_by_label("原因").select_option("moved")
    move.get_by_label("从今天起按新地方的标准算").check()
    move.get_by_role("button", name="确认搬家").click()
    expect(page.get_by_role("status")).to_contain_text("今天就复核")
    expect(page.get_by_text("示范路9号，农村")).to_be_visible()
