"""Applications for halls as the phone speaks them."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Short = Annotated[str, Field(max_length=64)]
Note = Annotated[str, Field(max_length=500)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ApplicationDeadBody(_Strict):
    """``id_number`` None: not known. ``relation``: what the applicant is to them."""

    name: Short
    died: date
    born: date | None = None
    id_number: Short | None = None
    relation: Short


class HallApplicationBody(_Strict):
    """``division``: the township whose desk answers. ``martyr``: one of them is, then only the report is kept."""

    dead: Annotated[list[ApplicationDeadBody], Field(min_length=1, max_length=12)]
    division: Short
    kind: Short = "person"
    title: Short = ""
    theme: Short = "pine"
    privacy: Short = "family"
    wish: Short = "none"
    note: Note = ""
    martyr: bool = False


class HallSubmitBody(_Strict):
    """``note``: why a paper is not there; ``version``: what the applicant has seen."""

    version: int
    note: Note = ""


class HallApplicationLine(BaseModel):
    id: UUID
    number: str
    title: str
    state: str
    state_zh: str
    due_zh: str | None
    created_on: date
    hall_id: UUID | None


class HallApplicationList(BaseModel):
    items: list[HallApplicationLine]


class ApplicationDeadOut(BaseModel):
    """``checked``: what the registers show, so that it need not be brought."""

    name: str
    born: date | None
    died: date
    born_zh: str | None
    died_zh: str
    relation: str
    relation_zh: str
    id_number: str | None
    checked: list[str]


class ApplicationPaperOut(BaseModel):
    id: UUID
    kind: str
    kind_zh: str
    name: str
    size: int
    scan: str
    at: datetime


class HallApplicationOut(HallApplicationLine):
    """``wanted``: kinds of papers to bring, ``lacking``: those that are not there; ``actions``: what can be done."""

    kind: str
    theme: str
    privacy: str
    wish: str
    note: str
    division: str
    missing: str | None
    reason_zh: str | None
    words: str | None
    version: int
    actions: list[str]
    dead: list[ApplicationDeadOut]
    wanted: list[str]
    lacking: list[str]
    papers: list[ApplicationPaperOut]


class HallApplicationChoices(BaseModel):
    """``sizes``: how many are remembered in a hall of each kind, least and most; ``workdays``: the term."""

    relations: dict[str, str]
    kinds: dict[str, str]
    sizes: dict[str, list[int]]
    privacies: dict[str, str]
    themes: dict[str, str]
    wishes: dict[str, str]
    papers: dict[str, str]
    paper_help: dict[str, str]
    workdays: int
    places: list[dict[str, Any]]
