"""One field of a form as a matter declares it, and when it is asked at all. Pure."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

CodeText = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=300)]
Title = Annotated[str, Field(min_length=1, max_length=20)]
When = dict[CodeText, bool | str]


class BadMatterError(ValueError):
    """A matter's file contradicts itself; the text says where."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldSpec(Strict):
    """One field of a form. ``money`` is yuan with two places, ``list`` repeats the fields of ``of``.

    ``when``: asked only if these earlier fields beside it have these answers; else it is neither shown nor required,
    and an answer that stands there does not count. ``ahead``: a date that may lie in the future.
    """

    name: CodeText
    type: Literal["text", "choice", "money", "date", "number", "yes_no", "list"]
    label: Title
    help: Annotated[str, Field(max_length=120)] = ""
    required: bool = False
    choices: dict[str, Title] = {}
    most: Annotated[int, Field(ge=1, le=100_000_000)] = 500
    least: Annotated[int, Field(ge=0)] = 0
    of: tuple["FieldSpec", ...] = ()
    when: When = {}
    ahead: bool = False

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if bool(self.choices) != (self.type == "choice") or bool(self.of) != (self.type == "list"):
            raise BadMatterError(f"{self.name}: choices belong to a choice, fields to a list")
        once([one.name for one in self.of], self.name)
        ask_in_order(self.of, self.name)
        return self


def once(names: Sequence[str], where: str) -> None:
    """Raises ``BadMatterError`` for a name that stands twice."""
    if len(set(names)) != len(names):
        raise BadMatterError(f"{where}: a name stands twice")


def ask_in_order(specs: Sequence[FieldSpec], where: str) -> None:
    """Raises ``BadMatterError`` for a ``when`` that is not answered by an earlier field."""
    for place, one in enumerate(specs):
        asks_of(specs[:place], one.when, f"{where}.{one.name}")


def asks_of(specs: Sequence[FieldSpec], when: When, where: str) -> None:
    """Raises ``BadMatterError`` for an answer that none of the fields can have."""
    known = {one.name: [True, False] if one.type == "yes_no" else [*one.choices] for one in specs}
    wrong = [name for name, value in when.items() if value not in known.get(name, [])]
    if wrong:
        raise BadMatterError(f"{where}: nothing before it says {wrong}")


def applies(when: When, values: Mapping[str, Any]) -> bool:
    """Whether the answers given so far ask for it."""
    return all(values.get(name) == value for name, value in when.items())
