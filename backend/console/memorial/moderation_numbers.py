"""How long what people wrote has waited, and by which rules it was decided: counted over the last days."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select

from backend.core.db import Work
from backend.memorial.tribute_models import ModerationDecision, ModerationItem

DAYS = 30
HOUR_S = 3600
# Up to how many hours, and the words for it; the last one has no end.
WAITS = ((1, "1小时内"), (4, "4小时内"), (24, "1天内"), (72, "3天内"), (None, "3天以上"))


@dataclass(frozen=True, slots=True)
class Numbers:
    """``waits``: the words of ``WAITS`` → things decided by a person; ``rules``: rule → refused or removed."""

    waits: dict[str, int]
    rules: dict[str, int]
    by_machine: int
    by_hand: int
    second_looks: int
    usual_wait_s: float | None


def numbers(work: Work) -> Numbers:
    since = work.now - timedelta(days=DAYS)
    waited = _waited(work, since)
    steps = list(
        work.session.execute(
            select(ModerationDecision.action, ModerationDecision.rule, ModerationDecision.staff_id)
            .where(ModerationDecision.at >= since)
            .order_by(ModerationDecision.at)
        )
    )
    sent_back = Counter(step.rule for step in steps if step.action in ("refuse", "remove"))
    return Numbers(
        waits=_grouped(waited), rules=dict(sent_back),
        by_machine=sum(step.action == "show" and step.staff_id is None for step in steps),
        by_hand=sum(step.staff_id is not None for step in steps),
        second_looks=sum(step.action == "appeal" for step in steps),
        usual_wait_s=median(waited) if waited else None,
    )  # fmt: skip


def _waited(work: Work, since: datetime) -> list[float]:
    """Seconds from the queue to a person's decision."""
    decided = select(ModerationItem.queued_at, ModerationItem.decided_at).where(
        ModerationItem.decided_at >= since,
        ModerationItem.decided_by.is_not(None),
        ModerationItem.queued_at.is_not(None),
    )
    rows = work.session.execute(decided.order_by(ModerationItem.decided_at))
    return [(row.decided_at - row.queued_at).total_seconds() for row in rows]


def _grouped(waited: Sequence[float]) -> dict[str, int]:
    found = dict.fromkeys((words for _, words in WAITS), 0)
    for seconds in waited:
        words = next(words for hours, words in WAITS if hours is None or seconds <= hours * HOUR_S)
        found[words] += 1
    return found
