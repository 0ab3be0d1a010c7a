"""The law's numbers as dated YAML: each with its source and the day somebody must look at it again.

    cooling_off_days:
      title: 离婚冷静期
      unit: 天
      values:
        - {from: 2021-01-01, value: 30, source: 民法典第1077条, review_by: 2027-06-30}

There is no silent default: a day before the first value, or one for which the value is null (no longer in force),
raises ``NoValueError``.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from backend.core import strict_yaml

Text = Annotated[str, Field(min_length=1)]


class NoValueError(LookupError):
    """No value is known for this day."""

    def __init__(self, name: str, day: date) -> None:
        self.name, self.day = name, day
        super().__init__(f"no value of {name} on {day}")


class UnorderedDatesError(ValueError):
    """The values of a parameter are not in the order of their first days, or two start on the same day."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A value with why it holds: ``since`` is its first day, ``source`` the article."""

    value: Any
    source: str
    since: date
    review_by: date


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Value(_Strict):
    since: Annotated[date, Field(alias="from", strict=True)]
    value: Any
    source: Text
    review_by: Annotated[date, Field(strict=True)]

    def dated(self) -> Dated:
        return Dated(self.value, self.source, self.since, self.review_by)


class Parameter(_Strict):
    """One number (or table) of the law over time."""

    title: Text
    unit: Text
    values: Annotated[tuple[_Value, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        starts = [one.since for one in self.values]
        if starts != sorted(set(starts)):
            raise UnorderedDatesError(starts)
        return self

    def at(self, day: date) -> Dated | None:
        """What holds on ``day``; None before the first value and where the value is null."""
        place = bisect_right(self.values, day, key=lambda one: one.since)
        found = self.values[place - 1].dated() if place else None
        return found if found is not None and found.value is not None else None


class Parameters(RootModel[dict[str, Parameter]]):
    """The parameters of one file, by name."""

    def at(self, name: str, day: date) -> Dated:
        """What holds on ``day``. Raises ``NoValueError``; ``KeyError`` for a name the file does not have."""
        found = self.root[name].at(day)
        if found is None:
            raise NoValueError(name, day)
        return found

    def in_force(self, day: date) -> Iterator[tuple[str, Dated]]:
        """Every parameter that has a value on ``day``."""
        for name, parameter in self.root.items():
            if (found := parameter.at(day)) is not None:
                yield name, found


@cache
def load(path: Path) -> Parameters:
    """Read one file, once. Raises ``ValueError`` for a key given twice, an unknown key, a wrong or unordered date."""
    return Parameters.model_validate(strict_yaml.load(path))
