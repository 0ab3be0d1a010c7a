"""The people a booking is for: checked, made comparable without being readable, kept from booking twice."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from backend.booking.errors import AlreadyBookedError, NotYourselfError, WrongPartiesError
from backend.booking.matters import Matter
from backend.booking.models import LIVE, BookingParty
from backend.core import idnumber
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.residents.indexes import id_index
from backend.residents.models import Person

LONGEST_NAME = 50


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody an appointment is for. ``person_id`` if they are known to the house."""

    name: str = field(repr=False)
    id_kind: str
    id_number: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    person_id: UUID | None = None

    @property
    def index(self) -> str:
        """The blind index of the identity number, the same as the person's."""
        return id_index(self.id_number)


def checked(matter: Matter, parties: Sequence[Party], today: date) -> list[Party]:
    """The same people with their numbers in one form.

    Raises ``WrongPartiesError`` unless as many different people as the matter needs are named, ``BadInputError``
    for a name or a number that cannot be right.
    """
    least, most = matter.parties
    tidy = [_tidy(party, today) for party in parties]
    if not least <= len(tidy) <= most or len({party.index for party in tidy}) < len(tidy):
        raise WrongPartiesError(needed=str(least) if least == most else f"{least} 到 {most}")
    return tidy


def _tidy(party: Party, today: date) -> Party:
    name, number = party.name.strip(), party.id_number.strip().upper()
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadInputError(field="姓名", why="请填写证件上的姓名")
    if party.id_kind == "resident_id":
        try:
            number = idnumber.parse(number, today).text
        except ValueError as error:
            raise BadInputError(field="身份证号", why=str(error)) from None
    elif not number:
        raise BadInputError(field="证件号码", why="请填写证件上的号码")
    return replace(party, name=name, id_number=number)


_KNOWN = select(Person.id_index, Person.id).where(Person.id_index.in_(bindparam("indexes", expanding=True)))


def known(work: Work, parties: Sequence[Party]) -> list[Party]:
    """The same people, with the ids of those who are in the house's register."""
    indexes = [party.index for party in parties if party.person_id is None]
    rows = work.session.execute(_KNOWN, {"indexes": indexes}) if indexes else ()
    ids = {index: person_id for index, person_id in rows}  # noqa: C416 - dict() takes a Result for a mapping
    return [replace(party, person_id=party.person_id or ids.get(party.index)) for party in parties]


def require_one_is(parties: Sequence[Party], person_id: UUID) -> None:
    """Raise ``NotYourselfError`` unless this person is one of them: nobody books online for strangers."""
    if person_id not in {party.person_id for party in parties}:
        raise NotYourselfError


def require_free(work: Work, parties: Sequence[Party], group: str) -> None:
    """An early look: raise ``AlreadyBookedError`` if one of them has a live booking of the group."""
    indexes = [party.index for party in parties]
    held = select(BookingParty.id).where(
        BookingParty.person_index.in_(indexes), BookingParty.matter_group == group, BookingParty.live
    )
    if work.session.scalar(held.limit(1)) is not None:
        raise AlreadyBookedError(group=group)


def write(work: Work, booking_id: UUID, parties: Sequence[Party], group: str) -> list[dict[str, Any]]:
    """Write them; the unique index of live parties decides. Their rows, by position. Raises ``AlreadyBookedError``.

    In the order of their index, so that two partners who book at once wait for each other in one direction only.
    """
    rows = [_row(booking_id, position, party, group) for position, party in enumerate(parties, 1)]
    rows.sort(key=lambda row: str(row["person_index"]))
    if len(insert_new(work, BookingParty, rows, unique=("person_index", "matter_group"), where=LIVE)) < len(rows):
        raise AlreadyBookedError(group=group)
    return sorted(rows, key=itemgetter("position"))


def _row(booking_id: UUID, position: int, party: Party, group: str) -> dict[str, Any]:
    return {
        "id": new_id(), "booking_id": booking_id, "position": position, "person_id": party.person_id,
        "person_index": party.index, "name": party.name, "id_kind": party.id_kind, "id_number": party.id_number,
        "phone": party.phone, "matter_group": group, "live": True, "forgotten_at": None,
    }  # fmt: skip


def to_json(parties: Sequence[Party]) -> str:
    return json.dumps([asdict(party) for party in parties], ensure_ascii=False, default=str)


def from_json(text: str) -> list[Party]:
    return [Party(**(one | {"person_id": _uuid(one["person_id"])})) for one in json.loads(text)]


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
