"""What is written wrongly of the dead, put right on papers that near kin bring (个人信息保护法 46, 49).

A clerk does it; another day of death and another wish of the dead are seen by a second person first: the one moves the
register, the other is what the dead arranged, and prevails over everybody.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import for_update
from backend.memorial import day_reminders, deceased, hall_mediation, hall_telling, halls
from backend.memorial.deceased import HANDLE, MEDIATE, Dead
from backend.memorial.models import WAITING, Deceased, DeceasedCorrection
from backend.memorial.tribute_errors import NewEyesError
from backend.notices.staff_telling import nearest, tell_staff
from backend.people.service import Viewer, county

FIELDS_ZH = {"name": "姓名", "born": "出生日期", "died": "去世日期", "wish": "生前的安排", "wish_proof": "凭什么知道"}
TWO_PEOPLE = frozenset({"died", "wish"})
STATE_ZH = {"waiting": "等另一位同事核对", "done": "已更正", "refused": "没有更正"}
SHORTEST, LONGEST, DAY_S = 2, 500, 86_400


@dataclass(frozen=True, slots=True)
class Correction:
    """``right``: the record as it should read, with the papers seen as ``proof``; ``concern``: in which kin asked."""

    right: Dead
    why: str
    concern: UUID | None = None


def ask(work: Work, by: Viewer, deceased_id: UUID, said: Correction) -> DeceasedCorrection:
    """Put it right, or write down what a second person has to see first.

    Raises ``NotAllowedError``, ``NotFoundError``, ``BadInputError`` (nothing differs; no reason; one waits already),
    ``LivingPersonError``, ``DeathDiffersError``.
    """
    row = _of_desk(work, by, HANDLE, deceased_id)
    right = deceased.corrected(work, row, said.right)
    before, after = _differing(row, right)
    two = bool(TWO_PEOPLE & after.keys())
    kept = {
        "id": new_id(), "deceased_id": row.id, "concern_id": said.concern, "before": json.dumps(before),
        "after": json.dumps(after), "proof": right.proof.strip(), "why": _why(said.why), "state": "waiting",
        "staff_id": by.staff_id, "at": work.now, "decided_by": None, "decided_at": None,
    }  # fmt: skip
    made = insert_new(work, DeceasedCorrection, kept, unique=("deceased_id",), where=WAITING)
    if not made:
        raise BadInputError(field="更正", why="已有一项更正等着核对，请先核对那一项")
    found = work.session.get_one(DeceasedCorrection, kept["id"])
    audit.record(work, "deceased.ask", f"deceased:{row.id}", correction=str(found.id), fields=sorted(after))
    if two:
        tell_staff(
            work, nearest(work, "officer", _place(work, row)), "memorial_correction", str(found.id), priority=5,
            deadline_s=DAY_S,
        )  # fmt: skip
    else:
        _apply(work, by, row, found)
    return found


def _of_desk(work: Work, by: Viewer, action: str, deceased_id: UUID) -> Deceased:
    """The record, locked, for somebody who may do this where its hall belongs."""
    by.require(action)
    row = deceased.locked(work, deceased_id)
    if (hall := halls.hall_of(work, row.id)) is not None:
        by.require(action, hall.territory)
    return row


def _place(work: Work, row: Deceased) -> str:
    hall = halls.hall_of(work, row.id)
    return hall.territory if hall is not None else county(work).path


def _why(words: str) -> str:
    if not SHORTEST <= len(words.strip()) <= LONGEST:
        raise BadInputError(field="更正原因", why=f"请写 {SHORTEST} 到 {LONGEST} 个字")
    return words.strip()


def _differing(row: Deceased, right: Dead) -> tuple[dict[str, str | None], dict[str, str | None]]:
    """What it says and what it should say. Raises ``BadInputError`` if that is the same."""
    was, will = {name: _plain(getattr(row, name)) for name in FIELDS_ZH}, asdict(right)
    after = {name: _plain(will[name]) for name in FIELDS_ZH if _plain(will[name]) != was[name]}
    if not after:
        raise BadInputError(field="更正", why="和现在登记的一样，没有要改的")
    return {name: was[name] for name in after}, after


def _plain(value: date | str | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value or None


# -- the second person


def decide(work: Work, by: Viewer, correction_id: UUID, *, agreed: bool, why: str = "") -> DeceasedCorrection:
    """Somebody else has seen the papers: it is put right, or stays as it is, with the reason.

    Raises ``NotAllowedError``, ``NotFoundError``, ``NewEyesError``, ``BadInputError``, ``LivingPersonError``,
    ``DeathDiffersError``.
    """
    by.require(MEDIATE)
    mine = select(DeceasedCorrection).where(DeceasedCorrection.id == correction_id)
    found = work.session.scalars(for_update(work, mine).execution_options(populate_existing=True)).first()
    if found is None or found.state != "waiting":
        raise NotFoundError(correction=str(correction_id))
    row = _of_desk(work, by, MEDIATE, found.deceased_id)
    if found.staff_id == by.staff_id:
        raise NewEyesError
    if agreed:
        _apply(work, by, row, found, by.staff_id)
    else:
        _close(work, by, found, "refused", f"看过证明，没有更正：{_why(why)}", by.staff_id)
    return found


def _apply(
    work: Work, by: Viewer, row: Deceased, found: DeceasedCorrection, decided_by: UUID | None = None
) -> None:  # fmt: skip
    deceased.put_right(work, row, _as_it_will_read(row, found))
    if (hall := halls.hall_of(work, row.id)) is not None:
        day_reminders.count_again(work, hall)
        hall_telling.kin(work, hall, f"correction:{found.id}", "逝者的信息按家人带来的证明更正了。")
    _close(work, by, found, "done", "已按证明更正。", decided_by)


def _as_it_will_read(row: Deceased, found: DeceasedCorrection) -> Dead:
    after: dict[str, str | None] = json.loads(found.after)
    whole = {name: _plain(getattr(row, name)) for name in FIELDS_ZH} | after
    return Dead(
        name=whole["name"] or row.name, died=date.fromisoformat(whole["died"] or row.died.isoformat()),
        born=date.fromisoformat(whole["born"]) if whole["born"] else None, proof=found.proof,
        wish=whole["wish"] or "none", wish_proof=whole["wish_proof"],
    )  # fmt: skip


def _close(
    work: Work, by: Viewer, found: DeceasedCorrection, state: str, words: str, decided_by: UUID | None
) -> None:  # fmt: skip
    found.state, found.decided_at, found.decided_by = state, work.now, decided_by
    if found.concern_id is not None:
        hall_mediation.put_right(work, by, found.concern_id, words, done=state == "done")
    audit.record(work, "deceased.correct", f"deceased:{found.deceased_id}", correction=str(found.id), state=state)


def of_deceased(work: Work, deceased_id: UUID) -> Sequence[DeceasedCorrection]:
    """What was put right, or waits, the newest first."""
    mine = select(DeceasedCorrection).where(DeceasedCorrection.deceased_id == deceased_id)
    return work.session.scalars(mine.order_by(DeceasedCorrection.at.desc(), DeceasedCorrection.id)).all()


def waiting(work: Work, by: Viewer) -> Sequence[tuple[DeceasedCorrection, Deceased]]:
    """What a second person has to see, the oldest first. Raises ``NotAllowedError``."""
    by.require(MEDIATE)
    found = select(DeceasedCorrection, Deceased).join(Deceased, Deceased.id == DeceasedCorrection.deceased_id)
    rows = work.session.execute(found.where(DeceasedCorrection.state == "waiting").order_by(DeceasedCorrection.at))
    return [(row, dead) for row, dead in rows if by.may(MEDIATE, _place(work, dead))]
