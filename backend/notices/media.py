"""Pictures and sounds that WeChat was asked about: its verdict comes by push, within 30 minutes or never."""

from datetime import timedelta
from typing import Literal
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core.db import Work, is_sqlite
from backend.core.ids import new_id
from backend.notices.models import UNDECIDED, MediaCheck

Verdict = Literal["pass", "review", "risky"]
VERDICTS: tuple[Verdict, ...] = ("pass", "review", "risky")
PATIENCE = timedelta(minutes=35)  # WeChat promises 30


def expect(work: Work, subject: str, trace_id: str | None) -> None:
    """Write down that an answer about ``subject`` (``kind:id``) will come; None: nobody could be asked.

    Then a person looks. The answer may have come before this is written.
    """
    if trace_id is None:
        _write(work, f"none:{uuid4()}", subject=subject, verdict="review", decided_at=work.now)
    else:
        _write(work, trace_id, subject=subject)


def decide(work: Work, trace_id: str, verdict: str, label: int | None) -> None:
    """Write down WeChat's verdict: one of ``VERDICTS``. A later one counts, also after we gave up waiting."""
    _write(work, trace_id, verdict=verdict, label=label, decided_at=work.now)


def verdict_of(work: Work, subject: str) -> Verdict | None:
    """The newest verdict about a thing; None while it is not known: show it to its author only."""
    newest = select(MediaCheck.verdict).where(MediaCheck.subject == subject)
    found = work.session.scalars(newest.order_by(MediaCheck.submitted_at.desc(), MediaCheck.id.desc()).limit(1)).first()
    return next((verdict for verdict in VERDICTS if verdict == found), None)


def give_up(work: Work) -> int:
    """What WeChat has not answered in 35 minutes is for a person to look at; return how many."""
    late = (UNDECIDED, MediaCheck.submitted_at <= work.now - PATIENCE)
    values = {"verdict": "review", "decided_at": work.now}
    return work.execute_dml(update(MediaCheck).where(*late).values(values))


def _write(work: Work, trace_id: str, **facts: object) -> None:
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    statement = insert(MediaCheck).values(id=new_id(), trace_id=trace_id, submitted_at=work.now, **facts)
    work.session.execute(statement.on_conflict_do_update(index_elements=["trace_id"], set_=facts))
