"""Heart days: the dates of ``heart_days.yaml`` in a year."""

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from backend.core import strict_yaml
from backend.core.lunar import lunar_date_of

MATTERS = frozenset({"marriage_registration", "award_ceremony"})


class HeartDay(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    title: str
    month: int
    day: int
    lunar: bool = False

    def in_year(self, year: int) -> date:
        """A lunar date is that of the lunar year which begins in ``year``."""
        return lunar_date_of(year, self.month, self.day) if self.lunar else date(year, self.month, self.day)


@cache
def listed() -> tuple[HeartDay, ...]:
    raw = strict_yaml.load(Path(__file__).with_name("heart_days.yaml"))
    return tuple(HeartDay.model_validate(row) for row in raw)


@cache
def of_year(year: int) -> dict[date, str]:
    """The heart days of a year with their names."""
    return {one.in_year(year): one.title for one in listed()}


def title_of(day: date) -> str | None:
    """The name of the heart day, if it is one."""
    return of_year(day.year).get(day)
