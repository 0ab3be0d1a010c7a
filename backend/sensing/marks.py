"""How far roll-ups and purging got: single rows that are locked while they move."""

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core.db import Work, is_sqlite
from backend.core.locks import for_update
from backend.sensing.models import SensingMark


def number(work: Work, name: str) -> int:
    """The mark as it stands; 0 before it was ever set."""
    return work.session.scalar(select(SensingMark.number).where(SensingMark.name == name)) or 0


def hold(work: Work, name: str) -> int:
    """The mark, locked until the commit, so that two processes cannot do the same work twice."""
    insert = (sqlite_insert if is_sqlite(work) else pg_insert)(SensingMark)
    work.session.execute(insert.values(name=name, number=0).on_conflict_do_nothing())
    return work.session.scalars(for_update(work, select(SensingMark.number).where(SensingMark.name == name))).one()


def move(work: Work, name: str, to: int) -> None:
    """Forward only; a mark that is already further stays."""
    where = (SensingMark.name == name, SensingMark.number < to)
    work.session.execute(update(SensingMark).where(*where).values(number=to))


def count_up(work: Work, name: str) -> None:
    """Add one; its writers queue on the row, so every committed change has its own number."""
    insert = (sqlite_insert if is_sqlite(work) else pg_insert)(SensingMark).values(name=name, number=1)
    work.session.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"number": SensingMark.number + 1}))
