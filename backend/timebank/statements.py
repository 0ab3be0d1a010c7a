"""What moved on somebody's account, for any days: opening, lines and closing add up."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from backend.core.clock import midnight
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.timebank.ledger import AccountRef, named
from backend.timebank.models import TimeAccount, TimeEntry, TimeTransfer


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as its owner sees it; ``balance`` is what was left after it."""

    at: datetime
    event_on: date
    kind: str
    source: str
    source_id: str
    amount: int
    balance: int
    why: str


@dataclass(frozen=True, slots=True)
class Statement:
    """``opening`` + the amounts of ``lines`` = ``closing``."""

    opening: int
    lines: tuple[Line, ...]
    closing: int


def statement(work: Work, account: AccountRef, since: date, until: date) -> Statement:
    """What moved on the local days from ``since`` to ``until``, both included, by the moment it was written.

    Raises ``BadInputError`` for days in the wrong order.
    """
    if until < since:
        raise BadInputError(field="until", why="结束日期不能早于开始日期")
    begin, end = midnight(since), midnight(until + timedelta(days=1))
    left = opening = _before(work, account, begin)
    lines = []
    one = TimeTransfer
    rows = select(one.at, one.event_on, one.kind, one.source, one.source_id, TimeEntry.amount, one.why)
    mine = (
        rows.join(TimeEntry, TimeEntry.transfer_id == one.id)
        .join(TimeAccount, TimeAccount.id == TimeEntry.account_id)
        .where(*named(account), one.at >= begin, one.at < end)
    )
    for row in work.session.execute(mine.order_by(one.at, TimeEntry.seq)):
        left += row.amount
        lines.append(Line(
            row.at, row.event_on, row.kind, row.source, row.source_id, row.amount, left, row.why,
        ))  # fmt: skip
    return Statement(opening, tuple(lines), left)


def _before(work: Work, account: AccountRef, moment: datetime) -> int:
    total = select(func.coalesce(func.sum(TimeEntry.amount), 0)).select_from(TimeEntry)
    mine = total.join(TimeTransfer, TimeTransfer.id == TimeEntry.transfer_id).join(
        TimeAccount, TimeAccount.id == TimeEntry.account_id
    )
    return int(work.session.scalar(mine.where(*named(account), TimeTransfer.at < moment)) or 0)
