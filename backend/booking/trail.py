"""The line "done by the counter for …" of the people of an appointment (R-010)."""

from backend.booking.models import Booking
from backend.core.db import Work
from backend.people.service import Viewer
from backend.residents import acts


def note_counter(work: Work, booking: Booking, action: str, staff: Viewer | None) -> None:
    """Write it for each of the people the house knows; they are told.

    Nothing without ``staff``, and nothing for walk-ins: they stand at the counter themselves.
    """
    if staff is None or booking.on_site:
        return
    for party in booking.parties:
        if party.person_id is not None:
            acts.did(
                work, principal_id=party.person_id, scope="booking", action=action, subject=f"booking:{booking.id}",
                staff=staff,
            )  # fmt: skip
