"""供养协议 at the desk: recorded, printed, looked at, changed for another; and self-care assessed anew and decided."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from apiflask import APIFlask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from backend.assistance.care_models import CareAgreement
from backend.assistance.models import Benefit
from backend.core.clock import ManualClock
from tests.conftest import WorkFactory
from tests.console.conftest import OpenPage, Shoot, Site, serving
from tests.support import payments, tekun
from tests.support.payments import Caseload

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ITEMS = ("吃饭", "穿衣", "上下床", "上厕所", "屋里走动", "洗澡")


@pytest.fixture
def load(app: APIFlask, work: WorkFactory) -> Caseload:
    with work() as w:
        return payments.build(w)


@pytest.fixture
def benefit_id(work: WorkFactory, load: Caseload) -> UUID:
    """杨德福, one of whose six items fails, has no agreement yet."""
    with work() as w:
        return tekun.supported(w, load).id


@pytest.fixture
def site(load: Caseload, app: APIFlask, work: WorkFactory, clock: ManualClock) -> Iterator[Site]:
    with serving(app, work, clock) as running:
        yield running


def fill_paper(page: Page, act: str, carer: str) -> None:
    page.locator(f"#do-{act} summary").click()
    form = page.locator(f"#do-{act}")
    form.get_by_label("照料人姓名").fill(carer)
    form.get_by_label("做饭、送饭").check()
    for label, words in (("本人或监护人签字", "杨德福"), ("照料人或机构签字", carer), ("镇街签字人", "王主任")):
        form.get_by_label(label).fill(words)
    form.get_by_role("button").click()


def choose(form: Locator, failed: int) -> None:
    for place, item in enumerate(ITEMS):
        form.get_by_role("group", name=item).get_by_label("要人帮" if place < failed else "自己能做").check()


def test_an_agreement_is_recorded_looked_at_changed_and_the_tier_follows_the_new_assessment(
    benefit_id: UUID, site: Site, open_page: OpenPage, shoot: Shoot, work: WorkFactory
) -> None:
    page = open_page("/console/agreements/", "clerk", width=390, height=844)
    shoot(page, "agreements-phone")
    page.get_by_role("link", name="杨").click()
    expect(page.get_by_text("还没有协议，2026-12-22 前要签好")).to_be_visible()
    fill_paper(page, "sign", "赵小梅")
    expect(page.get_by_role("status")).to_contain_text("协议登记好了")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "agreement-phone")
    page.locator("#do-review summary").click()
    page.locator("#do-review").get_by_label("按协议照料").check()
    page.get_by_label("看到了什么").fill("吃得上热饭，屋里干净")
    page.get_by_role("button", name="记下来").click()
    expect(page.get_by_text("吃得上热饭，屋里干净")).to_be_visible()
    fill_paper(page, "renew", "钱大姐")
    expect(page.get_by_role("status")).to_contain_text("已换成新的协议")
    page.get_by_role("link", name="打印协议").click()
    expect(page.get_by_role("article")).to_contain_text("钱大姐")
    shoot(page, "agreement-print")
    page.go_back()
    page.locator("#do-assess summary").click()
    choose(page.locator("#do-assess"), 4)
    page.get_by_label("谁评估的").fill("县人民医院")
    page.get_by_role("button", name="记下评估").click()
    expect(page.get_by_text("等县民政局决定。", exact=False).first).to_be_visible()
    officer = open_page(f"/console/agreements/benefits/{benefit_id}", "officer")
    shoot(officer, "agreement")
    officer.get_by_label("按这次评估重新算").check()
    officer.get_by_role("button", name="作出决定").click()
    expect(officer.get_by_text("现在是全护理，请换签")).to_be_visible()
    with work() as w:
        assert [one.ended_why for one in w.session.scalars(select(CareAgreement).order_by(CareAgreement.id))] == [
            "renewed", None,
        ]  # fmt: skip
        assert w.session.scalars(select(Benefit.category).where(Benefit.state == "active")).one() == "unable"
