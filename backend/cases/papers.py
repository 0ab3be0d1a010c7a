"""Papers of a case: told by content, sealed, looked into by a scanner, shown with a watermark, removed with a trail."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from backend.cases import paper_files, scanning
from backend.cases.errors import NeverAskedError, PaperRefusedError, PaperUnsafeError, WrongCaseStateError
from backend.cases.models import Case, CasePaper
from backend.cases.records import lock, note
from backend.cases.registry import PaperSpec, matter_of_case
from backend.cases.states import CASE_ZH
from backend.cases.watermark import marked
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id

MOST = 30
LONGEST_NAME = 120
OPEN = frozenset({"draft", "submitted", "returned", "in_progress", "published"})
SEEN = frozenset({scanning.CLEAN, scanning.UNSCANNED})
PORTION = 10


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in: read, told by its content and looked into, before any transaction is open."""

    kind: str
    name: str
    data: bytes
    media_type: str
    scan: str


def read_upload(kind: str, name: str, data: bytes) -> Upload:
    """Raises ``PaperRefusedError``: too large, not a picture or PDF whatever its name says, or infected."""
    found = paper_files.media_type(data)
    scan = scanning.scan(data)
    if scan == scanning.INFECTED:
        raise PaperRefusedError(why="文件没有通过安全检查")
    plain = "".join(sign for sign in name if sign.isprintable() and sign not in "/\\")
    return Upload(kind, plain[-LONGEST_NAME:] or "材料", data, found, scan)


def add(work: Work, case: Case, upload: Upload) -> CasePaper:
    """Keep it with the case; the same file twice is one paper. The sealed file is there before its row is.

    Raises ``WrongCaseStateError`` (the case is over), ``BadInputError`` (no such kind), ``NeverAskedError``,
    ``PaperRefusedError`` (one too many).
    """
    case = lock(work, case.id)
    spec = _spec(case, upload.kind)
    if case.state not in OPEN:
        raise WrongCaseStateError(state=case.state, state_zh=CASE_ZH[case.state], action="add_paper", possible=[])
    digest = paper_files.digest(upload.data)
    there = work.session.scalars(
        select(CasePaper).where(CasePaper.case_id == case.id, CasePaper.digest == digest)
    ).first()
    if there is not None:
        return there
    _require_room(work, case.id)
    row = _row(work, case.id, digest, upload)
    paper_files.write(row.id, upload.data)
    work.session.add(row)
    note(work, case.id, "add_paper", f"已收到材料：{spec.title}", paper=str(row.id), kind=row.kind)
    work.session.flush()
    return row


def _row(work: Work, case_id: UUID, digest: str, upload: Upload) -> CasePaper:
    return CasePaper(
        id=new_id(), case_id=case_id, digest=digest, kind=upload.kind, file_name=upload.name,
        media_type=upload.media_type, size=len(upload.data), scan=upload.scan,
        added_by=f"{work.actor.kind}:{work.actor.id}", added_at=work.now,
    )  # fmt: skip


def _spec(case: Case, kind: str) -> PaperSpec:
    spec = matter_of_case(case).paper(kind)
    if spec is None:
        raise BadInputError(field="材料种类", why="请从列表中选择")
    if spec.fetched:
        raise NeverAskedError(paper=spec.title)
    return spec


def _require_room(work: Work, case_id: UUID) -> None:
    there = select(func.count()).select_from(CasePaper)
    count = work.session.scalar(there.where(CasePaper.case_id == case_id, CasePaper.removed_at.is_(None)))
    if (count or 0) >= MOST:
        raise PaperRefusedError(why=f"一个申请最多 {MOST} 份材料")


def find(work: Work, case: Case, paper_id: UUID) -> CasePaper:
    """A paper of the case that is still there. Raises ``NotFoundError``."""
    mine = select(CasePaper).where(
        CasePaper.id == paper_id, CasePaper.case_id == case.id, CasePaper.removed_at.is_(None)
    )
    row = work.session.scalars(mine).first()
    if row is None:
        raise NotFoundError(paper=paper_id)
    return row


def shown(work: Work, case: Case, paper_id: UUID) -> tuple[bytes, str]:
    """What somebody gets to see and its type: a picture with their name and the time on it, a PDF as it is.

    Raises ``NotFoundError`` and ``PaperUnsafeError`` (infected, or not looked into yet although a scanner is set).
    """
    row = find(work, case, paper_id)
    if row.scan not in SEEN:
        raise PaperUnsafeError
    data = paper_files.read(row.id)
    if row.media_type == paper_files.PDF:
        return data, row.media_type
    words = f"{work.actor.name} {local(work.now):%Y-%m-%d %H:%M} 仅供{case.number}使用"
    return marked(data, words), paper_files.JPEG


def remove(work: Work, case: Case, paper_id: UUID) -> None:
    """Take it out; that it was there, and who took it out, stays. Raises ``WrongCaseStateError``, ``NotFoundError``."""
    case = lock(work, case.id)
    if case.state not in OPEN:
        raise WrongCaseStateError(state=case.state, state_zh=CASE_ZH[case.state], action="remove_paper", possible=[])
    row = find(work, case, paper_id)
    note(work, case.id, "remove_paper", "已删除一份材料", paper=str(row.id), kind=row.kind, digest=row.digest)
    row.removed_at, row.digest = work.now, f"removed:{row.id}"  # the same file may come again, as a new paper
    work.after_commit(lambda: paper_files.remove(paper_id))


def waiting(work: Work) -> list[UUID]:
    """Papers the scanner has not looked into, the oldest first."""
    mine = select(CasePaper.id).where(CasePaper.scan == scanning.WAITING, CasePaper.removed_at.is_(None))
    return list(work.session.scalars(mine.order_by(CasePaper.added_at, CasePaper.id).limit(PORTION)))


def looked_into(work: Work, paper_id: UUID, verdict: str) -> None:
    """Write down what the scanner said; an infected paper is never shown."""
    row = work.session.get_one(CasePaper, paper_id)
    row.scan = verdict
    note(work, row.case_id, "scan", None, paper=str(row.id), verdict=verdict)
