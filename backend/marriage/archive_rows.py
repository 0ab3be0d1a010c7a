"""One historic row (R-093): from the cells of a table to what is kept, or every reason why not. Pure.

Old rows are what they are: numbers of 15 digits, no number at all, dates in a dozen shapes. What cannot be true is
refused with its reason in Chinese; what is merely old is kept and noted.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from backend.core import idnumber
from backend.core.errors import BadInputError

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "kind": ("类别", "登记类别", "登记类型", "业务类型"),
    "certificate_number": ("证件字号", "证书字号", "字号", "证号", "证书编号"),
    "registered_on": ("登记日期", "登记时间", "发证日期"),
    "office_name": ("登记机关", "登记处", "发证机关"),
    "name_a": ("男方姓名",),
    "id_a": ("男方身份证号", "男方身份证号码", "男方证件号码"),
    "name_b": ("女方姓名",),
    "id_b": ("女方身份证号", "女方身份证号码", "女方证件号码"),
    "box": ("盒号", "档案盒号", "卷号"),
    "page": ("页码", "页号"),
    "note": ("备注",),
}
REQUIRED = ("kind", "registered_on", "office_name", "name_a", "name_b")
OURS = ("原行号", "问题")  # what the list of bad rows puts in front; of no matter when it comes back
BY_NAME = {name: field for field, names in COLUMNS.items() for name in names}
KINDS = {
    "结婚": "marriage", "结婚登记": "marriage", "复婚": "marriage", "离婚": "divorce", "离婚登记": "divorce",
    "补领结婚证": "marriage_reissue", "补发结婚证": "marriage_reissue", "补领离婚证": "divorce_reissue",
    "补发离婚证": "divorce_reissue", "撤销婚姻": "annulment", "撤销": "annulment",
}  # fmt: skip
WORDS_OF_KIND = {
    "marriage": "结婚", "divorce": "离婚", "marriage_reissue": "补领结婚证", "divorce_reissue": "补领离婚证",
    "annulment": "撤销婚姻",
}  # fmt: skip
DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: 0?0:00(?::00)?)?")
MODERN = re.compile(r"[A-Z]{1,2}\d{6}-\d{4}-\d{6}")
FIRST_DAY = date(1949, 10, 1)
LONGEST = {"certificate_number": 40, "office_name": 128, "name_a": 64, "name_b": 64, "box": 64, "page": 32, "note": 500}
OLD_LENGTH = 15
MOST_DIGITS_OF_OTHERS = 13  # more digits than this, and it was meant to be an identity number
OTHER_DOCUMENT = re.compile(r"(?=.*\d{4})[A-Z0-9()\u4e00-\u9fff]{5,24}")
SIDES = (("a", "男方"), ("b", "女方"))
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that can be true. ``lookup_*``: the number as 18 digits where it was an old one; None without a number."""

    kind: str
    certificate_number: str | None
    registered_on: date
    office_name: str
    name_a: str
    id_a: str | None
    lookup_a: str | None
    name_b: str
    id_b: str | None
    lookup_b: str | None
    box: str
    page: str
    note: str

    @property
    def core(self) -> str:
        """What makes it this registration and no other; where the paper lies is not part of it."""
        parts = (
            self.kind, self.certificate_number or "", self.registered_on.isoformat(), self.office_name, self.name_a,
            self.lookup_a or "", self.name_b, self.lookup_b or "",
        )  # fmt: skip
        return "\0".join(parts)

    @property
    def number_scope(self) -> str | None:
        """Within what the certificate number is given once: everywhere since 2004, before by office and year."""
        if self.certificate_number is None:
            return None
        if MODERN.fullmatch(self.certificate_number):
            return f"{self.kind}\0{self.certificate_number}"
        return f"{self.kind}\0{self.office_name}\0{self.registered_on.year}\0{self.certificate_number}"


@dataclass(frozen=True, slots=True)
class _Number:
    text: str | None = None
    lookup: str | None = None
    remark: str = ""


def clean(text: str) -> str:
    """Full-width signs as plain ones, no space around; also none between two Chinese characters."""
    plain = unicodedata.normalize("NFKC", text).strip().strip("'`")
    return re.sub(r"(?<=[^\x00-\x7f]) +(?=[^\x00-\x7f])", "", re.sub(r"\s+", " ", plain))


def fields_of(header: Sequence[str]) -> tuple[str | None, ...]:
    """Which field each column holds; None for our own. Raises ``BadInputError`` for a missing or unknown column."""
    names = [clean(name) for name in header]
    while names and not names[-1]:
        names.pop()
    unknown = [name or "（空）" for name in names if name not in BY_NAME and name not in OURS]
    if unknown:
        raise BadInputError(field="表头", why=f"不认识“{unknown[0][:20]}”这一列，可以有：{known_columns()}")
    fields = tuple(BY_NAME.get(name) for name in names)
    missing = [COLUMNS[field][0] for field in REQUIRED if field not in fields]
    if missing:
        raise BadInputError(field="表头", why=f"缺少“{'、'.join(missing)}”，请补上这一列再上传")
    _refuse_doubles([field for field in fields if field])
    return fields


def _refuse_doubles(fields: Sequence[str]) -> None:
    twice = [field for field in fields if fields.count(field) > 1]
    if twice:
        raise BadInputError(field="表头", why=f"“{COLUMNS[twice[0]][0]}”有两列，请只留一列")


def known_columns() -> str:
    return "、".join(names[0] for names in COLUMNS.values())


def read_row(fields: Sequence[str | None], cells: Sequence[str], today: date) -> Entry | tuple[str, ...]:
    """The entry, or every reason why the row cannot be taken in."""
    texts = [clean(cell) for cell in cells]
    if any(texts[len(fields) :]):
        return (f"这一行有 {len(cells)} 格，表头只有 {len(fields)} 格，请检查逗号",)
    found = {field: text for field, text in zip(fields, texts, strict=False) if field is not None}
    return _entry(found, today)


def _entry(found: Mapping[str, str], today: date) -> Entry | tuple[str, ...]:
    reasons = _too_long(found)
    kind = _take(reasons, _kind, found.get("kind", ""))
    day = _take(reasons, partial(read_day, today=today), found.get("registered_on", ""))
    office = _take(reasons, _office, found.get("office_name", ""))
    names = [_take(reasons, partial(_name, who), found.get(f"name_{x}", "")) for x, who in SIDES]
    ids = [_take(reasons, partial(_id, who, today), found.get(f"id_{x}", "")) for x, who in SIDES]
    if kind is None or day is None or office is None or None in names or None in ids or reasons:
        return tuple(reasons)
    (man, woman), (his, hers) = [str(one) for one in names], [one or _Number() for one in ids]
    reasons += _contradictions(his, hers, day)
    if reasons:
        return tuple(reasons)
    note = "；".join(one for one in (found.get("note", ""), his.remark, hers.remark) if one)
    return Entry(
        kind, found.get("certificate_number") or None, day, office, man, his.text, his.lookup, woman, hers.text,
        hers.lookup, found.get("box", ""), found.get("page", ""), note,
    )  # fmt: skip


def _too_long(found: Mapping[str, str]) -> list[str]:
    long = [field for field, most in LONGEST.items() if len(found.get(field, "")) > most]
    return [f"{COLUMNS[field][0]}太长，最多 {LONGEST[field]} 个字" for field in long]


def _take(reasons: list[str], reader: Callable[[str], T], text: str) -> T | None:
    """What the reader makes of the text; a refusal is one more reason."""
    try:
        return reader(text)
    except ValueError as error:
        reasons.append(str(error))
        return None


def _kind(text: str) -> str:
    if not text:
        raise ValueError("没有写类别")
    if text not in KINDS:
        raise ValueError(f"类别“{text[:10]}”不认识，请写结婚、离婚、补领结婚证、补领离婚证或撤销婚姻")
    return KINDS[text]


def _office(text: str) -> str:
    if not text:
        raise ValueError("没有写登记机关")
    return text


def _name(who: str, text: str) -> str:
    if not text:
        raise ValueError(f"没有写{who}姓名")
    if any(sign.isdigit() for sign in text):
        raise ValueError(f"{who}姓名里有数字，请核对是否写错列")
    return text


def read_day(text: str, today: date) -> date:
    """``1998-05-20``, ``1998.5.20``, ``1998年5月20日``, ``19980520``. Raises ``ValueError`` with the reason."""
    if not text:
        raise ValueError("没有写登记日期")
    found = DATE.fullmatch(text)
    if found is None:
        raise ValueError(f"登记日期“{text[:20]}”看不懂，请写成 1998-05-20")
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        read = date(year, month, day)
    except ValueError:
        raise ValueError(f"登记日期“{text[:20]}”不存在") from None
    if read > today:
        raise ValueError("登记日期在今天以后")
    if read < FIRST_DAY:
        raise ValueError("登记日期早于 1949 年 10 月")
    return read


def _id(who: str, today: date, text: str) -> _Number:
    """A number of 18 digits, an old one of 15 (noted), another document (noted), or none."""
    number = text.upper().replace(" ", "")
    if not number:
        return _Number()
    if "E+" in number:
        raise ValueError(f"{who}证件号码被表格软件改成了科学计数，请把这一列设成文本")
    try:
        return _number(who, number, today)
    except ValueError as error:
        raise ValueError(f"{who}：{error}") from None


def _number(who: str, number: str, today: date) -> _Number:
    if len(number) == OLD_LENGTH and number.isascii() and number.isdigit():
        return _Number(number, upgraded(number, today), f"{who}为15位旧号")
    if sum(sign.isdigit() for sign in number) > MOST_DIGITS_OF_OTHERS:
        return _Number(number, idnumber.parse(number, today).text)
    if not OTHER_DOCUMENT.fullmatch(number):
        raise ValueError("证件号码看不懂，请核对")
    return _Number(number, number, f"{who}为其他证件")


def upgraded(number: str, today: date) -> str:
    """An old number of 15 digits as the 18 its holder has today. Raises ``ValueError`` with the reason."""
    first = f"{number[:6]}19{number[6:]}"
    return idnumber.parse(first + idnumber.check_digit(first), today).text


def lookup_of(text: str, today: date) -> str:
    """A number somebody searches by, as rows are found by it. Raises ``ValueError`` with the reason."""
    return _id("", today, clean(text)).lookup or ""


def _contradictions(his: _Number, hers: _Number, day: date) -> list[str]:
    reasons = [
        f"{who}的出生日期晚于登记日期" for who, one in (("男方", his), ("女方", hers)) if _born(one) > day.isoformat()
    ]
    if his.lookup is not None and his.lookup == hers.lookup:
        reasons.append("男方和女方的证件号码相同")
    return reasons


def _born(one: _Number) -> str:
    """The day of birth as text; empty for other documents."""
    number = one.lookup or ""
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if idnumber.SHAPE.fullmatch(number) else ""
