"""Dates of the lunar calendar: feasts, heart days such as 七夕, anniversaries that families keep by the moon.

A thin layer over ``lunar-python``: its own holiday tables are not used, they end years too early.
"""

from datetime import date
from typing import NamedTuple

from lunar_python import Lunar, LunarMonth, Solar

MONTHS, LONGEST_MONTH = 12, 30


class LunarDay(NamedTuple):
    """``month`` is negative in a leap month."""

    month: int
    day: int


def lunar_date_of(year: int, month: int, day: int) -> date:
    """The day on which a lunar date falls; ``year`` is the lunar year, whose last weeks lie in the next solar one.

    A negative ``month`` is the leap month of that number; in a year without it the ordinary month stands in, and
    in a month of 29 days the 29th stands in for the 30th: an anniversary happens every year.
    Raises ``ValueError`` for a month or day that no year has.
    """
    if not (1 <= abs(month) <= MONTHS and 1 <= day <= LONGEST_MONTH):
        raise ValueError((month, day))
    found = LunarMonth.fromYm(year, month) or LunarMonth.fromYm(year, abs(month))
    return _date(Lunar.fromYmd(year, found.getMonth(), min(day, found.getDayCount())).getSolar())


def qingming(year: int) -> date:
    """清明 of the solar year."""
    # Asked in June: the table runs from the winter solstice before the asking day to the one after it.
    return _date(Solar.fromYmd(year, 6, 1).getLunar().getJieQiTable()["清明"])


def winter_solstice(year: int) -> date:
    """冬至 of the solar year."""
    # The table asked in June begins with the solstice before; this year's has a name of its own.
    return _date(Solar.fromYmd(year, 6, 1).getLunar().getJieQiTable()["DONG_ZHI"])


def lunar_of(day: date) -> LunarDay:
    """Which day of the lunar calendar a day is."""
    found = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return LunarDay(found.getMonth(), found.getDay())


def _date(solar: Solar) -> date:
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
