"""Tributes and moderation as the APIs speak them. All moments carry their offset."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TributeBody(_Strict):
    """``words``: of words and letters, shown as they were typed; ``shared``: others may read the letter."""

    hall_id: UUID
    kind: Annotated[str, Field(max_length=16)]
    words: Annotated[str, Field(max_length=20_000)] | None = None
    song: Annotated[str, Field(max_length=32)] | None = None
    shared: bool = False


class ShareBody(_Strict):
    shared: bool


class AppealBody(_Strict):
    words: Annotated[str, Field(max_length=2000)]


class ReportBody(_Strict):
    """``subject``: what is reported (a tribute, a story, a picture), as the page that shows it names it."""

    subject: Annotated[str, Field(max_length=32)]
    subject_id: UUID
    rule: Annotated[str, Field(max_length=32)]
    words: Annotated[str, Field(max_length=2000)] = ""


class ReportCodeBody(_Strict):
    code: Annotated[str, Field(max_length=128)]


class ModerateBody(_Strict):
    """``rule`` where something is refused or removed; ``words`` are a note for colleagues."""

    action: Literal["show", "refuse", "remove", "keep", "restore", "uphold"]
    rule: Annotated[str, Field(max_length=32)] | None = None
    words: Annotated[str, Field(max_length=2000)] = ""


class ToldBody(_Strict):
    """``reference``: which authority was told, under which number."""

    reference: Annotated[str, Field(max_length=2000)]


class QueueQuery(_Strict):
    division: Annotated[str, Field(max_length=64)] | None = None


# -- out


class TributeChoices(BaseModel):
    """Code → words of each list; ``longest``: characters of words and letters."""

    kinds: dict[str, str]
    songs: dict[str, str]
    rules: dict[str, str]
    longest: dict[str, int]


class OwnTributeOut(BaseModel):
    """``standing``: what others see of what was written, in words; None for a gesture."""

    id: UUID
    kind: str
    kind_zh: str
    day: date
    words: str | None
    song: str | None
    shared: bool
    standing: str | None


class ShownTributeOut(BaseModel):
    id: UUID
    kind: str
    who: str
    day: date
    words: str


class HallTributesOut(BaseModel):
    """``counts``: kind → how many ever; the kinds stand in a fixed order, whatever their numbers."""

    counts: dict[str, int]
    shown: list[ShownTributeOut]


class OwnHallTributesOut(HallTributesOut):
    mine: list[OwnTributeOut]


class ReportOut(BaseModel):
    code: str
    words: str


class ReportAnswerOut(BaseModel):
    answer: str


class OwnItemOut(BaseModel):
    """Something I wanted to show: where it stands, why not, and whether I may ask for a second look."""

    id: UUID
    subject_id: UUID
    what_zh: str
    hall: str | None
    content: str
    words: str | None
    state: str
    state_zh: str
    why: str | None
    may_appeal: bool
    at: AwareDatetime


class OwnItemList(BaseModel):
    items: list[OwnItemOut]


class QueueItemOut(BaseModel):
    """One thing that waits for a person; ``suspected``: rules whose words stand in it."""

    id: UUID
    subject: str
    content: str
    words: str | None
    audience: str
    hall: str | None
    state: str
    verdict: str | None
    rule: str | None
    suspected: list[str]
    reports: int
    since: AwareDatetime


class QueueOut(BaseModel):
    items: list[QueueItemOut]


class AuthorityOut(BaseModel):
    id: UUID
    item_id: UUID
    words: str | None
    found_at: AwareDatetime
    told_at: AwareDatetime | None
    reference: str | None


class AuthorityList(BaseModel):
    items: list[AuthorityOut]
