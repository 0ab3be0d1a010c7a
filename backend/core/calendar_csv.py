"""The State Council's yearly notice as a small table: 日期, 类型 (放假 or 调休上班), 名称.

Days that are what their weekday says are left out. Every fault is told with its line.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from backend.core.calendar import DECEMBER, SATURDAY, DayKind, Special, statutory_days
from backend.core.errors import BadInputError

KINDS = {
    "放假": DayKind.HOLIDAY, "休": DayKind.HOLIDAY, "休息": DayKind.HOLIDAY, "holiday": DayKind.HOLIDAY,
    "调休上班": DayKind.MAKE_UP, "上班": DayKind.MAKE_UP, "班": DayKind.MAKE_UP, "make_up": DayKind.MAKE_UP,
}  # fmt: skip
HEADINGS = {"日期", "date"}
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
COLUMNS, LONGEST_NAME = 3, 64
LAW_SINCE = 2025  # statutory_days says the law as of this year


def decode(data: bytes) -> str:
    """The text of a file from a spreadsheet: UTF-8 or GBK. Raises ``BadInputError``."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInputError(field="文件", why="看不懂文字编码，请另存为“CSV UTF-8”格式")


def read_csv(text: str) -> list[Special]:
    """The rows by date. Raises ``BadInputError`` naming the line."""
    rows: dict[date, Special] = {}
    for number, cells in _lines(text):
        row = _row(number, cells)
        if row.date in rows:
            raise _fault(number, f"{row.date} 写了两次")
        rows[row.date] = row
    found = sorted(rows.values(), key=lambda row: row.date)
    _check_year(found)
    return found


def year_of(rows: Sequence[Special]) -> int:
    """The year of the notice: that of most of its days."""
    return Counter(row.date.year for row in rows).most_common(1)[0][0]


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        for cells in reader:
            trimmed = [cell.strip() for cell in cells]
            if any(trimmed) and trimmed[0].lower() not in HEADINGS:
                yield reader.line_num, trimmed
    except csv.Error:
        raise _fault(reader.line_num, "这一行的格式不对，应为：日期,类型,名称") from None


def _row(number: int, cells: list[str]) -> Special:
    if len(cells) < COLUMNS or any(cells[COLUMNS:]):
        raise _fault(number, "应为三列：日期,类型,名称")
    day, kind, name = _date(number, cells[0]), KINDS.get(cells[1].lower()), cells[2]
    if kind is None:
        raise _fault(number, f"类型“{cells[1][:10]}”不认识，请写“放假”或“调休上班”")
    if kind is DayKind.MAKE_UP and day.weekday() < SATURDAY:
        raise _fault(number, f"{day} 本来就是工作日，调休上班只能是周六或周日")
    if not 0 < len(name) <= LONGEST_NAME:
        raise _fault(number, "名称要写节日，如“国庆节”")
    return Special(day, kind, name)


def _date(number: int, text: str) -> date:
    found = DATE.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else date.fromisoformat(text)
    except ValueError:
        raise _fault(number, f"日期“{text[:20]}”不存在，请写成 2027-01-01") from None


def _check_year(rows: Sequence[Special]) -> None:
    """One year (a notice may move days of the December before), and none of the days that the law fixes missing."""
    if not rows:
        raise BadInputError(field="文件", why="里面没有日期")
    year = year_of(rows)
    strangers = [row.date for row in rows if not date(year - 1, DECEMBER, 1) <= row.date <= date(year, DECEMBER, 31)]
    if strangers:
        raise BadInputError(field="年份", why=f"{strangers[0]} 不属于 {year} 年，一个文件只放一年")
    rest = {row.date for row in rows if row.kind is DayKind.HOLIDAY}
    missing = [f"{name} {d}" for d, name in sorted(statutory_days(year).items()) if d not in rest]
    if missing and year >= LAW_SINCE:
        raise BadInputError(field="文件", why=f"缺少法定节假日：{'、'.join(missing[:3])}")


def _fault(number: int, why: str) -> BadInputError:
    return BadInputError(field=f"第 {number} 行", why=why)
