"""A full slot is said at once: in a rush nearly everybody hears nothing else, so a process looks once a second."""

from typing import cast
from uuid import UUID

from flask import current_app

from backend.booking import service
from backend.booking.errors import SlotFullError
from backend.core.db import Work
from backend.core.fresh import KEPT_S, Fresh

FULL = "shouwang_full_slots"


def refuse_full(work: Work, slot_id: UUID) -> None:
    """Raise ``SlotFullError`` if the slot was full within the last second; whoever books looks for themself."""
    if _full().get(str(slot_id), lambda: service.is_full(work, slot_id)):
        raise SlotFullError(slot=str(slot_id))


def _full() -> Fresh[bool]:
    """Tests move the clock by hand and want to see what they just did."""
    kept = 0.0 if current_app.config["SHOUWANG"].mode == "test" else KEPT_S
    return cast("Fresh[bool]", current_app.extensions.setdefault(FULL, Fresh(kept)))
