"""Papers of an application for a hall: photos without place and time, sealed, shown with a watermark."""

from uuid import UUID

from sqlalchemy import select

from backend.cases import paper_files, papers, scanning
from backend.cases.errors import PaperRefusedError, PaperUnsafeError
from backend.cases.papers import Upload
from backend.cases.watermark import LONGEST_SIDE, marked
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.memorial import hall_applications as applications
from backend.memorial.hall_application_errors import ApplicationMovedError
from backend.memorial.hall_application_models import ApplicationPaper, HallApplication
from backend.memorial.hall_application_rules import LIVE, PAPER_ZH, STATE_ZH

MOST, PORTION = 12, 10


def add(work: Work, person_id: UUID, application_id: UUID, upload: Upload) -> ApplicationPaper:
    """Keep one; the same file twice is one paper. The sealed file is there before its row is.

    Raises ``NotFoundError``, ``ApplicationMovedError``, ``BadInputError``, ``PaperRefusedError``.
    """
    row = _open(work, person_id, application_id)
    if upload.kind not in PAPER_ZH:
        raise BadInputError(field="材料种类", why="请从列表中选择")
    digest, there = paper_files.digest(upload.data), applications.papers_of(work, row)
    if same := next((one for one in there if one.digest == digest), None):
        return same
    if len(there) >= MOST:
        raise PaperRefusedError(why=f"一份申请最多 {MOST} 份材料")
    pdf = upload.media_type == paper_files.PDF
    data = upload.data if pdf else paper_files.plain_photo(upload.data, LONGEST_SIDE)
    paper = ApplicationPaper(
        id=new_id(), application_id=row.id, kind=upload.kind, file_name=upload.name, size=len(data), digest=digest,
        media_type=paper_files.PDF if pdf else paper_files.JPEG, scan=upload.scan, at=work.now,
    )  # fmt: skip
    paper_files.write(paper.id, data)
    work.session.add(paper)
    applications.touch(work, row)
    work.session.flush()
    return paper


def _open(work: Work, person_id: UUID, application_id: UUID) -> HallApplication:
    row = applications.own(work, person_id, application_id, lock=True)
    if row.state not in LIVE:
        raise ApplicationMovedError(state_zh=STATE_ZH[row.state])
    return row


def remove(work: Work, person_id: UUID, application_id: UUID, paper_id: UUID) -> HallApplication:
    """Take one out, until the desk has it. Raises ``NotFoundError``, ``ApplicationMovedError``."""
    row = applications.own(work, person_id, application_id, lock=True)
    applications.require_action(row, "submit")
    drop(work, find(work, row, paper_id))
    applications.touch(work, row)
    audit.record(work, "memorial.paper_removed", f"memorial_application:{row.id}", paper=str(paper_id))
    return row


def drop(work: Work, paper: ApplicationPaper) -> None:
    """The row now, the file once this is committed."""
    paper_id = paper.id
    work.session.delete(paper)
    work.session.flush()
    work.after_commit(lambda: paper_files.remove(paper_id))


def find(work: Work, row: HallApplication, paper_id: UUID) -> ApplicationPaper:
    """Raises ``NotFoundError``."""
    found = work.session.get(ApplicationPaper, paper_id)
    if found is None or found.application_id != row.id:
        raise NotFoundError(paper=str(paper_id))
    return found


def shown(work: Work, row: HallApplication, paper_id: UUID) -> tuple[bytes, str]:
    """What somebody gets to see and its type: a picture with their name and the time on it, a PDF as it is.

    Raises ``NotFoundError``, ``PaperUnsafeError``.
    """
    found = find(work, row, paper_id)
    if found.scan not in papers.SEEN:
        raise PaperUnsafeError
    data = paper_files.read(found.id)
    if found.media_type == paper_files.PDF:
        return data, found.media_type
    words = f"{work.actor.name} {local(work.now):%Y-%m-%d %H:%M} 仅供{row.number}使用"
    return marked(data, words), paper_files.JPEG


def waiting(work: Work) -> list[UUID]:
    """Papers the scanner has not looked into, the oldest first."""
    mine = select(ApplicationPaper.id).where(ApplicationPaper.scan == scanning.WAITING)
    return list(work.session.scalars(mine.order_by(ApplicationPaper.at, ApplicationPaper.id).limit(PORTION)))


def looked_into(work: Work, paper_id: UUID, verdict: str) -> None:
    """Write down what the scanner said; an infected paper is never shown. Nothing if it was taken out meanwhile."""
    row = work.session.get(ApplicationPaper, paper_id)
    if row is not None:
        row.scan = verdict
