"""From the mini-program into the page of one farewell: a hand-over used once within a minute, then a cookie.

What the cookie opens is asked anew at every request: the sign-in it came from, the invitation and the farewell.
"""

import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from backend.core import audit
from backend.core.crypto import new_token, token_digest
from backend.core.db import Actor, Work
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.memorial import farewell_guests
from backend.memorial.farewell_errors import FarewellHandOverError, FarewellRoomShutError
from backend.memorial.farewell_models import Farewell, FarewellDoor
from backend.memorial.farewell_rules import HAND_OVER_LASTS, LIVE, ROOM_AFTER, room_shut
from backend.residents.service import person_signed_in

KEPT_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Inside:
    """Whose page this is, in which farewell; ``csrf`` is what it sends along with what it changes."""

    row: Farewell
    person_id: UUID
    csrf: str = field(repr=False)

    @property
    def actor(self) -> Actor:
        return Actor("resident", str(self.person_id), "")


def hand_over(work: Work, row: Farewell, person_id: UUID, family: UUID) -> str:
    """A token for the page of this farewell, for this person, from the sign-in ``family``."""
    token = new_token()
    work.session.add(
        FarewellDoor(
            id=new_id(), farewell_id=row.id, person_id=person_id, family=family, token_digest=token_digest(token),
            expires_at=work.now + HAND_OVER_LASTS,
        )
    )  # fmt: skip
    return token


def enter(work: Work, farewell_id: UUID, token: str) -> tuple[Inside, str]:
    """Change the token for a session, once; the second is the cookie, for the browser alone.

    Raises ``FarewellHandOverError``, ``FarewellRoomShutError``.
    """
    cookie, csrf = new_token(), new_token()
    mine = (FarewellDoor.token_digest == token_digest(token), FarewellDoor.farewell_id == farewell_id)
    used = work.execute_dml(
        update(FarewellDoor)
        .where(*mine, FarewellDoor.used_at.is_(None), FarewellDoor.expires_at > work.now)
        .values(used_at=work.now, session_digest=token_digest(cookie), csrf=csrf)
        .execution_options(synchronize_session=False)
    )
    if not used:
        raise FarewellHandOverError
    found = inside(work, farewell_id, cookie)
    work.actor = found.actor
    audit.record(work, "farewell.room", f"farewell:{farewell_id}")
    return found, cookie


def inside(work: Work, farewell_id: UUID, cookie: str) -> Inside:
    """Whose page it is. Raises ``FarewellRoomShutError`` from the moment they may not be here any more."""
    mine = select(FarewellDoor).where(
        FarewellDoor.session_digest == token_digest(cookie), FarewellDoor.farewell_id == farewell_id
    )
    door = work.session.scalars(mine.execution_options(populate_existing=True)).first()
    if door is None or door.used_at is None or door.csrf is None:
        raise FarewellRoomShutError
    if person_signed_in(work, door.family) != door.person_id:
        raise FarewellRoomShutError
    try:
        row = farewell_guests.seen_by(work, door.person_id, farewell_id)
    except NotFoundError:
        raise FarewellRoomShutError from None
    if room_shut(row.ends_at, door.used_at, work.now):
        raise FarewellRoomShutError
    return Inside(row, door.person_id, door.csrf)


def require_own_page(here: Inside, sent: str) -> None:
    """A cookie alone changes nothing. Raises ``FarewellRoomShutError``."""
    if not hmac.compare_digest(sent.encode(), here.csrf.encode()):
        raise FarewellRoomShutError


def forget(work: Work) -> int:
    """Hand-overs that nobody used, and the sessions of rooms that have been shut for a day; how many."""
    past = work.now - KEPT_AFTER
    shut = select(Farewell.id).where(Farewell.state.not_in(LIVE), Farewell.ends_at < past)
    unused = FarewellDoor.used_at.is_(None) & (FarewellDoor.expires_at < work.now)
    old = FarewellDoor.farewell_id.in_(shut) & (FarewellDoor.used_at < past - ROOM_AFTER)
    return work.execute_dml(
        delete(FarewellDoor).where(or_(unused, old)).execution_options(synchronize_session=False)
    )  # fmt: skip
