"""A farewell as its family, its guests and the desk see it. No address of a stream is in any of them."""

from typing import Any
from uuid import UUID

from backend.core.clock import local
from backend.core.db import Work
from backend.memorial import deceased, farewell_book, farewell_guests, farewell_recording, farewells
from backend.memorial.farewell_doors import Inside
from backend.memorial.farewell_models import Condolence, Farewell, FarewellGuest
from backend.memorial.farewell_rules import EARLY, LIVE, STATE_ZH, WORDS_ZH, WRITABLE, may_watch
from backend.memorial.farewell_schemas import FarewellOut
from backend.memorial.models import Deceased


def line(work: Work, row: Farewell) -> dict[str, Any]:
    """What everybody who may see it at all sees."""
    return {
        "id": row.id, "number": row.number, "name": deceased.find(work, row.deceased_id).name, "place": row.place,
        "starts_at": local(row.starts_at), "ends_at": local(row.ends_at), "opens_at": local(row.starts_at - EARLY),
        "state": row.state, "state_zh": STATE_ZH[row.state], "why": row.why,
    }  # fmt: skip


def own_line(work: Work, row: Farewell, reader: UUID) -> dict[str, Any]:
    """The same in one's own list: whether they decide about it."""
    return line(work, row) | {"kin": farewells.is_kin(work, row, reader)}


def dead(work: Work, one: Deceased) -> dict[str, Any]:
    """Somebody for whom the reader can plan, with what is planned already."""
    planned = farewells.live_of(work, one.id)
    return {"id": one.id, "name": one.name, "died": one.died, "planned": planned.id if planned else None}


def whole(work: Work, row: Farewell, reader: UUID) -> dict[str, Any]:
    """With the condolence book, and with the guests for those who decide."""
    seen, today = own_line(work, row, reader), local(work.now).date()
    return seen | {
        "can_watch": may_watch(row.state, row.starts_at, row.ends_at, work.now),
        "can_write": row.state in WRITABLE, "booked": row.booking_id is not None,
        "has_recording": farewell_guests.recording_of(row, today) is not None,
        "recording_until": row.recording_until, "agreed": row.consent_at is not None,
        "my_consent": _mine(work, row, reader) if seen["kin"] else None, "consent_until": row.consent_until,
        "recorded": row.consent_at is not None and row.state in LIVE, "stream_state": stream_state(row),
        "words": [words(one, reader) for one in farewell_book.entries(work, row, reader)],
        "guests": guests(work, row) if seen["kin"] else [],
    }  # fmt: skip


def whole_json(work: Work, row: Farewell, reader: UUID) -> dict[str, Any]:
    """The same, as JSON."""
    work.session.flush()
    return FarewellOut.model_validate(whole(work, row, reader)).model_dump(mode="json")


def room(work: Work, here: Inside) -> dict[str, Any]:
    """The same for the page of the web-view: a room to be in, and not the desk of the family."""
    seen = whole(work, here.row, here.person_id)
    return seen | {"kin": False, "guests": [], "my_consent": None}


def room_json(work: Work, here: Inside) -> dict[str, Any]:
    """The same, as JSON."""
    work.session.flush()
    return FarewellOut.model_validate(room(work, here)).model_dump(mode="json")


def stream_state(row: Farewell) -> str:
    """Whether there is a picture, without saying where."""
    return "none" if row.stream is None else "ready" if row.broken_at is None else "broken"


def _mine(work: Work, row: Farewell, reader: UUID) -> bool | None:
    said = (one for one in farewell_recording.said_by(work, row) if one.person_id == reader)
    return next((one.agreed for one in said), None)


def guests(work: Work, row: Farewell) -> list[dict[str, Any]]:
    """Who is invited, who has opened the link, who came."""
    return [_guest(one) for one in farewell_guests.invited(work, row)]


def _guest(one: FarewellGuest) -> dict[str, Any]:
    return {
        "id": one.id, "name": one.name, "printed": one.printed, "joined": one.person_id is not None,
        "came_at": local(one.came_at) if one.came_at else None,
    }  # fmt: skip


def words(one: Condolence, reader: UUID | None) -> dict[str, Any]:
    """One entry, with the name that was moderated together with it."""
    return {
        "id": one.id, "words": one.words, "at": local(one.created_at), "mine": one.person_id == reader,
        "by": one.signed, "state": one.state, "state_zh": WORDS_ZH[one.state],
    }  # fmt: skip
