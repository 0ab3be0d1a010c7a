"""Cheap "has anything changed?" for process caches of whole tables.

Every writer stamps its topic in its own transaction; a cache compares the stamps at the start of a batch. Stamps
are random, not counted: a rolled-back writer and the next one would give the same number to different contents.
"""

from uuid import UUID

from sqlalchemy import String, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Work, is_sqlite
from backend.core.ids import new_id


class Version(Base):
    """The stamp of the newest content of a topic."""

    __tablename__ = "version"

    topic: Mapped[str] = mapped_column(String(64), primary_key=True)
    stamp: Mapped[UUID]


def bump(work: Work, topic: str) -> None:
    """Say that the topic's content changed. Call it late: on PostgreSQL the row stays locked until the commit."""
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    stamp = {"stamp": new_id()}
    statement = insert(Version).values(topic=topic, **stamp)
    work.session.execute(statement.on_conflict_do_update(index_elements=["topic"], set_=stamp))


def stamps(work: Work, *topics: str) -> dict[str, UUID]:
    """The present stamp of each topic that was ever bumped."""
    rows = work.session.execute(select(Version.topic, Version.stamp).where(Version.topic.in_(topics)))
    return {topic: stamp for topic, stamp in rows}  # noqa: C416 - dict() takes a Result for a mapping
