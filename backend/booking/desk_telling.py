"""Telling everybody an appointment is for: residents in their inbox, by WeChat and SMS; others by SMS alone.

Texts for a lock screen never name the matter (see ``telling``).
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.booking.desk import ages
from backend.booking.desk_rules import SMS_AGE
from backend.booking.models import Booking, BookingParty
from backend.booking.telling import facts_of
from backend.core.db import Work
from backend.core.phone import is_mobile
from backend.notices import service as notices
from backend.notices.channels.base import ChannelName
from backend.notices.service import Recipient
from backend.residents.masking import mask_name
from backend.residents.telling import tell_resident

DAY_S = 86_400.0


def tell_everybody(
    work: Work, booking: Booking, template: str, *, sms: bool = False, deadline_s: float = DAY_S, **facts: Any
) -> None:
    """Tell each of the people once per change of the appointment; by SMS too with ``sms`` and from the age of 60 on."""
    said = facts_of(booking) | {"office_phone": booking.office.phone} | facts
    key = f"{template}:{booking.id}:{booking.sequence}"
    by_sms: dict[UUID, bool] = {} if booking.booked_by is None else {booking.booked_by: False}
    for party, age in zip(booking.parties, ages(booking.parties, booking.day), strict=True):
        if party.person_id is None:
            _by_phone(work, party, key, template, said, deadline_s)
        else:
            by_sms[party.person_id] = sms or (age or 0) >= SMS_AGE
    for person_id in sorted(by_sms, key=str):
        tell_resident(
            work, person_id, key=key, template=template, facts=said, page=f"/pages/bookings/detail?id={booking.id}",
            deadline_s=deadline_s, sms=by_sms[person_id],
        )  # fmt: skip


def _by_phone(
    work: Work, party: BookingParty, key: str, template: str, facts: Mapping[str, Any], deadline_s: float
) -> None:
    """Somebody a clerk wrote down, who is no resident of the mini-program."""
    if party.phone is None or not is_mobile(party.phone):
        return
    address = {ChannelName.SMS.value: party.phone}
    to = Recipient("resident", f"party:{party.id}", mask_name(party.name), tuple(address), address)
    notices.tell(
        work, to, key=f"party:{party.id}:{key}", template=template, facts=facts, priority=5, deadline_s=deadline_s
    )
