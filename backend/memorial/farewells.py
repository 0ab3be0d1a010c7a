"""Farewells (告别仪式): planned by near kin or the funeral home; who decides about one, who is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.booking import service as booking
from backend.booking.noshow import tells_who_came
from backend.booking.parties import Party
from backend.booking.rules import say
from backend.core import audit, params
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_numbered
from backend.core.locks import for_update
from backend.memorial import deceased, halls
from backend.memorial.errors import NotNearKinError
from backend.memorial.farewell_errors import FarewellExistsError, FarewellStateError
from backend.memorial.farewell_models import Farewell, FarewellGuest
from backend.memorial.farewell_rules import EARLY, FAREWELL, LIVE, STATE_ZH, wrong_times
from backend.memorial.models import Deceased, Hall, HallPerson, HallRole
from backend.people.service import Viewer, division
from backend.residents.models import Person
from backend.residents.telling import tell_resident

VIEW, HANDLE = "memorial.view", "memorial.handle"
MATTER = "farewell"
PREFIX = "GB"
PORTION = 50
LONGEST_PLACE = 60
FILE = Path(__file__).with_name("params") / "farewells.yaml"


@dataclass(frozen=True, slots=True)
class Room:
    """A hall of a funeral home (an office of kind ``funeral_hall``) at a time that is published there."""

    office: str
    slot_id: UUID


@dataclass(frozen=True, slots=True)
class Where:
    """A place that is not booked here: in words, and when."""

    place: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Planner:
    """For whom a place is taken, by which staff (None: by the family), and who serves it where no hall is booked."""

    host_id: UUID | None
    staff: Viewer | None
    territory: str


def number(work: Work, name: str) -> int:
    """A number of ``params/farewells.yaml`` as it holds today."""
    return int(params.load(FILE).at(name, local(work.now).date()).value)


# -- planning


def plan_by_kin(work: Work, person_id: UUID, deceased_id: UUID, at: Room | Where) -> Farewell:
    """By near kin, proven in the hall of the dead; they answer for it.

    Raises ``NotNearKinError``, ``FarewellExistsError``, ``BadInputError``, ``LivingPersonError`` and, for a room, what
    booking raises.
    """
    dead = _free(work, deceased_id)
    hall = _hall_of(work, dead.id, person_id)
    if hall is None:
        raise NotNearKinError
    return _plan(work, dead, at, Planner(person_id, None, hall.territory))


def plan_by_staff(work: Work, by: Viewer, deceased_id: UUID, host_id: UUID | None, at: Room | Where) -> Farewell:
    """By the funeral home, for ``host_id`` or for a family that uses no phone. Raises the same, ``NotAllowedError``."""
    by.require(HANDLE)
    return _plan(work, _free(work, deceased_id), at, Planner(host_id, by, halls.territory_of(by)))


def _free(work: Work, deceased_id: UUID) -> Deceased:
    """The dead, locked, for whom nothing is planned yet."""
    mine = select(Deceased).where(Deceased.id == deceased_id)
    dead = work.session.scalars(for_update(work, mine)).first()
    if dead is None:
        raise NotFoundError(deceased=str(deceased_id))
    deceased.require_still_dead(work, dead)
    if planned := live_of(work, dead.id):
        raise FarewellExistsError(number=planned.number)
    return dead


def _plan(work: Work, dead: Deceased, at: Room | Where, by: Planner) -> Farewell:
    row = taken(work, at, by) | {
        "id": new_id(), "deceased_id": dead.id, "host_id": by.host_id,
        "staff_id": by.staff.staff_id if by.staff else None, "state": "planned", "why": "", "created_at": work.now,
        "version": 0,
    }  # fmt: skip
    made = find(work, insert_numbered(work, Farewell, row, PREFIX))
    audit.record(work, "farewell.plan", f"farewell:{made.id}", booked=made.booking_id is not None)
    return made


def taken(work: Work, at: Room | Where, by: Planner) -> dict[str, Any]:
    """The place and time as columns of a farewell; a room is held from now on. Raises what booking raises."""
    if isinstance(at, Room):
        return _booked(work, at, by)
    return _checked(work, at) | {"territory": by.territory}


def _checked(work: Work, at: Where) -> dict[str, Any]:
    if not 0 < len(at.place.strip()) <= LONGEST_PLACE:
        raise BadInputError(field="地点", why=f"请写 1 到 {LONGEST_PLACE} 个字")
    if why := wrong_times(at.starts_at, at.ends_at, work.now):
        raise BadInputError(field="时间", why=why)
    return {
        "place": at.place.strip(), "starts_at": at.starts_at, "ends_at": at.ends_at, "booking_id": None, "followed": 0,
    }  # fmt: skip


def _booked(work: Work, at: Room, by: Planner) -> dict[str, Any]:
    """The hall, held by the booking engine in the name of the host; staff only where they work."""
    if by.staff:
        by.staff.require(HANDLE, territory_of(work, at.office))
    person = work.session.get(Person, by.host_id) if by.host_id else None
    if person is None:
        raise BadInputError(field="家属", why="订礼厅要登记一位家属，请填写身份证号")
    party = Party(person.name, person.id_kind, person.id_number or "", person.phone, person.id)
    made = booking.book(
        work, office_code=at.office, matter=MATTER, slot_id=at.slot_id, parties=[party],
        by=None if by.staff else by.host_id, staff=by.staff,
    )  # fmt: skip
    return as_booked(work, made) | {"booking_id": made.id}


def as_booked(work: Work, made: booking.Booking) -> dict[str, Any]:
    """Place and time as the booking has them."""
    return {
        "place": made.office.name, "starts_at": made.starts_at, "ends_at": made.ends_at, "followed": made.sequence,
        "territory": division(work, made.office.division_code).path,
    }  # fmt: skip


def territory_of(work: Work, office: str) -> str:
    """Division path of a funeral home. Raises ``NotFoundError``."""
    return division(work, booking.office_of(work, office).division_code).path


# -- who


def dead_of(work: Work, person_id: UUID) -> list[Deceased]:
    """The dead whose proven near kin this person is: for them they plan."""
    near = (hall for hall, role in halls.of_person(work, person_id) if halls.is_near(role))
    return list({one.id: one for hall in near for one in halls.remembered(work, hall)}.values())


def _hall_of(work: Work, deceased_id: UUID, person_id: UUID) -> Hall | None:
    """The hall in which somebody is proven near kin of the dead."""
    near = (hall for hall, role in halls.of_person(work, person_id) if halls.is_near(role))
    return next((hall for hall in near if any(one.id == deceased_id for one in halls.remembered(work, hall))), None)


def live_of(work: Work, deceased_id: UUID) -> Farewell | None:
    """What is planned or under way for a dead person; there is one at most."""
    live = select(Farewell).where(Farewell.deceased_id == deceased_id, Farewell.state.in_(LIVE))
    return work.session.scalars(live).first()


def is_kin(work: Work, row: Farewell, person_id: UUID) -> bool:
    """Whether this person decides here: the host, or other near kin of the dead."""
    return row.host_id == person_id or _hall_of(work, row.deceased_id, person_id) is not None


def of_kin(work: Work, person_id: UUID, farewell_id: UUID) -> Farewell:
    """A farewell this person decides about, locked. Raises ``NotFoundError`` for everybody else."""
    row = find(work, farewell_id, lock=True)
    if not is_kin(work, row, person_id):
        raise NotFoundError(farewell=str(farewell_id))
    return row


def find(work: Work, farewell_id: UUID, *, lock: bool = False) -> Farewell:
    """Raises ``NotFoundError``."""
    mine = select(Farewell).where(Farewell.id == farewell_id).execution_options(populate_existing=lock)
    row = work.session.scalars(for_update(work, mine) if lock else mine).first()
    if row is None:
        raise NotFoundError(farewell=str(farewell_id))
    return row


def for_staff(work: Work, by: Viewer, farewell_id: UUID, action: str = VIEW, *, lock: bool = False) -> Farewell:
    """A farewell of the viewer's part of the county. Raises ``NotAllowedError``, ``NotFoundError`` outside of it."""
    by.require(action)
    row = find(work, farewell_id, lock=lock)
    if not by.may(action, row.territory):
        raise NotFoundError(farewell=str(farewell_id))
    return row


def of_person(work: Work, person_id: UUID) -> Sequence[Farewell]:
    """Those of one's own dead, and those somebody answers for or is invited to, the newest first."""
    invited = select(FarewellGuest.farewell_id).where(
        FarewellGuest.person_id == person_id, FarewellGuest.ended_at.is_(None)
    )
    own = Farewell.deceased_id.in_([one.id for one in dead_of(work, person_id)])
    mine = select(Farewell).where(own | (Farewell.host_id == person_id) | Farewell.id.in_(invited))
    return work.session.scalars(mine.order_by(Farewell.starts_at.desc(), Farewell.id)).all()


# -- changing


def move(work: Work, row: Farewell, action: str) -> None:
    """Along the table of states. Raises ``FarewellStateError``."""
    if action not in FAREWELL.actions(row.state):
        raise FarewellStateError(state_zh=STATE_ZH[row.state])
    row.state, row.version = FAREWELL.next(row.state, action), row.version + 1
    if row.state not in LIVE:
        row.stream = row.broken_at = None
    audit.record(work, f"farewell.{action}", f"farewell:{row.id}")


def tell(work: Work, row: Farewell, template: str, *, but: UUID | None = None, **facts: Any) -> None:
    """Tell the host and every guest who has joined, once for each version of the farewell; by SMS too."""
    guests = select(FarewellGuest.person_id).where(
        FarewellGuest.farewell_id == row.id, FarewellGuest.person_id.is_not(None), FarewellGuest.ended_at.is_(None)
    )
    _tell(work, row, {row.host_id, *work.session.scalars(guests)} - {but}, template, facts, sms=True)


def tell_kin(work: Work, row: Farewell, template: str) -> None:
    """Tell the host and the proven near kin, and nobody who could only worry."""
    here = select(HallRole).join(HallPerson, HallPerson.hall_id == HallRole.hall_id)
    roles = here.where(
        HallPerson.deceased_id == row.deceased_id, HallPerson.ended_at.is_(None), HallRole.ended_at.is_(None)
    )
    near = {role.person_id for role in work.session.scalars(roles) if halls.is_near(role)}
    _tell(work, row, {row.host_id, *near}, template, {}, sms=False)


def _tell(
    work: Work, row: Farewell, people: Iterable[UUID | None], template: str, facts: Mapping[str, Any], *, sms: bool
) -> None:  # fmt: skip
    known = {"name": deceased.find(work, row.deceased_id).name, "at": row.starts_at, **facts}
    for person_id in sorted((one for one in people if one is not None), key=str):
        tell_resident(
            work, person_id, key=f"{template}:{row.id}:{row.version}", template=template, facts=known,
            page=f"/pages/farewells/detail?id={row.id}", sms=sms,
        )  # fmt: skip


@tells_who_came
def was_held(work: Work, booking_id: UUID) -> bool:
    """Nobody is told that they missed the farewell of their own dead."""
    mine = select(Farewell.id).where(Farewell.booking_id == booking_id, Farewell.state != "cancelled")
    return work.session.scalars(mine).first() is not None


def begins_zh(row: Farewell) -> str:
    """From when it can be watched, with the day."""
    return say(row.starts_at - EARLY)
