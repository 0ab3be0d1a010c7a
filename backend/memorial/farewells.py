"""Farewells (告别仪式): planned by near kin or the funeral home, moved, called off, opened and ended by the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

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
from backend.core.locks import claim, for_update
from backend.memorial import deceased, halls
from backend.memorial.errors import NotNearKinError
from backend.memorial.farewell_errors import FarewellExistsError, FarewellStateError
from backend.memorial.farewell_models import Farewell, FarewellGuest
from backend.memorial.farewell_rules import EARLY, FAREWELL, LIVE, STATE_ZH, wrong_times
from backend.memorial.models import Deceased
from backend.people.service import Viewer
from backend.residents.models import Person
from backend.residents.telling import tell_resident

VIEW, HANDLE = "memorial.view", "memorial.handle"
MATTER = "farewell"
PREFIX = "GB"
PORTION = 50
LONGEST_PLACE, LONGEST_WHY = 60, 100
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
    if not _near(work, dead.id, person_id):
        raise NotNearKinError
    return _plan(work, dead, at, host=person_id, staff=None)


def plan_by_staff(work: Work, by: Viewer, deceased_id: UUID, host_id: UUID | None, at: Room | Where) -> Farewell:
    """By the funeral home, for ``host_id`` or for a family that uses no phone. Raises the same, ``NotAllowedError``."""
    by.require(HANDLE)
    return _plan(work, _free(work, deceased_id), at, host=host_id, staff=by)


def _free(work: Work, deceased_id: UUID) -> Deceased:
    """The dead, locked, for whom nothing is planned yet."""
    mine = select(Deceased).where(Deceased.id == deceased_id)
    dead = work.session.scalars(for_update(work, mine)).first()
    if dead is None:
        raise NotFoundError(deceased=str(deceased_id))
    deceased.require_still_dead(work, dead)
    live = select(Farewell.number).where(Farewell.deceased_id == dead.id, Farewell.state.in_(LIVE))
    if planned := work.session.scalar(live):
        raise FarewellExistsError(number=planned)
    return dead


def _plan(work: Work, dead: Deceased, at: Room | Where, *, host: UUID | None, staff: Viewer | None) -> Farewell:
    when = _booked(work, at, host, staff) if isinstance(at, Room) else _checked(work, at)
    row = when | {
        "id": new_id(), "deceased_id": dead.id, "host_id": host, "staff_id": staff.staff_id if staff else None,
        "state": "planned", "why": "", "created_at": work.now, "version": 0,
    }  # fmt: skip
    made = find(work, insert_numbered(work, Farewell, row, PREFIX))
    audit.record(work, "farewell.plan", f"farewell:{made.id}", booked=made.booking_id is not None)
    return made


def _checked(work: Work, at: Where) -> dict[str, Any]:
    if not 0 < len(at.place.strip()) <= LONGEST_PLACE:
        raise BadInputError(field="地点", why=f"请写 1 到 {LONGEST_PLACE} 个字")
    if why := wrong_times(at.starts_at, at.ends_at, work.now):
        raise BadInputError(field="时间", why=why)
    return {
        "place": at.place.strip(), "starts_at": at.starts_at, "ends_at": at.ends_at, "booking_id": None, "followed": 0,
    }  # fmt: skip


def _booked(work: Work, at: Room, host: UUID | None, staff: Viewer | None) -> dict[str, Any]:
    """The hall, held by the booking engine in the name of the host."""
    person = work.session.get(Person, host) if host else None
    if person is None:
        raise BadInputError(field="家属", why="订礼厅要登记一位家属，请填写身份证号")
    party = Party(person.name, person.id_kind, person.id_number or "", person.phone, person.id)
    made = booking.book(
        work, office_code=at.office, matter=MATTER, slot_id=at.slot_id, parties=[party],
        by=None if staff else host, staff=staff,
    )  # fmt: skip
    return _as_booked(made) | {"booking_id": made.id}


def _as_booked(made: Any) -> dict[str, Any]:
    return {
        "place": made.office.name, "starts_at": made.starts_at, "ends_at": made.ends_at, "followed": made.sequence,
    }  # fmt: skip


# -- who


def _near(work: Work, deceased_id: UUID, person_id: UUID) -> bool:
    return any(
        halls.is_near(role) and any(one.id == deceased_id for one in halls.remembered(work, hall))
        for hall, role in halls.of_person(work, person_id)
    )


def is_kin(work: Work, row: Farewell, person_id: UUID) -> bool:
    """Whether this person decides here: the host, or other near kin of the dead."""
    return row.host_id == person_id or _near(work, row.deceased_id, person_id)


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


def of_person(work: Work, person_id: UUID) -> Sequence[Farewell]:
    """Those somebody answers for or is invited to, the newest first."""
    invited = select(FarewellGuest.farewell_id).where(
        FarewellGuest.person_id == person_id, FarewellGuest.ended_at.is_(None)
    )
    mine = select(Farewell).where((Farewell.host_id == person_id) | Farewell.id.in_(invited))
    return work.session.scalars(mine.order_by(Farewell.starts_at.desc(), Farewell.id)).all()


# -- changing


def move(work: Work, row: Farewell, action: str) -> None:
    """Along the table of states. Raises ``FarewellStateError``."""
    if action not in FAREWELL.actions(row.state):
        raise FarewellStateError(state_zh=STATE_ZH[row.state])
    row.state, row.version = FAREWELL.next(row.state, action), row.version + 1
    if row.state not in LIVE:
        row.stream = None
    audit.record(work, f"farewell.{action}", f"farewell:{row.id}")


def cancel(work: Work, row: Farewell, why: str, *, by: UUID | None = None) -> None:
    """Called off: everybody is told why, the hall is free again. Raises ``FarewellStateError``, ``BadInputError``."""
    if not 0 < len(why.strip()) <= LONGEST_WHY:
        raise BadInputError(field="原因", why=f"请写 1 到 {LONGEST_WHY} 个字，亲友会看到")
    row.why = why.strip()
    move(work, row, "cancel")
    held = booking.find(work, row.booking_id) if row.booking_id is not None else None
    if held is not None and held.state in ("booked", "displaced") and work.now < held.starts_at:
        booking.cancel(work, held.id, reason="告别仪式取消")
    tell(work, row, "farewell_cancelled", but=by, why=row.why)


def reschedule(work: Work, row: Farewell, at: Where) -> None:
    """Another place or time, where no hall is booked here; everybody is told. Raises the same."""
    if row.booking_id is not None:
        raise BadInputError(field="时间", why="礼厅是预约的，请在“我的预约”里改约")
    move(work, row, "change")
    _set(work, row, _checked(work, at))


def _set(work: Work, row: Farewell, when: dict[str, Any]) -> None:
    for name, value in when.items():
        setattr(row, name, value)
    tell(work, row, "farewell_changed", place=row.place)


def tell(work: Work, row: Farewell, template: str, *, but: UUID | None = None, **facts: Any) -> None:
    """Tell the host and every guest who has joined, once for each version of the farewell; by SMS too."""
    guests = select(FarewellGuest.person_id).where(
        FarewellGuest.farewell_id == row.id, FarewellGuest.person_id.is_not(None), FarewellGuest.ended_at.is_(None)
    )
    people = {row.host_id, *work.session.scalars(guests)} - {None, but}
    known = {"name": deceased.find(work, row.deceased_id).name, "at": row.starts_at} | facts
    for person_id in sorted((one for one in people if one is not None), key=str):
        tell_resident(
            work, person_id, key=f"{template}:{row.id}:{row.version}", template=template, facts=known,
            page=f"/pages/farewells/detail?id={row.id}", sms=True,
        )  # fmt: skip


# -- by the clock


def turn(work: Work) -> int:
    """Open what begins within half an hour, end what is over, close the book a week later; a portion, how many."""
    shut = work.now - timedelta(days=number(work, "farewell_book_days"))
    opening = (Farewell.state == "planned") & (Farewell.starts_at <= work.now + EARLY)
    ending = (Farewell.state == "open") & (Farewell.ends_at <= work.now)
    closing = (Farewell.state == "over") & (Farewell.ends_at <= shut)
    return (
        _each(work, opening, _begin)
        + _each(work, ending, _finish)
        + _each(work, closing, lambda work, row: move(work, row, "close"))
    )


def _each(work: Work, which: ColumnElement[bool], step: Any) -> int:
    due = select(Farewell).where(which).order_by(Farewell.starts_at, Farewell.id).limit(PORTION)
    rows = work.session.scalars(claim(work, due)).all()
    for row in rows:
        step(work, row)
    return len(rows)


def _begin(work: Work, row: Farewell) -> None:
    """After hours in which nothing ran nobody is called to what is over."""
    move(work, row, "open")
    if work.now < row.ends_at:
        tell(work, row, "farewell_open")


def _finish(work: Work, row: Farewell) -> None:
    move(work, row, "finish")
    if row.booking_id is not None and booking.find(work, row.booking_id).state in ("booked", "checked_in"):
        booking.finish(work, row.booking_id)


def follow(work: Work) -> int:
    """What somebody changed about the booking of the hall itself (moved, cancelled, the home closed): how many."""
    mine = select(Farewell).where(Farewell.state == "planned", Farewell.booking_id.is_not(None))
    return sum(_follow(work, row) for row in work.session.scalars(claim(work, mine.order_by(Farewell.id))))


def _follow(work: Work, row: Farewell) -> bool:
    made = booking.find(work, row.booking_id) if row.booking_id else None
    if made is None or (made.sequence == row.followed and made.state != "cancelled"):
        return False
    if made.state == "cancelled":
        cancel(work, row, made.cancel_reason or "礼厅的预约取消了")
    else:
        move(work, row, "change")
        _set(work, row, _as_booked(made))
    return True


@tells_who_came
def was_held(work: Work, booking_id: UUID) -> bool:
    """Nobody is told that they missed the farewell of their own dead."""
    mine = select(Farewell.id).where(Farewell.booking_id == booking_id, Farewell.state != "cancelled")
    return work.session.scalars(mine).first() is not None


def begins_zh(row: Farewell) -> str:
    """From when it can be watched, with the day."""
    return say(row.starts_at - EARLY)
