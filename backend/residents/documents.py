"""Identity documents: what can be true of a number, and what it says about its holder. Pure.

Whoever is real is not refused: a number that is shaped like a resident's may belong to a resident of Hong Kong, Macao
or Taiwan (81, 82, 83) or to a foreigner with permanent residence (9); then the kind follows from the number, so that
one number is one person whatever was ticked.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from backend.core import idnumber
from backend.core.errors import BadInputError

KINDS: dict[str, str] = {
    "resident_id": "居民身份证",
    "hkmt_permit": "港澳台居民居住证",
    "foreign_pr": "外国人永久居留身份证",
    "passport": "护照",
}
BY_BEGINNING = {"81": "hkmt_permit", "82": "hkmt_permit", "83": "hkmt_permit"}
FOREIGN_PR_2023 = "9"
FOREIGN_PR_OLD = re.compile(r"[A-Z]{3}\d{12}")
PASSPORT = re.compile(r"[A-Z0-9]{5,15}")
NAME = re.compile(r"[\w·•.’'\- ]{1,64}")
FIELD = "证件号码"


@dataclass(frozen=True, slots=True)
class Document:
    """A number that can be true; ``birth_date`` and ``sex`` are None where it does not say."""

    kind: str
    number: str = field(repr=False)
    birth_date: date | None = None
    sex: str | None = None


def read(kind: str, number: str, today: date) -> Document:
    """Read a number of this kind. Raises ``BadInputError`` with the reason in Chinese."""
    text = re.sub(r"[\s-]", "", number).upper()
    if kind not in KINDS:
        raise BadInputError(field="证件类型", why="请从列表中选择")
    if kind == "passport":
        return _other(kind, text, PASSPORT, "护照号应为 5 到 15 位字母和数字")
    if kind == "foreign_pr" and not text[:1].isdigit():
        return _other(kind, text, FOREIGN_PR_OLD, "旧版永居证号应为 3 个字母加 12 位数字")
    return _eighteen(text, today)


def _other(kind: str, text: str, shape: re.Pattern[str], why: str) -> Document:
    if not shape.fullmatch(text):
        raise BadInputError(field=FIELD, why=why)
    return Document(kind, text)


def _eighteen(text: str, today: date) -> Document:
    try:
        found = idnumber.parse(text, today)
    except ValueError as error:
        raise BadInputError(field=FIELD, why=str(error)) from None
    return Document(_kind_of(found.text), found.text, found.birth_date, found.sex)


def _kind_of(number: str) -> str:
    beginning = "foreign_pr" if number.startswith(FOREIGN_PR_2023) else "resident_id"
    return BY_BEGINNING.get(number[:2], beginning)


def read_name(name: str) -> str:
    """A name as it is compared: outer spaces gone, one kind of middle dot. Raises ``BadInputError``."""
    text = re.sub(r"\s+", " ", name.strip()).replace("•", "·").replace("．", "·")
    if not NAME.fullmatch(text) or text.isdigit():
        raise BadInputError(field="姓名", why="请按证件上的写法填写")
    return text


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same as a register sees them: spaces, dots and case aside."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return re.sub(r"[\s·•．.]", "", name).casefold()
