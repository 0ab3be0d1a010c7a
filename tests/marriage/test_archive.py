"""Historic registrations taken in: every row added, known or bad, once, whatever happens on the way."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from backend.core.audit import AuditEntry
from backend.core.db import reading, unit_of_work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.marriage import archive, archive_files, archive_search
from backend.marriage.archive_search import Query
from backend.marriage.errors import ImportKnownError
from backend.marriage.record_models import ArchiveEntry, BadRow, ImportRun
from backend.people.service import Viewer
from backend.settings import Settings
from scheduler import archive_jobs
from tests.conftest import WorkFactory
from tests.support import registry
from tests.support.residents import id_number
from tests.support.sources import ROOT

HEADER = "登记日期,类别,证件字号,登记机关,男方姓名,男方身份证号,女方姓名,女方身份证号,盒号,页码,备注"
SURNAMES, GIVEN = "王李张刘陈杨黄赵周吴", "伟芳娜敏静丽强磊军洋"
Load = Callable[..., ImportRun]


def line(place: int, /, **more: str) -> str:
    name = SURNAMES[place % 10] + GIVEN[place // 10 % 10]
    given = {
        "day": "1998-05-20", "kind": "结婚", "number": f"巫结{place:05d}号", "office": "城厢镇", "man": name,
        "his": id_number(date(1970, 1, 1 + place % 28), 2 * (place // 28) + 1), "woman": f"林{GIVEN[place % 10]}",
        "hers": "", "box": "1998-1", "page": str(place), "note": "",
    }  # fmt: skip
    return ",".join((given | more).values())


def table(*lines: str) -> str:
    return "\r\n".join([HEADER, *lines, ""])


@pytest.fixture
def who(work: WorkFactory) -> Viewer:
    with work() as w:
        return registry.build(w).viewer()


@pytest.fixture
def load(app: APIFlask, settings: Settings, who: Viewer) -> Load:
    """Upload a table and work it off."""

    def run(text: str, encoding: str = "utf-8", *, turns: int = 9) -> ImportRun:
        stored = archive_files.store(io.BytesIO(text.encode(encoding)), settings.data_dir / archive_files.FOLDER)
        with unit_of_work(who.actor) as w:
            run_id = archive.begin(w, who, stored, "old.csv")
        for _ in range(turns):
            archive_jobs.archive_import()
        with reading() as w:
            return w.session.get_one(ImportRun, run_id)

    return run


def counts(run: ImportRun) -> tuple[str, int | None, int, int, int]:
    return run.state, run.total, run.added, run.known, run.bad


def reasons_of(run_id: UUID) -> list[tuple[int, str]]:
    with reading() as w:
        rows = w.session.scalars(select(BadRow).where(BadRow.import_id == run_id).order_by(BadRow.row))
        return [(row.row, "；".join(map(str, row.reasons))) for row in rows]


def entries() -> int:
    with reading() as w:
        return w.session.scalar(select(func.count()).select_from(ArchiveEntry)) or 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_taken_in_whatever_its_encoding(load: Load, encoding: str) -> None:
    run = load(table(line(1), line(2, man="陈喆")), encoding)
    assert counts(run) == ("done", 2, 2, 0, 0)
    with reading() as w:
        assert max(w.session.scalars(select(ArchiveEntry.name_a))) == "陈喆"


def test_every_row_is_added_known_or_bad_and_the_rest_of_the_file_goes_on(load: Load) -> None:
    first = load(table(line(1), line(2)))
    text = table(line(1), line(3), line(4, day="1998-02-30"), "", ",,,,,,,,,,", line(3), line(5, man=""))
    run = load(text)
    assert counts(first) == ("done", 2, 2, 0, 0)
    assert counts(run) == ("done", 5, 1, 2, 2)
    assert [number for number, _ in reasons_of(run.id)] == [4, 8]
    assert entries() == 3


def test_a_certificate_number_of_other_people_is_bad_in_this_file_and_in_a_later_one(load: Load) -> None:
    other = line(2, number="巫结00001号")
    run = load(table(line(1), other))
    assert reasons_of(run.id) == [(3, archive.TAKEN_BY_OTHERS)]
    again = load(table(other, line(1, day="1998-05-21"), line(1, box="别的盒")))
    assert [why for _, why in reasons_of(again.id)] == [
        archive.TAKEN_BY_OTHERS, archive.TAKEN_DIFFERENTLY, archive.PLACED_DIFFERENTLY,
    ]  # fmt: skip


def test_a_quote_that_is_never_closed_spoils_one_row_and_a_broken_cell_keeps_its_lines(load: Load) -> None:
    broken, joined = line(2, note='"没有关'), line(3, note='"第一行\n第二行"')
    run = load(table(joined, broken, *(line(number) for number in range(4, 40))))
    assert counts(run) == ("done", 38, 37, 0, 1)
    assert reasons_of(run.id) == [(4, archive.UNREADABLE)]
    with reading() as w:
        assert w.session.scalars(select(BadRow.text)).one() == broken


def test_strange_bytes_spoil_one_row_and_are_kept(load: Load, settings: Settings, who: Viewer) -> None:
    data = table(line(1), line(2)).encode() + b"1998-05-20,\xff\xfe,\r\n"
    stored = archive_files.store(io.BytesIO(data), settings.data_dir / archive_files.FOLDER)
    with unit_of_work() as w:
        run_id = archive.begin(w, who, stored, "old.csv")
    archive_jobs.archive_import()
    assert reasons_of(run_id) == [(4, archive.UNREADABLE)]
    with reading() as w:
        assert w.session.scalars(select(BadRow.text)).one() == "1998-05-20,\\xff\\xfe,"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "是空的"),
        (HEADER.encode(), "只有表头"),
        ("\ufeff登记日期".encode("utf-16"), "编码"),
        ("姓名,日期\r\n王,1998".encode(), "不认识"),
        (HEADER.encode() + b"\r\n" + b"x" * 64_001, "太长"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_and_not_kept(tmp_path: Path, data: bytes, why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        archive_files.store(io.BytesIO(data), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_same_file_is_taken_once_and_goes_on_after_its_upload_was_lost(
    load: Load, settings: Settings, who: Viewer
) -> None:
    text = table(*(line(number) for number in range(3)))
    run = load(text, turns=0)
    stored = settings.data_dir / archive_files.FOLDER / run.stored_as
    with pytest.raises(ImportKnownError):
        load(text)
    stored.unlink()
    archive_jobs.archive_import()
    with reading() as w:
        failed = w.session.get_one(ImportRun, run.id)
    assert (failed.state, failed.why) == ("failed", archive.MISSING_FILE)
    assert counts(load(text)) == ("done", 3, 3, 0, 0)


def test_the_file_is_gone_when_its_rows_have_their_place(load: Load, settings: Settings) -> None:
    load(table(line(1)))
    folder = settings.data_dir / archive_files.FOLDER
    assert list(folder.iterdir()) == []
    assert folder.stat().st_mode & 0o077 == 0


def test_a_portion_counts_itself_so_that_two_workers_never_take_it_twice(load: Load, settings: Settings) -> None:
    run = load(table(*(line(number) for number in range(5))), turns=0)
    path = settings.data_dir / archive_files.FOLDER / run.stored_as
    first, second = list(archive_files.portions(path, 0, 3))
    rows = archive.prepare(first, run.encoding, run.header, date(2026, 11, 22))
    with unit_of_work() as w:
        assert archive.take_in(w, run.id, rows, done=0)
    with unit_of_work() as w:
        assert not archive.take_in(w, run.id, rows, done=0)
    assert [record.number for record in second] == [5, 6]
    archive_jobs.archive_import()
    assert entries() == 5


def test_a_turn_ends_after_some_portions_and_the_next_goes_on(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "PORTION", 2)
    monkeypatch.setattr(archive_jobs, "PORTIONS", 2)
    run = load(table(*(line(number) for number in range(9))), turns=1)
    assert (run.state, run.done, run.added) == ("running", 4, 4)
    assert [archive_jobs.archive_import() for _ in range(3)] == [4, 1, 0]
    assert entries() == 9


KILLED = """
import sys
from backend.app import create_app
from backend.marriage import archive
from scheduler import archive_jobs
archive.PORTION = 20
finish = archive._count
def count(*args, **more):
    finish(*args, **more)
    print("portion", flush=True)
    if more["done"] == 60:
        sys.stdin.readline()
archive._count = count
with create_app().app_context():
    archive_jobs.archive_import()
"""


def test_a_kill_between_the_rows_and_their_commit_leaves_none_twice_and_none_out(
    load: Load, settings: Settings
) -> None:
    run = load(table(*(line(number) for number in range(200))), turns=0)
    secrets = settings.data_dir / "secrets"
    env = os.environ | {
        "SHOUWANG_MODE": "test", "SHOUWANG_DATA_DIR": str(settings.data_dir), "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url, "MQTT_URL": settings.mqtt_url, "SHOUWANG_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    assert secrets.is_dir()
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout is not None
        assert [worker.stdout.readline().strip() for _ in range(4)] == [b"portion"] * 4
        worker.send_signal(signal.SIGKILL)
    assert entries() == 60
    for _ in range(3):
        archive_jobs.archive_import()
    with reading() as w:
        assert counts(w.session.get_one(ImportRun, run.id)) == ("done", 200, 200, 0, 0)
    assert entries() == 200


def test_the_database_refuses_totals_that_do_not_add_up(load: Load, work: WorkFactory) -> None:
    run = load(table(line(1), line(2)))
    with pytest.raises(IntegrityError), work() as w:
        w.session.get_one(ImportRun, run.id).known = 1


# -- looking something up


def find(who: Viewer, **more: str) -> list[str]:
    with unit_of_work(who.actor) as w:
        return [str(one.certificate_number) for one in archive_search.search(w, who, Query(**({"why": "own"} | more)))]


def test_a_number_finds_both_spouses_rows_old_numbers_by_todays(load: Load, who: Viewer) -> None:
    old = "500118700102001"
    load(table(line(1, his=old), line(2), line(3, hers=id_number(date(1971, 1, 1), 4))))
    assert find(who, id_number=old) == ["巫结00001号"]
    assert find(who, id_number=id_number(date(1970, 1, 3), 1)) == ["巫结00002号"]
    assert find(who, id_number=id_number(date(1971, 1, 1), 4)) == ["巫结00003号"]


def test_a_name_needs_its_year(load: Load, who: Viewer) -> None:
    load(table(line(1), line(2, day="1999-01-01", man="李伟", number="别的")))
    assert find(who, name="李 伟", year="1998") == ["巫结00001号"]
    assert find(who, name="李伟", year="1999年") == ["别的"]
    assert find(who, name="李伟", year="2000") == []
    for wrong in ({"name": "李伟"}, {"name": "李伟", "year": "98"}, {"id_number": "123"}, {}):
        with pytest.raises(BadInputError):
            find(who, **wrong)


def test_every_look_is_logged_with_its_reason_and_without_names(load: Load, who: Viewer) -> None:
    load(table(line(1)))
    find(who, name="李伟", year="1998", case="渝0238〔2026〕12号")
    with unit_of_work(who.actor) as w:
        entry = w.session.scalars(select(ArchiveEntry.id)).one()
        archive_search.look(w, who, entry, "court")
    with reading() as w:
        logged = w.session.execute(select(AuditEntry.action, AuditEntry.body).order_by(AuditEntry.seq.desc())).all()
    (read, body), (searched, query) = logged[0], logged[1]
    assert (read, searched) == ("person.read", "archive.search")
    assert '"why":"court"' in body
    assert "渝0238〔2026〕12号" in query
    assert "李伟" not in body + query


def test_nobody_looks_without_a_reason_or_the_right(load: Load, who: Viewer, work: WorkFactory) -> None:
    load(table(line(1)))
    with pytest.raises(BadInputError):
        find(who, name="李伟", year="1998", why="好奇")
    with work() as w, pytest.raises(NotFoundError):
        archive_search.look(w, who, UUID(int=1), "own")
    lead = Viewer(who.staff_id, "x", "x", (), who.session_id, "csrf")
    with pytest.raises(NotAllowedError):
        find(lead, name="李伟", year="1998")
