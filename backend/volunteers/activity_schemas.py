"""What comes in and goes out of the activities' APIs, on the phone and at the desk."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from backend.core.errors import BadInputError
from backend.volunteers.activity_rules import Plan
from backend.volunteers.attendance import Seen
from backend.volunteers.confirming import Verdict

Title = Annotated[str, Field(min_length=1, max_length=128)]
Words = Annotated[str, Field(max_length=2000)]
Reason = Annotated[str, Field(min_length=2, max_length=500)]
Minutes = Annotated[int, Field(strict=True, ge=1, le=1440)]
Stars = Annotated[int, Field(strict=True, ge=1, le=5)]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
MOST_AT_ONCE = 500


class _ActivityIn(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ActivityQuery(_ActivityIn):
    """``since``, ``until``: days, both count; ``free``: only where places are left."""

    division: Annotated[str, Field(max_length=64)] | None = None
    since: date | None = None
    until: date | None = None
    kind: Annotated[str, Field(max_length=64)] | None = None
    free: bool = False
    words: Annotated[str, Field(max_length=40)] = ""
    cursor: Annotated[str, Field(max_length=500)] | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 20


class ActivityDeskQuery(_ActivityIn):
    state: Annotated[str, Field(pattern="^(draft|published|ended|cancelled)$")] | None = None
    cursor: Annotated[str, Field(max_length=500)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class ActivityBody(_ActivityIn):
    """What an organiser says of an activity; every question of the checklist is answered."""

    title: Title
    kind: Title
    content: Words
    organiser: Title
    contact: Title
    contact_phone: Annotated[str, Field(max_length=32)]
    division_code: Title
    place: Title
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    closes_at: AwareDatetime | None = None
    capacity: Annotated[int, Field(strict=True, ge=1, le=10_000)]
    longitude: Degrees | None = None
    latitude: Degrees | None = None
    fence_m: Annotated[int, Field(strict=True, ge=20, le=5000)] | None = None
    min_age: Annotated[int, Field(strict=True, ge=8, le=100)] = 18
    needs: Annotated[tuple[str, ...], Field(max_length=12)] = ()
    risk: bool = False
    risks: Words = ""
    group_time: bool = False
    team_id: UUID | None = None
    checklist: Annotated[dict[str, bool], Field(max_length=20)]

    def plan(self) -> Plan:
        return Plan(**{name: getattr(self, name) for name in ActivityBody.model_fields})


class ActivityChangeBody(ActivityBody):
    version: Annotated[int, Field(ge=0)]


class ActivityWhyBody(_ActivityIn):
    why: Reason


class SignUpBody(_ActivityIn):
    """``wait``: onto the waiting list if every place is taken."""

    wait: bool = True


class PresenceBody(_ActivityIn):
    """Either the text of the scanned code, or where the phone is."""

    code: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    longitude: Degrees | None = None
    latitude: Degrees | None = None
    accuracy_m: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] = 0

    def seen(self) -> Seen:
        return Seen(self.code, self.longitude, self.latitude, self.accuracy_m)


class PresenceTimesBody(_ActivityIn):
    came_at: AwareDatetime
    left_at: AwareDatetime | None = None
    why: Reason


class VerdictBody(_ActivityIn):
    """``minutes`` empty: was not there after all."""

    place_id: UUID
    minutes: Minutes | None
    quality: Stars | None = None
    words: Annotated[str, Field(max_length=500)] = ""


class VerdictsBody(_ActivityIn):
    people: Annotated[list[VerdictBody], Field(min_length=1, max_length=MOST_AT_ONCE)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({one.place_id for one in self.people}) < len(self.people):
            raise BadInputError(field="名单", why="同一个人写了两次，请删去一行")
        return self

    def verdicts(self) -> list[Verdict]:
        return [Verdict(one.place_id, one.minutes, one.quality, one.words) for one in self.people]


class RecordCorrectionBody(_ActivityIn):
    started_at: AwareDatetime
    ended_at: AwareDatetime
    minutes: Minutes
    why: Reason


class RecordStarsBody(_ActivityIn):
    quality: Stars
    words: Annotated[str, Field(max_length=500)] = ""


# -- out


class ActivityLine(BaseModel):
    id: UUID
    number: str
    title: str
    kind: str
    kind_zh: str
    place: str
    starts_at: datetime
    ends_at: datetime
    free: int
    state: str
    state_zh: str


class ActivityPageOut(BaseModel):
    items: list[ActivityLine]
    next: str | None


class ActivityOut(ActivityLine):
    content: str
    organiser: str
    contact: str
    contact_phone: str
    closes_at: datetime
    capacity: int
    taken: int
    min_age: int
    needs: list[str]
    risk: bool
    risks: str
    longitude: float | None
    latitude: float | None
    by_position: bool
    group_time: bool
    why: str
    version: int


class OwnPlaceOut(BaseModel):
    """One's own place; ``state`` is ``none`` for whoever has none. ``ahead``: who wait before."""

    activity_id: UUID
    state: str
    state_zh: str
    ahead: int
    came_at: datetime | None
    left_at: datetime | None
    minutes: int | None


class OwnActivity(BaseModel):
    activity: ActivityLine
    place: OwnPlaceOut


class OwnActivityList(BaseModel):
    items: list[OwnActivity]


class PersonThereOut(BaseModel):
    """Somebody in the organiser's list; ``minutes``: confirmed, or as they would be counted."""

    id: UUID
    volunteer: str
    name: str
    state: str
    state_zh: str
    came_at: datetime | None
    left_at: datetime | None
    minutes: int | None
    to_confirm: bool
    why: str


class PeopleThereOut(BaseModel):
    activity: ActivityOut
    due_on: date
    items: list[PersonThereOut]


class CheckInCodeOut(BaseModel):
    code: str
    seconds: int


class ActivityChoice(BaseModel):
    code: str
    name: str


class ActivityChoicesOut(BaseModel):
    kinds: list[ActivityChoice]
    divisions: list[ActivityChoice]
    needs: list[ActivityChoice]
    questions: list[ActivityChoice]


class ServiceRecordOut(BaseModel):
    id: UUID
    name: str
    kind_zh: str
    place: str
    started_at: datetime
    ended_at: datetime
    minutes: int
    organiser: str
    state: str
    quality: int | None
    evaluation: str
    asked_at: datetime | None
    asked_why: str
    why: str


class ServiceRecordList(BaseModel):
    minutes: int
    items: list[ServiceRecordOut]


class AskedRecordList(BaseModel):
    items: list[ServiceRecordOut]
