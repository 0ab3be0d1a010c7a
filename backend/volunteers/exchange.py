"""To and from the national volunteer system by files: what went out, what came in, and why a line was refused.

Only staff exchange, and only those go out who agreed to it. A file is looked at before it is taken in (``preview``),
and the same file is taken in once.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import DomainError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import for_update
from backend.people.service import Viewer
from backend.residents.models import Person
from backend.volunteers import exchange_files, exchange_rows
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.errors import FileRefusedError, FileTakenError
from backend.volunteers.exchange_files import Format, Kind, Row, UnreadableFileError
from backend.volunteers.models import TAKEN, ExchangeRun, Volunteer
from backend.volunteers.service import HANDLE

Take = Callable[[Work, Viewer, Row], str]
Words = Callable[[DomainError], str]
MOST_OUT = 20_000
LISTED = 50


@dataclass(frozen=True, slots=True)
class LineReport:
    """One line of a file: ``taken``, ``unchanged`` or ``refused`` with the reason."""

    line: int
    result: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file, or would become of it."""

    lines: tuple[LineReport, ...]

    def count(self, result: str) -> int:
        return sum(one.result == result for one in self.lines)


# -- out


def export(work: Work, viewer: Viewer, kind: Kind, form: Format) -> bytes:
    """Those in the viewer's part of the county who agreed (``national_exchange``). Raises ``NotAllowedError``."""
    viewer.require(HANDLE)
    rows = _volunteers(work, viewer) if kind == "volunteers" else _records(work, viewer)
    data = exchange_files.write(kind, form, rows)
    run = ExchangeRun(
        id=new_id(), direction="export", kind=kind, digest=_digest(data), rows=len(rows), taken=len(rows), refused=0,
        report=[], by=viewer.staff_id, at=work.now,
    )  # fmt: skip
    work.session.add(run)
    audit.record(work, "volunteer.export", f"exchange:{run.id}", kind=kind, rows=len(rows), digest=run.digest)
    return data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _volunteers(work: Work, viewer: Viewer) -> list[Row]:
    found = work.session.execute(
        select(Volunteer, Person)
        .join(Person, Person.id == Volunteer.person_id)
        .where(
            Volunteer.national_exchange, Volunteer.state.in_(("active", "suspended")),
            viewer.sees(Volunteer.division_path, HANDLE),
        )
        .order_by(Volunteer.number)
        .limit(MOST_OUT)
    )  # fmt: skip
    return [exchange_rows.volunteer_row(row, person) for row, person in found]


def _records(work: Work, viewer: Viewer) -> list[Row]:
    found = work.session.execute(
        select(ServiceRecord, Volunteer)
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(
            Volunteer.national_exchange, Volunteer.state.in_(("active", "suspended")),
            ServiceRecord.state == "recorded", viewer.sees(Volunteer.division_path, HANDLE),
        )
        .order_by(ServiceRecord.started_at, ServiceRecord.id)
        .limit(MOST_OUT)
    )  # fmt: skip
    return [exchange_rows.record_row(record, volunteer) for record, volunteer in found]


# -- in


def preview(work: Work, viewer: Viewer, kind: Kind, form: Format, data: bytes, words: Words) -> Report:
    """What would become of a file; nothing is kept. ``words`` says an error as people read it.

    Raises ``NotAllowedError``, ``FileRefusedError`` and ``FileTakenError``.
    """
    rows = _rows(work, viewer, kind, form, data)
    trial = work.session.begin_nested()
    report = _through(work, viewer, kind, rows, words)
    trial.rollback()
    return report


def take(work: Work, viewer: Viewer, kind: Kind, form: Format, data: bytes, words: Words) -> Report:
    """Take a file in, once: what can be taken is, every other line is refused with its reason. Raises the same."""
    rows = _rows(work, viewer, kind, form, data)
    run = {
        "id": new_id(), "direction": "import", "kind": kind, "digest": _digest(data), "rows": len(rows), "taken": 0,
        "refused": 0, "report": [], "by": viewer.staff_id, "at": work.now,
    }  # fmt: skip
    if not insert_new(work, ExchangeRun, run, unique=("digest",), where=TAKEN):
        _refuse_twice(work, str(run["digest"]))
    report = _through(work, viewer, kind, rows, words)
    row = work.session.get_one(ExchangeRun, run["id"])
    row.taken, row.refused = report.count("taken"), report.count("refused")
    row.report = [asdict(one) for one in report.lines if one.result == "refused"]
    work.session.flush()
    audit.record(work, "volunteer.import", f"exchange:{row.id}", kind=kind, rows=row.rows, taken=row.taken)
    return report


def _rows(work: Work, viewer: Viewer, kind: Kind, form: Format, data: bytes) -> list[Row]:
    viewer.require(HANDLE)
    _refuse_twice(work, _digest(data))
    try:
        return exchange_files.read(kind, form, data)
    except UnreadableFileError as error:
        raise FileRefusedError(why=str(error)) from None


def _refuse_twice(work: Work, digest: str) -> None:
    before = select(ExchangeRun.at).where(ExchangeRun.digest == digest, ExchangeRun.direction == "import")
    at = work.session.scalar(before)
    if at is not None:
        raise FileTakenError(at=f"{local(at):%Y年%m月%d日}")


def _through(work: Work, viewer: Viewer, kind: Kind, rows: list[Row], words: Words) -> Report:
    if kind == "records":
        _lock(work, exchange_rows.volunteers_of(work, rows))
    one = exchange_rows.take_volunteer if kind == "volunteers" else exchange_rows.take_record
    return Report(tuple(_line(work, viewer, number, row, one, words) for number, row in enumerate(rows, 1)))


def _lock(work: Work, volunteers: Sequence[UUID]) -> None:
    """All at first and in order: whoever records several people in one transaction waits for nobody in a circle."""
    work.session.scalars(
        for_update(work, select(Volunteer.id).where(Volunteer.id.in_(volunteers)).order_by(Volunteer.id))
    ).all()


def _line(work: Work, viewer: Viewer, number: int, row: Row, one: Take, words: Words) -> LineReport:
    try:
        with work.session.begin_nested():
            return LineReport(number, one(work, viewer, row))
    except DomainError as refusal:
        return LineReport(number, "refused", words(refusal))


def runs(work: Work, viewer: Viewer) -> Sequence[ExchangeRun]:
    """The last files, newest first. Raises ``NotAllowedError``."""
    viewer.require(HANDLE)
    return work.session.scalars(select(ExchangeRun).order_by(ExchangeRun.at.desc()).limit(LISTED)).all()
