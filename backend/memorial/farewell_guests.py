"""Who is invited to a farewell: by a link that one person, signed in, makes their own; strangers have no way in."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from backend.core import audit
from backend.core.clock import local
from backend.core.crypto import new_token, token_digest
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.memorial import farewells
from backend.memorial.farewell_errors import (
    FarewellCodeError,
    FarewellFullError,
    FarewellNoStreamError,
    FarewellPausedError,
    FarewellSlipError,
    FarewellStateError,
    FarewellTooEarlyError,
)
from backend.memorial.farewell_models import Farewell, FarewellGuest
from backend.memorial.farewell_rules import (
    LIVE,
    MOST_GUESTS,
    SLIP_LETTERS,
    STATE_ZH,
    WRITABLE,
    may_watch,
    plain_code,
)
from backend.residents.masking import mask_name
from backend.residents.models import Person

LONGEST_NAME, SLIP_LENGTH = 20, 12


@dataclass(frozen=True, slots=True)
class Invitation:
    """A new guest and the code of their link, which is shown this once."""

    guest: FarewellGuest
    code: str


def invite(work: Work, row: Farewell, name: str) -> Invitation:
    """``name``: as the family calls them. Raises ``FarewellStateError``, ``FarewellFullError``, ``BadInputError``."""
    if row.state not in LIVE:
        raise FarewellStateError(state_zh=STATE_ZH[row.state])
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise BadInputError(field="称呼", why=f"请写 1 到 {LONGEST_NAME} 个字，比如：王阿姨")
    there = select(func.count()).where(FarewellGuest.farewell_id == row.id, FarewellGuest.ended_at.is_(None))
    if work.session.execute(there).scalar_one() >= MOST_GUESTS:
        raise FarewellFullError(what="亲友", most=f"{MOST_GUESTS} 位")
    code = new_token()
    guest = FarewellGuest(
        id=new_id(), farewell_id=row.id, name=name.strip(), code_digest=token_digest(code), created_at=work.now,
        printed=0,
    )  # fmt: skip
    work.session.add(guest)
    audit.record(work, "farewell.invite", f"farewell:{row.id}", guest=str(guest.id))
    return Invitation(guest, code)


def for_paper(work: Work, row: Farewell, guest_id: UUID, printed: int) -> Invitation:
    """A new code, short enough to be typed, for a slip of paper; the code before opens nothing any more.

    ``printed``: how many slips whoever asks has seen. Raises ``NotFoundError``, ``FarewellStateError``,
    ``FarewellSlipError``: the guest is in already, or somebody else has just printed one.
    """
    if row.state not in LIVE:
        raise FarewellStateError(state_zh=STATE_ZH[row.state])
    guest = _guest(work, row, guest_id)
    if guest.person_id is not None or guest.ended_at is not None or guest.printed != printed:
        raise FarewellSlipError
    code = "".join(secrets.choice(SLIP_LETTERS) for _ in range(SLIP_LENGTH))
    guest.code_digest, guest.printed = token_digest(code), printed + 1
    audit.record(work, "farewell.slip", f"farewell:{row.id}", guest=str(guest.id))
    return Invitation(guest, code)


def _guest(work: Work, row: Farewell, guest_id: UUID) -> FarewellGuest:
    mine = select(FarewellGuest).where(FarewellGuest.id == guest_id, FarewellGuest.farewell_id == row.id)
    guest = work.session.scalars(for_update(work, mine).execution_options(populate_existing=True)).first()
    if guest is None:
        raise NotFoundError(guest=str(guest_id))
    return guest


def take_back(work: Work, row: Farewell, guest_id: UUID) -> None:
    """The link opens nothing any more, also for whoever has used it. Raises ``NotFoundError``."""
    guest = _guest(work, row, guest_id)
    guest.ended_at = guest.ended_at or work.now
    audit.record(work, "farewell.take_back", f"farewell:{row.id}", guest=str(guest_id))


def invited(work: Work, row: Farewell) -> Sequence[FarewellGuest]:
    """Everybody who is invited now, in the order of the invitations."""
    mine = select(FarewellGuest).where(FarewellGuest.farewell_id == row.id, FarewellGuest.ended_at.is_(None))
    return work.session.scalars(mine.order_by(FarewellGuest.created_at, FarewellGuest.id)).all()


def join(work: Work, code: str, person_id: UUID) -> Farewell:
    """Whoever opens the link first, signed in, is the guest; afterwards it is theirs alone.

    Somebody who is in already, or near kin, leaves the link for whom it was meant. Raises ``FarewellCodeError``.
    """
    digests = [token_digest(code), token_digest(plain_code(code))]
    mine = select(FarewellGuest).where(FarewellGuest.code_digest.in_(digests), FarewellGuest.ended_at.is_(None))
    guest = work.session.scalars(for_update(work, mine).execution_options(populate_existing=True)).first()
    row = farewells.find(work, guest.farewell_id, lock=True) if guest else None
    if guest is None or row is None or guest.person_id not in (None, person_id) or row.state == "closed":
        raise FarewellCodeError
    if guest.person_id is None and of(work, row, person_id) is None and not farewells.is_kin(work, row, person_id):
        guest.person_id, guest.bound_at = person_id, work.now
        audit.record(work, "farewell.join", f"farewell:{row.id}", guest=str(guest.id))
    return row


def of(work: Work, row: Farewell, person_id: UUID) -> FarewellGuest | None:
    """The invitation that is this person's own, if there is one."""
    mine = select(FarewellGuest).where(
        FarewellGuest.farewell_id == row.id, FarewellGuest.person_id == person_id, FarewellGuest.ended_at.is_(None)
    )
    return work.session.scalars(mine).first()


def seen_by(work: Work, person_id: UUID, farewell_id: UUID) -> Farewell:
    """A farewell this person is invited to or decides about. Raises ``NotFoundError``: strangers learn nothing."""
    row = farewells.find(work, farewell_id)
    if of(work, row, person_id) is None and not farewells.is_kin(work, row, person_id):
        raise NotFoundError(farewell=str(farewell_id))
    return row


def signature(work: Work, row: Farewell, person_id: UUID) -> str:
    """The name below somebody's words: as the family calls them, else their own with a letter hidden."""
    guest = of(work, row, person_id)
    return guest.name if guest else mask_name(work.session.get_one(Person, person_id).name)


def enter(work: Work, row: Farewell, person_id: UUID) -> str:
    """The address to watch at, now; who came is written down. Afterwards that of the recording, while there is one.

    Raises ``FarewellTooEarlyError``, ``FarewellNoStreamError``, ``FarewellPausedError``, ``FarewellStateError``.
    """
    guest = of(work, row, person_id)
    if row.state not in WRITABLE:
        raise FarewellStateError(state_zh=STATE_ZH[row.state])
    if may_watch(row.state, row.starts_at, row.ends_at, work.now):
        if guest is not None and guest.came_at is None:
            guest.came_at = work.now
            audit.record(work, "farewell.came", f"farewell:{row.id}", guest=str(guest.id))
        if row.broken_at is not None:
            raise FarewellPausedError
        return _given(row.stream)
    if row.state == "displaced":
        raise FarewellStateError(state_zh=STATE_ZH[row.state])
    if work.now < row.starts_at:
        raise FarewellTooEarlyError(at=farewells.begins_zh(row))
    return _given(recording_of(row, local(work.now).date()))


def recording_of(row: Farewell, today: date) -> str | None:
    """The recording's address while it may be seen: its last day counts."""
    return row.recording if row.recording_until is not None and today <= row.recording_until else None


def _given(address: str | None) -> str:
    if address is None:
        raise FarewellNoStreamError
    return address
