"""The condolence book of a farewell (留言簿): words for the family, read by others once moderation allows it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.memorial import farewell_guests, moderation
from backend.memorial.farewell_errors import FarewellFullError, FarewellStateError
from backend.memorial.farewell_models import Condolence, Farewell
from backend.memorial.farewell_rules import LONGEST_WORDS, MOST_WORDS, STATE_ZH, WRITABLE

KIND = "condolence"
AUDIENCE = "invited"


def write(work: Work, row: Farewell, person_id: UUID, words: str) -> Condolence:
    """Somebody who is invited writes; nobody else reads it yet, nor the name below it: both are moderated as one.

    Raises ``FarewellStateError`` once the book is closed, ``FarewellFullError``, ``BadInputError``.
    """
    if row.state not in WRITABLE:
        raise FarewellStateError(state_zh=STATE_ZH[row.state])
    if not 0 < len(words.strip()) <= LONGEST_WORDS:
        raise BadInputError(field="留言", why=f"请写 1 到 {LONGEST_WORDS} 个字")
    mine = select(func.count()).where(
        Condolence.farewell_id == row.id, Condolence.person_id == person_id, Condolence.state.in_(("waiting", "shown"))
    )
    if work.session.execute(mine).scalar_one() >= MOST_WORDS:
        raise FarewellFullError(what="每人的留言", most=f"{MOST_WORDS} 条")
    made = Condolence(
        id=new_id(), farewell_id=row.id, person_id=person_id, words=words.strip(), created_at=work.now,
        signed=farewell_guests.signature(work, row, person_id),
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    moderation.submit(work, KIND, made.id, f"{made.signed}：{made.words}", person_id, audience=AUDIENCE)
    return made


def take_away(work: Work, row: Farewell, condolence_id: UUID, *, author: UUID | None = None) -> None:
    """By the family or staff, or by its ``author``: nobody reads it any more. Raises ``NotFoundError``."""
    found = work.session.get(Condolence, condolence_id)
    if found is None or found.farewell_id != row.id or author not in (None, found.person_id):
        raise NotFoundError(words=str(condolence_id))
    moderation.withdraw(work, KIND, found.id)  # before the words: whoever decides takes them in this order
    found.state = "removed"
    audit.record(work, "farewell.words_removed", f"farewell:{row.id}", words=str(condolence_id))


def entries(work: Work, row: Farewell, reader: UUID | None) -> Sequence[Condolence]:
    """What ``reader`` may read: what is shown, and their own as long as it is not taken away; oldest first."""
    theirs = (Condolence.person_id == reader) & (Condolence.state != "removed")
    mine = select(Condolence).where(Condolence.farewell_id == row.id, (Condolence.state == "shown") | theirs)
    return work.session.scalars(mine.order_by(Condolence.created_at, Condolence.id)).all()


def _decided(work: Work, condolence_id: UUID, told: moderation.Told) -> None:
    found = work.session.get(Condolence, condolence_id)
    if found is not None and found.state != "removed":
        found.state = told


def _of_now() -> Select[UUID]:
    """What was written for a farewell that is being held."""
    return select(Condolence.id).join(Farewell, Farewell.id == Condolence.farewell_id).where(Farewell.state == "open")


def wire() -> None:
    """Hear of what moderation decides, in every process that may decide; words for those at a coffin come first."""
    moderation.on_decided(KIND, _decided)
    moderation.on_rush(KIND, _of_now)
