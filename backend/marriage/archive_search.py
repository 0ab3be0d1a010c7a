"""Looking something up in the archive's index: by a number, or by a name and a year; never without a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.marriage.archive_rows import clean, lookup_of
from backend.marriage.record_models import ArchiveEntry, Correction
from backend.people.service import Viewer
from backend.residents.indexes import id_index, name_index

SEARCH = "archive.search"
AT_MOST = 50
WHYS: Mapping[str, str] = {
    "reissue": "补领证件", "divorce": "办理离婚", "own": "本人查阅", "court": "法院、公安、纪检等依法查询",
    "correction": "更正记录", "import": "核对导入结果",
}  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1949, 2099


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: ``id_number``, or ``name`` with ``year``. ``case``: number of the case or letter, if any."""

    why: str
    id_number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    year: str = ""
    case: str = ""


def search(work: Work, viewer: Viewer, query: Query) -> Sequence[ArchiveEntry]:
    """The newest entries that fit, at most ``AT_MOST``; every one of them is a look that is logged.

    Names and numbers as they stand after a correction find the entry too. Raises ``BadInputError``.
    """
    viewer.require(SEARCH)
    reason = reason_of(query.why, query.case)
    by, condition = _condition(work, query)
    found = select(ArchiveEntry).where(condition).order_by(ArchiveEntry.registered_on.desc(), ArchiveEntry.id)
    entries = work.session.scalars(found.limit(AT_MOST)).all()
    audit.record(work, "archive.search", f"archive:{by}", why=reason, found=[str(one.id) for one in entries])
    return entries


def look(work: Work, viewer: Viewer, entry_id: UUID, why: str, case: str = "") -> ArchiveEntry:
    """One entry with everything in it. Raises ``NotFoundError``, and ``BadInputError`` without a reason."""
    viewer.require(SEARCH)
    reason = reason_of(why, case)
    entry = work.session.get(ArchiveEntry, entry_id)
    if entry is None:
        raise NotFoundError(entry=str(entry_id))
    audit.record_read(work, f"archive-{entry.id}", why=reason)
    return entry


def reason_of(why: str, case: str) -> str:
    """The reason as it is logged: a code, with the number of the case or letter behind it."""
    if why not in WHYS:
        raise BadInputError(field="查阅原因", why="请选择为什么要查")
    number = "".join(sign for sign in case.strip()[:40] if sign.isalnum() or sign in "-〔〕[]()（）号")
    return f"{why} {number}".strip()


def _condition(work: Work, query: Query) -> tuple[str, ColumnElement[bool]]:
    """How the search is called in the log, and its condition."""
    if query.id_number.strip():
        return "number", _by_number(work, query.id_number)
    name = clean(query.name)
    if not name or not query.year.strip():
        raise BadInputError(field="查询", why="请填身份证号；没有身份证号的，请填姓名和登记年份")
    first, last = _year(query.year)
    index = name_index(name)
    fits = or_(ArchiveEntry.name_index_a == index, ArchiveEntry.name_index_b == index, _corrected(index))
    return "name", fits & ArchiveEntry.registered_on.between(first, last)


def _by_number(work: Work, text: str) -> ColumnElement[bool]:
    try:
        index = id_index(lookup_of(text, local(work.now).date()))
    except ValueError as error:
        raise BadInputError(field="证件号码", why=str(error).lstrip("：")) from None
    return or_(ArchiveEntry.index_a == index, ArchiveEntry.index_b == index, _corrected(index))


def _corrected(index: str) -> ColumnElement[bool]:
    """Entries for which a correction says so."""
    approved = select(Correction.archive_id).where(Correction.after_index == index, Correction.state == "approved")
    return ArchiveEntry.id.in_(approved.where(Correction.archive_id.is_not(None)))


def _year(text: str) -> tuple[date, date]:
    digits = clean(text).removesuffix("年")
    year = int(digits) if digits.isascii() and digits.isdigit() else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadInputError(field="登记年份", why="请写四位数的年份，例如 1998")
    return date(year, 1, 1), date(year, 12, 31)
