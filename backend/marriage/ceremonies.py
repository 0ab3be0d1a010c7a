"""Ceremonies and group weddings as the office prepares them (R-095): who hosts, who comes, what is wished."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select

from backend.booking import desk_finding, group_days
from backend.booking.matters import matter_of
from backend.booking.service import find as find_booking
from backend.booking.service import office_of
from backend.booking.views import span
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.locks import for_update
from backend.marriage import desk_booking, rating
from backend.marriage.models import Ceremony
from backend.marriage.talks import CEREMONIES
from backend.people.models import Division, Staff, StaffRole
from backend.people.service import Viewer
from backend.residents.masking import mask_name

VIEW, DESK = "marriage.view", "booking.desk"
HOSTS = ("registrar", "officer", "lead", "clerk")
GROUP = "group_wedding"


@dataclass(frozen=True, slots=True)
class Event:
    """One ceremony as the day's list shows it."""

    id: UUID
    time: str
    matter: str
    title: str
    names: tuple[str, ...]
    host_id: UUID | None
    host: str | None
    guests: int
    wishes: str | None = field(repr=False)
    held: bool
    came: bool


def of_day(work: Work, viewer: Viewer, office_code: str, day: date) -> list[Event]:
    """The ceremonies at an office on a day in their order. Raises ``NotFoundError`` and ``NotAllowedError``."""
    office = desk_finding.place(work, viewer, office_code, VIEW)
    booked = [one for one in desk_finding.of_day(work, office, day) if one.matter in CEREMONIES]
    there = select(Ceremony).where(Ceremony.booking_id.in_([one.id for one in booked]))
    rows = {row.booking_id: row for row in work.session.scalars(there)}
    names = {one.id: one.name for one in hosts(work, office_code)}
    return [
        Event(
            row.id, span(one.starts_at, one.ends_at), one.matter, matter_of(one.matter).title,
            tuple(mask_name(party.name) for party in one.parties), row.host_id,
            names.get(row.host_id) if row.host_id else None, row.guests, row.wishes, row.held_at is not None,
            one.state in ("checked_in", "serving", "done"),
        )
        for one in booked
        if one.state != "cancelled" and (row := rows.get(one.id)) is not None
    ]  # fmt: skip


def hosts(work: Work, office_code: str) -> Sequence[Staff]:
    """Who can host at this office: the staff of its place in the tree and of those above it, by name."""
    path = desk_booking.office(work, office_of(work, office_code).id).path
    above = select(Division.code).where(Division.code.in_([part for part in path.split("/") if part]))
    theirs = select(StaffRole.staff_id).where(StaffRole.role.in_(HOSTS), StaffRole.division_code.in_(above))
    return work.session.scalars(select(Staff).where(Staff.active, Staff.id.in_(theirs)).order_by(Staff.name)).all()


def set_host(work: Work, viewer: Viewer, event_id: UUID, host_id: UUID | None) -> Ceremony:
    """Who hands over the certificates; None while nobody does. Raises ``NotFoundError``, ``BadInputError``."""
    event, office_code = _find(work, viewer, event_id)
    if host_id is not None and host_id not in {one.id for one in hosts(work, office_code)}:
        raise BadInputError(field="颁证员", why="请从列表中选择")
    event.host_id = host_id
    audit.record(work, "ceremony.host", f"ceremony:{event.id}", host=str(host_id or ""))
    return event


def hold(work: Work, viewer: Viewer, event_id: UUID) -> Ceremony:
    """It took place; saying so twice changes nothing."""
    event, _office = _find(work, viewer, event_id)
    if event.held_at is None:
        event.held_at = work.now
        desk_booking.finish_held(work, event.booking_id)
        rating.invite_booked(work, viewer, "ceremony", event.id, event.booking_id)
        audit.record(work, "ceremony.held", f"ceremony:{event.id}")
    return event


def _find(work: Work, viewer: Viewer, event_id: UUID) -> tuple[Ceremony, str]:
    """The ceremony, locked, and the code of its office. Raises ``NotFoundError`` outside the viewer's offices."""
    viewer.require(DESK)
    statement = select(Ceremony).where(Ceremony.id == event_id).execution_options(populate_existing=True)
    event = work.session.scalars(for_update(work, statement)).first()
    if event is None:
        raise NotFoundError(ceremony=str(event_id))
    office = desk_booking.office(work, find_booking(work, event.booking_id).office_id)
    if not desk_booking.may_at(work, viewer, office.id, DESK):
        raise NotFoundError(ceremony=str(event_id))
    return event, office.code


def open_group_wedding(
    work: Work, viewer: Viewer, office_code: str, day: date, starts: int, ends: int, couples: int, title: str
) -> None:
    """A day on which so many couples can book a place together, between two minutes of the day.

    Raises ``NotFoundError``, ``BadInputError``, and ``UnknownMatterError`` at an office that does not offer it.
    """
    office = desk_finding.place(work, viewer, office_code, desk_finding.PLAN)
    group_days.open_for(work, office, GROUP, day, group_days.Together(starts, ends, couples), title)


def group_weddings(work: Work, viewer: Viewer, office_code: str) -> list[group_days.GroupDay]:
    """The days ahead that were opened for a group wedding, with the places that are left."""
    office = desk_finding.place(work, viewer, office_code, VIEW)
    return group_days.ahead(work, office, GROUP)
