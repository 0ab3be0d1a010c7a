"""The pages about what residents ask and say: questions answered, bad ratings called back."""

from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import select

from backend.booking.models import Office
from backend.console.booking.rating_chart import OfficeShares, draw, words
from backend.core.db import reading
from backend.core.ids import new_id
from backend.guides import service as guides
from backend.guides.models import Question
from backend.people.models import StaffSession
from backend.ratings import service as ratings
from backend.ratings.models import CallbackTask
from backend.ratings.rules import shares
from tests.console.conftest import PASSWORD, OpenPage, Shoot, Site
from tests.support.residents import person
from tests.support.world import TOWN

one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
QUESTIONS, CALLBACKS = "/console/questions/", "/console/callbacks/"


@pytest.fixture
def resident(site: Site) -> UUID:
    with site.work() as w:
        return person(w, "欧阳娜", serial=2, phone="13800002222")


@pytest.fixture
def question(site: Site, resident: UUID) -> UUID:
    with site.work() as w:
        return guides.hand_over(w, guides.ask(w, "离婚了孩子可以改姓吗").id, resident).id


@pytest.fixture
def office(site: Site) -> UUID:
    with site.work() as w:
        row = Office(
            id=new_id(), code="hunyin", name="青山镇婚姻登记处", kind="marriage_registry", division_code=TOWN,
            address="示范路2号", phone="02300000001", checkin_secret="secret",
        )  # fmt: skip
        w.session.add(row)
        w.session.flush()
        return row.id


def rated(site: Site, who: UUID, level: int, office_id: UUID | None = None, comment: str | None = None) -> None:
    with site.work() as w:
        invitation = ratings.invite(w, who, "booking", str(uuid4()), "结婚登记", office_id)
        assert invitation is not None
        ratings.rate(w, who, invitation, level, {"efficiency": level}, comment)


@pytest.fixture
def client(app: APIFlask, site: Site) -> FlaskClient:
    """Signed in as the county's officer, without a browser."""
    return signed_in(app, "officer")


def signed_in(app: APIFlask, username: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/console/login", data={"username": username, "password": PASSWORD}).status_code == 302
    return client


def csrf() -> str:
    with reading() as w:
        return w.session.scalars(select(StaffSession.csrf)).one()


def task_id() -> UUID:
    with reading() as w:
        return w.session.scalars(select(CallbackTask.id)).one()


@one_database
def test_a_question_is_answered_with_a_citation(site: Site, question: UUID, open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page(QUESTIONS, "officer")
    expect(page.get_by_role("heading", name="离婚了孩子可以改姓吗")).to_be_visible()
    shoot(page, "questions")
    page.get_by_label("答复").fill("请到派出所问姓名登记。")
    page.get_by_label("依据（必选）").select_option("divorce_application:离婚协议怎么写")
    page.get_by_role("button", name="答复", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("提问人会收到通知")
    expect(page.get_by_text("现在没有等待答复的问题")).to_be_visible()
    with reading() as w:
        row = w.session.get_one(Question, question)
        assert (row.state, row.answered_by) == ("answered", site.world.staff["officer"])


@one_database
def test_a_bad_rating_is_called_back_from_the_page(
    site: Site, resident: UUID, office: UUID, open_page: OpenPage, shoot: Shoot
) -> None:
    for level in (5, 5, 4, 3):
        rated(site, resident, level, office)
    rated(site, resident, 1, office, "等了一上午")
    page = open_page(CALLBACKS, "officer", height=1100)
    expect(page.locator("blockquote")).to_have_text("等了一上午")
    expect(page.locator("body")).not_to_contain_text("欧阳娜")
    expect(page.locator("body")).to_contain_text("欧阳*")
    expect(page.locator(".chart svg")).to_be_visible()
    shoot(page, "callbacks")
    page.get_by_role("button", name="查看联系方式").click()
    expect(page.get_by_role("status")).to_contain_text("13800002222")
    page.get_by_label("经过").fill("说等得太久")
    page.get_by_role("button", name="已打通").click()
    page.get_by_label("经过").fill("加开一个窗口")
    page.get_by_label("处理结果").select_option("fixed")
    page.get_by_role("button", name="办结").click()
    expect(page.get_by_text("没有待处理的差评")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("13800002222")


@one_database
def test_what_is_refused_is_said_on_the_page_and_nothing_is_lost(
    client: FlaskClient, site: Site, question: UUID, resident: UUID
) -> None:
    rated(site, resident, 2)
    facts = {"csrf_token": csrf()}
    for path, more, detail in (
        (f"{QUESTIONS}{question}/answer", {"answer": "可以。"}, "答复要写明依据"),
        (f"{QUESTIONS}{uuid4()}/close", {}, "没有找到这个问题"),
        (f"{CALLBACKS}{task_id()}/called", {"note": ""}, "请写下经过"),
        (f"{CALLBACKS}{task_id()}/resolve", {"note": "好", "result": "fixed"}, "当前状态已变化"),
        (f"{CALLBACKS}{uuid4()}/contact", {}, "没有找到这个回访任务"),
        (f"{CALLBACKS}{task_id()}/whatever", {"note": "好"}, "没有找到这条记录"),
    ):
        answer = client.post(path, data=facts | more)
        assert answer.status_code in (404, 409, 422)
        assert detail in answer.get_data(as_text=True)


@one_database
def test_what_was_typed_is_still_there_after_a_refusal(
    client: FlaskClient, site: Site, question: UUID, resident: UUID
) -> None:
    rated(site, resident, 2)
    cite = "divorce_application:没有这一条"
    typed = {"csrf_token": csrf(), "answer": "可以，请来窗口。", "cite": cite}
    assert ">可以，请来窗口。</textarea>" in client.post(f"{QUESTIONS}{question}/answer", data=typed).get_data(
        as_text=True
    )
    typed = {"csrf_token": csrf(), "note": "改好了。", "result": "fixed"}
    answer = client.post(f"{CALLBACKS}{task_id()}/resolve", data=typed)
    assert ">改好了。</textarea>" in answer.get_data(as_text=True)


@one_database
def test_a_question_that_is_none_is_ended(client: FlaskClient, question: UUID) -> None:
    answer = client.post(f"{QUESTIONS}{question}/close", data={"csrf_token": csrf()})
    assert answer.headers["Location"].endswith("done=closed")
    assert "已结束这个问题" in client.get(f"{QUESTIONS}?done=closed").get_data(as_text=True)


@one_database
def test_what_a_resident_wrote_is_text_and_never_a_page(client: FlaskClient, site: Site, resident: UUID) -> None:
    rated(site, resident, 1, comment="<script>alert(1)</script>")
    with site.work() as w:
        guides.hand_over(w, guides.ask(w, "<img src=x onerror=alert(1)>").id, resident)
    for path in (QUESTIONS, CALLBACKS):
        shown = client.get(path).get_data(as_text=True)
        assert "alert(1)" in shown
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


@one_database
def test_pages_without_anything_to_do_say_so(client: FlaskClient, site: Site) -> None:
    assert "现在没有等待答复的问题" in client.get(QUESTIONS).get_data(as_text=True)
    assert "近 90 天还没有评价" in client.get(CALLBACKS).get_data(as_text=True)


def test_ratings_are_shown_by_office_with_all_together_first(
    client: FlaskClient, site: Site, resident: UUID, office: UUID
) -> None:
    rated(site, resident, 5, office)
    rated(site, resident, 1, office)
    rated(site, resident, 4)
    shown = client.get(CALLBACKS).get_data(as_text=True)
    assert "全部 3 件" in shown
    assert "青山镇婚姻登记处 2 件，非常满意 1、满意 0、基本满意 0、不满意 0、非常不满意 1" in shown
    assert "网上办理 1 件" in shown


def test_the_chart_has_words_and_no_script() -> None:
    rows = [OfficeShares("全部", shares([5, 4, 1])), OfficeShares("一处<b>", shares([5]))]
    drawn = draw(rows)
    assert "<script" not in drawn
    assert "<b>" not in drawn
    assert "非常不满意 1" in words(rows)
    assert words(rows).split("；")[0] in drawn
