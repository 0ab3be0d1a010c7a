"""What comes in and goes out about volunteers, their teams and certificates. Times are minutes."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MOST_CODES = 40
Words = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(max_length=200)]
Codes = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=MOST_CODES)]
Version = Annotated[int, Field(ge=0)]
Window = Annotated[
    list[Annotated[int, Field(ge=0, le=1440)]],
    Field(min_length=3, max_length=3, description="星期几（0 是星期一），从第几分钟，到第几分钟"),
]
GuardianRule = Literal["consent", "company"]
IdKind = Literal["resident_id", "hkmt_permit", "foreign_pr", "passport"]
NO_MORE = ConfigDict(extra="forbid")


class VolunteerPlace(BaseModel):
    """Roughly where somebody starts from: kept to about a kilometre."""

    longitude: float
    latitude: float


class VolunteerOffer(BaseModel):
    """What a volunteer offers; codes are those of ``/volunteers/vocabulary``."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"division": "500118101", "services": ["meals"], "hours": [[5, 480, 720]]}]},
    )

    division: Words = Field(description="居住的镇街或村社区代码")
    services: Codes = []
    skills: Codes = []
    languages: Codes = []
    areas: Codes = Field(default=[], description="愿意服务的镇街或村社区代码")
    hours: Annotated[list[Window], Field(max_length=MOST_CODES)] = []
    place: VolunteerPlace | None = None
    emergency_calls: bool = Field(default=False, description="愿意在应急时接到召集")
    national_exchange: bool = Field(default=False, description="同意把登记和服务信息报送全国志愿服务信息系统")


class GuardianNamed(BaseModel):
    """Who is to agree for a minor."""

    model_config = NO_MORE

    name: Words
    phone: Annotated[str, Field(min_length=1, max_length=20)]
    rule: GuardianRule = "consent"


class GuardianSigned(GuardianNamed):
    """The same with the paper a clerk has seen."""

    paper: Annotated[str, Field(min_length=2, max_length=200)]


class VolunteerBody(VolunteerOffer):
    guardian: GuardianNamed | None = None


class VolunteerChange(VolunteerOffer):
    version: Version


class VolunteerDeskBody(VolunteerOffer):
    """At the counter, with the identity document in hand."""

    name: Words
    id_kind: IdKind = "resident_id"
    id_number: Words
    phone: Annotated[str, Field(max_length=20)] | None = None
    guardian: GuardianSigned | None = None


class GuardianConsentBody(BaseModel):
    model_config = NO_MORE

    number: Words = Field(description="孩子的志愿者编号")
    child: Words = Field(description="孩子的姓名")
    rule: GuardianRule = "consent"


class VolunteerWhy(BaseModel):
    model_config = NO_MORE

    why: Text = ""


class QualificationBody(BaseModel):
    model_config = NO_MORE

    kind: Words
    issuer: Words
    number: Words
    obtained_on: date
    valid_until: date | None = None


class TrainingBody(BaseModel):
    model_config = NO_MORE

    name: Words
    content: Annotated[str, Field(min_length=1, max_length=500)]
    minutes: Annotated[int, Field(ge=1, le=60_000)]
    organiser: Words
    held_on: date
    valid_until: date | None = None


class InsuranceBody(BaseModel):
    model_config = NO_MORE

    insurer: Words
    policy_number: Words
    valid_from: date
    valid_until: date


class HonourBody(BaseModel):
    model_config = NO_MORE

    name: Words
    by: Words


class CertificateBody(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"since": "2026-01-01", "until": "2026-11-22"}]}
    )

    since: date
    until: date


# -- out


class VolunteerTerm(BaseModel):
    code: str
    title: str


class VolunteerDemand(VolunteerTerm):
    """A service and what it asks: titles of proofs, least age."""

    needs: list[str]
    min_age: int


class VolunteerVocabulary(BaseModel):
    services: list[VolunteerDemand]
    skills: list[VolunteerTerm]
    languages: list[VolunteerTerm]
    qualifications: list[VolunteerTerm]
    places: list[VolunteerTerm]


class QualificationOut(BaseModel):
    id: UUID
    kind: str
    title: str
    issuer: str
    obtained_on: date
    valid_until: date | None
    checked: bool


class TrainingOut(BaseModel):
    name: str
    content: str
    minutes: int
    organiser: str
    held_on: date
    valid_until: date | None


class InsuranceOut(BaseModel):
    insurer: str
    policy_number: str
    valid_from: date
    valid_until: date


class HonourOut(BaseModel):
    level: str
    name: str
    by: str
    given_on: date


class GuardianOut(BaseModel):
    """Names and numbers masked."""

    name: str
    phone: str
    rule: GuardianRule
    agreed: bool


class VolunteerLine(BaseModel):
    """One line of a list: the name is masked."""

    id: UUID
    number: str
    name: str
    state: str
    state_zh: str
    division: str
    services: list[str]
    registered_at: datetime


class VolunteerOut(VolunteerLine):
    """A volunteer whole. ``lacking``: proofs that what they offer still asks for, in words."""

    why: str
    version: int
    minor: bool
    guardian: GuardianOut | None
    skills: list[str]
    languages: list[str]
    areas: list[str]
    hours: list[list[int]]
    place: VolunteerPlace | None
    emergency_calls: bool
    national_exchange: bool
    minutes: int = Field(description="已记录的服务分钟数")
    lacking: list[str]
    qualifications: list[QualificationOut]
    trainings: list[TrainingOut]
    insurances: list[InsuranceOut]
    honours: list[HonourOut]


class VolunteerList(BaseModel):
    items: list[VolunteerLine]
    next: str | None


class WardList(BaseModel):
    """The children a guardian has agreed for."""

    items: list[VolunteerLine]


class VolunteerQuery(BaseModel):
    division: Words
    state: Literal["applied", "active", "suspended", "withdrawn"] | None = None
    cursor: Annotated[str, Field(max_length=500)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class CertificateLine(BaseModel):
    id: UUID
    number: str
    since: date
    until: date
    minutes: int
    issued_at: datetime
    revoked: str | None = Field(description="撤销的原因，没有撤销时为空")
    verify: str = Field(description="核对真伪的网址")


class CertificateList(BaseModel):
    items: list[CertificateLine]
