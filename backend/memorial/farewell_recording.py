"""Where a farewell can be watched, and its recording: only if the family agreed, and gone after its last day."""

from datetime import date, timedelta

from sqlalchemy import select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.locks import claim
from backend.memorial import farewells
from backend.memorial.farewell_errors import FarewellConsentError, FarewellStateError
from backend.memorial.farewell_models import Farewell
from backend.memorial.farewell_rules import LIVE, STATE_ZH, wrong_address


def set_stream(work: Work, row: Farewell, address: str) -> None:
    """Staff of the funeral home connect the stream. Raises ``FarewellStateError``, ``BadInputError``."""
    if row.state not in LIVE:
        raise FarewellStateError(state_zh=STATE_ZH[row.state])
    row.stream = _address(address)
    audit.record(work, "farewell.stream", f"farewell:{row.id}")


def agree(work: Work, row: Farewell, *, agreed: bool) -> None:
    """The family agrees to a recording, or takes that back: then there is none any more, at once."""
    row.consent_at = (row.consent_at or work.now) if agreed else None
    if not agreed:
        row.recording = row.recording_until = None
    audit.record(work, "farewell.consent", f"farewell:{row.id}", agreed=agreed)


def keep(work: Work, row: Farewell, address: str, until: date) -> None:
    """Staff note where the recording lies, and its last day.

    Raises ``FarewellStateError`` before it is over, ``FarewellConsentError``, ``BadInputError``.
    """
    if row.state not in ("over", "closed"):
        raise FarewellStateError(state_zh=STATE_ZH[row.state])
    if row.consent_at is None:
        raise FarewellConsentError
    today = local(work.now).date()
    last = today + timedelta(days=farewells.number(work, "farewell_recording_days"))
    if not today <= until <= last:
        raise BadInputError(field="保存到", why=f"请选今天到 {last.month}月{last.day}日 之间的一天")
    row.recording, row.recording_until = _address(address), until
    audit.record(work, "farewell.recording", f"farewell:{row.id}", until=str(until))


def _address(typed: str) -> str:
    if why := wrong_address(typed.strip()):
        raise BadInputError(field="网址", why=why)
    return typed.strip()


def forget(work: Work) -> int:
    """Remove the addresses of recordings whose last day is over; a portion, how many."""
    past = select(Farewell).where(Farewell.recording_until < local(work.now).date()).order_by(Farewell.id)
    rows = work.session.scalars(claim(work, past.limit(farewells.PORTION))).all()
    for row in rows:
        row.recording = row.recording_until = None
        audit.record(work, "farewell.recording_gone", f"farewell:{row.id}")
    return len(rows)
