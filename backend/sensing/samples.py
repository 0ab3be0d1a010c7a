"""One value of one device, placed: what the intake hands to this domain."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Sample:
    """A value with everything a rule needs to know of its origin; thousands are made every second.

    ``at`` is the moment it speaks of and ``received_at`` when it came (both aware UTC). Booleans are 0.0 and 1.0 in
    ``value``; ``text`` is for capabilities that speak in words. ``momentary``: an event of its own, twice means two;
    otherwise a level that is compared with the previous one. ``live`` False (history, backlog, retained, device in
    maintenance): kept at its own time and rolled up, but no rule fires or clears because of it.
    """

    device_id: UUID
    elder_id: UUID | None
    bed_id: UUID | None
    site_code: str | None
    capability: str
    at: datetime
    value: float | None
    text: str | None
    received_at: datetime
    momentary: bool = False
    live: bool = True
