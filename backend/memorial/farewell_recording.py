"""Where a farewell can be watched, and its recording: only while the family agrees, and gone after its last day."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from backend.cases import paper_files
from backend.cases.errors import PaperRefusedError
from backend.cases.papers import SEEN, Upload
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import claim
from backend.memorial import farewells
from backend.memorial.farewell_errors import FarewellConsentError, FarewellNoStreamError, FarewellStateError
from backend.memorial.farewell_models import Farewell, FarewellConsent
from backend.memorial.farewell_rules import LIVE, STATE_ZH, wrong_address
from backend.memorial.farewells import HANDLE
from backend.people.service import Viewer
from backend.residents.models import Person

LONGEST_SIGNER = 40


@dataclass(frozen=True, slots=True)
class Signed:
    """A consent on paper: whose name and relation stand below it, till when, and the form itself, scanned."""

    name: str
    until: date
    form: Upload


# -- the stream


def set_stream(work: Work, row: Farewell, address: str) -> None:
    """Staff of the funeral home connect the stream. Raises ``FarewellStateError``, ``BadInputError``."""
    if row.state not in LIVE:
        raise FarewellStateError(state_zh=STATE_ZH[row.state])
    row.stream, row.broken_at, row.version = _address(address), None, row.version + 1
    audit.record(work, "farewell.stream", f"farewell:{row.id}")


def mark_stream(work: Work, row: Farewell, *, broken: bool) -> None:
    """There is no picture, or there is one again: who looks at the page is told to wait. Raises
    ``FarewellNoStreamError`` where none was connected.
    """
    if row.stream is None:
        raise FarewellNoStreamError
    row.broken_at, row.version = work.now if broken else None, row.version + 1
    audit.record(work, "farewell.broken" if broken else "farewell.mended", f"farewell:{row.id}")


# -- who agrees to a recording


def last_day(work: Work, row: Farewell) -> date:
    """The longest that anything may be kept: counted from the farewell, so that nobody prolongs it day by day."""
    return local(row.ends_at).date() + timedelta(days=farewells.number(work, "farewell_recording_days"))


def agree(work: Work, row: Farewell, person_id: UUID, *, agreed: bool, until: date | None = None) -> None:
    """One of the family agrees to a recording, or says no: then there is none any more, at once.

    One no is enough, and only whoever said it takes it back. ``until``: the last day, None for as long as is allowed.
    Raises ``BadInputError``.
    """
    name = work.session.get_one(Person, person_id).name
    key = {"farewell_id": row.id, "person_id": person_id}
    last = _until(work, row, until) if agreed else None
    new = {"id": new_id(), "name": name, "agreed": agreed, "until": last, "at": work.now, "staff_id": None}
    if not insert_new(work, FarewellConsent, {**new, "media_type": None, **key}, unique=tuple(key)):
        said = work.session.scalars(select(FarewellConsent).filter_by(**key)).one()
        said.agreed, said.until, said.at = agreed, last, work.now
    audit.record(work, "farewell.consent", f"farewell:{row.id}", agreed=agreed)
    weigh(work, row)


def agree_on_paper(work: Work, by: Viewer, row: Farewell, signed: Signed) -> FarewellConsent:
    """A relative without a phone has signed; staff saw it and keep the form.

    Raises ``BadInputError``, ``PaperRefusedError`` while nothing has looked into the file.
    """
    by.require(HANDLE, row.territory)
    if signed.form.scan not in SEEN:
        raise PaperRefusedError(why="安全检查暂时没有回应，请过几分钟再传")
    if not 0 < len(signed.name.strip()) <= LONGEST_SIGNER:
        raise BadInputError(field="签字人", why=f"请写 1 到 {LONGEST_SIGNER} 个字，比如：王建国（儿子）")
    made = FarewellConsent(
        id=new_id(), farewell_id=row.id, name=signed.name.strip(), agreed=True, until=_until(work, row, signed.until),
        at=work.now, staff_id=by.staff_id, media_type=signed.form.media_type,
    )  # fmt: skip
    paper_files.write(made.id, signed.form.data)
    work.session.add(made)
    audit.record(work, "farewell.consent_paper", f"farewell:{row.id}", consent=str(made.id))
    weigh(work, row)
    return made


def refuse_on_paper(work: Work, by: Viewer, row: Farewell, consent_id: UUID) -> None:
    """The family takes a consent back at the desk: the recording is gone at once. Raises ``NotFoundError``."""
    by.require(HANDLE, row.territory)
    said = _consent(work, row, consent_id)
    said.agreed, said.until, said.at = False, None, work.now
    audit.record(work, "farewell.consent", f"farewell:{row.id}", agreed=False, consent=str(consent_id))
    weigh(work, row)


def form(work: Work, row: Farewell, consent_id: UUID) -> tuple[bytes, str]:
    """The scanned form; that somebody looked at it is written down. Raises ``NotFoundError``."""
    said = _consent(work, row, consent_id)
    if said.media_type is None:
        raise NotFoundError(consent=str(consent_id))
    audit.record(work, "farewell.consent_read", f"farewell:{row.id}", consent=str(consent_id))
    return paper_files.read(said.id), said.media_type


def said_by(work: Work, row: Farewell) -> list[FarewellConsent]:
    """What each of the family said last, in the order of the saying."""
    mine = select(FarewellConsent).where(FarewellConsent.farewell_id == row.id)
    return list(work.session.scalars(mine.order_by(FarewellConsent.at, FarewellConsent.id)))


def weigh(work: Work, row: Farewell) -> None:
    """What the consents come to: all who spoke agree, and the shortest time counts; otherwise nothing is kept."""
    work.session.flush()
    said = said_by(work, row)
    days = [one.until for one in said if one.agreed and one.until is not None]
    if not said or len(days) < len(said):
        row.consent_at = row.consent_until = None
        _remove(work, row)
        return
    row.consent_at, row.consent_until = min(one.at for one in said), min(days)
    if row.recording_until is not None:
        row.recording_until = min(row.recording_until, row.consent_until)


def _consent(work: Work, row: Farewell, consent_id: UUID) -> FarewellConsent:
    said = work.session.get(FarewellConsent, consent_id)
    if said is None or said.farewell_id != row.id:
        raise NotFoundError(consent=str(consent_id))
    return said


def _until(work: Work, row: Farewell, asked: date | None) -> date:
    last, today = last_day(work, row), local(work.now).date()
    if asked is not None and not today <= asked <= last:
        raise BadInputError(field="保存到", why=f"请选今天到 {last.month}月{last.day}日 之间的一天")
    return asked or last


# -- the recording


def keep(work: Work, row: Farewell, address: str, until: date) -> None:
    """Staff note where the recording lies, and its last day.

    Raises ``FarewellStateError`` before it is over, ``FarewellConsentError``, ``BadInputError``.
    """
    if row.state not in ("over", "closed"):
        raise FarewellStateError(state_zh=STATE_ZH[row.state])
    if row.consent_until is None:
        raise FarewellConsentError
    today, last = local(work.now).date(), row.consent_until
    if not today <= until <= last:
        raise BadInputError(field="保存到", why=f"请选今天到 {last.month}月{last.day}日 之间的一天")
    row.recording, row.recording_until, row.version = _address(address), until, row.version + 1
    audit.record(work, "farewell.recording", f"farewell:{row.id}", until=str(until))


def erased(work: Work, row: Farewell) -> None:
    """Staff have deleted the copy on the streaming platform."""
    row.erase_since = None
    audit.record(work, "farewell.copy_erased", f"farewell:{row.id}")


def _address(typed: str) -> str:
    if why := wrong_address(typed.strip()):
        raise BadInputError(field="网址", why=why)
    return typed.strip()


def _remove(work: Work, row: Farewell) -> None:
    """Nobody is let to it any more; the copy on the platform waits for staff."""
    if row.recording is not None:
        row.recording = row.recording_until = None
        row.erase_since = work.now
        audit.record(work, "farewell.recording_gone", f"farewell:{row.id}")


def forget(work: Work) -> int:
    """Remove the addresses of recordings whose last day is over; a portion, how many."""
    past = select(Farewell).where(Farewell.recording_until < local(work.now).date()).order_by(Farewell.id)
    rows = work.session.scalars(claim(work, past.limit(farewells.PORTION))).all()
    for row in rows:
        _remove(work, row)
    return len(rows)
