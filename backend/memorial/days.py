"""The days on which the dead are remembered, by both calendars. Pure.

What was decided where custom is not of one mind:

* A death in a leap month: in a year that has the same leap month again, that month; in every other year the ordinary
  month of the same number (闰六月 is kept in 六月). Whoever died in the ordinary month keeps it in a leap year too.
* The 30th of a lunar month that has 29 days is kept on its 29th; 29 February on 28 February of a common year.
* A lunar day near the turn of the year belongs to the lunar year: two of them may fall into one solar year, or none.
* Nobody has an anniversary on the day itself: the first one lies a year later.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from backend.core.lunar import lunar_date_of, lunar_of, qingming, winter_solstice

Kind = Literal["death", "birth", "qingming", "zhongyuan", "hanyi", "dongzhi"]
KINDS: tuple[Kind, ...] = get_args(Kind)
KIND_ZH: Mapping[str, str] = {
    "death": "忌日", "birth": "生日", "qingming": "清明", "zhongyuan": "中元", "hanyi": "寒衣节", "dongzhi": "冬至",
}  # fmt: skip
OWN = ("death", "birth")  # days of one dead person; the others are everybody's
BY_THE_SUN, BY_THE_MOON = ("qingming", "dongzhi"), ("zhongyuan", "hanyi")  # feasts that stand in one calendar only
MOST_DAYS_BEFORE = 15
LATE_DAYS = 7  # a day that passed unseen is still worth a word for so long

_FEASTS: Mapping[str, Callable[[int], date]] = {
    "qingming": qingming,
    "zhongyuan": lambda year: lunar_date_of(year, 7, 15),
    "hanyi": lambda year: lunar_date_of(year, 10, 1),
    "dongzhi": winter_solstice,
}


@dataclass(frozen=True, slots=True)
class DayRule:
    """Which day of ``KINDS``: ``since`` is the day of death or of birth, None for a feast; ``lunar``: by the moon."""

    kind: str
    since: date | None = None
    lunar: bool = False


def next_day(rule: DayRule, today: date) -> date:
    """The first such day from ``today`` on, today included."""
    first = today if rule.since is None else max(today, rule.since + timedelta(days=1))
    # The lunar year before has its last weeks in this solar one; two ahead: the leap months push days apart.
    return min(day for year in range(first.year - 1, first.year + 3) if (day := _in_year(rule, year)) >= first)


def _in_year(rule: DayRule, year: int) -> date:
    if rule.since is None:
        return _FEASTS[rule.kind](year)
    if rule.lunar:
        return lunar_date_of(year, *lunar_of(rule.since))
    try:
        return rule.since.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def soonest(rules: Iterable[DayRule], today: date) -> date | None:
    """The first of several days; None if there is none to wait for."""
    return min((next_day(rule, today) for rule in rules), default=None)


def when_zh(day: date, today: date) -> str:
    """How far away, as people say it: 今天, 明天, 3天后; of a day gone by its date."""
    left = (day - today).days
    near = {0: "今天", 1: "明天", 2: "后天"}
    return near.get(left) or (f"{left}天后" if left > 0 else f"{day.month}月{day.day}日")
