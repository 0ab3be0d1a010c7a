"""办事指南: the guide items, read once from ``items/*.yaml`` and refused as a whole if anything in them is wrong.

Every text can be read aloud; every citation is in ``laws.yaml``; no item asks for a forbidden paper (R-009).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from backend.core import strict_yaml

HERE = Path(__file__).parent
PLAIN_MAX = 200
GROUPS = ("婚姻登记", "婚姻服务", "社会救助", "账户与信息")
ASPECTS = ("who", "where", "bring", "steps", "how_long", "fee", "how_to_book")
NUMBERS = "一二三四五六七八九"
# Addresses, marks of formatting, pictures and signs that a voice reads out as noise.
UNSPEAKABLE = re.compile(r"https?:|www\.|[*#_<>{}|~^`\\]|[\u2190-\u2bff\ufe00-\ufe0f\U0001f000-\U0001ffff]")


class UnspeakableTextError(ValueError):
    """A text of a guide item that cannot be read aloud as it stands."""


class ForbiddenPaperError(ValueError):
    """A guide item asks for a paper that may not be asked for."""


class UnknownReferenceError(ValueError):
    """A guide item names a law or a paper that is in none of the tables."""


def speakable(text: str) -> str:
    if not text.strip() or UNSPEAKABLE.search(text):
        raise UnspeakableTextError(text)
    return text


Spoken = Annotated[str, AfterValidator(speakable)]
SpokenList = Annotated[list[Spoken], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Law(_Strict):
    """An article: ``says`` is what it says in short, in our words."""

    name: Spoken
    article: Spoken
    says: Spoken


class ForbiddenPaper(_Strict):
    """A paper nobody may ask for; ``words`` are how it is written in lists of papers."""

    paper: Spoken
    words: Annotated[list[str], Field(min_length=1)]
    why: Spoken
    law: str


class Where(_Strict):
    text: Spoken
    nationwide: bool


class Paper(_Strict):
    paper: Spoken
    why: Spoken


class HowLong(_Strict):
    """``promised`` is what the bureau promises, ``legal`` what the law demands."""

    promised: Spoken
    legal: Spoken


class OwnAnswer(_Strict):
    """A question the item answers beyond its parts; ``ask`` are ways of asking it."""

    heading: Spoken
    ask: SpokenList
    answer: Spoken
    law: Annotated[list[str], Field(min_length=1)]


class GuideItem(_Strict):
    """One matter as a resident reads it. ``law`` is part → keys of ``laws.yaml``; ``plain`` is the elders' version.

    ``names`` and ``topics`` are for the search: what the matter is called, and the words that tell what is meant.
    """

    code: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
    group: Literal["婚姻登记", "婚姻服务", "社会救助", "账户与信息"]
    title: Spoken
    names: SpokenList
    topics: SpokenList
    plain: Annotated[Spoken, Field(max_length=PLAIN_MAX)]
    who: SpokenList
    where: Where
    bring: Annotated[list[Paper], Field(min_length=1)]
    never_asked: SpokenList
    steps: Annotated[list[Spoken], Field(min_length=1, max_length=len(NUMBERS))]
    how_long: HowLong
    fee: Literal[0]
    how_to_book: Spoken
    tips: SpokenList
    phone: Annotated[str, Field(pattern=r"^[0-9-]+$")]
    law: dict[str, list[str]]
    review_by: date
    answers: list[OwnAnswer]

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> Self:
        unknown = set(self.citations()) - set(laws())
        unknown |= set(self.never_asked) - {one.paper for one in forbidden_papers()}
        unknown |= set(self.law) - set(ASPECTS)
        if unknown or not self.law:
            raise UnknownReferenceError(self.code, sorted(unknown))
        return self

    @model_validator(mode="after")
    def _asks_for_nothing_forbidden(self) -> Self:
        for paper in self.bring:
            if forbidden(paper.paper):
                raise ForbiddenPaperError(self.code, paper.paper)
        return self

    def citations(self) -> list[str]:
        """The keys of every article the item rests on, each once."""
        parts = [key for keys in self.law.values() for key in keys]
        return list(dict.fromkeys(parts + [key for answer in self.answers for key in answer.law]))

    def says(self, aspect: str) -> str:
        """What one part of the item says, as sentences; ``aspect`` is one of ``ASPECTS``."""
        return _SENTENCES[aspect](self)


def _bring(item: GuideItem) -> str:
    papers = "、".join(paper.paper for paper in item.bring)
    return f"请带：{papers}。不要{'、'.join(item.never_asked)}。"


def _steps(item: GuideItem) -> str:
    return "".join(f"第{number}步，{step}。" for number, step in zip(NUMBERS, item.steps, strict=False))


_SENTENCES: Mapping[str, Callable[[GuideItem], str]] = {
    "who": lambda item: "；".join(item.who) + "。",
    "where": lambda item: item.where.text,
    "bring": _bring,
    "steps": _steps,
    "how_long": lambda item: f"{item.how_long.promised}。{item.how_long.legal}。",
    "fee": lambda _item: "不收费，一分钱也不收。",
    "how_to_book": lambda item: item.how_to_book,
}


def forbidden(text: str) -> ForbiddenPaper | None:
    """The forbidden paper that a line of a list asks for, if any."""
    return next((one for one in forbidden_papers() if any(word in text for word in one.words)), None)


@cache
def laws() -> dict[str, Law]:
    return {key: Law.model_validate(raw) for key, raw in strict_yaml.load(HERE / "laws.yaml").items()}


@cache
def forbidden_papers() -> tuple[ForbiddenPaper, ...]:
    return tuple(ForbiddenPaper.model_validate(raw) for raw in strict_yaml.load(HERE / "forbidden_papers.yaml"))


def read(path: Path) -> GuideItem:
    """One item from its file; the file is called after the code (pydantic.ValidationError otherwise)."""
    item = GuideItem.model_validate(strict_yaml.load(path))
    if item.code != path.stem:
        raise UnknownReferenceError(path.name, item.code)
    return item


@cache
def items() -> dict[str, GuideItem]:
    """Every item by code, in the order of the groups and then of the files."""
    found = [read(path) for path in sorted((HERE / "items").glob("*.yaml"))]
    return {item.code: item for item in sorted(found, key=lambda item: GROUPS.index(item.group))}


def law_of(keys: Sequence[str]) -> list[Law]:
    return [laws()[key] for key in keys]
