"""A farewell is called off, gets another time or place, ends early; its hall goes with it, and everybody is told."""

from typing import Any
from uuid import UUID

from backend.booking import service as booking
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.memorial import farewells
from backend.memorial.farewell_errors import FarewellChangedError
from backend.memorial.farewell_models import Farewell
from backend.memorial.farewells import Planner, Room, Where
from backend.people.service import Viewer

LONGEST_WHY = 100
HELD = ("booked", "displaced")
MOVED = "告别仪式换了地方"


def require_version(row: Farewell, seen: str) -> None:
    """Of two who change it at once the second hears of the first. Raises ``FarewellChangedError``."""
    if seen != str(row.version):
        raise FarewellChangedError


def cancel(work: Work, row: Farewell, why: str, *, by: UUID | None = None) -> None:
    """Called off: everybody is told why, the hall is free again. Raises ``FarewellStateError``, ``BadInputError``."""
    if not 0 < len(why.strip()) <= LONGEST_WHY:
        raise BadInputError(field="原因", why=f"请写 1 到 {LONGEST_WHY} 个字，亲友会看到")
    row.why = why.strip()
    farewells.move(work, row, "cancel")
    _let_go(work, row, "告别仪式取消")
    farewells.tell(work, row, "farewell_cancelled", but=by, why=row.why)


def _let_go(work: Work, row: Farewell, why: str) -> None:
    """The hall, where one is held that has not begun."""
    held = booking.find(work, row.booking_id) if row.booking_id is not None else None
    if held is not None and held.state in HELD and work.now < held.starts_at:
        booking.cancel(work, held.id, reason=why)


def reschedule(work: Work, row: Farewell, at: Room | Where, *, staff: Viewer | None = None) -> None:
    """Another time or place; everybody is told. A family gives up a hall that stands only by taking another.

    Raises what planning raises, ``FarewellStateError``, ``SlotFullError`` and the other refusals of booking.
    """
    standing = row.booking_id is not None and row.state != "displaced"
    if standing and staff is None and not isinstance(at, Room):
        raise BadInputError(field="时间", why="礼厅是预约的，请在“我的预约”里改约")
    farewells.move(work, row, "change")
    settle(work, row, _moved(work, row, at, staff) or _taken_anew(work, row, at, staff))


def _moved(work: Work, row: Farewell, at: Room | Where, staff: Viewer | None) -> dict[str, Any] | None:
    """Another time in the same home keeps the booking with its number; None where that cannot be."""
    held = booking.find(work, row.booking_id) if row.booking_id is not None else None
    if held is None or not isinstance(at, Room) or held.office.code != at.office or held.state not in HELD:
        return None
    by = None if staff else row.host_id
    return farewells.as_booked(work, booking.move(work, held.id, at.slot_id, by=by, staff=staff))


def _taken_anew(work: Work, row: Farewell, at: Room | Where, staff: Viewer | None) -> dict[str, Any]:
    """The old hall goes first: nobody is in two halls, not even for a moment."""
    _let_go(work, row, MOVED)
    return {"booking_id": None, "followed": 0} | farewells.taken(work, at, Planner(row.host_id, staff, row.territory))


def settle(work: Work, row: Farewell, when: dict[str, Any]) -> None:
    """The new place and time, which everybody is told."""
    for name, value in when.items():
        setattr(row, name, value)
    farewells.tell(work, row, "farewell_changed", place=row.place)


def finish(work: Work, row: Farewell) -> None:
    """It is over: the stream's address is gone, the hall is done with. Raises ``FarewellStateError``."""
    farewells.move(work, row, "finish")
    if row.booking_id is not None and booking.find(work, row.booking_id).state in ("booked", "checked_in"):
        booking.finish(work, row.booking_id)


def end_early(work: Work, row: Farewell) -> None:
    """Staff end it before its time. Raises ``FarewellStateError``, ``BadInputError`` before it has begun."""
    if row.state == "open" and work.now <= row.starts_at:
        raise BadInputError(field="结束", why="还没到开始的时间。不办了请用“取消”，推迟请用“改时间”")
    finish(work, row)
    row.ends_at = work.now
