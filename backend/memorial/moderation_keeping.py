"""What was refused or removed stays on record for its years (英雄烈士保护法 23), then the record is deleted."""

from datetime import date, datetime, time

from sqlalchemy import delete, select

from backend.core import audit
from backend.core.clock import CHINA, local
from backend.core.db import Work
from backend.core.locks import claim
from backend.memorial import hall_params
from backend.memorial.moderation_rules import REFUSED, REMOVED
from backend.memorial.tribute_models import AuthorityReport, ModerationDecision, ModerationItem, ModerationReport

PORTION = 200


def until(decided: date, years: int) -> date:
    """The last day of a record; a leap day's is the last of February."""
    try:
        return decided.replace(year=decided.year + years)
    except ValueError:
        return decided.replace(year=decided.year + years, day=28)


def kept_until(work: Work, decided_at: datetime | None) -> date:
    """The last day on which what was decided then is still on record."""
    return until(local(decided_at or work.now).date(), hall_params.number(work, "removal_record_years"))


def forget(work: Work) -> int:
    """Delete a portion of the records whose years are over, with why and by whom; how many.

    What must be reported to the authority and was not stays until it is.
    """
    today = local(work.now).date()
    before = until(today, -hall_params.number(work, "removal_record_years"))
    untold = select(AuthorityReport.item_id).where(AuthorityReport.told_at.is_(None))
    over = select(ModerationItem.id).where(
        ModerationItem.state.in_((REFUSED, REMOVED)), ModerationItem.id.not_in(untold),
        ModerationItem.decided_at < datetime.combine(before, time(), CHINA),
    )  # fmt: skip
    ids = work.session.scalars(claim(work, over.order_by(ModerationItem.decided_at).limit(PORTION))).all()
    for table in (ModerationDecision, ModerationReport, AuthorityReport):
        work.execute_dml(delete(table).where(table.item_id.in_(ids)))
    work.execute_dml(delete(ModerationItem).where(ModerationItem.id.in_(ids)))
    if ids:
        audit.record(work, "moderation.forget", "moderation", count=len(ids))
    return len(ids)
