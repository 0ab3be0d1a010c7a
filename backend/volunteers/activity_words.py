"""Words of activities: a rare pair of letters finds the few activities that have it without reading all the others."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_, delete, func, insert, literal, select
from sqlalchemy.orm import aliased

from backend.core.db import Work
from backend.volunteers.activity_models import Activity, ActivityGram
from backend.volunteers.activity_rules import grams

FEW = 500  # so many are looked at one by one sooner than all are read in the order of time
MANY = 5000  # a pair of letters that so many have tells nothing
PAIRS = 3


def write(work: Work, activity: Activity) -> None:
    """Make an activity findable by its words as they are now."""
    forget(work, activity.id)
    rows = [{"gram": gram, "activity_id": activity.id} for gram in sorted(grams(activity.search_text))]
    work.session.execute(insert(ActivityGram), rows)


def forget(work: Work, activity_id: UUID) -> None:
    """Nobody looks for it any more."""
    work.execute_dml(delete(ActivityGram).where(ActivityGram.activity_id == activity_id))


def with_words(work: Work, words: Collection[str]) -> list[UUID] | None:
    """Activities that have the rarest pairs of letters of the words; None if there are too many to look at each."""
    counts = {gram: _count(work, gram) for gram in sorted(grams(" ".join(words)))}
    rarest = sorted(counts, key=counts.__getitem__)[:PAIRS]
    if not rarest or counts[rarest[0]] >= MANY:
        return None
    found = select(ActivityGram.activity_id).where(ActivityGram.gram == rarest[0])
    for gram in rarest[1:]:
        other = aliased(ActivityGram)
        found = found.join(other, and_(other.activity_id == ActivityGram.activity_id, other.gram == gram))
    ids = list(work.session.scalars(found.limit(FEW)))
    return ids if len(ids) < FEW else None


def _count(work: Work, gram: str) -> int:
    """How many have it, counted no further than ``MANY``."""
    some = select(literal(1)).where(ActivityGram.gram == gram).limit(MANY).subquery()
    return work.session.scalar(select(func.count()).select_from(some)) or 0
