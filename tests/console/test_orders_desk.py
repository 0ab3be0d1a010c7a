"""The coordinator's desk: an order by telephone, its board and its page, disputes, calls and suspicions."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from werkzeug.test import Client

from backend.core.clock import ManualClock
from backend.core.ids import new_id
from backend.timebank import disputes
from backend.timebank.order_models import AbuseFlag, CallOut, HelpOrder
from backend.timebank.order_records import locked
from tests.conftest import WorkFactory
from tests.console.conftest import CuttableServer, OpenPage, Shoot, Site
from tests.support import help_orders
from tests.support.help_orders import Help, ask, of, visited
from tests.support.residents import id_number
from tests.support.world import COUNTY

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BOARD = "/console/orders/"
SignIn = Callable[[str], Client]


@pytest.fixture
def found(work: WorkFactory) -> Help:
    with work() as w:
        return help_orders.build(w)


@pytest.fixture
def site(app: APIFlask, found: Help, work: WorkFactory, clock: ManualClock) -> Iterator[Site]:
    server = CuttableServer(app)
    yield Site(f"http://127.0.0.1:{server.port}", found.world, work, clock, server)
    server.cut()


def fill(page: Page) -> None:
    for label, words in (("姓名", "王秀英"), ("能找到人的电话", "023-42341234"), ("详细地址", "桃园路8号2单元301")):
        page.get_by_label(label).fill(words)
    page.get_by_label("证件号码").fill(id_number(help_orders.ELDER_BORN, help_orders.ELDER_SERIAL))
    page.get_by_label("在哪个村（社区）").select_option(index=2)
    page.get_by_label("哪一种").select_option("meals")
    page.get_by_label("具体说说").fill("做一顿午饭")


def test_an_elder_on_the_telephone_has_an_order_a_helper_and_her_thanks(
    found: Help, work: WorkFactory, clock: ManualClock, open_page: OpenPage, shoot: Shoot
) -> None:
    page = open_page(BOARD, "clerk")
    page.get_by_role("link", name="电话下单").click()
    shoot(page, "order-new")
    fill(page)
    page.get_by_label("最晚几点").fill("08:00")
    page.get_by_role("button", name="下单").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("具体说说")).to_have_value("做一顿午饭")
    page.get_by_label("最晚几点").fill("11:00")
    page.get_by_role("button", name="下单").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("王秀英")
    with work() as w:
        order = w.session.scalars(select(HelpOrder)).one()
        visited(w, order.id, found.volunteers[0], clock)
    page = open_page(f"{BOARD}{order.id}", "clerk")  # the next day: she has signed in again
    page.get_by_text("确认时长").click()
    page.get_by_role("button", name="本人同意，确认").click()
    expect(page.locator(".page-head .chip")).to_have_text("已完成")
    page.get_by_text("评价", exact=True).click()
    page.get_by_role("button", name="记下评价").click()
    expect(page.get_by_text("评分 5 分")).to_be_visible()
    shoot(page, "order")


def test_the_board_is_looked_at_on_a_screen_and_on_a_phone(
    found: Help, work: WorkFactory, open_page: OpenPage, shoot: Shoot
) -> None:
    with work(found.viewers["clerk"].actor) as w:
        ask(w, found)
        ask(w, found, kind="company")
    page = open_page(BOARD, "clerk")
    expect(page.locator(".order-open .order-card")).to_have_count(2)
    shoot(page, "orders")
    phone = open_page(BOARD, "officer", width=390, height=844)
    expect(phone.locator(".order-card").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(phone, "orders-phone")


@pytest.fixture
def disputed(found: Help, work: WorkFactory, clock: ManualClock) -> tuple[UUID, UUID]:
    with work(found.viewers["clerk"].actor) as w:
        order = ask(w, found)
        helper = visited(w, order.id, found.volunteers[0], clock)
        disputes.raise_by_receiver(w, found.clerk, order.id, "只来了二十分钟")
        disputes.answer_by_helper(w, of(w, found.volunteers[0]), order.id, "我做了一个小时")
        return order.id, helper


def test_an_arbiter_decides_the_minutes_and_a_clerk_does_not(
    disputed: tuple[UUID, UUID], staff: SignIn, work: WorkFactory
) -> None:
    order_id, helper = disputed
    said = {f"minutes-{helper}": "20", "words": "双方都说了，按二十分钟算"}
    path = f"{BOARD}{order_id}/settle"
    assert order_send(staff("clerk2"), path, said) == 404
    assert order_send(staff("officer"), path, {**said, f"minutes-{helper}": "二十"}) == 422
    assert order_send(staff("officer"), path, said) == 303
    with work() as w:
        assert locked(w, order_id).state == "confirmed"


def order_send(client: Client, path: str, said: dict[str, str]) -> int:
    page = client.get(BOARD).get_data(as_text=True)
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    return client.post(path, data={"csrf_token": token, "key": str(new_id()), **said}).status_code


def test_volunteers_are_called_and_stood_down(found: Help, staff: SignIn, work: WorkFactory) -> None:
    assert found.volunteers
    clerk, path = staff("clerk"), f"{BOARD}calls"
    page = clerk.get(path).get_data(as_text=True)
    code = page.split('id="division"')[1].split('<option value="')[2].split('"')[0]
    said = {"kind": "missing", "division": code, "radius": "5000", "title": "桃园一带有老人走失", "words": "穿蓝衣服"}
    assert order_send(clerk, path, {**said, "radius": "近"}) == 422
    assert order_send(clerk, path, said) == 303
    with work() as w:
        made = w.session.scalars(select(CallOut)).one()
    assert "正在召集" in clerk.get(path).get_data(as_text=True)
    assert order_send(clerk, f"{path}/{made.id}/over", {"finding": "人找到了，平安"}) == 303
    assert "人找到了" in clerk.get(path).get_data(as_text=True)


def test_a_suspicion_is_decided_by_a_person_with_a_reason(found: Help, staff: SignIn, work: WorkFactory) -> None:
    assert found.volunteers
    with work() as w:
        flag = AbuseFlag(
            id=new_id(), kind="pair", key="pair", division_path=f"{COUNTY}/", state="open", found_at=w.now,
            evidence={"words": ["一个月里同两个人 30 次"], "records": []},
        )  # fmt: skip
        w.session.add(flag)
    officer, path = staff("officer"), f"{BOARD}flags"
    assert "一个月里同两个人 30 次" in officer.get(path).get_data(as_text=True)
    assert order_send(officer, f"{path}/{flag.id}", {"finding": "查过了，没有问题"}) == 422
    assert order_send(officer, f"{path}/{flag.id}", {"verdict": "dismiss", "finding": "是同住的邻居"}) == 303
    assert "是同住的邻居" in officer.get(f"{path}?which=decided").get_data(as_text=True)
