"""Reminders of days and farewells as the phone's API speaks them."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from backend.core.errors import BadInputError
from backend.memorial.day_reminders import DayWish
from backend.memorial.days import MOST_DAYS_BEFORE, Kind
from backend.memorial.farewells import Room, Where

ShortWords = Annotated[str, Field(min_length=1, max_length=300)]


class _FarewellIn(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DayWishBody(_FarewellIn):
    """``lunar``: a death or a birth is kept by the moon; a feast has its own calendar."""

    lunar: bool = False
    days_before: Annotated[int, Field(strict=True, ge=0, le=MOST_DAYS_BEFORE)] = 3

    def wish(self, hall_id: UUID, kind: Kind) -> DayWish:
        return DayWish(hall_id, kind, self.lunar, self.days_before)


class ComingDayOut(BaseModel):
    """A day to come in both calendars; ``when_zh``: how far away it is."""

    day: date
    day_zh: str
    lunar_zh: str
    when_zh: str


class DayReminderOut(ComingDayOut):
    hall_id: UUID
    hall: str
    kind: str
    kind_zh: str
    lunar: bool
    days_before: int


class DayReminderList(BaseModel):
    items: list[DayReminderOut]


class KnownDayOut(BaseModel):
    """A day that can be asked for, as each calendar has it next; ``wish``: what I asked for, None if nothing."""

    kind: str
    kind_zh: str
    who: str
    solar: ComingDayOut | None
    lunar: ComingDayOut | None
    wish: DayReminderOut | None


class HallDaysOut(BaseModel):
    hall_id: UUID
    hall: str
    items: list[KnownDayOut]


class FarewellPlaceBody(_FarewellIn):
    """A room of a funeral home (``office`` and ``slot_id``), or a place in words with its times."""

    office: Annotated[str, Field(max_length=64)] | None = None
    slot_id: UUID | None = None
    place: Annotated[str, Field(max_length=200)] | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        self.at()
        return self

    def at(self) -> Room | Where:
        """Raises ``BadInputError`` unless it is exactly one of the two."""
        room, where = (self.office, self.slot_id), (self.place, self.starts_at, self.ends_at)
        if self.office and self.slot_id and not any(where):
            return Room(self.office, self.slot_id)
        if self.place and self.starts_at and self.ends_at and not any(room):
            return Where(self.place, self.starts_at, self.ends_at)
        raise BadInputError(field="地点和时间", why="请选一个礼厅的时段，或写下地点、开始和结束时间")


class FarewellBody(FarewellPlaceBody):
    deceased_id: UUID


class FarewellWhyBody(_FarewellIn):
    why: ShortWords


class FarewellGuestBody(_FarewellIn):
    """``name``: as the family calls them."""

    name: Annotated[str, Field(max_length=64)]


class FarewellCodeBody(_FarewellIn):
    code: Annotated[str, Field(min_length=1, max_length=64)]


class FarewellConsentBody(_FarewellIn):
    """``until``: the last day a recording may be kept; without it as long as the rules allow."""

    agreed: bool
    until: date | None = None


class FarewellWordsBody(_FarewellIn):
    words: Annotated[str, Field(max_length=1000)]


class FarewellTokenBody(_FarewellIn):
    token: Annotated[str, Field(min_length=1, max_length=64)]


class FarewellGuestOut(BaseModel):
    id: UUID
    name: str
    joined: bool
    came_at: datetime | None


class FarewellWordsOut(BaseModel):
    id: UUID
    words: str
    at: datetime
    by: str
    mine: bool
    state: str
    state_zh: str


class FarewellLineOut(BaseModel):
    id: UUID
    number: str
    name: str
    place: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    state: str
    state_zh: str
    why: str


class FarewellOwnLineOut(FarewellLineOut):
    """``kin``: whether the reader decides about it."""

    kin: bool


class FarewellList(BaseModel):
    items: list[FarewellOwnLineOut]


class FarewellDeadOut(BaseModel):
    """``planned``: the farewell that is planned for them, if there is one."""

    id: UUID
    name: str
    died: date
    planned: UUID | None


class FarewellDeadList(BaseModel):
    items: list[FarewellDeadOut]


class FarewellOut(FarewellOwnLineOut):
    """``guests`` and ``my_consent``: for the family only.

    ``recorded``: a recording is or will be made, which is told before anybody enters, kept till ``consent_until`` at
    most. The address of the stream is given by entering.
    """

    can_watch: bool
    can_write: bool
    booked: bool
    has_recording: bool
    recording_until: date | None
    agreed: bool
    my_consent: bool | None
    consent_until: date | None
    recorded: bool
    stream_state: Literal["none", "ready", "broken"]
    words: list[FarewellWordsOut]
    guests: list[FarewellGuestOut]


class FarewellInvitationOut(BaseModel):
    """``path``: of the page to send to this one guest; it is shown this once."""

    guest_id: UUID
    path: str


class FarewellHandOverOut(BaseModel):
    """``path``: of the page to open in a web-view, at once and once; what opens it stands after the #, unlogged."""

    path: str
    expires_s: int


class FarewellRoomOut(FarewellOut):
    """``csrf``: what the page sends along with whatever it changes."""

    csrf: str


class FarewellDoorOut(BaseModel):
    """``address``: where it can be watched now."""

    address: str
