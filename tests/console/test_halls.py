"""The desk of halls, and the page for everybody as somebody of eighty sees it on a phone."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser
from sqlalchemy import select

from backend.core.clock import ManualClock
from backend.memorial import hall_concerns, hall_files, hall_media, hall_words, halls, moderation
from backend.memorial.models import Deceased, Hall, HallConcern
from backend.memorial.tribute_models import ModerationItem
from tests.conftest import WorkFactory
from tests.console.conftest import Client, send, serving
from tests.support import halls as made
from tests.support.halls import Family
from tests.support.residents import id_number

DESK = "/console/memorial/halls/"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


def test_the_counter_registers_opens_settles_and_prints_the_plate(
    family: Family, work: WorkFactory, staff: Callable[[str], Client]
) -> None:
    clerk, officer = staff("clerk"), staff("officer")
    papers = {
        "do": "dead", "name": "王大山", "died": "2001-02-03", "proof": "死亡证明", "wish": "none", "id_kind": "none",
        "no_id_why": "没有编过号码",
    }  # fmt: skip
    assert send(clerk, DESK, "one", **papers).status_code == 303
    assert "日期" in send(clerk, DESK, "two", **papers | {"died": "2031-01-01"}).text
    with work() as w:
        dead = next(row.id for row in w.session.scalars(select(Deceased)) if row.name == "王大山")
    kin = {"name": "王建军", "id_number": id_number(serial=77), "relation": "child", "proof": "户口簿"}
    asked = kin | {"do": "open", "dead": str(dead), "kind": "person", "title": "怀念父亲", "theme": "dusk"}
    opened = send(clerk, DESK, "three", **asked)
    assert opened.status_code == 303
    assert "已有纪念馆" in send(clerk, DESK, "four", **asked).text
    page = clerk.get(opened.location).text
    assert "王建军" in page
    assert "暂停修改" not in page  # a clerk is no mediator
    plate = clerk.get(re.search(r'href="([^"]*plate/tomb)"', page)[1]).text  # type: ignore[index] # it is there
    assert "<svg" in plate
    assert "2001-" not in plate
    assert "2001年" not in plate
    hall = f"{DESK}{family.hall}"
    assert send(officer, f"{hall}/freeze", "six", why="正在调解").status_code == 303
    assert send(clerk, f"{hall}/thaw", "seven").status_code == 403
    with work() as w:
        said = str(hall_concerns.dispute(w, family.people["daughter"], family.hall, "照片不合适", blocks=True).id)
    talked = {"answer": "已经商量好", "upheld": "no", "mediated": "agreed"}
    answered = send(officer, f"{hall}/settle", "eight", concern=said, **talked)
    assert answered.status_code == 303
    with work() as w:
        assert [row.state for row in w.session.scalars(select(HallConcern))] == ["dismissed"]


def test_a_hall_is_read_on_a_small_phone_one_thought_a_screen_without_scripts(
    family: Family, app: APIFlask, work: WorkFactory, clock: ManualClock, browser: Browser, tmp_path: Path
) -> None:
    son = family.people["son"]
    with work() as w:
        halls.set_privacy(w, son, family.hall, "public")
        hall_words.write_story(w, son, family.hall, "她生在江边，七岁学会摇船。\n后来她教书，学生从江的两岸来。")
        hall_words.add_relative(w, son, family.hall, "王大山", "parent", dead=True)
        for _ in range(2):
            hall_media.add(w, son, family.hall, hall_files.read(made.photo()), "1968年，在渡口", revived=False)
        for one in w.session.scalars(select(ModerationItem)):
            moderation.move(w, one, "shown", "show")
        number = w.session.get_one(Hall, family.hall).number
    with serving(app, work, clock) as site:
        context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{site.url}/memorial/{number}")
        page.screenshot(path=tmp_path / "hall.png", full_page=True)
        screens = [one.bounding_box() for one in page.locator(".thought").all()]
        assert len(screens) == 6  # who, two thoughts, a picture, the tree, the last one
        assert all(box and box["width"] <= 320 and box["height"] >= 500 for box in screens)
        assert page.get_by_text("王𬱖兰").is_visible()
        page.get_by_text("这一页有问题？").click()
        page.get_by_label("请写清楚").fill("照片里有我，请去掉")
        page.get_by_role("button", name="交给工作人员").click()
        assert page.get_by_role("heading").inner_text() == "收到了，谢谢您"
        context.close()
