"""A farewell as its family, its guests and the desk see it. No address of a stream is in any of them."""

from typing import Any
from uuid import UUID

from backend.core.clock import local
from backend.core.db import Work
from backend.memorial import deceased, farewell_book, farewell_guests, farewells
from backend.memorial.farewell_models import Condolence, Farewell, FarewellGuest
from backend.memorial.farewell_rules import EARLY, STATE_ZH, WORDS_ZH, WRITABLE, may_watch
from backend.memorial.farewell_schemas import FarewellOut
from backend.residents.masking import mask_name
from backend.residents.models import Person


def line(work: Work, row: Farewell) -> dict[str, Any]:
    """What everybody who may see it at all sees."""
    return {
        "id": row.id, "number": row.number, "name": deceased.find(work, row.deceased_id).name, "place": row.place,
        "starts_at": local(row.starts_at), "ends_at": local(row.ends_at), "opens_at": local(row.starts_at - EARLY),
        "state": row.state, "state_zh": STATE_ZH[row.state], "why": row.why,
    }  # fmt: skip


def whole(work: Work, row: Farewell, reader: UUID) -> dict[str, Any]:
    """With the condolence book, and with the guests for those who decide."""
    kin, today = farewells.is_kin(work, row, reader), local(work.now).date()
    return line(work, row) | {
        "kin": kin, "can_watch": may_watch(row.state, row.starts_at, row.ends_at, work.now),
        "can_write": row.state in WRITABLE, "booked": row.booking_id is not None,
        "has_recording": farewell_guests.recording_of(row, today) is not None,
        "recording_until": row.recording_until, "agreed": row.consent_at is not None,
        "words": [words(work, row, one, reader) for one in farewell_book.entries(work, row, reader)],
        "guests": guests(work, row) if kin else [],
    }  # fmt: skip


def whole_json(work: Work, row: Farewell, reader: UUID) -> dict[str, Any]:
    """The same, as JSON."""
    work.session.flush()
    return FarewellOut.model_validate(whole(work, row, reader)).model_dump(mode="json")


def guests(work: Work, row: Farewell) -> list[dict[str, Any]]:
    """Who is invited, who has opened the link, who came."""
    return [_guest(one) for one in farewell_guests.invited(work, row)]


def _guest(one: FarewellGuest) -> dict[str, Any]:
    return {
        "id": one.id, "name": one.name, "joined": one.person_id is not None,
        "came_at": local(one.came_at) if one.came_at else None,
    }  # fmt: skip


def words(work: Work, row: Farewell, one: Condolence, reader: UUID | None) -> dict[str, Any]:
    """One entry, under the name by which the family invited its writer."""
    guest = farewell_guests.of(work, row, one.person_id)
    return {
        "id": one.id, "words": one.words, "at": local(one.created_at), "mine": one.person_id == reader,
        "by": guest.name if guest else mask_name(work.session.get_one(Person, one.person_id).name),
        "state": one.state, "state_zh": WORDS_ZH[one.state],
    }  # fmt: skip
