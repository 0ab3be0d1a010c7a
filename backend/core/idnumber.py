"""Resident identity numbers (公民身份号码, GB 11643-1999): shape, check digit, a real date of birth.

The first six digits only inform. They are never a reason to refuse a person: divisions are renamed and abolished,
and the numbers given out under them stay valid.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

SHAPE = re.compile(r"\d{17}[\dX]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"  # ISO 7064 MOD 11-2, by remainder
OLDEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A number that can be true, with what it says about its holder."""

    text: str
    birth_date: date
    sex: Literal["male", "female"]

    @property
    def region(self) -> str:
        """GB/T 2260 code of where it was given out; may no longer exist."""
        return self.text[:6]


def check_digit(first_17: str) -> str:
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True)) % 11]


def parse(text: str, today: date) -> IdNumber:
    """Read a number, spaces and a small x forgiven. Raises ``ValueError`` with the reason in Chinese."""
    number = re.sub(r"[\s-]", "", text).upper()
    if not SHAPE.fullmatch(number) or not number.isascii():
        raise ValueError("身份证号应为 18 位，末位可以是 X")
    if check_digit(number[:17]) != number[17]:
        raise ValueError("身份证号校验位不对，请核对是否抄错")
    return IdNumber(number, _birth_date(number, today), "male" if int(number[16]) % 2 else "female")


def _birth_date(number: str, today: date) -> date:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise ValueError("身份证号中的出生日期不存在") from None
    if not OLDEST <= born <= today:
        raise ValueError("身份证号中的出生日期不合理")
    return born
