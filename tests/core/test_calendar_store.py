"""Loading a year: the file with its faults, what changes, what is refused, and who sees it when."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.core import audit, calendar_csv, calendar_store
from backend.core.calendar import DayKind, Special, published, statutory_days
from backend.core.calendar_store import CalendarYear, PastDaysError
from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from backend.core.errors import BadInputError
from backend.problems import problem_of
from backend.settings import Settings
from tests.conftest import WorkFactory
from tests.support.sources import ROOT

pytestmark = pytest.mark.both_databases

SOURCE = "国办发明电〔2026〕9号"
LINES_2027 = [f"{d},放假,{name}" for d, name in statutory_days(2027).items()]
FILE_2027 = "\n".join(["日期,类型,名称", "2026-12-27,调休上班,元旦", *LINES_2027, "2027/2/20,班,春节"])


def _rows(text: str = FILE_2027) -> list[Special]:
    return calendar_csv.read_csv(text)


def _fault(text: str) -> str:
    with pytest.raises(BadInputError) as caught:
        _rows(text)
    return str(problem_of(caught.value.code, caught.value.facts)[1]["detail"])


# -- the file


def test_a_notice_is_read_in_the_order_of_its_days() -> None:
    rows = _rows()
    assert rows[0] == Special(date(2026, 12, 27), DayKind.MAKE_UP, "元旦")
    assert [row.date for row in rows] == sorted(row.date for row in rows)
    assert len(rows) == 15
    assert calendar_csv.year_of(rows) == 2027


@pytest.mark.parametrize("written", ["2027-02-20", "2027/2/20", "2027.2.20", "2027年2月20日", "20270220"])
def test_a_date_may_be_written_as_people_write_it(written: str) -> None:
    assert _rows("\n".join([*LINES_2027, f" {written} , 上班 , 春节 "]))[-1].date == date(2027, 10, 3)
    assert date(2027, 2, 20) in {row.date for row in _rows("\n".join([*LINES_2027, f"{written},上班,春节"]))}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2027-02-05,放假,春节", "第 15 行”不对：2027-02-05 写了两次"),
        ("2027-02-20,营业,春节", "类型“营业”不认识"),
        ("2027-02-22,调休上班,春节", "本来就是工作日"),
        ("2027-02-29,放假,春节", "日期“2027-02-29”不存在"),
        ("2027-13-01,放假,春节", "不存在"),
        ("星期六,放假,春节", "不存在"),
        ("2027-02-20,上班", "应为三列"),
        ("2027-02-20,上班,春节,多", "应为三列"),
        ("2027-02-20,上班,", "名称要写节日"),
        (f"2027-02-20,上班,{'春' * 65}", "名称要写节日"),
        ("2026-11-30,放假,春节", "2026-11-30 不属于 2027 年"),
        ("2028-01-01,放假,元旦", "2028-01-01 不属于 2027 年"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong(line: str, why: str) -> None:
    said = _fault("\n".join(["日期,类型,名称", *LINES_2027, line]))
    assert why in said
    assert said.endswith("请改正后再提交。")


def test_a_file_that_lost_lines_is_refused() -> None:
    assert "缺少法定节假日：元旦 2027-01-01" in _fault("\n".join(LINES_2027[1:]))
    assert "里面没有日期" in _fault("日期,类型,名称\n\n")


def test_a_spreadsheets_encodings_are_read_and_others_refused() -> None:
    assert calendar_csv.decode("日期".encode("utf-8-sig")) == "日期"
    assert calendar_csv.decode("日期".encode("gbk")) == "日期"
    for unreadable in (b"\xff\xff\x00", "日期,类型".encode("utf-16-le"), b"\x81"):
        with pytest.raises(BadInputError):
            calendar_csv.decode(unreadable)


# -- the store


def test_what_is_loaded_is_in_force_at_once_and_its_source_is_kept(work: WorkFactory) -> None:
    with work() as w:
        assert calendar_store.current(w).provisional(date(2027, 6, 1))
        calendar_store.load(w, 2027, _rows(), f" {SOURCE} ")
    with reading() as w:
        calendar = calendar_store.current(w)
        year = w.session.scalars(select(CalendarYear)).one()
        assert calendar_store.current(w) is calendar, "read once"
    assert not calendar.provisional(date(2027, 6, 1))
    assert calendar.day(date(2027, 2, 20)).kind is DayKind.MAKE_UP
    assert calendar.day(date(2026, 12, 27)).kind is DayKind.MAKE_UP
    assert (year.year, year.source, year.loaded_by) == (2027, SOURCE, "system:system")


def test_loading_is_in_the_audit_trail(work: WorkFactory) -> None:
    with work() as w:
        calendar_store.load(w, 2027, _rows(), SOURCE)
    with reading() as w:
        (entry,) = w.session.scalars(select(audit.AuditEntry))
    assert (entry.action, entry.subject) == ("calendar.load", "calendar:2027")
    assert SOURCE in entry.body


def test_a_load_that_was_rolled_back_is_seen_by_nobody(app: APIFlask) -> None:
    with unit_of_work() as w:
        calendar_store.load(w, 2027, _rows(), SOURCE)
        assert not calendar_store.current(w).provisional(date(2027, 6, 1))
        w.session.rollback()
    with reading() as w:
        assert calendar_store.current(w).provisional(date(2027, 6, 1))


def test_loading_the_same_again_changes_nothing_and_a_correction_replaces_the_year(work: WorkFactory) -> None:
    with work() as w:
        assert calendar_store.load(w, 2027, _rows(), SOURCE)
        assert calendar_store.load(w, 2027, _rows(), SOURCE) == []
        moved = [*_rows()[:-1], Special(date(2027, 10, 9), DayKind.MAKE_UP, "国庆节")]
        changed = calendar_store.load(w, 2027, moved, "更正")
        assert [(one.before.date, str(one.after.kind)) for one in changed] == [
            (date(2027, 10, 3), "weekend"),
            (date(2027, 10, 9), "make_up"),
        ]


@pytest.mark.parametrize("source", ["  ", "", "号" * 201])
def test_loading_needs_the_number_of_its_notice(work: WorkFactory, source: str) -> None:
    with work() as w, pytest.raises(BadInputError):
        calendar_store.load(w, 2027, _rows(), source)


def test_days_that_are_over_change_only_on_purpose(work: WorkFactory, clock: ManualClock) -> None:
    """It is 2026-11-22: the 21st is over, the 22nd is not."""
    with work() as w:
        base = list(published()[2026])
        future = [*base, Special(date(2026, 11, 22), DayKind.MAKE_UP, "补班")]
        assert len(calendar_store.load(w, 2026, future, SOURCE)) == 1
        past = [*future, Special(date(2026, 11, 21), DayKind.MAKE_UP, "补班")]
        with pytest.raises(PastDaysError) as caught:
            calendar_store.load(w, 2026, past, SOURCE)
        assert caught.value.facts == {"day": "2026-11-21", "count": 1}
        assert len(calendar_store.load(w, 2026, past, SOURCE, replace=True)) == 1


def test_a_year_nobody_knew_may_be_loaded_late(work: WorkFactory, clock: ManualClock) -> None:
    clock.advance(120 * 86_400)
    with work() as w:
        assert calendar_store.load(w, 2027, _rows()[1:], SOURCE)


# -- the command


def _run(settings: Settings, *arguments: str) -> tuple[int, str]:
    """The real process on the test's database."""
    own = {"SHOUWANG_MODE": "test", "SHOUWANG_DATA_DIR": str(settings.data_dir), "DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "backend.cli", "load-calendar", *arguments]
    run = subprocess.run(command, env={**os.environ, **own}, cwd=ROOT, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


def test_the_command_loads_a_file(app: APIFlask, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_bytes(FILE_2027.encode("gbk"))
    code, said = _run(settings, str(file), "--source", SOURCE)
    assert (code, "已载入 2027 年的放假安排" in said) == (0, True), said
    with reading() as w:
        assert not calendar_store.current(w).provisional(date(2027, 1, 1))


def test_the_command_says_what_is_wrong_with_a_file(app: APIFlask, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text("2027-01-01,放假", encoding="utf-8")
    code, said = _run(settings, str(file), "--source", SOURCE)
    assert (code, "第 1 行" in said) == (1, True), said
