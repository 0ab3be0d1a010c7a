"""What WeChat accepts in a field of a subscription message ("订阅消息参数值内容限制说明"). Pure.

Written apart from the code that fits values (`notices/channels/wechat_fields.py`): one reading checks the other.
"""

import re
from collections.abc import Mapping
from typing import Any

NAME = re.compile(r"([a-z_]+?)\d+")
CLOCK_TIME = r"\d{1,2}:\d{2}(:\d{2})?"
DAY = r"(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2})"
MOMENT = rf"({DAY}( {CLOCK_TIME})?|{CLOCK_TIME})"
SHAPES: Mapping[str, str] = {
    "thing": r".{1,20}",
    "short_thing": r".{1,5}",
    "number": r"-?\d+(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^A-Za-z0-9\u4e00-\u9fff]{1,5}",
    "character_string": r"[\x21-\x7e]{1,32}",
    "time": rf"{MOMENT}(~{MOMENT})?",
    "date": rf"{DAY}( {CLOCK_TIME})?(~{DAY}( {CLOCK_TIME})?)?",
    "amount": r"[¥￥$€£]?\d{1,10}(\.\d+)?元?",
    "phone_number": r"[0-9+\-]{1,17}",
    "car_number": r"[A-Z0-9\u4e00-\u9fff]{1,8}",
    "name": r"[\u4e00-\u9fff]{1,10}|[\u4e00-\u9fff·…—A-Za-z .]{1,10}|[A-Za-z .]{1,20}",
    "phrase": r"[\u4e00-\u9fff]{1,5}",
    "enum": r".+",
    "const": r".+",
}
MOST_CHARS = {"thing": 20, "short_thing": 5, "number": 32}


def first_wrong(data: Any) -> str | None:
    """The path of the first value WeChat would refuse, None when all are well: ``data.thing1.value``."""
    if not isinstance(data, dict) or not data:
        return "data"
    for name, given in data.items():
        value = given.get("value") if isinstance(given, dict) else None
        if not isinstance(value, str) or not _fits(str(name), value):
            return f"data.{name}.value"
    return None


def _fits(name: str, value: str) -> bool:
    matched = NAME.fullmatch(name)
    kind = matched[1] if matched else ""
    if kind not in SHAPES or not value.strip():
        return False
    # WeChat counts as its JavaScript does: a rare character or a picture is two.
    too_long = len(value.encode("utf-16-le")) // 2 > MOST_CHARS.get(kind, 64)
    return not too_long and re.fullmatch(SHAPES[kind], value) is not None
