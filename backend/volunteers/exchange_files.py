"""Files of the national volunteer system: CSV for a spreadsheet, JSON for a program, the same rows in both. Pure.

The fields are those of 志愿服务记录与证明出具办法 (basic data, service data) and of MZ/T 061-2015 as far as it is known
here; the standard's own column names were not found: UNSURE. A column more is kept out, a column less is refused.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

Kind = Literal["volunteers", "records"]
Format = Literal["csv", "json"]
Row = dict[str, str]

STANDARD = "MZ/T 061-2015"
FIELDS: Mapping[str, tuple[str, ...]] = {
    "volunteers": (
        "志愿者编号", "全国编号", "姓名", "性别", "出生日期", "证件类型", "证件号码", "居住区域", "联系电话",
        "专业技能", "服务类别", "注册日期",
    ),
    "records": (
        "记录编号", "志愿者编号", "全国编号", "服务名称", "服务类别", "服务内容", "服务地点", "开始时间", "结束时间",
        "服务分钟", "组织单位", "负责人", "质量评价",
    ),
}  # fmt: skip
MOST_ROWS = 2000
LONGEST = 2000
UNKEEPABLE = re.compile("[\0\ud800-\udfff]")  # no database keeps a NUL or half a character
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")  # a spreadsheet would calculate these: they go out behind a sign


class UnreadableFileError(ValueError):
    """The file as a whole cannot be read; the text says why, in Chinese."""


def write(kind: Kind, form: Format, rows: Sequence[Row]) -> bytes:
    """The file. CSV begins with a byte order mark, so that a spreadsheet reads it as UTF-8."""
    if form == "json":
        body = {"standard": STANDARD, "kind": kind, "rows": rows}
        return json.dumps(body, ensure_ascii=False, indent=1).encode()
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, FIELDS[kind], lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows({name: guarded(value) for name, value in row.items()} for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def guarded(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(FORMULA) else value


def read(kind: Kind, form: Format, data: bytes) -> list[Row]:
    """The rows. Raises ``UnreadableFileError``."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFileError("文件要用 UTF-8 编码保存") from None
    rows = _csv(kind, text) if form == "csv" else _json(kind, text)
    if not rows or len(rows) > MOST_ROWS:
        raise UnreadableFileError(f"一次要有 1 到 {MOST_ROWS} 行")
    return rows


def _csv(kind: Kind, text: str) -> list[Row]:
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, restval=None)
        _require_fields(kind, reader.fieldnames or ())
        return [_plain(kind, row, line, guarded=True) for line, row in enumerate(reader, 1)]
    except csv.Error:
        raise UnreadableFileError("表格格式不对，请用导出的模板") from None


def _json(kind: Kind, text: str) -> list[Row]:
    try:
        body: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableFileError("不是完整的 JSON 文件") from None
    rows = body.get("rows") if isinstance(body, dict) and body.get("kind") == kind else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableFileError("文件种类不对，请选对应的文件")
    for row in rows:
        _require_fields(kind, list(row))
    return [_plain(kind, row, line, guarded=False) for line, row in enumerate(rows, 1)]


def _require_fields(kind: Kind, names: Sequence[str]) -> None:
    if lacking := [name for name in FIELDS[kind] if name not in names]:
        raise UnreadableFileError(f"缺少“{lacking[0]}”一列")


def _plain(kind: Kind, row: Mapping[Any, Any], line: int, *, guarded: bool) -> Row:
    values = {name: row[name] for name in FIELDS[kind]}
    if None in row or not all(isinstance(value, str) and len(value) <= LONGEST for value in values.values()):
        raise UnreadableFileError(f"第 {line} 行的列数或长度不对")
    if any(UNKEEPABLE.search(value) for value in values.values()):
        raise UnreadableFileError(f"第 {line} 行里有看不见的字符")
    return {name: value.removeprefix("'") if guarded else value for name, value in values.items()}
