"""Loading historic rows (R-093): an upload becomes a run, a job works it off in portions, every row finds its place.

A row is ``added``, ``known`` (it was loaded before) or ``bad`` (kept sealed with every reason); the database holds that
the three add up. A portion is one transaction that counts itself by compare-and-swap, so a process killed at any
instruction, or two at once, leave no row twice and none out.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from backend.core import audit
from backend.core.crypto import keyring
from backend.core.db import Work
from backend.core.ids import new_id
from backend.core.locks import claim, for_update
from backend.marriage import archive_files
from backend.marriage.archive_files import Record, Stored
from backend.marriage.archive_rows import Entry, fields_of, read_row
from backend.marriage.errors import ImportKnownError
from backend.marriage.record_models import ArchiveEntry, BadRow, ImportRun
from backend.people.service import Viewer
from backend.residents.indexes import id_index, name_index

MANAGE = "archive.manage"
PORTION = 500
MISSING_FILE = "找不到上传的文件。请重新上传同一个文件，会接着导入。"
UNREADABLE = "这一行读不出来：引号没有成对，或有无法识别的文字"
TAKEN_BY_OTHERS = "证件字号已有别人在用，请核对字号"
TAKEN_DIFFERENTLY = "这个证件字号已有同一对当事人的记录，但内容不同，请核对"
PLACED_DIFFERENTLY = "同一笔登记已有，但盒号、页码或备注不同，请核对"


@dataclass(frozen=True, slots=True)
class Ready:
    """A row as it will be written: columns of ``archive_entry``, or the reasons why not with the text it had."""

    number: int
    text: str = field(repr=False)
    values: Mapping[str, Any] | None = field(default=None, repr=False)
    reasons: tuple[str, ...] = ()


@dataclass(slots=True)
class _Known:
    """What the index already has of a portion's rows, kept up to date while the portion is placed."""

    places: dict[str, tuple[str, str, str]]
    people: dict[str, tuple[str, str]]


def begin(work: Work, viewer: Viewer, stored: Stored, file_name: str) -> UUID:
    """A run for an upload. The same file again goes on where a failed one stopped; else ``ImportKnownError``."""
    viewer.require(MANAGE)
    same = select(ImportRun).where(ImportRun.file_digest == stored.digest)
    known = work.session.scalars(for_update(work, same)).first()
    if known is None:
        return _begin(work, viewer, stored, file_name)
    if known.state != "failed":
        raise ImportKnownError(run=str(known.id))
    known.state, known.stored_as, known.why, known.finished_at = "waiting", stored.name, None, None
    return known.id


def _begin(work: Work, viewer: Viewer, stored: Stored, file_name: str) -> UUID:
    run = ImportRun(
        id=new_id(), file_name=Path(file_name).name[:200] or "archive.csv", file_digest=stored.digest,
        stored_as=stored.name, encoding=stored.encoding, header=stored.header, total=stored.total,
        started_by=viewer.staff_id, created_at=work.now,
    )  # fmt: skip
    try:
        with work.session.begin_nested():
            work.session.add(run)
    except IntegrityError as error:  # the same file from two desks at once
        raise ImportKnownError(run="") from error
    audit.record(work, "archive.upload", f"import:{run.id}", rows=stored.total, file=stored.digest)
    return run.id


def next_run(work: Work) -> ImportRun | None:
    """The run to work on: the one that was begun, else the one that waits longest."""
    due = select(ImportRun).where(ImportRun.state.in_(("running", "waiting")))
    return work.session.scalars(due.order_by(ImportRun.state, ImportRun.created_at).limit(1)).first()


def prepare(records: Sequence[Record], encoding: str, header: Sequence[str], today: date) -> list[Ready]:
    """Read a portion; outside a transaction, because reading is most of the work."""
    fields = fields_of(header)
    return [_ready(record, encoding, fields, today) for record in records]


def _ready(record: Record, encoding: str, fields: Sequence[str | None], today: date) -> Ready:
    text, cells = archive_files.text_of(record, encoding), archive_files.cells(record, encoding)
    found = (UNREADABLE,) if cells is None else read_row(fields, cells, today)
    if isinstance(found, tuple):
        return Ready(record.number, text, reasons=found)
    return Ready(record.number, text, values=_values(found))


def _values(entry: Entry) -> dict[str, Any]:
    scope = entry.number_scope
    return {
        # Keyed, because what a row says can be guessed.
        "digest": keyring().blind_index("archive_entry", entry.core),
        "kind": entry.kind,
        "certificate_number": entry.certificate_number,
        "number_key": hashlib.sha256(scope.encode()).hexdigest() if scope else None,
        "registered_on": entry.registered_on,
        "office_name": entry.office_name,
        "name_a": entry.name_a,
        "name_index_a": name_index(entry.name_a),
        "id_a": entry.id_a,
        "index_a": id_index(entry.lookup_a) if entry.lookup_a else None,
        "name_b": entry.name_b,
        "name_index_b": name_index(entry.name_b),
        "id_b": entry.id_b,
        "index_b": id_index(entry.lookup_b) if entry.lookup_b else None,
        "box": entry.box,
        "page": entry.page,
        "note": entry.note,
    }


def take_in(work: Work, run_id: UUID, rows: Sequence[Ready], *, done: int) -> bool:
    """Place one portion, if the run still stands at ``done`` rows; False when somebody else is at it or was faster."""
    mine = select(ImportRun.id).where(
        ImportRun.id == run_id, ImportRun.done == done, ImportRun.state.in_(("waiting", "running"))
    )
    if work.session.scalars(claim(work, mine)).first() is None:
        return False
    added, bad = _placed(work, run_id, rows)
    if added:
        work.session.execute(insert(ArchiveEntry), added)
    if bad:
        work.session.execute(insert(BadRow), bad)
    _count(work, run_id, done=done, rows=len(rows), added=len(added), bad=len(bad))
    return True


def _count(work: Work, run_id: UUID, *, done: int, rows: int, added: int, bad: int) -> None:
    counted = {
        "state": "running", "done": done + rows, "added": ImportRun.added + added, "bad": ImportRun.bad + bad,
        "known": ImportRun.known + rows - added - bad,
    }  # fmt: skip
    work.execute_dml(update(ImportRun).where(ImportRun.id == run_id, ImportRun.done == done).values(counted))


def _placed(work: Work, run_id: UUID, rows: Sequence[Ready]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What to write into the index and what among the bad rows; a row in neither is known."""
    known = _known(work, [row.values for row in rows if row.values is not None])
    added, bad = [], []
    for row in rows:
        reasons = row.reasons or _conflicts(known, row.values or {})
        if reasons:
            bad.append({"import_id": run_id, "row": row.number, "reasons": list(reasons), "text": row.text})
        elif row.values is not None and row.values["digest"] not in known.places:
            added.append({**row.values, "import_id": run_id})
            _remember(known, row.values)
    return added, bad


def _known(work: Work, values: Sequence[Mapping[str, Any]]) -> _Known:
    digests = [one["digest"] for one in values]
    places = select(ArchiveEntry.digest, ArchiveEntry.box, ArchiveEntry.page, ArchiveEntry.note)
    keys = [one["number_key"] for one in values if one["number_key"]]
    people = select(ArchiveEntry.number_key, ArchiveEntry.name_index_a, ArchiveEntry.name_index_b)
    return _Known(
        {row[0]: (row[1], row[2], row[3]) for row in _rows(work, places.where(ArchiveEntry.digest.in_(digests)))},
        {row[0]: (row[1], row[2]) for row in _rows(work, people.where(ArchiveEntry.number_key.in_(keys)))},
    )


def _rows(work: Work, statement: Any) -> Sequence[Any]:
    return work.session.execute(statement).all()


def _conflicts(known: _Known, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Why a row that can be true cannot stand beside those that are there."""
    place = known.places.get(values["digest"])
    if place is not None:
        return () if place == _place(values) else (PLACED_DIFFERENTLY,)
    people = known.people.get(values["number_key"] or "")
    if people is None:
        return ()
    return (TAKEN_DIFFERENTLY if people == _people(values) else TAKEN_BY_OTHERS,)


def _remember(known: _Known, values: Mapping[str, Any]) -> None:
    known.places[values["digest"]] = _place(values)
    if values["number_key"]:
        known.people[values["number_key"]] = _people(values)


def _place(values: Mapping[str, Any]) -> tuple[str, str, str]:
    return values["box"], values["page"], values["note"]


def _people(values: Mapping[str, Any]) -> tuple[str, str]:
    return values["name_index_a"], values["name_index_b"]


def finish(work: Work, run_id: UUID, *, why: str | None = None) -> None:
    """The run is over: every row placed, or failed with the reason in words."""
    state = "failed" if why else "done"
    live = ImportRun.state.in_(("waiting", "running"))
    values = {"state": state, "why": why, "finished_at": work.now}
    if work.execute_dml(update(ImportRun).where(ImportRun.id == run_id, live).values(values)):
        audit.record(work, f"archive.import_{state}", f"import:{run_id}")


def unneeded(work: Work, names: Sequence[str]) -> set[str]:
    """Those of these files whose run is over: they hold identity numbers and must not stay."""
    over = select(ImportRun.stored_as).where(ImportRun.stored_as.in_(names), ImportRun.state.in_(("done", "failed")))
    return set(work.session.scalars(over))
