"""What is objected to a hall: kin who disagree, a complaint by anybody, a martyr's name, somebody who lives.

Nothing is decided by the one who objects: a mediator reads and answers (``hall_mediation``), in so many working days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from backend.core import audit, calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_numbered
from backend.memorial import hall_params, hall_telling, halls
from backend.memorial.models import Hall, HallConcern
from backend.people.service import Viewer

VIEW, PREFIX = "memorial.view", "NY"
KIND_ZH = {
    "dispute": "家人之间有不同意见", "complaint": "投诉", "martyr": "涉及烈士", "living": "人还健在",
    "correction": "逝者的信息写错了",
}  # fmt: skip
STATE_ZH = {"open": "等待处理", "again": "等待再看一次", "upheld": "意见成立", "dismissed": "意见不成立"}
STANDING = ("open", "again")
OPEN_TO_ALL = ("complaint", "martyr", "living")
SHORTEST, LONGEST = 4, 1000
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Objection:
    """What somebody says. ``person_id``: None from a page that asks for no name; ``contact``: how to answer them."""

    kind: str
    words: str
    person_id: UUID | None = None
    contact: str | None = None
    blocks: bool = False


def dispute(work: Work, person_id: UUID, hall_id: UUID, words: str, *, blocks: bool) -> HallConcern:
    """Near kin disagree with how the hall is kept; with ``blocks`` the keeper changes nothing until it is answered.

    Raises ``BadInputError`` and what ``halls.require`` does.
    """
    return _by_kin(work, person_id, hall_id, Objection("dispute", words, person_id, None, blocks))


def ask_correction(work: Work, person_id: UUID, hall_id: UUID, words: str, contact: str | None) -> HallConcern:
    """Near kin say what is written wrongly of the dead (个人信息保护法 46, 49); the counter puts it right on papers.

    Raises ``BadInputError`` and what ``halls.require`` does.
    """
    return _by_kin(work, person_id, hall_id, Objection("correction", words, person_id, contact))


def _by_kin(work: Work, person_id: UUID, hall_id: UUID, said: Objection) -> HallConcern:
    """One of a kind and person waits at a time: said again before the answer it is the same, in new words."""
    hall = halls.find(work, hall_id, lock=True)
    halls.require(work, hall, person_id, "dispute")
    waiting = select(HallConcern).where(
        HallConcern.hall_id == hall.id, HallConcern.person_id == person_id, HallConcern.kind == said.kind,
        HallConcern.state == "open",
    )  # fmt: skip
    if (standing := work.session.scalars(waiting).first()) is not None:
        standing.words, standing.blocks = read_words(said.words), said.blocks
        return standing
    row = _keep(work, hall.id, None, said)
    if said.kind == "dispute":
        hall_telling.objected(work, hall, row)
    return row


def complain(work: Work, hall_id: UUID, said: Objection) -> HallConcern:
    """Anybody who may see the hall. Raises ``NotFoundError``, ``BadInputError``."""
    hall = halls.find(work, hall_id)
    if said.kind not in OPEN_TO_ALL:
        raise BadInputError(field="事由", why="请从列表中选择")
    if not halls.may_see(work, hall, said.person_id):
        raise NotFoundError(hall=str(hall_id))
    return _keep(work, hall.id, None, said)


def report_martyr(work: Work, deceased_id: UUID, words: str) -> HallConcern:
    """Somebody wanted a private hall for a martyr: on record first, and no hall until it is decided.

    One record is enough: a second report while the first is open is the same.
    """
    waiting = select(HallConcern).where(
        HallConcern.deceased_id == deceased_id, HallConcern.kind == "martyr", HallConcern.state == "open"
    )
    found = work.session.scalars(waiting).first()
    return found or _keep(work, None, deceased_id, Objection("martyr", words))


def report_named_martyr(work: Work, person_id: UUID, words: str) -> HallConcern:
    """The same of somebody who is not registered: by the words of the relative who asked. The same words are one."""
    waiting = select(HallConcern).where(
        HallConcern.person_id == person_id, HallConcern.kind == "martyr", HallConcern.state == "open"
    )
    found = next((row for row in work.session.scalars(waiting) if row.words == words), None)
    return found or _keep(work, None, None, Objection("martyr", words, person_id))


def _keep(work: Work, hall_id: UUID | None, deceased_id: UUID | None, said: Objection) -> HallConcern:
    row = {
        "id": new_id(), "hall_id": hall_id, "deceased_id": deceased_id, "kind": said.kind,
        "words": read_words(said.words), "contact": (said.contact or "").strip()[:64] or None,
        "blocks": said.blocks, "person_id": said.person_id,
        "state": "open", "answer": None, "staff_id": None, "at": work.now, "decided_at": None, "due_on": due(work),
        "mediated": None, "warned_at": None, "escalated_at": None, "again": None, "first_state": None,
        "first_answer": None, "first_staff_id": None,
    }  # fmt: skip
    made = insert_numbered(work, HallConcern, row, PREFIX)
    audit.record(work, f"memorial.{said.kind}", f"memorial_concern:{made}", hall=str(hall_id))
    return work.session.get_one(HallConcern, made)


def of_person(work: Work, person_id: UUID) -> Sequence[tuple[HallConcern, Hall | None]]:
    """What somebody objected, with the answer, the newest first."""
    found = work.session.execute(
        select(HallConcern, Hall).outerjoin(Hall, Hall.id == HallConcern.hall_id)
        .where(HallConcern.person_id == person_id).order_by(HallConcern.at.desc(), HallConcern.id).limit(SHOWN)
    )  # fmt: skip
    return [(row, hall) for row, hall in found]


def due(work: Work) -> date:
    """The last day on which what is said today is answered in time."""
    days = hall_params.number(work, "concern_workdays")
    return calendar_store.current(work).add_workdays(local(work.now).date(), days)


def read_words(words: str) -> str:
    said = words.strip()
    if not SHORTEST <= len(said) <= LONGEST:
        raise BadInputError(field="内容", why=f"请写 {SHORTEST} 到 {LONGEST} 个字")
    return said


# -- the desk


def waiting(work: Work, by: Viewer) -> Sequence[tuple[HallConcern, Hall | None]]:
    """What waits in the viewer's part, what is due first on top; what is about no hall yet waits for everybody.

    Raises ``NotAllowedError``.
    """
    by.require(VIEW)
    found = work.session.execute(
        select(HallConcern, Hall).outerjoin(Hall, Hall.id == HallConcern.hall_id)
        .where(HallConcern.state.in_(STANDING), or_(Hall.id.is_(None), by.sees(Hall.territory, VIEW)))
        .order_by(HallConcern.due_on, HallConcern.at, HallConcern.id).limit(SHOWN)
    )  # fmt: skip
    return [(row, hall) for row, hall in found]
