"""The mediator (``memorial.mediate``) reads what is objected, answers, and may stop all changes.

A second look is had by somebody who had no part.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.locks import for_update
from backend.memorial import hall_telling, halls
from backend.memorial.deceased import HANDLE, MEDIATE
from backend.memorial.hall_concerns import KIND_ZH, STANDING, due, read_words
from backend.memorial.models import Deceased, Hall, HallConcern
from backend.memorial.tribute_errors import AppealedBeforeError, NewEyesError
from backend.people.service import Viewer
from backend.residents.models import Person

MEDIATED_ZH = {"agreed": "家人商量一致", "partly": "部分商量一致", "failed": "没有商量成，可以向法院起诉"}


def freeze(work: Work, by: Viewer, hall_id: UUID, why: str) -> Hall:
    """No changes and no strangers until it is settled; the family still sees it."""
    hall = _of_mediator(work, by, hall_id)
    halls.move(work, hall, "freeze", read_words(why))
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


@dataclass(frozen=True, slots=True)
class Answer:
    """``mediated``: a key of ``MEDIATED_ZH``, of a dispute; ``whom``: which of several who are remembered there."""

    words: str
    upheld: bool
    mediated: str | None = None
    whom: UUID | None = None


def settle(work: Work, by: Viewer, concern_id: UUID, said: Answer) -> HallConcern:
    """Answer what was objected, or look at it a second time. Upheld: a martyr's or a living person's hall is closed,
    with its record, as long as that stands.

    Raises ``NotAllowedError``, ``NotFoundError``, ``BadInputError``, ``NewEyesError``.
    """
    by.require(MEDIATE)
    row = _standing(work, concern_id)
    if row.hall_id is not None:
        _of_mediator(work, by, row.hall_id)
    row.mediated = _mediated(row, said)
    _close(work, by, row, said)
    if row.kind in ("martyr", "living") and (row.hall_id or row.deceased_id):  # else somebody named, not registered
        _weigh(work, row, said)
    return row


def put_right(work: Work, by: Viewer, concern_id: UUID, words: str, *, done: bool) -> HallConcern:
    """What near kin said is written wrongly was put right on papers, or the papers say otherwise.

    Raises ``NotAllowedError``, ``NotFoundError``, ``NewEyesError``.
    """
    by.require(HANDLE)
    row = _standing(work, concern_id)
    if row.kind != "correction":
        raise NotFoundError(concern=str(concern_id))
    _close(work, by, row, Answer(words, upheld=done))
    return row


def _standing(work: Work, concern_id: UUID) -> HallConcern:
    row = _locked(work, concern_id)
    if row.state not in STANDING:
        raise NotFoundError(concern=str(concern_id))
    return row


def _close(work: Work, by: Viewer, row: HallConcern, said: Answer) -> None:
    hall = halls.find(work, row.hall_id) if row.hall_id is not None else None
    if row.state == "again" and by.staff_id in {row.first_staff_id, hall.staff_id if hall else None}:
        raise NewEyesError
    row.answer, row.state = read_words(said.words), "upheld" if said.upheld else "dismissed"
    row.staff_id, row.decided_at = by.staff_id, work.now
    hall_telling.answered(work, hall, row)
    audit.record(work, "memorial.settle", f"memorial_concern:{row.id}", outcome=row.state, mediated=row.mediated)


def _locked(work: Work, concern_id: UUID) -> HallConcern:
    mine = select(HallConcern).where(HallConcern.id == concern_id).execution_options(populate_existing=True)
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None:
        raise NotFoundError(concern=str(concern_id))
    return row


def _mediated(row: HallConcern, said: Answer) -> str | None:
    if row.kind != "dispute":
        return None
    if said.mediated not in MEDIATED_ZH:
        raise BadInputError(field="调解结果", why="请选择家人商量得怎样")
    return said.mediated


def _weigh(work: Work, row: HallConcern, said: Answer) -> None:
    """What follows from the answer; when the second look finds otherwise the first one's mark is taken back."""
    if row.hall_id is None and row.deceased_id is None:
        return  # somebody whom no register here knows: the report itself is all there is
    if said.upheld:
        meant = _meant(work, row, said.whom)
        row.deceased_id = meant.id
        _close_for_good(work, row, meant)
    elif row.first_state == "upheld" and row.kind == "martyr" and row.deceased_id is not None:
        work.session.get_one(Deceased, row.deceased_id).martyr = False


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


# -- not accepted


def ask_again(work: Work, person_id: UUID, concern_id: UUID, words: str) -> HallConcern:
    """Once, by whoever objected, or by near kin of the hall that it is about: somebody who had no part looks again.

    Raises ``NotFoundError``, ``BadInputError`` before the answer too, ``AppealedBeforeError``.
    """
    row = _locked(work, concern_id)
    if not _concerns(work, person_id, row):
        raise NotFoundError(concern=str(concern_id))
    if row.first_state is not None:
        raise AppealedBeforeError
    if row.state == "open":
        raise BadInputError(field="意见", why="还在等答复，请先等一等")
    row.again = read_words(words)
    row.first_state, row.first_answer, row.first_staff_id = row.state, row.answer, row.staff_id
    row.state, row.answer, row.staff_id, row.decided_at = "again", None, None, None
    row.due_on, row.warned_at, row.escalated_at = due(work), None, None
    audit.record(work, "memorial.again", f"memorial_concern:{row.id}")
    return row


def _concerns(work: Work, person_id: UUID, row: HallConcern) -> bool:
    if row.person_id == person_id:
        return True
    return row.hall_id is not None and halls.near_kin(work, halls.find(work, row.hall_id), person_id)
