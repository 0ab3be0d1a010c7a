"""Memorial halls as the APIs speak them."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Short = Annotated[str, Field(max_length=64)]
Text = Annotated[str, Field(max_length=1000)]
IdKind = Literal["resident_id", "hkmt_permit", "foreign_pr", "passport"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


# -- the counter


class DeceasedBody(_Strict):
    """A death on papers a clerk has seen; ``martyr``: the papers say so, then only the report is kept."""

    name: Short
    died: date
    born: date | None = None
    id_kind: IdKind = "resident_id"
    id_number: Short | None = None
    proof: Annotated[str, Field(max_length=500)]
    wish: Literal["none", "family_only", "no_hall"] = "none"
    wish_proof: Annotated[str, Field(max_length=500)] | None = None
    martyr: bool = False


class DeceasedCorrectionBody(_Strict):
    """The record as it should read; the number stays. ``concern``: in which near kin asked for it."""

    name: Short
    died: date
    born: date | None = None
    proof: Annotated[str, Field(max_length=500)]
    wish: Literal["none", "family_only", "no_hall"] = "none"
    wish_proof: Annotated[str, Field(max_length=500)] | None = None
    why: Annotated[str, Field(max_length=500)]
    concern: UUID | None = None


class SecondLookBody(_Strict):
    """``why``: the reason where it is not agreed."""

    agreed: bool
    why: Annotated[str, Field(max_length=400)] = ""


class DeathBody(_Strict):
    """The death of somebody on the register of residents; ``division``: where it is recorded."""

    division: Short
    id_number: Short
    died: date
    proof: Annotated[str, Field(max_length=500)]


class KinBody(_Strict):
    """A relative at the counter with what shows the relation."""

    name: Short
    id_kind: IdKind = "resident_id"
    id_number: Short
    phone: Annotated[str, Field(max_length=32)] | None = None
    relation: Short
    proof: Annotated[str, Field(max_length=500)]


class HallBody(KinBody):
    """A hall as near kin ask for it at the counter."""

    deceased_ids: Annotated[list[UUID], Field(min_length=1, max_length=12)]
    kind: Literal["person", "couple", "family"] = "person"
    title: Short
    theme: Short


class ReasonBody(_Strict):
    why: Text = ""


class SettleConcernBody(_Strict):
    """``whom``: which of several who are remembered the answer is about; ``mediated``: of a dispute."""

    answer: Text
    upheld: bool
    mediated: Literal["agreed", "partly", "failed"] | None = None
    whom: UUID | None = None


class HallQuery(_Strict):
    number: Short


class ConcernQuery(_Strict):
    """``division``: the place for which the viewer asks."""

    division: Short | None = None


class DeadOut(BaseModel):
    id: UUID
    name: str
    born: date | None
    died: date
    born_zh: str | None
    died_zh: str
    lunar_zh: str
    born_lunar_zh: str | None
    wish_zh: str | None = None


class DeceasedCorrectionOut(BaseModel):
    """``dead``: the record as it reads now."""

    id: UUID
    state: str
    state_zh: str
    changes: list[str]
    dead: DeadOut


class ConcernOut(BaseModel):
    """``due_on``: the last day of the answer; ``again``: why it was not accepted, after ``first_answer``."""

    id: UUID
    number: str
    kind: str
    kind_zh: str
    state_zh: str
    words: str
    contact: str | None
    blocks: bool
    answer: str | None
    mediated_zh: str | None
    due_on: date
    again: str | None
    first_answer: str | None
    may_ask_again: bool
    at: datetime
    hall_id: UUID | None
    hall: str | None


class ConcernList(BaseModel):
    items: list[ConcernOut]


class HallPersonOut(BaseModel):
    id: UUID
    name: str
    role: str
    role_zh: str
    relation_zh: str
    near: bool
    successor: bool


class DeskHallOut(BaseModel):
    id: UUID
    number: str
    title: str
    kind_zh: str
    privacy_zh: str
    state: str
    state_zh: str
    state_why: str
    opened_on: date
    changed_on: date
    dead: list[DeadOut]
    people: list[HallPersonOut]
    concerns: list[ConcernOut]


# -- the phone


class HallEnterBody(_Strict):
    """``code``: of an invitation; a public hall asks for none."""

    number: Short
    code: Annotated[str, Field(max_length=200)] = ""


class HallActBody(_Strict):
    """What an act needs: ``words`` (story, reason, dispute), a choice, a name."""

    words: Annotated[str, Field(max_length=6000)] = ""
    choice: Short = ""
    name: Short = ""
    contact: Short | None = None
    yes: bool = False
    target: UUID | None = None


class HallLine(BaseModel):
    id: UUID
    number: str
    title: str
    names: list[str]
    role_zh: str
    state_zh: str
    privacy_zh: str


class HallList(BaseModel):
    items: list[HallLine]


class HallMediaOut(BaseModel):
    """``missing``: near kin who have not said yes to a likeness; ``agreed``: what I said to it."""

    id: UUID
    kind: str
    caption: str
    revived: bool
    state: str
    media_type: str
    own: bool
    missing: int
    agreed: bool | None


class HallRelativeOut(BaseModel):
    id: UUID
    name: str
    relation_zh: str
    dead: bool
    shown: bool


class HallOut(BaseModel):
    """``acts``: what the one who asks may do now."""

    id: UUID
    number: str
    title: str
    kind: str
    kind_zh: str
    theme: str
    privacy: str
    privacy_zh: str
    state: str
    state_zh: str
    story: str
    story_new: str | None
    story_state: str
    thoughts: list[str]
    dead: list[DeadOut]
    media: list[HallMediaOut]
    tree: list[HallRelativeOut]
    people: list[HallPersonOut]
    role: str | None
    role_zh: str
    near: bool
    acts: list[str]
    invite_code: str | None = None


class HallChoices(BaseModel):
    relations: dict[str, str]
    near: list[str]
    kinds: dict[str, str]
    wishes: dict[str, str]
    privacies: dict[str, str]
    themes: dict[str, str]
    concerns: dict[str, str]


class HallSaidOut(BaseModel):
    """A complaint or a dispute has arrived; ``number`` to ask after it."""

    number: str
