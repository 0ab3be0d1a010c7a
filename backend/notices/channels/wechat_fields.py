"""Makes texts fit the field types of a WeChat subscription message.

One field that does not fit makes WeChat refuse the whole message (47003), so everything is cut before it is sent.
The type is the field's name without its number: `thing1`, `date2`. Limits: WeChat's page
"订阅消息参数值内容限制说明".
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from backend.core.clock import local

NAME = re.compile(r"([a-z_]+?)\d+")
ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?")
DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
MINUTE = r"\d{1,2}:\d{2}(:\d{2})?"
DATE = re.compile(rf"{DAY}( {MINUTE})?(~{DAY}( {MINUTE})?)?")
TIME = re.compile(rf"({DAY} )?{MINUTE}(~({DAY} )?{MINUTE})?")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
AMOUNT = re.compile(r"[¥￥$€£]?\d{1,10}(\.\d{1,2})?元?")
NOT_CHINESE = re.compile(r"[^\u4e00-\u9fff]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOT_PHONE = re.compile(r"[^0-9+\-]")
NOT_LETTER = re.compile(r"[^A-Za-z]")
NOT_VISIBLE_ASCII = re.compile(r"[^\x21-\x7e]")


class FieldError(ValueError):
    """A value that cannot be made to fit without saying something untrue. `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def fit(fields: Mapping[str, str]) -> dict[str, str]:
    """The same fields, each cut and shaped to its type. Raises `FieldError`."""
    return {name: _fit_one(name, " ".join(value.split())) for name, value in fields.items()}


def _fit_one(name: str, value: str) -> str:
    matched = NAME.fullmatch(name)
    fitted = SHAPES.get(matched[1] if matched else "", _thing)(value)
    if not fitted:
        raise FieldError(name)
    return fitted


def _units(text: str) -> int:
    """Length as WeChat's JavaScript counts it: a rare character or a picture is two."""
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, limit: int) -> str:
    if _units(text) <= limit:
        return text
    kept = ""
    for character in text:
        if _units(kept + character) > limit - 1:
            break
        kept += character
    return kept + "…"


def _thing(value: str, limit: int = 20) -> str:
    return _cut(value, limit) or "—"


def _name(value: str) -> str:
    return _cut(value, 10 if CHINESE.search(value) else 20) or "—"


def _phrase(value: str) -> str:
    return NOT_CHINESE.sub("", value)[:5] or "暂无"


def _only(refused: re.Pattern[str], limit: int, value: str) -> str:
    return refused.sub("", value)[:limit]


def _character_string(value: str) -> str:
    return _only(NOT_VISIBLE_ASCII, 32, value) or "-"


def _matching(shape: re.Pattern[str], limit: int, value: str) -> str:
    return value if shape.fullmatch(value) and len(value) <= limit else ""


def _date(value: str) -> str:
    return _matching(DATE, 64, _in_chinese(value))


def _time(value: str) -> str:
    return _matching(TIME, 64, _in_chinese(value))


def _in_chinese(value: str) -> str:
    """`2026-11-22T15:01+08:00` as `2026年11月22日 15:01` in the county's time; anything else as it is."""
    if not ISO_MOMENT.fullmatch(value):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return ""
    shown = local(moment) if moment.tzinfo else moment
    day = f"{shown.year}年{shown.month}月{shown.day}日"
    return day if ":" not in value else f"{day} {shown:%H:%M}"


SHAPES: Mapping[str, Callable[[str], str]] = {
    "thing": _thing,
    "short_thing": partial(_thing, limit=5),
    "name": _name,
    "phrase": _phrase,
    "date": _date,
    "time": _time,
    "number": partial(_matching, NUMBER, 32),
    "amount": partial(_matching, AMOUNT, 16),
    "letter": partial(_only, NOT_LETTER, 32),
    "character_string": _character_string,
    "symbol": partial(_only, re.compile(r"[\w\s]"), 5),
    "phone_number": partial(_only, NOT_PHONE, 17),
    "car_number": partial(_only, re.compile(r"\W"), 8),
    "enum": str,
    "const": str,
}
