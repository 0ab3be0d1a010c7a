"""What the people of a booking are told. A lock screen never names the matter: a divorce is nobody's business."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.booking.matters import matter_of
from backend.booking.models import Booking
from backend.core.db import Work
from backend.people.service import division
from backend.ratings import service as ratings
from backend.residents.telling import tell_resident

DAY_S = 86_400


def tell_people(work: Work, booking: Booking, template: str, *, sms: bool = False, **facts: Any) -> None:
    """Tell everybody the booking is for, as far as the house knows them, and who made it. Once per state of it."""
    people = {party.person_id for party in booking.parties} | {booking.booked_by}
    for person_id in sorted((one for one in people if one is not None), key=str):
        tell_resident(
            work, person_id, key=f"{template}:{booking.id}:{booking.sequence}", template=template,
            facts=facts_of(booking) | facts, page=f"/pages/bookings/detail?id={booking.id}", deadline_s=DAY_S, sms=sms,
        )  # fmt: skip


def invite_to_rate(work: Work, booking: Booking) -> None:
    """Let its people rate what was done (R-007). Matters with an entrance of their own invite where they decide."""
    if matter_of(booking.matter).entrance != "booking":
        return
    title, path = matter_of(booking.matter).title, division(work, booking.office.division_code).path
    for party in booking.parties:
        if party.person_id is not None:
            ratings.invite(
                work, party.person_id, "booking", str(booking.id), title, booking.office_id, division_path=path
            )  # fmt: skip


def facts_of(booking: Booking) -> dict[str, Any]:
    """What every text about a booking may say."""
    return {
        "matter": matter_of(booking.matter).title,
        "office": booking.office.name,
        "at": booking.starts_at,
        "number": booking.number,
    }


def tell_waiting(work: Work, person_id: UUID, entry_id: UUID, template: str, facts: Mapping[str, Any]) -> None:
    """Tell somebody on the waiting list, by SMS too: the offer runs out."""
    tell_resident(
        work, person_id, key=f"{template}:{entry_id}", template=template, facts=facts,
        page=f"/pages/waiting/detail?id={entry_id}", priority=3, sms=True,
    )  # fmt: skip
