"""Whoever has finished a matter of the registry may rate it (好差评, R-007)."""

from collections.abc import Iterable
from uuid import UUID

from backend.booking.matters import matter_of
from backend.booking.service import find as find_booking
from backend.core.db import Work
from backend.marriage import desk_booking
from backend.people.service import Viewer
from backend.ratings import service as ratings


def invite(
    work: Work, viewer: Viewer, people: Iterable[UUID | None], kind: str, subject: UUID, matter: str, office_id: UUID
) -> None:
    """Let each of the people the house knows rate it. ``kind`` and ``subject`` name what was finished."""
    title, path = matter_of(matter).title, desk_booking.office(work, office_id).path
    for person_id in people:
        if person_id is not None:
            ratings.invite(
                work, person_id, kind, str(subject), title, office_id, viewer.staff_id, division_path=path
            )  # fmt: skip


def invite_booked(work: Work, viewer: Viewer, kind: str, subject: UUID, booking_id: UUID) -> None:
    """The same for what stands beside an appointment only: a talk, a ceremony."""
    booking = find_booking(work, booking_id)
    people = [party.person_id for party in booking.parties]
    invite(work, viewer, people, kind, subject, booking.matter, booking.office_id)
