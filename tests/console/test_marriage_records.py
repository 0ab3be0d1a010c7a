"""The pages of the archive, its imports, corrections, the register and the registries' figures."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import requests
from apiflask import APIFlask
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import select

from backend.app import settings_of_app
from backend.console.marriage.figures_chart import months_chart
from backend.core.audit import AuditEntry
from backend.core.db import reading
from backend.core.ids import new_id
from backend.marriage import archive_files
from backend.marriage.record_models import ArchiveEntry, BadRow, Correction, Dishonesty, ImportRun
from backend.marriage.statistics import Cases
from backend.people.models import StaffSession
from scheduler import archive_jobs
from tests.console.conftest import PASSWORD, OpenPage, Shoot, Site
from tests.support import registry
from tests.support.registry import HERE, Registry
from tests.support.residents import id_number

one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ARCHIVE, IMPORTS = "/console/marriage/archive/", "/console/marriage/archive/imports/"
RECORDS, REGISTER, FIGURES = "/console/marriage/records/", "/console/marriage/register/", "/console/marriage/figures/"
HIS = id_number(date(1970, 1, 2), 1)
TABLE = f"""登记日期,类别,证件字号,登记机关,男方姓名,男方身份证号,女方姓名,女方身份证号,盒号,页码,备注
1998.5.20,结婚,巫结001号,城厢镇民政办,陈明,{HIS},林芳,,1998-1,1,
1998年5月21日,结婚,巫结002号,城厢镇民政办,李强,500118700103001,王丽,,1998-1,2,
1998-02-30,结婚,巫结003号,城厢镇民政办,张军,,刘敏,,1998-1,3,
1999-03-08,离婚,巫离001号,城厢镇民政办,,{HIS[:17]},=周娜,,1999-1,1,
"""


@pytest.fixture
def town(site: Site) -> Registry:
    with site.work() as w:
        return registry.build(w)


@pytest.fixture
def client(app: APIFlask, town: Registry) -> FlaskClient:
    return signed_in(app, "officer")


def signed_in(app: APIFlask, username: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/console/login", data={"username": username, "password": PASSWORD}).status_code == 302
    return client


def csrf() -> dict[str, str]:
    """The token of whoever signed in last."""
    with reading() as w:
        newest = select(StaffSession.csrf).order_by(StaffSession.created_at.desc(), StaffSession.id.desc()).limit(1)
        return {"csrf_token": w.session.scalars(newest).one()}


def upload(client: FlaskClient, text: str, name: str = "old.csv") -> str:
    sent = client.post(IMPORTS, data=csrf() | {"file": (io.BytesIO(text.encode()), name)})
    assert sent.status_code == 303, sent.get_data(as_text=True)
    return sent.headers["Location"]


@pytest.fixture
def entry(client: FlaskClient) -> UUID:
    """The first entry of the table, loaded."""
    upload(client, TABLE)
    archive_jobs.archive_import()
    with reading() as w:
        return w.session.scalars(select(ArchiveEntry.id).where(ArchiveEntry.certificate_number == "巫结001号")).one()


# -- loading files


@one_database
def test_a_file_is_uploaded_and_its_progress_moves_without_a_reload(
    town: Registry, open_page: OpenPage, shoot: Shoot, tmp_path: Path
) -> None:
    file = tmp_path / "old.csv"
    file.write_text(TABLE, encoding="gb18030")
    page = open_page(IMPORTS, "officer")
    shoot(page, "marriage-imports")
    page.get_by_label("CSV 文件").set_input_files(file)
    page.get_by_role("button", name="上传并导入").click()
    expect(page.get_by_role("status")).to_have_text("等待导入")
    page.evaluate("document.body.dataset.same = 'page'")
    archive_jobs.archive_import()
    expect(page.get_by_role("status")).to_have_text("导入完成")
    expect(page.locator("#import-added")).to_have_text("2")
    expect(page.locator("#import-bad")).to_have_text("2")
    expect(page.get_by_role("row", name="5")).to_contain_text("没有写男方姓名；男方：身份证号应为 18 位")
    assert page.evaluate("document.body.dataset.same") == "page"
    shoot(page, "marriage-import")


def test_bad_rows_are_taken_away_put_right_and_loaded_again(client: FlaskClient, entry: UUID) -> None:
    with reading() as w:
        run = w.session.scalars(select(ImportRun.id)).one()
    given = client.get(f"{IMPORTS}{run}/bad.csv").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(given.removeprefix("\ufeff"))))
    assert [row[0] for row in rows] == ["原行号", "4", "5"]
    assert "不存在" in rows[1][1]
    assert (rows[2][7], rows[2][8]) == (f"\t{HIS[:17]}", "\t=周娜")
    rows[1][2], rows[2][6], rows[2][7] = "1998-02-28", "周勇", ""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    upload(client, out.getvalue(), "again.csv")
    archive_jobs.archive_import()
    with reading() as w:
        again = w.session.scalars(select(ImportRun).where(ImportRun.file_name == "again.csv")).one()
        assert (again.added, again.known, again.bad) == (2, 0, 0)
        assert len(w.session.scalars(select(BadRow)).all()) == 2


@one_database
def test_a_file_above_a_megabyte_is_taken_here_and_refused_elsewhere(site: Site, town: Registry) -> None:
    large = TABLE + f"1998-05-20,结婚,,城厢镇,陈明,,林芳,,,,{'补' * 400}\n" * 900
    assert len(large.encode()) > 1_000_000
    with requests.Session() as browser:
        browser.post(f"{site.url}/console/login", data={"username": "officer", "password": PASSWORD}, timeout=30)
        files = {"file": ("old.csv", large.encode())}
        for path, status, said in ((IMPORTS, 303, ""), (ARCHIVE, 413, "太大")):
            sent = browser.post(
                site.url + path, data=csrf(), files=files, headers={"Accept": "text/html"}, timeout=30,
                allow_redirects=False,
            )  # fmt: skip
            assert (sent.status_code, said in sent.text) == (status, True)
    with reading() as w:
        assert w.session.scalars(select(ImportRun.total)).one() == 904


@one_database
def test_a_file_above_the_limit_is_refused(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.console.marriage.archive_imports.MEGABYTE", 1)
    sent = client.post(IMPORTS, data=csrf() | {"file": (io.BytesIO(TABLE.encode()), "old.csv")})
    assert sent.status_code == 413


@one_database
def test_what_is_no_such_table_is_told_on_the_page_and_not_kept(client: FlaskClient) -> None:
    for data, said in (("姓名,民族\n王,汉\n", "不认识"), ("", "是空的")):
        sent = client.post(IMPORTS, data=csrf() | {"file": (io.BytesIO(data.encode()), "old.csv")})
        assert (sent.status_code, said in sent.get_data(as_text=True)) == (422, True)
    sent = client.post(IMPORTS, data=csrf())
    assert "请选择" in sent.get_data(as_text=True)
    upload(client, TABLE)
    again = client.post(IMPORTS, data=csrf() | {"file": (io.BytesIO(TABLE.encode()), "old.csv")})
    assert (again.status_code, "已经导入过" in again.get_data(as_text=True)) == (409, True)
    folder = settings_of_app().data_dir / archive_files.FOLDER
    assert len(list(folder.iterdir())) == 1


# -- looking something up and putting it right


@one_database
def test_an_entry_is_found_with_a_reason_masked_in_the_list_and_whole_on_its_page(
    entry: UUID, open_page: OpenPage, shoot: Shoot
) -> None:
    page = open_page(ARCHIVE, "officer")
    page.get_by_label("身份证号（男方或女方").fill(HIS)
    page.get_by_label("查阅原因").select_option("own")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("status")).to_contain_text("找到 1 条")
    expect(page.locator("tbody")).to_contain_text("陈*")
    expect(page.locator("tbody")).not_to_contain_text("陈明")
    assert HIS not in page.url
    shoot(page, "marriage-archive")
    page.get_by_role("link", name="查看").click()
    expect(page.locator("tbody")).to_contain_text(HIS)
    shoot(page, "marriage-entry")


@one_database
def test_an_entry_is_not_shown_without_a_reason(client: FlaskClient, entry: UUID) -> None:
    asked = client.get(f"{ARCHIVE}entries/{entry}").get_data(as_text=True)
    assert ("为什么要看" in asked, HIS in asked) == (True, False)
    assert HIS in client.get(f"{ARCHIVE}entries/{entry}?why=own").get_data(as_text=True)
    with reading() as w:
        assert len(w.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.read")).all()) == 1
    nothing = client.post(ARCHIVE, data=csrf() | {"name": "陈明", "year": "1998"})
    assert (nothing.status_code, "请选择为什么要查" in nothing.get_data(as_text=True)) == (422, True)


def test_one_asks_for_a_correction_another_approves_and_both_stand_on_the_page(
    app: APIFlask, town: Registry, client: FlaskClient, entry: UUID, site: Site
) -> None:
    path = f"{RECORDS}corrections/entry/{entry}"
    typed = csrf() | {"field": "name_a", "after": "陈鸣", "evidence": "户籍证明"}
    assert client.post(path, data=typed | {"after": "陈明"}).status_code == 422
    assert client.post(path, data=typed).status_code == 303
    with reading() as w:
        correction = w.session.scalars(select(Correction.id)).one()
    own = client.post(f"{RECORDS}corrections/{correction}/decide", data=csrf() | {"decision": "approve"})
    assert (own.status_code, "另一位同事" in own.get_data(as_text=True)) == (409, True)
    other = signed_in(app, "registrar-m")
    assert "男方姓名" in other.get(RECORDS).get_data(as_text=True)
    assert "户籍证明" in other.get(f"{RECORDS}corrections/{correction}").get_data(as_text=True)
    done = other.post(f"{RECORDS}corrections/{correction}/decide", data=csrf() | {"decision": "approve"})
    assert done.status_code == 303
    shown = other.get(f"{ARCHIVE}entries/{entry}?why=own").get_data(as_text=True)
    assert ("陈明" in shown, "陈鸣" in shown, "姓名officer" in shown) == (True, True, True)


@one_database
def test_a_judgment_of_a_registration_waits_for_its_upload(app: APIFlask, town: Registry, site: Site) -> None:
    with site.work() as w:
        case = registry.registered(w, town.viewer(), "marriage_registration", registry.couple(w))
        number = case.number
    client = signed_in(app, "registrar-m")
    assert client.post(f"{RECORDS}find", data=csrf() | {"number": "没有"}).status_code == 404
    page = client.post(f"{RECORDS}find", data=csrf() | {"number": number}).headers["Location"]
    assert "结婚登记" in client.get(page).get_data(as_text=True)
    typed = csrf() | {"field": "validity", "judgment": "void", "evidence": "判决书"}
    assert client.post(f"{RECORDS}corrections/registration/{case.id}", data=typed).status_code == 303
    with reading() as w:
        correction = w.session.scalars(select(Correction.id)).one()
    other = signed_in(app, "officer")
    other.post(f"{RECORDS}corrections/{correction}/decide", data=csrf() | {"decision": "approve"})
    assert "已经上传" in other.get(RECORDS).get_data(as_text=True)
    assert other.post(f"{RECORDS}corrections/{correction}/uploaded", data=csrf()).status_code == 303
    assert "现在没有要上传的判决" in other.get(RECORDS).get_data(as_text=True)


# -- the register


@one_database
def test_the_register_from_the_proposal_to_the_export(
    app: APIFlask, town: Registry, site: Site, open_page: OpenPage, shoot: Shoot
) -> None:
    client = signed_in(app, "registrar-m")
    given = csrf() | {"name": "陈明", "id_number": HIS, "what": "false_papers", "evidence": "鉴定意见书"}
    assert client.post(REGISTER, data=given | {"id_number": "123"}).status_code == 422
    assert client.post(REGISTER, data=given).status_code == 303
    assert client.post(f"{REGISTER}export", data=csrf()).status_code == 403
    with reading() as w:
        row = w.session.scalars(select(Dishonesty.id)).one()
    assert client.post(f"{REGISTER}{row}/confirm", data=csrf() | {"words": "属实"}).status_code == 403
    page = open_page(REGISTER, "officer")
    expect(page.locator("tbody")).not_to_contain_text("陈明")
    shoot(page, "marriage-register")
    page.get_by_role("link", name="查看").click()
    page.get_by_label("意见").fill("查证属实")
    shoot(page, "marriage-dishonesty")
    page.get_by_role("button", name="认定失信").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已认定")
    expect(page.get_by_role("button", name="信用修复")).to_have_count(0)
    officer = signed_in(app, "officer")
    sent = officer.post(f"{REGISTER}export", data=csrf())
    assert json.loads(sent.get_data(as_text=True))["id_number"] == HIS
    assert officer.post(f"{REGISTER}{row}/nothing", data=csrf()).status_code == 404


# -- figures


def married(site: Site, town: Registry, couples: int) -> None:
    for number in range(1, couples + 1):
        with site.work() as w:
            registry.registered(w, town.viewer(), "marriage_registration", registry.couple(w, number))


def test_officers_see_counts_and_registrars_only_large_ones(app: APIFlask, town: Registry, site: Site) -> None:
    married(site, town, 6)
    with site.work() as w:
        registry.walk_in(w, town.viewer(), "certificate_reissue", registry.couple(w, 9))
    officer = signed_in(app, "officer").get(FIGURES).get_data(as_text=True)
    registrar = signed_in(app, "registrar-m")
    page = registrar.get(FIGURES).get_data(as_text=True)
    assert ("&lt;5" in officer, "&lt;5" in page) == (False, True)
    assert "11月：结婚登记 6、离婚申请 0、离婚登记 0" in page
    table = registrar.get(f"{FIGURES}figures.csv").get_data(as_text=True)
    assert "本县,6,6,12" in table
    assert "在办" in table
    assert "补领证件,0,0,0,0,<5,<5" in table


@one_database
def test_figures_end_at_the_border_of_ones_part_of_the_county(app: APIFlask, town: Registry) -> None:
    client = signed_in(app, "registrar_there-m")
    assert "示范县500119" in client.get(FIGURES).get_data(as_text=True)
    assert client.get(f"{FIGURES}?division=500118").status_code == 403
    assert client.get(f"{FIGURES}?division=nowhere").status_code == 404
    assert "2020 年" not in client.get(f"{FIGURES}?year=1900").get_data(as_text=True).partition("<h1>")[0]


@one_database
def test_the_figures_are_looked_at_and_printed(town: Registry, site: Site, open_page: OpenPage, shoot: Shoot) -> None:
    married(site, town, 7)
    page = open_page(FIGURES, "officer", height=1400)
    expect(page.locator(".chart svg")).to_be_visible()
    shoot(page, "marriage-figures")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="下载表格")).to_be_hidden()


@one_database
@pytest.mark.parametrize("path", [ARCHIVE, IMPORTS, RECORDS, REGISTER, FIGURES])
def test_a_phone_never_scrolls_sideways(town: Registry, open_page: OpenPage, shoot: Shoot, path: str) -> None:
    page = open_page(path, "officer", width=390, height=844, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "phone-" + path.strip("/").replace("/", "-"))


def test_a_hidden_count_has_no_bar_and_the_drawing_no_script() -> None:
    few = [Cases(new_id(), "2026-05", "marriage_registration", "registered", 3)]
    drawn, exact = months_chart(few, 2026, exact=False), months_chart(few, 2026, exact=True)
    assert "<script" not in drawn + exact
    assert "5月：结婚登记 &lt;5" in drawn
    assert drawn.count("<rect") < exact.count("<rect")
    assert HERE not in drawn
