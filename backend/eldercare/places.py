"""Where somebody is, in words that lead a person there; for one thing, or for the whole county at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.eldercare import rules
from backend.eldercare.models import Bed, Elder, Room, Site
from backend.people.models import Division

TOPIC = "places"
"""Stamped in ``core.versions`` by every verb that changes what a place or a name reads like."""


@dataclass(frozen=True, slots=True)
class Place:
    """``text`` never holds a street address; ``site_code`` and ``division_path`` are of the site that answers."""

    text: str
    site_code: str
    division_path: str


@dataclass(frozen=True, slots=True)
class Occupant:
    """The elder of a bed or a device, and where they are."""

    elder_id: UUID
    name: str
    bed_id: UUID | None
    place: Place


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """All sites, rooms, beds and active elders, for a process cache."""

    root_path: str
    """The county's division path: who answers for what nobody has placed yet."""
    sites: Mapping[str, Place]
    rooms: Mapping[UUID, Place]
    beds: Mapping[UUID, Place]
    elders: Mapping[UUID, Occupant]
    occupants: Mapping[UUID, Occupant]
    """By bed."""


def place_of(work: Work, thing: Elder | Bed | Room | Site) -> Place:
    """Where an elder, a bed, a room or a site is."""
    if isinstance(thing, Elder):
        return place_of(work, thing.bed or thing.site)
    if isinstance(thing, Site):
        return _site_place(thing.division.name, thing.division)
    site = work.session.get_one(Site, thing.site_code)
    return Place(_text(work, thing, site.division.name), site.division_code, site.division.path)


def _text(work: Work, thing: Bed | Room, site_name: str) -> str:
    if isinstance(thing, Room):
        return rules.room_text(site_name, thing.floor, thing.number)
    if thing.room is not None:
        return rules.bed_text(site_name, thing.room.floor, thing.room.number, thing.label)
    division = work.session.get_one(Division, thing.division_code)
    codes = division.path.rstrip("/").split("/")
    rows = work.session.execute(select(Division.code, Division.name).where(Division.code.in_(codes)))
    names = {code: name for code, name in rows}  # noqa: C416 - dict() takes a Result for a mapping
    return _family_text(division.path, names)


def _family_text(path: str, names: Mapping[str, str]) -> str:
    codes = path.rstrip("/").split("/")
    return rules.family_text([names[code] for code in codes[1:]])


def _site_place(name: str, division: Division) -> Place:
    return Place(name, division.code, division.path)


def root_path(work: Work) -> str:
    """The county's division path."""
    return work.session.scalar(select(Division.path).where(Division.parent_code.is_(None))) or ""


def find_spot(work: Work, site_code: str, room_number: str, bed_label: str | None) -> tuple[UUID | None, UUID | None]:
    """(bed id, None) or (None, room id) for what stands on the door and on the bed. Raises ``NotFoundError``."""
    room = work.session.scalar(select(Room.id).where(Room.site_code == site_code, Room.number == room_number))
    if room is None:
        raise NotFoundError(room=room_number)
    if bed_label is None:
        return None, room
    bed = work.session.scalar(select(Bed.id).where(Bed.room_id == room, Bed.label == bed_label))
    if bed is None:
        raise NotFoundError(bed=bed_label)
    return bed, None


def site_kind(work: Work, code: str | None) -> str | None:
    """``care_home`` or ``home_service``; None for no site."""
    return work.session.scalar(select(Site.kind).where(Site.division_code == code))


def whereabouts(work: Work) -> Whereabouts:
    """A handful of plain queries; nothing sealed is opened."""
    divisions = {one.code: one for one in work.session.scalars(select(Division))}
    codes = work.session.scalars(select(Site.division_code))
    sites = {code: _site_place(divisions[code].name, divisions[code]) for code in codes}
    storeys, rooms = _rooms(work, sites)
    beds = _beds(work, sites, storeys, divisions)
    elders = _elders(work, sites, beds)
    occupants = {one.bed_id: one for one in elders.values() if one.bed_id is not None}
    root = min((one.path for one in divisions.values()), key=len, default="")
    return Whereabouts(root, sites, rooms, beds, elders, occupants)


def _rooms(work: Work, sites: Mapping[str, Place]) -> tuple[dict[UUID, tuple[int, str]], dict[UUID, Place]]:
    storeys, rooms = {}, {}
    for key, code, floor, number in work.session.execute(select(Room.id, Room.site_code, Room.floor, Room.number)):
        storeys[key] = (floor, number)
        rooms[key] = _within(sites[code], rules.room_text(sites[code].text, floor, number))
    return storeys, rooms


def _beds(
    work: Work,
    sites: Mapping[str, Place],
    storeys: Mapping[UUID, tuple[int, str]],
    divisions: Mapping[str, Division],
) -> dict[UUID, Place]:
    names = {code: one.name for code, one in divisions.items()}
    beds = {}
    rows = work.session.execute(select(Bed.id, Bed.site_code, Bed.room_id, Bed.label, Bed.division_code))
    for key, site_code, room_id, label, division_code in rows:
        site = sites[site_code]
        if room_id is not None:
            text = rules.bed_text(site.text, *storeys[room_id], label)
        else:
            text = _family_text(divisions[division_code].path, names)
        beds[key] = _within(site, text)
    return beds


def _elders(work: Work, sites: Mapping[str, Place], beds: Mapping[UUID, Place]) -> dict[UUID, Occupant]:
    rows = work.session.execute(select(Elder.id, Elder.name, Elder.site_code, Elder.bed_id).where(Elder.active))
    return {
        key: Occupant(key, name, bed_id, beds[bed_id] if bed_id is not None else sites[site_code])
        for key, name, site_code, bed_id in rows
    }


def _within(site: Place, text: str) -> Place:
    return Place(text, site.site_code, site.division_path)
