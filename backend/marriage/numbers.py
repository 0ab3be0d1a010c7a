"""Numbers of cases and certificates, counted without a gap of trust: under a row lock, each with a check digit.

A certificate number (证件字号) is the national shape, ``J`` marriage, ``L`` divorce, ``BJ`` and ``BL`` their reissues,
``W`` a certificate of no record, then the six digits of the county (GB/T 2260), the year and the count of that year:
``J500118-2026-000123``. Behind it stands one check digit of our own (Damm 2004), for numbers that are read aloud.
"""

from datetime import date

from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core.db import Work, is_sqlite
from backend.core.numbers import DAMM, number_for
from backend.marriage.models import NumberSeries

COUNTY_DIGITS = 6


def next_in(work: Work, series: str) -> int:
    """The next number of a series; whoever asks at the same time waits until this unit of work has ended."""
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    statement = insert(NumberSeries).values(name=series, last=1)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"last": NumberSeries.last + 1})
    return work.session.scalars(statement.returning(NumberSeries.last)).one()


def case_number(work: Work, prefix: str, day: date) -> str:
    """The number of a case or of an application, e.g. ``HD261122-0042-7``."""
    return number_for(prefix, day, next_in(work, f"{prefix}{day:%y%m%d}"))


def certificate_number(work: Work, kind: str, division_code: str, day: date) -> str:
    """The number of a certificate given out at an office of this division on this day."""
    series = f"{kind}{division_code[:COUNTY_DIGITS]}-{day.year}"
    return with_check_digit(f"{series}-{next_in(work, series):06d}")


def with_check_digit(number: str) -> str:
    return f"{number}-{_check_digit(number)}"


def is_certificate_number(number: str) -> bool:
    """Whether its check digit fits."""
    body, _, digit = number.rpartition("-")
    return bool(body) and digit == _check_digit(body)


def _check_digit(number: str) -> str:
    state = "0"
    for sign in number:
        for digit in sign if sign.isdigit() else str(ord(sign) - ord("A") + 10) if sign.isalpha() else "":
            state = DAMM[int(state)][int(digit)]
    return state
