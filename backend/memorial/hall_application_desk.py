"""The desk's part of applications for halls: opened, returned or refused in words, told; what is late or over.

Two clerks at once: the row is locked, and a form drawn before somebody else acted (``version``) changes nothing.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.locks import claim
from backend.memorial import deceased, hall_checks, hall_concerns, halls, rules
from backend.memorial import hall_application_papers as papers
from backend.memorial import hall_applications as applications
from backend.memorial.deceased import HANDLE, Dead
from backend.memorial.hall_application_models import ApplicationDead, HallApplication
from backend.memorial.hall_application_rules import REASON_ZH
from backend.memorial.hall_concerns import VIEW
from backend.memorial.hall_params import number
from backend.memorial.models import Hall
from backend.memorial.states import APPLICATION
from backend.notices.staff_telling import nearest, tell_staff
from backend.people.service import Viewer
from backend.residents.telling import tell_resident

SHOWN, PORTION = 100, 50
SHORTEST, LONGEST = 4, 500
PAGE = "/pages/memorial/application?id={id}"
SAID_BY_FAMILY = "家人在网上申请时说明"
GONE = "已删除"


def waiting(work: Work, by: Viewer) -> Sequence[HallApplication]:
    """What waits for an answer in the viewer's part, the first due first. Raises ``NotAllowedError``."""
    by.require(VIEW)
    mine = select(HallApplication).where(HallApplication.state == "submitted", by.sees(HallApplication.territory, VIEW))
    return work.session.scalars(mine.order_by(HallApplication.due_on, HallApplication.id).limit(SHOWN)).all()


def recent(work: Work, by: Viewer) -> Sequence[HallApplication]:
    """What the desk has answered in the viewer's part, the newest first. Raises ``NotAllowedError``."""
    by.require(VIEW)
    answered = HallApplication.state.in_(("returned", "opened", "refused"))
    mine = select(HallApplication).where(
        answered, by.sees(HallApplication.territory, VIEW), HallApplication.forgotten_at.is_(None)
    )
    return work.session.scalars(mine.order_by(HallApplication.touched_at.desc(), HallApplication.id).limit(20)).all()


def read(work: Work, by: Viewer, application_id: UUID) -> HallApplication:
    """One of the viewer's part; that somebody looked is written down. Raises ``NotAllowedError``, ``NotFoundError``."""
    row = applications.find(work, application_id)
    by.require(VIEW, row.territory)
    audit.record_read(work, row.person_id, why=f"memorial_application:{row.id}")
    return row


def paper(work: Work, by: Viewer, application_id: UUID, paper_id: UUID) -> tuple[bytes, str]:
    """A paper as the viewer sees it; the look is written down. Raises what ``read`` does, ``PaperUnsafeError``."""
    row = applications.find(work, application_id)
    by.require(VIEW, row.territory)
    found = papers.shown(work, row, paper_id)
    audit.record_read(work, row.person_id, why=f"memorial_paper:{paper_id}")
    return found


# -- answers


def open_hall(work: Work, by: Viewer, application_id: UUID, proof: str, *, version: int) -> Hall:
    """The dead registered, the hall opened for the applicant as its keeper. ``proof``: what the clerk has seen.

    Raises ``NotAllowedError``, ``ApplicationMovedError``, and what ``deceased.register`` and ``halls.open_hall`` do.
    """
    row = _locked(work, by, application_id, "open", version)
    seen, named = _words("看了什么", proof), hall_checks.dead_of(work, row)
    registered = {
        one.id: deceased.register(work, by, _as_seen(row, one, seen)).id
        for one in sorted(named, key=lambda one: one.id_number or "")
    }
    hall = halls.open_hall(
        work, by,
        halls.Opening(
            applicant_id=row.person_id, relation=named[0].relation, proof=seen,
            deceased_ids=[registered[one.id] for one in named], kind=row.kind, title=row.title, theme=row.theme,
        ),
    )  # fmt: skip
    narrow = any(rules.too_open(row.privacy, one.wish) for one in halls.remembered(work, hall))
    if row.privacy != hall.privacy and not narrow:  # what the dead arranged prevails, whoever learnt of it later
        halls.set_privacy(work, row.person_id, hall.id, row.privacy)
    row.hall_id = hall.id
    _end(work, by, row, "open")  # whoever keeps a hall hears it from the hall itself
    return hall


def _as_seen(row: HallApplication, one: ApplicationDead, proof: str) -> Dead:
    wish_proof = SAID_BY_FAMILY if row.wish != "none" else None
    return Dead(
        name=one.name, died=one.died, born=one.born, id_number=one.id_number, proof=proof, wish=row.wish,
        wish_proof=wish_proof,
    )  # fmt: skip


def send_back(work: Work, by: Viewer, application_id: UUID, missing: str, *, version: int) -> HallApplication:
    """With what is missing, in words the family reads. Raises ``NotAllowedError``, ``ApplicationMovedError``."""
    row = _locked(work, by, application_id, "return", version)
    row.missing = _words("要补什么", missing)
    row.state, row.due_on = APPLICATION.next(row.state, "return"), None
    applications.touch(work, row)
    audit.record(work, "memorial.application_return", f"memorial_application:{row.id}")
    _tell(work, row, "hall_returned", what=row.missing)
    return row


def refuse(
    work: Work, by: Viewer, application_id: UUID, reason: str, words: str, *, version: int
) -> HallApplication:  # fmt: skip
    """With a reason from the list and in words. Raises as ``send_back`` does, and ``BadInputError``."""
    row = _locked(work, by, application_id, "refuse", version)
    if reason not in REASON_ZH:
        raise BadInputError(field="原因", why="请从列表中选择")
    said = _words("怎么告诉家人", words)
    if reason == "martyr":
        names = "、".join(one.name for one in hall_checks.dead_of(work, row))
        hall_concerns.report_named_martyr(work, row.person_id, f"纪念馆申请（{row.number}）：{names}是烈士")
    row.reason, row.words = reason, said
    _end(work, by, row, "refuse")
    _tell(work, row, "hall_refused", why=REASON_ZH[reason], what=said)
    return row


def _locked(work: Work, by: Viewer, application_id: UUID, action: str, version: int) -> HallApplication:
    row = applications.find(work, application_id, lock=True)
    by.require(HANDLE, row.territory)
    applications.require_action(row, action, version)
    return row


def _end(work: Work, by: Viewer, row: HallApplication, action: str) -> None:
    row.staff_id = by.staff_id
    applications.end(work, row, action)


def _tell(work: Work, row: HallApplication, template: str, **facts: str) -> None:
    tell_resident(
        work, row.person_id, key=f"{template}:{row.id}:{row.version}", template=template,
        facts={"number": row.number} | facts, page=PAGE.format(id=row.id), sms=True,
    )  # fmt: skip


def _words(field: str, said: str) -> str:
    clean = said.strip()
    if not SHORTEST <= len(clean) <= LONGEST:
        raise BadInputError(field=field, why=f"请写 {SHORTEST} 到 {LONGEST} 个字")
    return clean


# -- by the clock


def tell_overdue(work: Work) -> int:
    """An application nobody has answered by its last day: the desk and its lead are told, once; how many."""
    late = select(HallApplication).where(
        HallApplication.state == "submitted", HallApplication.overdue_told_at.is_(None),
        HallApplication.due_on < local(work.now).date(),
    )  # fmt: skip
    rows = work.session.scalars(claim(work, late.order_by(HallApplication.due_on).limit(PORTION))).all()
    for row in rows:
        row.overdue_told_at = work.now
        people = [one for role in ("clerk", "officer") for one in nearest(work, role, row.territory)]
        tell_staff(
            work, people, "hall_application_overdue", f"{row.id}:{row.due_on}", priority=5, deadline_s=86_400,
            number=row.number, due=f"{row.due_on:%m月%d日}",
        )  # fmt: skip
    return len(rows)


def lapse(work: Work) -> int:
    """What the applicant has left lying for long is taken back for them; how many."""
    before = work.now - timedelta(days=number(work, "hall_application_idle_days"))
    idle = select(HallApplication).where(
        HallApplication.state.in_(("draft", "returned")), HallApplication.touched_at < before
    )
    rows = work.session.scalars(claim(work, idle.order_by(HallApplication.id).limit(PORTION))).all()
    for row in rows:
        applications.end(work, row, "withdraw")
    return len(rows)


def forget_ended(work: Work) -> int:
    """Papers, names and words of what is long over go; that it was asked and answered stays; how many."""
    before = work.now - timedelta(days=number(work, "hall_paper_keep_days"))
    over = select(HallApplication).where(HallApplication.decided_at < before, HallApplication.forgotten_at.is_(None))
    rows = work.session.scalars(claim(work, over.order_by(HallApplication.id).limit(PORTION))).all()
    for row in rows:
        forget(work, row)
    return len(rows)


def forget(work: Work, row: HallApplication) -> None:
    """One that is over: its papers and what was said of the dead and the family."""
    for one in applications.papers_of(work, row):
        papers.drop(work, one)
    work.execute_dml(delete(ApplicationDead).where(ApplicationDead.application_id == row.id))
    row.title, row.note, row.forgotten_at = GONE, "", work.now
    row.words = GONE if row.words else None
    audit.record(work, "memorial.application_forgotten", f"memorial_application:{row.id}")
