"""Numbers that are read aloud over the telephone: a prefix, a day, a count and a check digit.

``YY261122-0042-7``. The part that differs between two bookings is digits only, so nothing in it sounds like
something else; the check digit (Damm 2004) finds every single wrong digit and every two neighbours swapped.
"""

import re
import unicodedata
from datetime import date, datetime

# 10 x 10, totally anti-symmetric: row = the digit so far, column = the next digit.
DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
PREFIX = re.compile(r"[A-HJ-NP-Y]{1,3}")  # I, O and Z are read as 1, 0 and 2
SHAPE = re.compile(r"([A-HJ-NP-Y]{1,3})(\d{6})(\d{4,9})(\d)")


def number_for(prefix: str, day: date, sequence: int) -> str:
    """The number of the ``sequence``-th thing of its kind on ``day``. Raises ``ValueError`` for a bad prefix."""
    if not PREFIX.fullmatch(prefix) or not 0 <= sequence < 10**9:
        raise ValueError((prefix, sequence))
    body = f"{prefix}{day:%y%m%d}-{sequence:04d}"
    return f"{body}-{_digit(body)}"


def normal(number: str) -> str | None:
    """The number as ``number_for`` wrote it, with spaces, small and full-width letters forgiven; None if wrong."""
    typed = re.sub(r"[\s\-—–_.]", "", unicodedata.normalize("NFKC", number)).upper()
    found = SHAPE.fullmatch(typed) if typed.isascii() else None
    if found is None or not _is_day(found[2]) or _digit(typed[:-1]) != found[4]:
        return None
    return f"{found[1]}{found[2]}-{found[3]}-{found[4]}"


def check(number: str) -> bool:
    """Whether it can be one of our numbers."""
    return normal(number) is not None


def _digit(body: str) -> str:
    state = "0"
    for sign in body:
        for digit in _digits(sign):
            state = DAMM[int(state)][int(digit)]
    return state


def _digits(sign: str) -> str:
    """A letter counts as two digits, A = 10; a hyphen as none."""
    return sign if sign.isdigit() else str(ord(sign) - ord("A") + 10) if sign.isalpha() else ""


def _is_day(digits: str) -> bool:
    try:
        datetime.strptime(digits, "%y%m%d")  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        return False
    return True
