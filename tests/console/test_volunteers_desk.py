"""The pages of volunteers, teams, certificates and the exchange; and how they and those of time look."""

import io
from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from werkzeug.test import Client

from backend.core.clock import ManualClock
from backend.timebank import ledger
from backend.timebank.accounts import personal
from backend.volunteers import honours, qualifications, records, teams
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.models import ExchangeRun, ServiceCertificate, TeamMember, Volunteer, VolunteerTeam
from tests.conftest import WorkFactory
from tests.console.conftest import CuttableServer, OpenPage, Shoot, Site
from tests.console.volunteers_desk import BANK, DESK, build, looks, rich, send
from tests.support.help_orders import Help, of, person_of
from tests.support.residents import id_number
from tests.support.timebank import issued, moved
from tests.support.volunteers import team_of
from tests.support.world import VILLAGE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SignIn = Callable[[str], Client]
CHILD = date(2012, 5, 1)


@pytest.fixture
def found(work: WorkFactory) -> Help:
    with work() as w:
        return build(w)


@pytest.fixture
def site(app: APIFlask, found: Help, work: WorkFactory, clock: ManualClock) -> Iterator[Site]:
    server = CuttableServer(app)
    yield Site(f"http://127.0.0.1:{server.port}", found.world, work, clock, server)
    server.cut()


def test_a_list_is_narrowed_and_a_search_finds_only_whole_numbers_and_names(found: Help, staff: SignIn) -> None:
    clerk = staff("clerk")
    page = clerk.get(f"{DESK}?service=meals&expiring=yes").get_data(as_text=True)
    assert page.count('<th scope="row"><a') == 1
    assert "2026-12-10 到期" in page
    assert "志愿1" not in page
    assert clerk.get(f"{DESK}?service=bathing").get_data(as_text=True).count('<th scope="row"><a') == 0
    assert send(clerk, f"{DESK}find", q="志愿1").location.endswith(str(found.volunteers[0]))
    assert "没有找到" in send(clerk, f"{DESK}find", q="志愿").get_data(as_text=True)
    assert send(clerk, f"{DESK}find", q=" ").status_code == 422
    assert staff("duty").get(DESK).status_code == 403
    assert staff("elsewhere").get(f"{DESK}{found.volunteers[0]}").status_code == 404


def test_a_child_is_registered_at_the_counter_only_with_a_guardian(
    found: Help, staff: SignIn, work: WorkFactory
) -> None:
    assert found.world
    clerk, path = staff("clerk"), f"{DESK}new"
    said: dict[str, object] = {
        "name": "周小明", "id_kind": "resident_id", "id_number": id_number(CHILD, 301), "division": VILLAGE,
        "service": ["meals", "reading"], "hours": ["5-480-720", "6-1080-1260"],
    }  # fmt: skip
    refused = send(clerk, path, **said)
    assert refused.status_code == 422
    assert "周小明" in refused.get_data(as_text=True)
    signed = {"guardian_name": "周大明", "guardian_phone": "13900139009", "guardian_rule": "company"}
    done = send(clerk, path, **said, **signed, guardian_paper="看过户口簿")
    assert done.status_code == 303
    with work() as w:
        row = w.session.get_one(Volunteer, UUID(done.location.split("/")[-1].partition("?")[0]))
        assert (row.state, row.guardian_rule) == ("active", "company")
        assert row.hours == [[5, 480, 720], [6, 1080, 1260]]


def test_what_is_offered_is_changed_and_hours_of_the_phone_and_the_place_stay(
    found: Help, staff: SignIn, work: WorkFactory
) -> None:
    one, clerk = found.volunteers[0], staff("clerk")
    with work() as w:
        of(w, one).hours = [[2, 510, 615]]
        place = (of(w, one).longitude, of(w, one).latitude)
    page = clerk.get(f"{DESK}{one}/offer").get_data(as_text=True)
    assert '"2-510-615" checked' in page
    said: dict[str, object] = {"version": "0", "division": VILLAGE, "service": ["walking"]}
    for hours in ("2-510-", "2-510-5000", "9-510-615"):
        assert send(clerk, f"{DESK}{one}/offer", **said, hours=hours).status_code == 422
    assert send(clerk, f"{DESK}{one}/offer", **said, hours=["2-510-615", "0-840-1080"]).status_code == 303
    assert send(clerk, f"{DESK}{one}/offer", **said).status_code == 409  # somebody has changed it meanwhile
    with work() as w:
        row = of(w, one)
        assert (row.services, row.hours) == (["walking"], [[0, 840, 1080], [2, 510, 615]])
        assert row.longitude == pytest.approx(place[0], abs=0.01)


def test_a_volunteer_is_kept_from_the_first_proof_to_the_withdrawal(
    found: Help, staff: SignIn, work: WorkFactory
) -> None:
    one, clerk = found.volunteers[0], staff("clerk")
    path = f"{DESK}{one}"
    with work() as w:
        before, proof = looks(w, person_of(w, one)), qualifications.of(w, one)[0].id
    assert "县红十字会" in clerk.get(path).get_data(as_text=True)
    assert send(clerk, f"{path}/seen", qualification=str(proof)).status_code == 303
    course = {"name": "助老基础", "organiser": "县民政局", "minutes": "120", "content": "怎么搀扶"}
    assert send(clerk, f"{path}/training", **course, held_on="2026-11-23").status_code == 422  # tomorrow
    assert send(clerk, f"{path}/training", **course, held_on="2026-11-22").status_code == 303
    cover = {"insurer": "人保", "policy_number": "P-1", "valid_from": "2026-11-22"}
    assert send(clerk, f"{path}/insurance", **cover, valid_until="2026-11-21").status_code == 422
    assert send(clerk, f"{path}/insurance", **cover, valid_until="2026-11-22").status_code == 303
    assert send(clerk, f"{path}/praise", name="最美志愿者", by="县文明办").status_code == 303
    assert send(clerk, f"{path}/suspend", why="").status_code == 422
    assert send(clerk, f"{path}/suspend", why="保险到期，先停一停").status_code == 303
    page = clerk.get(path).get_data(as_text=True)
    assert all(words in page for words in ("已核对", "助老基础", "人保", "最美志愿者", "暂停：保险到期"))
    assert send(clerk, f"{path}/resume").status_code == 303
    assert send(clerk, f"{path}/withdraw", why="").status_code == 303
    assert send(staff("lead"), f"{path}/suspend", why="不行的").status_code == 404
    with work() as w:
        assert of(w, one).state == "withdrawn"
        assert looks(w, person_of(w, one)) > before


def test_a_record_is_judged_corrected_and_its_certificate_ends_with_it(
    found: Help, staff: SignIn, work: WorkFactory
) -> None:
    one, other, clerk = found.volunteers[0], found.volunteers[1], staff("clerk")
    path = f"{DESK}{one}"
    with work() as w:
        record = str(records.of_volunteer(w, one)[0].id)
    assert send(clerk, f"{path}/evaluate", record=record, stars="6").status_code == 422
    assert send(clerk, f"{path}/evaluate", record=record, stars="5", words="很细心").status_code == 303
    assert send(clerk, f"{DESK}{other}/void", record=record, why="不是他的").status_code == 404
    assert send(clerk, f"{path}/issue", since="2026-11-01", until="2026-11-23").status_code == 422  # tomorrow
    assert send(clerk, f"{path}/issue", since="2026-11-01", until="2026-11-22").status_code == 303
    with work() as w:
        paper = w.session.scalars(select(ServiceCertificate)).one().id
    pdf = clerk.get(f"{path}/certificates/{paper}.pdf")
    assert pdf.data.startswith(b"%PDF")
    right = {"started": "2026-11-20T09:00", "ended": "2026-11-20T10:00", "why": "只做了一小时"}
    assert send(clerk, f"{path}/correct", record=record, **right, minutes="61").status_code == 422
    assert send(clerk, f"{path}/correct", record=record, **right, minutes="60").status_code == 303
    assert clerk.get(f"{path}/certificates/{paper}.pdf").status_code == 409
    assert "服务记录已更正" in clerk.get(path).get_data(as_text=True)
    with work() as w:
        rows = w.session.scalars(select(ServiceRecord).order_by(ServiceRecord.revision)).all()
        assert [(row.state, row.minutes, row.quality) for row in rows] == [("void", 90, 5), ("recorded", 60, 5)]


def test_a_team_is_founded_admits_refuses_and_is_closed(found: Help, staff: SignIn, work: WorkFactory) -> None:
    clerk, path = staff("clerk"), f"{DESK}teams/"
    with work() as w:
        leader = of(w, found.volunteers[0]).number
    said = {"name": "桃园送餐队", "kind": "organisation", "division": VILLAGE, "leader": leader, "recruiting": "yes"}
    assert send(clerk, path, **said).status_code == 422  # an organisation has a credit code
    assert send(clerk, path, **said | {"kind": "team", "leader": "V000"}).status_code == 422
    assert send(clerk, path, **said | {"kind": "team"}).status_code == 303
    with work() as w:
        team = w.session.scalars(select(VolunteerTeam)).one().id
        asked = [str(teams.apply(w, of(w, one), team, "周末有空").id) for one in found.volunteers[1:]]
    assert clerk.get(f"{path}{team}").get_data(as_text=True).count("周末有空") == 2
    assert send(clerk, f"{path}{team}/admit", member=asked[0]).status_code == 303
    assert send(clerk, f"{path}{team}/refuse", member=asked[1], why="").status_code == 422
    assert send(clerk, f"{path}{team}/refuse", member=asked[1], why="这期人满了").status_code == 303
    assert send(clerk, f"{path}{team}/admit", member=asked[1]).status_code == 409
    assert send(staff("elsewhere"), f"{path}{team}/close", why="不归他管").status_code == 404
    assert send(clerk, f"{path}{team}/close", why="并入镇里的队伍").status_code == 303
    with work() as w:
        assert set(w.session.scalars(select(TeamMember.state))) == {"left", "refused"}


def elsewhere(data: bytes, day: str) -> bytes:
    """The same service on another day, as another system recorded it."""
    heading, row = data.decode("utf-8-sig").splitlines()
    rest = row.partition(",")[2].replace("2026-11-20", day)
    return f'{heading}\r\n"Q-77",{rest}\r\n'.encode()


def test_a_file_is_looked_at_before_it_is_taken_in_once(found: Help, staff: SignIn, work: WorkFactory) -> None:
    clerk, path = staff("clerk"), f"{DESK}exchange/"
    with work() as w:
        of(w, found.volunteers[0]).national_exchange = True
    data = clerk.get(f"{path}records.csv").data
    assert data.decode("utf-8-sig").count("送餐上门") == 1
    bad, good = elsewhere(data, "2026-13-19"), elsewhere(data, "2026-11-19")
    for sent, outcome in ((data, "都已经有了"), (bad, "请按原因改好文件"), (good, "确认导入")):
        page = send(clerk, f"{path}preview", kind="records", file=(io.BytesIO(sent), "records.csv"))
        assert page.status_code == 200
        assert outcome in page.get_data(as_text=True)
    assert send(clerk, f"{path}preview", kind="records", file=(io.BytesIO(b"x"), "records.xls")).status_code == 422
    file = page.get_data(as_text=True).split('name="file" value="')[1].split('"')[0]
    done = send(clerk, path, kind="records", format="csv", file=file)
    assert "每一行都办好了" in clerk.get(done.location).get_data(as_text=True)
    assert send(clerk, path, kind="records", format="csv", file=file).status_code == 409
    assert send(clerk, path, kind="records", format="csv", file="§").status_code == 422
    with work() as w:
        assert sorted(w.session.scalars(select(ExchangeRun.direction))) == ["export", "import"]
        assert honours.served(w, found.volunteers[0]) == 180


def narrow(page: Page) -> None:
    """Nothing stands out over the edge of a phone."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.evaluate("innerWidth"), wide


def test_the_desk_is_looked_at_on_a_screen_and_on_a_phone(
    found: Help, work: WorkFactory, open_page: OpenPage, shoot: Shoot
) -> None:
    one = found.volunteers[0]
    with work() as w:
        team = team_of(w, one)
        teams.apply(w, of(w, found.volunteers[1]), team, "周末有空，想学做饭")
        rich(w, found, 9)
        ledger.post(w, issued("more", personal(found.elder), 95))
        ledger.post(w, moved("less", personal(found.elder), personal("somebody"), 60))
    pages = {
        "volunteers": DESK, "volunteer-new": f"{DESK}new", "volunteer": f"{DESK}{one}",
        "volunteer-offer": f"{DESK}{one}/offer",
        "volunteer-teams": f"{DESK}teams/", "volunteer-team": f"{DESK}teams/{team}",
        "volunteer-exchange": f"{DESK}exchange/", "time-accounts": BANK,
        "time-account": f"{BANK}{found.elder}", "time-gifts": f"{BANK}gifts/",
    }  # fmt: skip
    for width, height, suffix in ((1366, 1700, ""), (390, 1900, "-phone")):
        page = open_page(DESK, "officer", width=width, height=height)
        for name, path in pages.items():
            page.goto(page.url.split("/console")[0] + path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            narrow(page)
            shoot(page, f"{name}{suffix}")
            page.evaluate("document.documentElement.classList.add('large-type')")
            narrow(page)


def test_what_was_refused_stays_typed_and_open_and_a_file_goes_in_by_hand(
    found: Help, work: WorkFactory, open_page: OpenPage, shoot: Shoot
) -> None:
    one = found.volunteers[0]
    with work() as w:
        of(w, one).national_exchange = True
        records.ask(w, one, records.of_volunteer(w, one)[0].id, "那天我做到了十一点")
    page = open_page(f"{DESK}{one}", "clerk", height=1700)
    page.get_by_text("评价、更正、作废").click()
    page.get_by_label("实际结束").fill("2026-11-20T11:00")
    page.get_by_label("服务了多少分钟").fill("130")
    page.get_by_label("为什么更正").fill("签到表上是十一点")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("为什么更正")).to_have_value("签到表上是十一点")
    shoot(page, "volunteer-correct")
    page.get_by_label("服务了多少分钟").fill("120")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已更正")
    page.get_by_label("从哪天").first.fill("2026-11-01")
    page.get_by_role("button", name="开具证明").press("Enter")
    expect(page.get_by_role("link", name="打印")).to_be_visible()
    shoot(page, "volunteer-done")
    page.goto(page.url.split("/console")[0] + f"{DESK}exchange/")
    with page.expect_download() as given:
        page.get_by_role("link", name="CSV").last.click()
    page.get_by_label("文件里是什么").select_option("records")
    file = given.value.path().with_name("records.csv")
    file.write_bytes(elsewhere(given.value.path().read_bytes(), "2026-11-19"))
    page.get_by_label("文件（CSV 或 JSON）").set_input_files(file)
    page.get_by_role("button", name="先看结果").click()
    shoot(page, "volunteer-exchange-preview")
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("导入服务记录")
