"""What is objected to a hall: kin who disagree, a complaint by anybody, a martyr's name, somebody who lives.

Nothing is decided by the one who objects: a mediator (``memorial.mediate``) reads, answers, and may stop all changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_numbered
from backend.core.locks import for_update
from backend.memorial import halls
from backend.memorial.deceased import MEDIATE
from backend.memorial.models import Deceased, Hall, HallConcern
from backend.people.service import Viewer
from backend.residents.models import Person

VIEW, PREFIX = "memorial.view", "NY"
KIND_ZH = {"dispute": "家人之间有不同意见", "complaint": "投诉", "martyr": "涉及烈士", "living": "人还健在"}
STATE_ZH = {"open": "等待处理", "upheld": "意见成立", "dismissed": "意见不成立"}
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
    hall = halls.find(work, hall_id, lock=True)
    halls.require(work, hall, person_id, "dispute")
    waiting = select(HallConcern).where(
        HallConcern.hall_id == hall.id, HallConcern.person_id == person_id, HallConcern.kind == "dispute",
        HallConcern.state == "open",
    )  # fmt: skip
    if (standing := work.session.scalars(waiting).first()) is not None:
        standing.words, standing.blocks = _words(words), blocks
        return standing
    return _keep(work, hall.id, None, Objection("dispute", words, person_id, None, blocks))


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


def _keep(work: Work, hall_id: UUID | None, deceased_id: UUID | None, said: Objection) -> HallConcern:
    row = {
        "id": new_id(), "hall_id": hall_id, "deceased_id": deceased_id, "kind": said.kind, "words": _words(said.words),
        "contact": (said.contact or "").strip()[:64] or None, "blocks": said.blocks, "person_id": said.person_id,
        "state": "open", "answer": None, "staff_id": None, "at": work.now, "decided_at": None,
    }  # fmt: skip
    made = insert_numbered(work, HallConcern, row, PREFIX)
    audit.record(work, f"memorial.{said.kind}", f"memorial_concern:{made}", hall=str(hall_id))
    return work.session.get_one(HallConcern, made)


def _words(words: str) -> str:
    said = words.strip()
    if not SHORTEST <= len(said) <= LONGEST:
        raise BadInputError(field="内容", why=f"请写 {SHORTEST} 到 {LONGEST} 个字")
    return said


# -- the mediator


def waiting(work: Work, by: Viewer) -> Sequence[tuple[HallConcern, Hall | None]]:
    """What waits in the viewer's part, oldest first; what is about no hall yet waits for everybody.

    Raises ``NotAllowedError``.
    """
    by.require(VIEW)
    found = work.session.execute(
        select(HallConcern, Hall).outerjoin(Hall, Hall.id == HallConcern.hall_id)
        .where(HallConcern.state == "open", or_(Hall.id.is_(None), by.sees(Hall.territory, VIEW)))
        .order_by(HallConcern.at, HallConcern.id).limit(SHOWN)
    )  # fmt: skip
    return [(row, hall) for row, hall in found]


def freeze(work: Work, by: Viewer, hall_id: UUID, why: str) -> Hall:
    """No changes and no strangers until it is settled; the family still sees it."""
    hall = _of_mediator(work, by, hall_id)
    halls.move(work, hall, "freeze", _words(why))
    return hall


def _of_mediator(work: Work, by: Viewer, hall_id: UUID) -> Hall:
    by.require(MEDIATE)
    hall = halls.find(work, hall_id, lock=True)
    by.require(MEDIATE, hall.territory)
    return hall


def thaw(work: Work, by: Viewer, hall_id: UUID) -> Hall:
    """As before. Raises ``HallStateError``."""
    hall = _of_mediator(work, by, hall_id)
    halls.move(work, hall, "thaw", "")
    return hall


def settle(
    work: Work, by: Viewer, concern_id: UUID, answer: str, *, upheld: bool, whom: UUID | None = None
) -> HallConcern:
    """Answer what was objected. Upheld: a martyr's or a living person's hall is closed for good, with its record;
    ``whom``: which of several who are remembered there it is.

    Raises ``NotAllowedError``, ``NotFoundError``, ``BadInputError``.
    """
    by.require(MEDIATE)
    mine = select(HallConcern).where(HallConcern.id == concern_id).execution_options(populate_existing=True)
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None or row.state != "open":
        raise NotFoundError(concern=str(concern_id))
    if row.hall_id is not None:
        _of_mediator(work, by, row.hall_id)
    row.answer, row.state = _words(answer), "upheld" if upheld else "dismissed"
    row.staff_id, row.decided_at = by.staff_id, work.now
    if upheld and row.kind in ("martyr", "living"):
        _close_for_good(work, row, _meant(work, row, whom))
    audit.record(work, "memorial.settle", f"memorial_concern:{row.id}", outcome=row.state)
    return row


def _meant(work: Work, row: HallConcern, whom: UUID | None) -> Deceased:
    if row.hall_id is None:
        return work.session.get_one(Deceased, row.deceased_id)
    known = halls.remembered(work, halls.find(work, row.hall_id))
    meant = [one for one in known if len(known) == 1 or one.id == whom]
    if not meant:
        raise BadInputError(field="逝者", why="请选是哪一位")
    return meant[0]


def _close_for_good(work: Work, row: HallConcern, meant: Deceased) -> None:
    if row.kind == "martyr":
        meant.martyr = True
    elif meant.person_id is not None:
        work.session.get_one(Person, meant.person_id).died_on = None
    if row.hall_id is not None:
        hall = halls.find(work, row.hall_id, lock=True)
        if hall.state != "closed":
            halls.move(work, hall, "close", KIND_ZH[row.kind])
