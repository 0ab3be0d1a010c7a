"""Files of the national system: what went out and comes back changes nothing; each bad line is refused by itself."""

import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from backend.core.clock import CHINA
from backend.core.db import Work
from backend.core.errors import DomainError, NotAllowedError
from backend.people.service import Viewer
from backend.residents.models import Person
from backend.volunteers import exchange, exchange_files, records
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.errors import FileRefusedError, FileTakenError
from backend.volunteers.exchange_files import FIELDS, Format, Kind, Row, UnreadableFileError
from backend.volunteers.models import ExchangeRun, Volunteer
from tests.conftest import WorkFactory
from tests.support import residents, world
from tests.support.volunteers import served, volunteer
from tests.support.world import COUNTY, TOWN, World

START = datetime(2026, 10, 31, 23, 30, tzinfo=CHINA)
KINDS: tuple[Kind, ...] = ("volunteers", "records")
FORMS: tuple[Format, ...] = ("csv", "json")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def words(error: DomainError) -> str:
    return f"{error.code}:{error.facts.get('field', '')}"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_any_words_come_back_as_they_went_out(kind: Kind, form: Format) -> None:
    @given(st.lists(st.fixed_dictionaries(dict.fromkeys(FIELDS[kind], TEXT)), min_size=1, max_size=3))
    def back(rows: list[Row]) -> None:
        assert exchange_files.read(kind, form, exchange_files.write(kind, form, rows)) == rows

    back()


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("csv", "志愿者编号\r\n1\r\n".encode()),
        ("csv", "姓名".encode("gb18030")),
        ("csv", ",".join(FIELDS["volunteers"]).encode()),
        ("csv", (",".join(FIELDS["volunteers"]) + '\r\n"1').encode()),
        ("csv", (",".join(FIELDS["volunteers"]) + "\r\n1,2").encode()),
        ("csv", (",".join(FIELDS["volunteers"]) + "\r\n" + ",".join("1" * 13)).encode()),
        ("csv", (",".join(FIELDS["volunteers"]) + "\r\n\0" + ",".join("1" * 12)).encode()),
        ("json", json.dumps({"kind": "volunteers", "rows": [dict.fromkeys(FIELDS["volunteers"], "\ud800")]}).encode()),
        ("json", b"[1"),
        ("json", b'{"kind": "records", "rows": []}'),
        ("json", b'{"kind": "volunteers", "rows": [{"a": 1}]}'),
    ],
    ids=[
        "columns",
        "encoding",
        "empty",
        "cut_off",
        "short_line",
        "long_line",
        "nul",
        "half_character",
        "no_json",
        "other_kind",
        "other_fields",
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(form: Format, data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        exchange_files.read("volunteers", form, data)


@pytest.fixture
def officer(work: WorkFactory) -> Viewer:
    with work() as w:
        return world.build(w).viewer("officer", "officer", f"{COUNTY}/")


def everything(w: Work) -> list[Any]:
    """Every row a file could change."""
    tables = (Person, Volunteer, ServiceRecord)
    return [tuple(row) for table in tables for row in w.session.execute(select(*table.__table__.c)).all()]


@one_database
@pytest.mark.parametrize("form", FORMS)
def test_what_went_out_comes_in_and_changes_nothing(officer: Viewer, work: WorkFactory, form: Format) -> None:
    with work() as w:
        mine = volunteer(w, 1, national_exchange=True, skills=["cooking"], services=["meals", "reading"])
        silent = volunteer(w, 3)
        for who in (mine, silent):
            records.record(w, served(who, START, 60, content='送"餐",\n=1+1'))
    with work(officer.actor) as w:
        before = everything(w)
        for kind in KINDS:
            data = exchange.export(w, officer, kind, form)
            report = exchange.take(w, officer, kind, form, data, words)
            assert [one.result for one in report.lines] == ["unchanged"]  # and who did not agree is not in it
            with pytest.raises(FileTakenError):
                exchange.take(w, officer, kind, form, data, words)
        assert everything(w) == before


def person_row(serial: int, **more: str) -> Row:
    born = date(1980, 1, 1)
    row = {
        "志愿者编号": "", "全国编号": f"N{serial}", "姓名": "赵敏", "性别": "男" if serial % 2 else "女",
        "出生日期": born.isoformat(), "证件类型": "居民身份证", "证件号码": residents.id_number(born, serial),
        "居住区域": TOWN, "联系电话": "", "专业技能": "做饭", "服务类别": "助餐", "注册日期": "2020-01-01",
    }  # fmt: skip
    return row | more


def record_row(number: str, **more: str) -> Row:
    row = {
        "记录编号": number, "志愿者编号": "", "全国编号": "N1", "服务名称": "助餐", "服务类别": "助餐",
        "服务内容": "送餐", "服务地点": "桃园", "开始时间": "2026-10-31 23:30:00", "结束时间": "2026-11-01 00:30:00",
        "服务分钟": "60", "组织单位": "桃园社区", "负责人": "陈静", "质量评价": "",
    }  # fmt: skip
    return row | more


def results(w: Work, officer: Viewer, kind: Kind, rows: list[Row]) -> list[str]:
    data = exchange_files.write(kind, "csv", rows)
    return [f"{one.result} {one.why}".strip() for one in exchange.take(w, officer, kind, "csv", data, words).lines]


@one_database
def test_every_bad_line_is_refused_by_itself_with_its_reason(officer: Viewer, work: WorkFactory) -> None:
    young = {"证件号码": residents.id_number(date(2012, 1, 1), 1), "出生日期": "2012-01-01"}
    with work(officer.actor) as w:
        people = [
            person_row(1), person_row(1, 姓名="钱多"), person_row(3, 证件号码="1"),
            person_row(3, 出生日期="1981-01-01"),
            person_row(3, 居住区域="9"), person_row(3, 服务类别="飞行"), person_row(3, 全国编号="N1"),
            person_row(5, **young), person_row(5),
        ]  # fmt: skip
        assert results(w, officer, "volunteers", people) == [
            "taken", "refused residents.name_differs:", "refused bad_input:证件号码", "refused bad_input:出生日期",
            "refused bad_input:居住区域", "refused bad_input:服务类别", "refused bad_input:全国编号",
            "refused volunteers.guardian_needed:", "taken",
        ]  # fmt: skip
        services = [
            record_row("r1"), record_row("r1"), record_row("r1", 服务分钟="59"), record_row("r2"),
            record_row("r3", 全国编号="N9"), record_row("r4", 服务分钟="-1"), record_row("r5", 开始时间="昨天"),
            record_row("r6", 开始时间="2026-11-02 09:00:00", 结束时间="2026-11-02 08:00:00"),
            record_row("r7", 全国编号="N5"),
        ]  # fmt: skip
        assert results(w, officer, "records", services) == [
            "taken", "unchanged", "refused bad_input:服务记录", "refused records.overlap:",
            "refused bad_input:志愿者编号", "refused bad_input:服务分钟", "refused bad_input:时间",
            "refused records.finish_first:", "taken",
        ]  # fmt: skip
        run = w.session.scalars(select(ExchangeRun).where(ExchangeRun.kind == "records")).one()
        assert (run.rows, run.taken, run.refused) == (9, 2, 6)


@one_database
def test_a_preview_says_the_same_and_keeps_nothing(officer: Viewer, work: WorkFactory) -> None:
    data = exchange_files.write("volunteers", "json", [person_row(1), person_row(3, 居住区域="9")])
    with work(officer.actor) as w:
        before = everything(w)
        seen = exchange.preview(w, officer, "volunteers", "json", data, words)
        assert everything(w) == before
        assert exchange.take(w, officer, "volunteers", "json", data, words) == seen
        assert w.session.scalar(select(func.count()).select_from(Volunteer)) == 1


@one_database
def test_only_staff_who_handle_volunteers_exchange_and_only_of_their_place(officer: Viewer, work: WorkFactory) -> None:
    elsewhere = World(staff={"officer": officer.staff_id}).viewer("officer", "clerk", f"{COUNTY}/500118102/")
    lead = World(staff={"officer": officer.staff_id}).viewer("officer", "lead", f"{COUNTY}/")
    with work(officer.actor) as w:
        volunteer(w, 1, national_exchange=True)
        assert exchange_rows(exchange.export(w, elsewhere, "volunteers", "json")) == 0
        with pytest.raises(NotAllowedError):
            exchange.export(w, lead, "volunteers", "json")
        with pytest.raises(FileRefusedError):
            exchange.take(w, officer, "volunteers", "csv", b"x", words)
        data = exchange_files.write("volunteers", "csv", [person_row(1)])
        assert exchange.preview(w, elsewhere, "volunteers", "csv", data, words).count("refused") == 1


def exchange_rows(data: bytes) -> int:
    """How many people stand in an exported file."""
    return data.count("志愿者编号".encode())
