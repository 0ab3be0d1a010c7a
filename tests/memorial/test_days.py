"""Days of remembrance against a table that another library computed (see lunar_days.yaml)."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from backend.core import strict_yaml
from backend.core.clock import CHINA
from backend.core.lunar import lunar_date_of, lunar_of, winter_solstice
from backend.memorial.day_reminders import is_daytime, remind_at
from backend.memorial.days import DayRule, next_day, soonest, when_zh

TABLE: dict[str, Any] = strict_yaml.load(Path(__file__).with_name("lunar_days.yaml"))
FIRST = 2024
# Somebody who died on that lunar day, in a year before the table that had the leap month and a day of that number.
DIED_IN = {
    "闰二月十五": 2004, "闰四月初一": 2020, "闰五月十九": 2009, "闰六月初一": 1987, "六月初一": 1987, "五月十九": 2009,
    "腊月三十": 2020, "冬月二十": 2019, "正月初一": 2019,
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE["lunar"])
def test_a_lunar_day_falls_where_another_library_says(name: str) -> None:
    row = TABLE["lunar"][name]
    found = [lunar_date_of(FIRST + n, row["month"], row["day"]) for n in range(len(row["days"]))]
    assert found == row["days"]


@pytest.mark.parametrize("name", DIED_IN)
def test_every_anniversary_of_a_lunar_death_follows_the_last(name: str) -> None:
    row = TABLE["lunar"][name]
    died = lunar_date_of(DIED_IN[name], row["month"], row["day"])
    assert lunar_of(died) == (row["month"], row["day"]), "the leap month must be a real one"
    rule, found = DayRule("death", died, lunar=True), []
    day = date.fromordinal(row["days"][0].toordinal() - 20)
    while len(found) < len(row["days"]):
        day = next_day(rule, day)
        found.append(day)
        day = date.fromordinal(day.toordinal() + 1)
    assert found == row["days"]


@pytest.mark.parametrize("kind", TABLE["feasts"])
def test_a_feast_is_due_on_its_day_and_a_year_later_on_the_day_after(kind: Any) -> None:
    days = TABLE["feasts"][kind]
    assert [next_day(DayRule(kind), day) for day in days] == days
    assert [next_day(DayRule(kind), date.fromordinal(day.toordinal() + 1)) for day in days[:-1]] == days[1:]


def test_the_winter_solstice_is_this_years_and_not_the_one_before() -> None:
    assert winter_solstice(2026) == date(2026, 12, 22)


def test_nobody_has_an_anniversary_on_the_day_itself_and_the_29th_of_february_is_kept_every_year() -> None:
    assert next_day(DayRule("death", date(2026, 5, 1)), date(2026, 5, 1)) == date(2027, 5, 1)
    assert next_day(DayRule("birth", date(1948, 2, 29)), date(2027, 1, 1)) == date(2027, 2, 28)
    assert next_day(DayRule("birth", date(1948, 2, 29)), date(2028, 1, 1)) == date(2028, 2, 29)


def test_of_two_who_are_remembered_the_nearer_day_comes_first() -> None:
    both = [DayRule("death", date(2020, 5, 1)), DayRule("death", date(2021, 3, 1))]
    assert soonest(both, date(2026, 3, 2)) == date(2026, 5, 1)
    assert soonest([], date(2026, 3, 2)) is None


def test_people_are_reminded_in_the_morning_and_never_at_night() -> None:
    assert remind_at(date(2026, 4, 5), 3) == datetime(2026, 4, 2, 9, tzinfo=CHINA)
    hours = [(7, 59), (8, 0), (19, 59), (20, 0)]
    assert [is_daytime(datetime(2026, 4, 2, hour, minute, tzinfo=CHINA)) for hour, minute in hours] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_day_is_named_the_way_people_say_it() -> None:
    today = date(2026, 4, 2)
    said = [when_zh(date(2026, 4, day), today) for day in (1, 2, 3, 4, 5)]
    assert said == ["4月1日", "今天", "明天", "后天", "3天后"]
