"""Tributes: once a person, hall, kind and day, free, counted exactly, never ranked."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core.clock import local
from backend.core.db import Work, is_sqlite
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import for_update
from backend.memorial import halls, moderation
from backend.memorial import tribute_rules as rules
from backend.memorial.models import Hall
from backend.memorial.moderation import Told
from backend.memorial.tribute_errors import HallRestsError, WrittenTodayError
from backend.memorial.tribute_models import READ_BY_OTHERS, Tribute, TributeTally

SUBJECT = "tribute"
ONE_A_DAY = ("hall_id", "person_id", "kind", "day")
MOST_SHOWN = 50
SHARDS = 16  # of a count


@dataclass(frozen=True, slots=True)
class Offering:
    """What somebody brings. ``words``: of words and letters; ``shared``: others may read the letter."""

    kind: str
    words: str | None = None
    song: str | None = None
    shared: bool = False


def give(work: Work, person_id: UUID, hall_id: UUID, offering: Offering) -> Tribute:
    """Bring a tribute; a second one of the kind on the same day changes nothing and is answered with the first.

    Words and letters: raises ``WrittenTodayError`` if today's stand; ``BadInputError``, ``HallRestsError``,
    ``NotFoundError`` (no hall that this person may see).
    """
    hall = _open_hall(work, hall_id, person_id)
    kind = rules.kind_of(offering.kind)
    words, song = rules.words_of(kind, offering.words), rules.song_of(kind, offering.song)
    key = {"hall_id": hall.id, "person_id": person_id, "kind": kind, "day": local(work.now).date()}
    more = {
        "id": new_id(), "words": words, "song": song, "shown": False, "created_at": work.now,
        "shared": kind == "words" or (kind == "letter" and offering.shared),
    }  # fmt: skip
    made = insert_new(work, Tribute, key | more, unique=ONE_A_DAY)
    row = work.session.scalars(for_update(work, select(Tribute).filter_by(**key))).one()
    if made:
        _submit(work, hall, row)
        _count(work, row)
    elif words is not None:
        _write_again(work, hall, row, words, shared=bool(more["shared"]))
    return row


def _open_hall(work: Work, hall_id: UUID, person_id: UUID | None) -> Hall:
    hall = seen(work, hall_id, person_id)
    if hall.state != "open":
        raise HallRestsError
    return hall


def seen(work: Work, hall_id: UUID, person_id: UUID | None) -> Hall:
    """The hall, if this person (None: anybody) may see it. Raises ``NotFoundError``."""
    hall = halls.find(work, hall_id)
    if not halls.may_see(work, hall, person_id):
        raise NotFoundError(hall=str(hall_id))
    return hall


def _write_again(work: Work, hall: Hall, row: Tribute, words: str, *, shared: bool) -> None:
    """Today's was taken back: written anew it is the same tribute, counted once."""
    if row.words is not None:
        raise WrittenTodayError
    row.words, row.shared = words, shared
    _submit(work, hall, row)


def _submit(work: Work, hall: Hall, row: Tribute) -> None:
    if row.words is not None and row.shared:
        moderation.submit(
            work, SUBJECT, row.id, row.words, row.person_id, audience=hall.privacy, hall_id=hall.id
        )  # fmt: skip


def _count(work: Work, row: Tribute) -> None:
    """One more. Last in the transaction: some of those who bring the same meet in this row."""
    work.session.flush()
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    first = insert(TributeTally).values(hall_id=row.hall_id, kind=row.kind, shard=row.id.int % SHARDS, count=1)
    more = {"count": TributeTally.count + 1}
    work.session.execute(first.on_conflict_do_update(index_elements=["hall_id", "kind", "shard"], set_=more))


# -- one's own


def own(work: Work, person_id: UUID, tribute_id: UUID) -> Tribute:
    """One's own, locked; before it its hall, as moderators lock them. Raises ``NotFoundError`` for somebody else's."""
    mine = select(Tribute).where(Tribute.id == tribute_id, Tribute.person_id == person_id)
    hall_id = work.session.scalar(mine.with_only_columns(Tribute.hall_id))
    if hall_id is None:
        raise NotFoundError(tribute=str(tribute_id))
    halls.find(work, hall_id, lock=True)
    return work.session.scalars(for_update(work, mine).execution_options(populate_existing=True)).one()


def _hide(work: Work, row: Tribute) -> None:
    """Nobody else reads it from now on."""
    if row.shown:
        row.shown = False
        halls.touch(work, halls.find(work, row.hall_id))
    moderation.withdraw(work, SUBJECT, row.id)


def take_back(work: Work, person_id: UUID, tribute_id: UUID) -> Tribute:
    """What was written is gone for everybody; that somebody came stays counted."""
    row = own(work, person_id, tribute_id)
    row.words = None
    _hide(work, row)
    return row


def share(work: Work, person_id: UUID, tribute_id: UUID, *, shared: bool) -> Tribute:
    """Let others read a letter, after moderation; or keep it to oneself again. Raises ``NotFoundError``."""
    row = own(work, person_id, tribute_id)
    if row.kind != "letter" or row.words is None:
        raise NotFoundError(letter=str(tribute_id))
    if row.shared != shared:
        row.shared = shared
        _hide(work, row)
        _submit(work, _open_hall(work, row.hall_id, person_id), row)
    return row


def mine(work: Work, person_id: UUID, hall_id: UUID) -> Sequence[Tribute]:
    """What somebody brought to a hall, letters too, newest first."""
    found = select(Tribute).where(Tribute.hall_id == hall_id, Tribute.person_id == person_id)
    return work.session.scalars(found.order_by(Tribute.created_at.desc(), Tribute.id).limit(MOST_SHOWN)).all()


# -- what others see


def counts(work: Work, hall_id: UUID) -> dict[str, int]:
    """Kind → how many there were, in the order of the list; kinds nobody brought are left out."""
    found = select(TributeTally.kind, func.sum(TributeTally.count)).where(TributeTally.hall_id == hall_id)
    known = {kind: int(count) for kind, count in work.session.execute(found.group_by(TributeTally.kind))}
    return {kind: known[kind] for kind in rules.KINDS if kind in known}


def shown(work: Work, hall_id: UUID) -> Sequence[Tribute]:
    """Words and shared letters that moderation has let through, newest first."""
    found = select(Tribute).where(Tribute.hall_id == hall_id, READ_BY_OTHERS)
    return work.session.scalars(found.order_by(Tribute.created_at.desc(), Tribute.id).limit(MOST_SHOWN)).all()


def _decided(work: Work, tribute_id: UUID, told: Told) -> None:
    row = work.session.get_one(Tribute, tribute_id)
    before, row.shown = row.shown, told == "shown" and row.shared and row.words is not None
    if row.shown != before:
        halls.touch(work, halls.find(work, row.hall_id, lock=True))


moderation.on_decided(SUBJECT, _decided)
