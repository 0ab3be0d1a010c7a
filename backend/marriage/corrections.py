"""A registration that says something wrong, and how it is put right (R-096, 条例 20): asked by one, decided by another.

The original is never edited: what holds is the original and, over it, every approved correction in the order of its
decision. A court's judgment (宣告无效、撤销) is a note of the same kind that must also go into the national system.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.marriage import cases, desk_booking
from backend.marriage.archive_rows import clean, lookup_of, read_day
from backend.marriage.errors import CorrectionAskedError, RecordSettledError, TwoPeopleError
from backend.marriage.models import Registration
from backend.marriage.record_models import ArchiveEntry, Correction
from backend.marriage.states import CORRECTION
from backend.people.service import Viewer
from backend.residents.indexes import id_index, name_index

CORRECT = "marriage.correct"
FIELDS: Mapping[str, str] = {
    "name_a": "男方姓名", "id_a": "男方证件号码", "name_b": "女方姓名", "id_b": "女方证件号码",
    "registered_on": "登记日期", "certificate_number": "证件字号", "office_name": "登记机关", "box": "盒号",
    "page": "页码", "note": "备注", "validity": "效力",
}  # fmt: skip
OF_REGISTRATION = ("name_a", "id_a", "name_b", "id_b", "certificate_number", "validity")
JUDGMENTS = {"void": "法院判决：婚姻无效", "revoked": "法院判决：婚姻撤销"}
VALID = "有效"
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Subject:
    """What is corrected: a registration of this house, or an entry of the archive."""

    registration_id: UUID | None = None
    archive_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to put right. ``name`` is one of ``FIELDS``; for ``validity`` ``after`` is one of ``JUDGMENTS``."""

    name: str
    after: str = field(repr=False)
    evidence: str = field(repr=False)


def ask(work: Work, viewer: Viewer, subject: Subject, change: Change) -> Correction:
    """Ask for a correction, with the evidence.

    Raises ``NotFoundError``, ``BadInputError`` and ``CorrectionAskedError`` (the same field waits for a decision).
    """
    before = current(work, viewer, subject).get(change.name)
    if before is None:
        raise BadInputError(field="更正项目", why="这份记录没有这一项，请重新选择")
    after, index = _checked(change, local(work.now).date())
    evidence = change.evidence.strip()
    if after == before or not evidence:
        raise BadInputError(field="更正", why="请写明依据，并且更正后的内容要和现在的不同")
    row = Correction(
        id=new_id(), registration_id=subject.registration_id, archive_id=subject.archive_id,
        kind="judgment" if change.name == "validity" else "fix", field=change.name, before=before, after=after,
        after_index=index, evidence=evidence[:LONGEST], asked_by=viewer.staff_id, asked_at=work.now,
    )  # fmt: skip
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError as error:  # the partial unique index: one question about a field at a time
        raise CorrectionAskedError from error
    audit.record(work, "correction.ask", f"correction:{row.id}", field=change.name, of=_named(subject))
    return row


def _named(subject: Subject) -> str:
    if subject.archive_id is not None:
        return f"archive:{subject.archive_id}"
    return f"registration:{subject.registration_id}"


def _checked(change: Change, today: date) -> tuple[str, str | None]:
    """What it shall say, in the shape that field has, and the index it is found by."""
    text = clean(change.after)
    if not text or len(text) > LONGEST:
        raise BadInputError(field="更正后的内容", why=f"请填写，最多 {LONGEST} 个字")
    try:
        return _shaped(change.name, text, today)
    except ValueError as error:
        raise BadInputError(field="更正后的内容", why=str(error).lstrip("：")) from None


def _shaped(name: str, text: str, today: date) -> tuple[str, str | None]:
    if name == "validity":
        if text not in JUDGMENTS:
            raise ValueError("请选择无效或撤销")
        return JUDGMENTS[text], None
    if name == "registered_on":
        return read_day(text, today).isoformat(), None
    if name in ("id_a", "id_b"):
        return text.upper(), id_index(lookup_of(text, today))
    return text, name_index(text) if name in ("name_a", "name_b") else None


def decide(work: Work, viewer: Viewer, correction_id: UUID, *, approve: bool, answer: str) -> Correction:
    """Approve or refuse, by somebody else than asked.

    Raises ``NotFoundError``, ``TwoPeopleError``, ``RecordSettledError``, ``BadInputError`` (a refusal needs words).
    """
    row = _take(work, viewer, correction_id)
    if row.asked_by == viewer.staff_id:
        raise TwoPeopleError
    if not approve and not answer.strip():
        raise BadInputError(field="理由", why="不同意更正时，请写明理由")
    row.state = CORRECTION.next(row.state, "approve" if approve else "refuse")
    row.decided_by, row.decided_at, row.answer = viewer.staff_id, work.now, answer.strip()[:LONGEST] or None
    audit.record(work, f"correction.{row.state}", f"correction:{row.id}", field=row.field, of=_named(_subject(row)))
    return row


def _take(work: Work, viewer: Viewer, correction_id: UUID) -> Correction:
    """The correction, locked, while it waits for its decision."""
    viewer.require(CORRECT)
    mine = select(Correction).where(Correction.id == correction_id).execution_options(populate_existing=True)
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None or not _may(work, viewer, row):
        raise NotFoundError(correction=str(correction_id))
    if not CORRECTION.actions(row.state):
        raise RecordSettledError(state=row.state, action="decide", possible=[])
    return row


def _may(work: Work, viewer: Viewer, row: Correction) -> bool:
    """A registration belongs to its office; the archive is the whole installation's."""
    if row.registration_id is None:
        return True
    case = work.session.get_one(Registration, row.registration_id)
    return desk_booking.may_at(work, viewer, case.office_id, CORRECT)


def _subject(row: Correction) -> Subject:
    return Subject(row.registration_id, row.archive_id)


def current(work: Work, viewer: Viewer, subject: Subject) -> dict[str, str]:
    """What holds today, by field: the original with every approved correction over it."""
    found = original(work, viewer, subject)
    for row in history(work, subject):
        if row.state == "approved":
            found[row.field] = row.after
    return found


def original(work: Work, viewer: Viewer, subject: Subject) -> dict[str, str]:
    """As it was written at the time. Raises ``NotFoundError``."""
    viewer.require(CORRECT)
    if subject.archive_id is not None:
        return of_entry(work, subject.archive_id)
    if subject.registration_id is None:
        raise NotFoundError(registration="")
    return _of_registration(cases.find(work, viewer, subject.registration_id, CORRECT))


def of_entry(work: Work, archive_id: UUID) -> dict[str, str]:
    """The fields of an entry of the archive."""
    entry = work.session.get(ArchiveEntry, archive_id)
    if entry is None:
        raise NotFoundError(entry=str(archive_id))
    texts = {name: getattr(entry, name, VALID) for name in FIELDS}  # a judgment is the only thing about validity
    return {name: str(text or "") for name, text in texts.items()}


def _of_registration(case: Registration) -> dict[str, str]:
    """The first of the two is called A, whoever that is: the form named them in this order."""
    if case.state != "registered":
        raise NotFoundError(registration=str(case.id))
    people = dict(zip("ab", case.parties, strict=False))
    said = {f"name_{x}": one.name for x, one in people.items()} | {
        f"id_{x}": one.id_number for x, one in people.items()
    }
    known = said | {"certificate_number": case.certificate_number or "", "validity": VALID}
    return {name: known[name] for name in OF_REGISTRATION if name in known}


def history(work: Work, subject: Subject) -> Sequence[Correction]:
    """Every correction of a record in the order of their decisions, those that wait at the end."""
    mine = select(Correction).where(
        Correction.registration_id == subject.registration_id
        if subject.archive_id is None
        else Correction.archive_id == subject.archive_id
    )
    rows = work.session.scalars(mine.order_by(Correction.asked_at, Correction.id)).all()
    return sorted(rows, key=lambda row: row.decided_at or work.now)


def waiting(work: Work, viewer: Viewer) -> list[Correction]:
    """What is to be decided, the oldest first."""
    return _visible(work, viewer, select(Correction).where(Correction.state == "asked"))


def to_upload(work: Work, viewer: Viewer) -> list[Correction]:
    """Judgments that are in the archive and not yet in the national system (条例 20)."""
    due = Correction.kind == "judgment", Correction.state == "approved", Correction.uploaded_at.is_(None)
    return _visible(work, viewer, select(Correction).where(*due))


def _visible(work: Work, viewer: Viewer, statement: Select[Correction]) -> list[Correction]:
    viewer.require(CORRECT)
    rows = work.session.scalars(statement.order_by(Correction.asked_at, Correction.id).limit(200))
    return [row for row in rows if _may(work, viewer, row)]


def mark_uploaded(work: Work, viewer: Viewer, correction_id: UUID) -> None:
    """The judgment stands in the national system now. Raises ``RecordSettledError``, ``NotFoundError``."""
    viewer.require(CORRECT)
    row = work.session.get(Correction, correction_id)
    if row is None or not _may(work, viewer, row):
        raise NotFoundError(correction=str(correction_id))
    due = Correction.kind == "judgment", Correction.state == "approved", Correction.uploaded_at.is_(None)
    marked = update(Correction).where(Correction.id == correction_id, *due).values(uploaded_at=work.now)
    if not work.execute_dml(marked):
        raise RecordSettledError(state=row.state, action="upload", possible=[])
    audit.record(work, "correction.uploaded", f"correction:{correction_id}", of=_named(_subject(row)))
