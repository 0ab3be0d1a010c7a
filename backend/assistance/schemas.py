"""What comes in and goes out of the APIs of checking means and of households."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

SourceCode = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MeansPersonBody(_In):
    """A grown-up of the case's family who has signed on paper."""

    person_id: UUID


class MeansAskBody(MeansPersonBody):
    """``sources``: only these; none named: all."""

    sources: Annotated[list[SourceCode], Field(max_length=20)] = []


class MeansFindingBody(_In):
    upheld: bool
    finding: Annotated[str, Field(min_length=1, max_length=2000)]


class MeansAdoptBody(_In):
    version: Annotated[int, Field(ge=0)]


class MeansExplainBody(_In):
    words: Annotated[str, Field(min_length=1, max_length=1000)]


class MeansDifferenceOut(BaseModel):
    """``declared``, ``found``: with their units, as people read them. ``state``: of the explanation, if any."""

    kind: str
    title: str
    declared: str | None
    found: str
    words: str
    objection_id: UUID | None
    said: str | None
    state: Literal["open", "upheld", "dismissed"] | None
    state_zh: str
    finding: str | None


class MeansSourceOut(BaseModel):
    source: str
    title: str
    state: Literal["waiting", "asked", "answered", "failed", "expired"]
    state_zh: str
    round: int
    asked_at: datetime | None
    answered_at: datetime | None
    found: list[str]


class MeansAdultOut(BaseModel):
    person_id: UUID | None
    name: str
    authorised: bool
    why_not: str
    valid_until: date | None
    sources: list[MeansSourceOut]
    differences: list[MeansDifferenceOut]


class MeansOut(BaseModel):
    """``owned``: of the whole family, only what every source has answered for everybody."""

    case_id: UUID
    adults: list[MeansAdultOut]
    owned: list[str]
    differences: list[MeansDifferenceOut]
    missing: list[str]
    pending: bool
    complete: bool


class SheetVersionOut(BaseModel):
    case_id: UUID
    version: int


# -- one's own


class PermissionOut(BaseModel):
    """Whether one has allowed the check of a case of one's family; ``sources``: who would be asked."""

    case_id: UUID
    number: str
    matter: str
    applicant: str
    state: Literal["none", "given", "withdrawn", "over"]
    state_zh: str
    valid_until: date | None
    sources: list[str]


class PermissionList(BaseModel):
    items: list[PermissionOut]


class FamilyMemberMeansOut(BaseModel):
    """Of the others only whether they have allowed it: what was found is told to themselves."""

    name: str
    authorised: bool
    why_not: str


class OwnMeansOut(BaseModel):
    case_id: UUID
    number: str
    mine: MeansAdultOut | None
    family: list[FamilyMemberMeansOut]
    differences: list[MeansDifferenceOut]
    pending: bool


class HouseholdMemberOut(BaseModel):
    name: str
    relation_zh: str
    since: date


class HouseholdOut(BaseModel):
    number: str
    place: str
    address: str
    urban: bool
    members: list[HouseholdMemberOut]
