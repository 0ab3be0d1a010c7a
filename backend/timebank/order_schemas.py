"""Orders of help as the API speaks them. All moments carry their offset; times are whole minutes."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=500)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


# -- in


class _HelpWanted(_Strict):
    kind: Annotated[str, Field(max_length=64)]
    words: Text
    wanted_from: AwareDatetime
    wanted_until: AwareDatetime
    minutes: Annotated[int, Field(strict=True)]
    division: Annotated[str, Field(max_length=64)]
    address: Annotated[str, Field(max_length=200)]
    phone: Annotated[str, Field(max_length=32)] | None = None
    longitude: Longitude | None = None
    latitude: Latitude | None = None
    skills: Annotated[list[str], Field(max_length=10)] = []
    language: Annotated[str, Field(max_length=32)] | None = None
    sex: Literal["male", "female"] | None = None
    helpers: Annotated[int, Field(ge=1, le=4)] | None = None
    payer: Literal["personal", "household", "pool", "none"] = "personal"
    photo_agreed: bool = False

    def place(self) -> tuple[float, float] | None:
        return None if self.longitude is None or self.latitude is None else (self.longitude, self.latitude)


class HelpAskBody(_HelpWanted):
    """``my_time``: a relative pays with their own account instead of the receiver's (R-200)."""

    payer: Literal["personal", "household", "pool"] = "personal"
    my_time: bool = False


class HelpDeskBody(_HelpWanted):
    """A clerk writes down what somebody asks for on the telephone, at the counter, or after an alarm."""

    name: Annotated[str, Field(max_length=64)]
    id_kind: Literal["resident_id", "hkmt_permit", "foreign_pr", "passport"] = "resident_id"
    id_number: Annotated[str, Field(max_length=32)]
    channel: Literal["phone", "desk", "alarm"] = "phone"
    alarm_id: UUID | None = None


class HelpActBody(_Strict):
    """What an action needs: ``why`` (cancel, stop, withdraw), ``words`` (dispute, answer, rate, follow-up),
    ``helper_id`` and ``minutes`` (confirm, missed), ``stars`` (rate), the position (start, here, sos).
    """

    why: Text = ""
    words: Text = ""
    helper_id: UUID | None = None
    minutes: Annotated[int, Field(strict=True)] | None = None
    stars: Annotated[int, Field(strict=True)] | None = None
    longitude: Longitude | None = None
    latitude: Latitude | None = None

    def place(self) -> tuple[float, float] | None:
        return None if self.longitude is None or self.latitude is None else (self.longitude, self.latitude)


class ReportVisitBody(_Strict):
    """When a visit really was, as somebody told it on the telephone."""

    helper_id: UUID
    started_at: AwareDatetime
    ended_at: AwareDatetime


class SettleDisputeBody(_Strict):
    """``minutes``: of every helper, by the helper's id."""

    minutes: dict[UUID, Annotated[int, Field(strict=True, ge=0, le=720)]]
    finding: Text


class CallOutBody(_Strict):
    kind: Literal["missing", "disaster"]
    title: Annotated[str, Field(max_length=40)]
    words: Text
    division: Annotated[str, Field(max_length=64)]
    longitude: Longitude | None = None
    latitude: Latitude | None = None
    radius_m: int = 5000
    skills: Annotated[list[str], Field(max_length=10)] = []
    alarm_id: UUID | None = None


class StandDownBody(_Strict):
    finding: Text


class CallAnswerBody(_Strict):
    action: Literal["come", "decline", "arrive"]


class FlagDecisionBody(_Strict):
    """``void``: the records of the evidence that are taken back, only if it is upheld."""

    uphold: bool
    finding: Text
    void: Annotated[list[UUID], Field(max_length=200)] = []


class HelpBoardQuery(_Strict):
    state: Annotated[str, Field(max_length=16)] | None = None
    division: Annotated[str, Field(max_length=64)] | None = None


# -- out


class HelpChoiceOut(BaseModel):
    code: str
    title: str


class HelpChoices(BaseModel):
    kinds: list[HelpChoiceOut]
    skills: list[HelpChoiceOut]
    languages: list[HelpChoiceOut]
    payers: list[HelpChoiceOut]


class HelpPersonOut(BaseModel):
    """A volunteer of an order, as the receiver sees them."""

    id: UUID
    number: str
    name: str
    phone: str | None
    state: str
    state_zh: str
    started_at: datetime | None
    finished_at: datetime | None
    minutes: int | None
    proposed_by: str | None


class HelpDisputeOut(BaseModel):
    raised_by: str
    words: str
    answer: str | None
    state: str
    raised_at: datetime
    due_at: datetime
    finding: str


class _HelpOrderBase(BaseModel):
    id: UUID
    number: str
    kind: str
    kind_zh: str
    words: str
    wanted_from: datetime
    wanted_until: datetime
    when: str
    area: str
    minutes: int
    helpers: int
    joined: int
    payer: str
    payer_zh: str
    skills: list[str]
    language: str | None
    sex: str | None
    photo_agreed: bool
    state: str
    state_zh: str
    why: str


class HelpOrderOut(_HelpOrderBase):
    """An order as its receiver sees it."""

    address: str
    phone: str
    stars: int | None
    rating: str | None
    people: list[HelpPersonOut]
    dispute: HelpDisputeOut | None
    photos: list[UUID]
    actions: list[str]


class HelpOrderList(BaseModel):
    items: list[HelpOrderOut]


class HelpTaskOut(_HelpOrderBase):
    """An order as a volunteer sees it; ``address`` and ``phone`` only once they have accepted."""

    helper_id: UUID
    mine: str
    mine_zh: str
    reasons: list[str]
    receiver: str
    address: str | None
    phone: str | None
    place: list[float] | None
    started_at: datetime | None
    finished_at: datetime | None
    agreed: int | None
    proposed_by: str | None
    dispute: HelpDisputeOut | None
    actions: list[str]
    share_code: str | None = None


class HelpTaskList(BaseModel):
    items: list[HelpTaskOut]


class FollowedOut(BaseModel):
    """What somebody with the link of a visit sees."""

    name: str
    kind: str
    area: str
    state_zh: str
    started_at: datetime | None
    planned_end: datetime
    place: list[float] | None


class HelpBoardLine(_HelpOrderBase):
    receiver: str
    stars: int | None


class HelpBoardOut(BaseModel):
    items: list[HelpBoardLine]


class HelpEventOut(BaseModel):
    at: datetime
    action: str
    by: str
    words: str


class HelpAskedOut(BaseModel):
    number: str
    state_zh: str
    score: float
    reasons: list[str]


class DeskHelpOrderOut(HelpOrderOut):
    receiver: str
    channel: str
    key_elder: bool
    alarm_id: UUID | None
    told_round: int
    events: list[HelpEventOut]
    asked: list[HelpAskedOut]


class CallPersonOut(BaseModel):
    number: str
    state: str
    state_zh: str


class DeskCallOut(BaseModel):
    id: UUID
    number: str
    kind: str
    title: str
    words: str
    state: str
    radius_m: int
    opened_at: datetime
    over_at: datetime | None
    finding: str
    people: list[CallPersonOut]


class DeskCallList(BaseModel):
    items: list[DeskCallOut]


class CalledOut(BaseModel):
    """A call as one of the called sees it; ``words`` and ``place`` only while they are coming or there."""

    id: UUID
    number: str
    kind: str
    title: str
    state: str
    mine: str
    mine_zh: str
    opened_at: datetime
    words: str | None
    place: list[float] | None


class CalledList(BaseModel):
    items: list[CalledOut]


class FlagOut(BaseModel):
    id: UUID
    kind: str
    kind_zh: str
    state: str
    found_at: datetime
    words: str
    records: list[UUID]
    finding: str

    @classmethod
    def of(cls, row: Any, kind_zh: str) -> "FlagOut":
        return cls(
            id=row.id, kind=row.kind, kind_zh=kind_zh, state=row.state, found_at=row.found_at,
            words=row.evidence["words"], records=row.evidence["records"], finding=row.finding,
        )  # fmt: skip


class FlagList(BaseModel):
    items: list[FlagOut]
