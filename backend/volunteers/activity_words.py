"""Words of activities: a rare pair of letters finds the few activities that have it without reading all the others."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, func, insert, literal, select

from backend.core.db import Work
from backend.volunteers.activity_models import Activity, ActivityGram
from backend.volunteers.activity_rules import grams

FEW = 1000  # so many are looked at one by one sooner than all are read in the order of time


def write(work: Work, activity: Activity) -> None:
    """Make an activity findable by its words as they are now."""
    forget(work, activity.id)
    rows = [{"gram": gram, "activity_id": activity.id} for gram in sorted(grams(activity.search_text))]
    work.session.execute(insert(ActivityGram), rows)


def forget(work: Work, activity_id: UUID) -> None:
    """Nobody looks for it any more."""
    work.execute_dml(delete(ActivityGram).where(ActivityGram.activity_id == activity_id))


def rare(work: Work, words: Collection[str]) -> str | None:
    """The rarest pair of letters of the words, if few activities have it."""
    counts = {gram: _count(work, gram) for gram in sorted(grams(" ".join(words)))}
    best = min(counts, key=counts.__getitem__, default=None)
    return best if best is not None and counts[best] < FEW else None


def _count(work: Work, gram: str) -> int:
    """How many have it, counted no further than ``FEW``."""
    some = select(literal(1)).where(ActivityGram.gram == gram).limit(FEW).subquery()
    return work.session.scalar(select(func.count()).select_from(some)) or 0
