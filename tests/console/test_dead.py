"""The desk puts the record of the dead right, two people where it matters; objections with their last day; the file."""

import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from apiflask import APIFlask
from playwright.sync_api import expect
from werkzeug.test import Client

from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.memorial import hall_concerns, hall_export, hall_files, hall_media, hall_mediation
from backend.memorial.hall_mediation import Answer
from backend.memorial.models import Deceased
from tests.conftest import WorkFactory
from tests.console.conftest import OpenPage, Shoot, Site, send, serving
from tests.support import halls as made
from tests.support.halls import Family

DESK, DEAD = "/console/memorial/halls/", "/console/memorial/dead"
DAY_S = 86_400
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


@pytest.fixture
def site(app: APIFlask, family: Family, work: WorkFactory, clock: ManualClock) -> Iterator[Site]:
    with serving(app, work, clock, family.county.world) as running:
        yield running


def test_a_clerk_puts_the_day_right_an_officer_has_seen_it_and_what_is_late_stands_out(
    family: Family, work: WorkFactory, clock: ManualClock, open_page: OpenPage, shoot: Shoot
) -> None:
    daughter = family.people["daughter"]
    with work() as w:
        said = hall_concerns.dispute(w, daughter, family.hall, "生平里写她没有读过书，不是这样的", blocks=True)
        hall_mediation.settle(w, family.staff("officer"), said.id, Answer("已劝家人", upheld=False, mediated="failed"))
        hall_mediation.ask_again(w, daughter, said.id, "有毕业证，请再看看")
        hall_concerns.ask_correction(w, daughter, family.hall, "去世是八月二日，写成了一日", "023-42341234")
    clock.advance(26 * DAY_S)
    page = open_page(DESK, "clerk")
    expect(page.get_by_text("已超期").first).to_be_visible()
    shoot(page, "hall-concerns")
    page.get_by_role("link", name="怀念母亲").first.click()
    page.get_by_role("link", name="更正王𬱖兰的信息").click()
    page.locator("#do-correct summary").click()
    page.get_by_label("去世日期").fill("2025-08-02")
    page.get_by_label("这次看了什么证明").fill("火化证 2025-0802")
    page.get_by_label("更正的原因").fill("登记时看错一天")
    shoot(page, "dead-correct")
    page.get_by_role("button", name="更正").click()
    expect(page.get_by_text("等另一位同事核对证明")).to_be_visible()
    other = open_page(DESK, "officer", width=390, height=844)
    shoot(other, "hall-concerns-phone")
    other.get_by_role("link", name="王𬱖兰").first.click()
    expect(other.get_by_text("去世日期：2025年8月1日 → 2025年8月2日")).to_be_visible()
    shoot(other, "dead-second-look")
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
    other.get_by_role("button", name="看过证明，同意更正").click()
    expect(other.get_by_text("已更正，家人会收到消息")).to_be_visible()
    other.goto(other.url.partition("/console")[0] + f"{DESK}{family.hall}")
    expect(other.get_by_text("不同意，请再看一次：有毕业证，请再看看")).to_be_visible()
    other.get_by_label("调解结果").scroll_into_view_if_needed()
    shoot(other, "hall-second-look")
    with work() as w:
        assert w.session.get_one(Deceased, family.mother).died.day == 2


def test_the_form_takes_any_document_or_none_with_the_reason(
    work: WorkFactory, family: Family, staff: Callable[[str], Client]
) -> None:
    clerk = staff("clerk")
    papers = {"do": "dead", "name": "JANE DOE", "died": "2001-02-03", "proof": "死亡证明", "wish": "none"}
    number = {"id_kind": "passport", "id_number": "E12345678"}
    assert send(clerk, DESK, "one", **papers, **number).status_code == 303
    for key, refused in (
        ("two", {"id_kind": "resident_id"}),
        ("three", {"id_kind": "none"}),
        ("four", number | {"id_kind": "none", "no_id_why": "没有编过号码"}),
        ("five", number | {"id_kind": "resident_id"}),
    ):
        assert send(clerk, DESK, key, **papers, **refused).status_code == 422
    known = papers | {"name": "王老太"}
    assert send(clerk, DESK, "six", **known, id_kind="none", no_id_why="1962年去世，没有编过号码").status_code == 303
    with work() as w:
        rows = {row.name: row for row in w.session.query(Deceased)}
        assert (rows["JANE DOE"].id_kind, rows["王老太"].id_number) == ("passport", None)
        assert "没有编过号码" in rows["王老太"].proof
        mother = f"{DEAD}/{family.mother}"
    right = {
        "name": "王秀兰",
        "died": "2025-08-01",
        "born": "1940-05-01",
        "wish": "none",
        "proof": "户口簿",
        "why": "写错",
    }
    assert staff("duty").get(mother).status_code == 403
    assert send(clerk, mother, "eight", **right | {"why": ""}).status_code == 422
    assert "王秀兰" in clerk.get(send(clerk, mother, "nine", **right).location).text
    assert send(clerk, f"{mother}/burn", "ten").status_code == 404


def test_the_familys_file_opens_from_a_folder_with_its_pictures(
    family: Family, app: APIFlask, work: WorkFactory, open_page: OpenPage, shoot: Shoot, tmp_path: Path
) -> None:
    with work() as w:
        hall_media.add(w, family.people["son"], family.hall, hall_files.read(made.photo()), "在渡口", revived=False)
    with app.app_context():
        with unit_of_work() as w:
            asked = hall_export.order(w, family.people["son"], family.hall)
        zipfile.ZipFile(BytesIO(b"".join(hall_export.pieces(asked)))).extractall(tmp_path / "home")
    page = open_page("/console/", "clerk", width=390, height=844)
    page.context.set_offline(True)
    page.goto((tmp_path / "home" / "打开看.html").as_uri())
    shoot(page, "hall-export")
    assert page.evaluate("document.images[0].naturalWidth") == 60
    expect(page.get_by_text("这一页不用联网")).to_be_visible()
