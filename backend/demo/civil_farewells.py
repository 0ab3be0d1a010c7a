"""Two farewells of the demonstration: one that was held yesterday, with its recording, and one that is to come."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from backend.booking import service as booking
from backend.core.clock import CHINA
from backend.core.db import Work
from backend.demo.civil_data import id_number
from backend.demo.civil_moments import as_of, days_ago, viewer_of
from backend.memorial import deceased, farewell_book, farewell_clock, farewell_guests, farewell_recording, farewells
from backend.memorial.deceased import Dead
from backend.memorial.farewells import Room, Where

HOME, DAYS_TO_CHOOSE = "BY-01", 7
LASTS, JUST_BEFORE = timedelta(hours=1), timedelta(minutes=20)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DeadRow(_Strict):
    """``died``: days ago; ``serial``: of the identity number."""

    name: str
    born: date
    serial: int
    died: int
    proof: str
    wish: str = "none"
    wish_proof: str | None = None

    def told(self, work: Work) -> Dead:
        return Dead(
            self.name, days_ago(work, self.died), self.born, id_number=id_number(self.born, self.serial),
            proof=self.proof, wish=self.wish, wish_proof=self.wish_proof,
        )  # fmt: skip


class GuestRow(_Strict):
    name: str
    who: str | None = None


class WordsRow(_Strict):
    who: str
    words: str


class RecordingRow(_Strict):
    """``kept``: for how many days from the farewell on."""

    address: str
    kept: int


class FarewellRow(_Strict):
    dead: DeadRow
    host: str
    planned: int
    days: int
    stream: str
    guests: list[GuestRow]
    words: list[WordsRow]
    place: str | None = None
    hour: int = 9
    recording: RecordingRow | None = None


def hold(work: Work, row: FarewellRow, people: Mapping[str, UUID]) -> dict[str, UUID]:
    """Plan it, invite, and hold it if its day is over; what was written waits to be read. The dead, by name."""
    clerk = viewer_of(work, "clerk")
    then = as_of(work, days_ago(work, row.planned), 10, actor=clerk.actor)
    dead = deceased.register(then, clerk, row.dead.told(work))
    made = farewells.plan_by_staff(then, clerk, dead.id, people[row.host], _at(then, work, row))
    farewell_recording.set_stream(then, made, row.stream)
    _invite(then, made.id, row, people)
    if row.recording is not None:
        farewell_recording.agree(then, made, people[row.host], agreed=True)
        _held(work, made.id, row, row.recording, people)
    evening = as_of(work, days_ago(work, row.days if row.recording is not None else row.planned), 19)
    for one in row.words:
        farewell_book.write(evening, made, people[one.who], one.words)
    return {row.dead.name: dead.id}


def _at(then: Work, work: Work, row: FarewellRow) -> Room | Where:
    first = days_ago(work, row.days)
    if row.place is None:
        times = booking.open_slots(then, HOME, farewells.MATTER, first, first + timedelta(days=DAYS_TO_CHOOSE))
        return Room(HOME, next(one.slot_id for one in times if one.state in ("open", "provisional")))
    starts = datetime(first.year, first.month, first.day, row.hour, tzinfo=CHINA)
    return Where(row.place, starts, starts + LASTS)


def _invite(work: Work, farewell_id: UUID, row: FarewellRow, people: Mapping[str, UUID]) -> None:
    made = farewells.find(work, farewell_id)
    for guest in row.guests:
        sent = farewell_guests.invite(work, made, guest.name)
        work.session.flush()
        if guest.who is not None:
            farewell_guests.join(work, sent.code, people[guest.who])


def _held(
    work: Work, farewell_id: UUID, row: FarewellRow, kept: RecordingRow, people: Mapping[str, UUID]
) -> None:  # fmt: skip
    """It was opened and ended by the clock, who was invited came, and the family has a recording for a while."""
    staff, made = viewer_of(work, "clerk").actor, farewells.find(work, farewell_id)
    before = Work(work.session, made.starts_at - JUST_BEFORE, staff, work.hooks)
    farewell_clock.turn(before)
    for guest in row.guests:
        if guest.who is not None:
            farewell_guests.enter(before, made, people[guest.who])
    after = Work(work.session, made.ends_at + JUST_BEFORE, staff, work.hooks)
    farewell_clock.turn(after)
    farewell_recording.keep(after, made, kept.address, days_ago(work, row.days - kept.kept))
