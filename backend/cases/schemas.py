"""What comes in and goes out of the cases' APIs. The form's own fields are checked by its matter."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Version = Annotated[int, Field(ge=0)]
LongText = Annotated[str, Field(min_length=1, max_length=2000)]
ShortText = Annotated[str, Field(min_length=1, max_length=64)]
MOST_FIELDS = 100


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StartBody(_In):
    matter: ShortText
    division: ShortText
    form: Annotated[dict[str, Any], Field(max_length=MOST_FIELDS)] = {}


class DeskStartBody(StartBody):
    """A clerk enters a paper form for a person."""

    name: ShortText
    id_kind: Literal["resident_id", "hkmt_permit", "foreign_pr", "passport"] = "resident_id"
    id_number: ShortText
    phone: Annotated[str, Field(max_length=20)] | None = None
    source: Literal["desk", "proactive"] = "desk"


class SaveBody(_In):
    version: Version
    form: Annotated[dict[str, Any], Field(max_length=MOST_FIELDS)]


class VersionBody(_In):
    version: Version


class AppealBody(_In):
    grounds: LongText


class ReturnBody(VersionBody):
    papers: Annotated[list[ShortText], Field(max_length=50)] = []
    fields: Annotated[list[ShortText], Field(max_length=50)] = []


class ReasonBody(VersionBody):
    reason: LongText


class FinishBody(VersionBody):
    outcome: ShortText
    note: Annotated[str, Field(max_length=2000)] | None = None


class DecideBody(VersionBody):
    outcome: Literal["granted", "refused"]
    reason: Annotated[str, Field(max_length=2000)] | None = None
    article: Annotated[str, Field(max_length=64)] | None = None


class DeliverBody(VersionBody):
    how: Literal["app", "paper", "post", "read_aloud"]


class AssignBody(_In):
    staff_id: UUID


class FindingBody(_In):
    upheld: bool
    finding: LongText


class ReferBody(_In):
    department: ShortText
    question: LongText


class AnswerBody(_In):
    answer: LongText
    by: Annotated[str, Field(max_length=128)] = ""


class ObjectionBody(_In):
    text: LongText
    contact: Annotated[str, Field(max_length=100)] | None = None


class InboxQuery(_In):
    which: Literal["mine", "open", "all"] = "open"
    division: ShortText | None = None
    cursor: Annotated[str, Field(max_length=500)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class DivisionQuery(_In):
    division: ShortText


# -- out


class PaperSpecOut(BaseModel):
    kind: str
    title: str
    help: str
    required: bool


class CaseMatterOut(BaseModel):
    """``papers`` never lists what a check of means can fetch; ``never_asked`` names it."""

    code: str
    title: str
    version: str
    summary: str
    applicants: list[str]
    form: list[dict[str, Any]]
    papers: list[PaperSpecOut]
    never_asked: list[str]
    steps: list[str]
    workdays: int
    article: str


class CaseMatterList(BaseModel):
    items: list[CaseMatterOut]


class CasePlaceOut(BaseModel):
    code: str
    name: str


class CasePlaceList(BaseModel):
    items: list[CasePlaceOut]


class CaseBrief(BaseModel):
    id: UUID
    number: str
    matter: str
    title: str
    state: str
    state_zh: str
    version: int
    created_at: datetime
    due_on: date | None
    left: str


class CaseList(BaseModel):
    items: list[CaseBrief]


class TimelineLine(BaseModel):
    at: datetime
    what: str


class PaperOut(BaseModel):
    id: UUID
    kind: str
    title: str
    name: str
    size: int
    media_type: str
    scan: str
    added_at: datetime


class PaperIn(BaseModel):
    id: UUID
    kind: str
    size: int
    media_type: str
    scan: str


class AppealOut(BaseModel):
    id: UUID
    state: str
    state_zh: str
    due_on: date
    raised_at: datetime
    grounds: str
    finding: str | None


class DecisionOut(BaseModel):
    id: UUID
    number: str
    sequence: int
    outcome: str
    outcome_zh: str
    reason: str | None
    article: str | None
    profile: str
    calculation: dict[str, Any]
    decided_at: datetime
    told_at: datetime | None
    automatic: bool
    appeal_until: date
    appeals: list[AppealOut]


class CaseOut(CaseBrief):
    """``now``: who has it and until when, one sentence; ``actions``: what the applicant can do now."""

    now: str
    form: dict[str, Any]
    actions: list[str]
    missing: str | None
    timeline: list[TimelineLine]
    papers: list[PaperOut]
    decisions: list[DecisionOut]
    by: str


class Choice(BaseModel):
    code: str
    words: str


class TaskOut(BaseModel):
    id: UUID
    step: str
    branch: str
    title: str
    kind: str
    role_zh: str
    state: str
    state_zh: str
    assignee: str | None
    due_on: date | None
    left: str
    late: bool
    escalated: bool
    yours: bool
    outcome: str | None
    note: str | None
    article: str
    outcomes: list[Choice]


class DeskCaseOut(CaseBrief):
    """The desk's whole page; ``tasks[].yours`` and ``outcomes`` say what this viewer can do."""

    applicant: dict[str, Any]
    agent: str | None
    source: str
    step: str | None
    now: str
    form: list[dict[str, str]]
    tasks: list[TaskOut]
    events: list[dict[str, Any]]
    papers: list[PaperOut]
    referrals: list[dict[str, Any]]
    publications: list[dict[str, Any]]
    decisions: list[DecisionOut]


class InboxLine(BaseModel):
    task_id: UUID
    case_id: UUID
    number: str
    matter: str
    applicant: str
    step: str
    due_on: date | None
    left: str
    late: bool
    mine: bool
    state_zh: str


class InboxOut(BaseModel):
    items: list[InboxLine]
    next: str | None


class Colleague(BaseModel):
    id: UUID
    name: str


class ColleagueList(BaseModel):
    items: list[Colleague]


class AppealLine(BaseModel):
    id: UUID
    case_id: UUID
    number: str
    due_on: date


class AppealList(BaseModel):
    items: list[AppealLine]


class NoticeOut(BaseModel):
    """What the law lets a publication show, and nothing else; ``id`` is for an objection."""

    id: UUID
    matter: str
    name: str
    members: int
    amount: str | None
    first_day: date
    last_day: date


class BoardOut(BaseModel):
    division: str
    items: list[NoticeOut]


class ReceivedOut(BaseModel):
    received: bool
    words: str
