"""Forms of matters: every value is read by its declared type, every fault has the field's label and a reason. Pure.

A draft may lack anything; a submission lacks nothing that is required. Money is ``Decimal`` yuan kept as text with two
places, days are ISO text, so that the sealed JSON reads the same for ever.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from backend.cases.fields import FieldSpec, applies

CENT = Decimal("0.01")
MONEY = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
OLDEST = date(1900, 1, 1)
MOST_ROWS = 30
MISSING = "还没有填"
DEFAULT_MOST = FieldSpec.model_fields["most"].default


Faults = dict[str, tuple[str, str]]


class _WrongError(ValueError):
    """A value that cannot be right; its text is the reason in Chinese."""


def read(
    specs: Sequence[FieldSpec], values: Mapping[str, Any], today: date, *, whole: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """The clean values and the faults by label; ``whole`` also asks for everything that is required.

    A field that the form does not have is a fault; an empty value, or one that is not asked, counts as not given.
    """
    clean, faults = read_all(specs, values, today, whole=whole)
    labels = {one.name: one.label for one in specs}
    said: dict[str, str] = {}
    for path, (words, why) in faults.items():
        said.setdefault(labels.get(path.partition(".")[0], path), f"{words}{why}")
    return clean, said


def read_all(
    specs: Sequence[FieldSpec], values: Mapping[str, Any], today: date, *, whole: bool
) -> tuple[dict[str, Any], Faults]:
    """The same with every fault at its own place: ``members.0.name`` → where in words ("第 1 行“姓名”"), and why."""
    clean: dict[str, Any] = {}
    known = {one.name for one in specs}
    faults: Faults = {str(name): ("", "没有这一项") for name in values if name not in known}
    for spec in specs:
        value = values.get(spec.name)
        if not applies(spec.when, clean):
            continue
        if value in (None, "", []):
            if whole and spec.required:
                faults[spec.name] = ("", MISSING)
            continue
        try:
            clean[spec.name], inner = _value(spec, value, today, whole=whole)
        except _WrongError as wrong:
            faults[spec.name] = ("", str(wrong))
        else:
            faults |= inner
    return clean, faults


def _value(spec: FieldSpec, value: Any, today: date, *, whole: bool) -> tuple[Any, Faults]:
    if spec.type == "list":
        return _rows(spec, value, today, whole=whole)
    return READERS[spec.type](spec, value, today), {}


def _text(spec: FieldSpec, value: Any, _today: date) -> str:
    text = _plain(value)
    if len(text) > spec.most:
        raise _WrongError(f"最多 {spec.most} 个字")
    return text


def _plain(value: Any) -> str:
    if not isinstance(value, str):
        raise _WrongError("请填文字")
    if any(ord(sign) < ord(" ") and sign not in "\n\t" for sign in value):
        raise _WrongError("里面有看不见的字符，请重新输入")
    return value.strip()


def _choice(spec: FieldSpec, value: Any, _today: date) -> str:
    if not isinstance(value, str) or value not in spec.choices:
        raise _WrongError("请从选项里选一个")
    return value


def _money(spec: FieldSpec, value: Any, _today: date) -> str:
    """Never a float: 0.1 yuan would not be 0.1. No sign, no currency, no thousands."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not MONEY.fullmatch(text):
        raise _WrongError("请填人民币金额，如 1250.50，不能是负数")
    amount = Decimal(text).quantize(CENT)
    if spec.most != DEFAULT_MOST and amount > spec.most:
        raise _WrongError(f"最多 {spec.most} 元")
    return str(amount)


def _date(spec: FieldSpec, value: Any, today: date) -> str:
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise _WrongError("请选日期")
    if found < OLDEST or (found > today and not spec.ahead):
        raise _WrongError("不能晚于今天，也不能早于 1900 年")
    return found.isoformat()


def _number(spec: FieldSpec, value: Any, _today: date) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _WrongError("请填整数")
    if not spec.least <= value <= spec.most:
        raise _WrongError(f"要在 {spec.least} 到 {spec.most} 之间")
    return value


def _yes_no(_spec: FieldSpec, value: Any, _today: date) -> bool:
    if not isinstance(value, bool):
        raise _WrongError("请选“是”或“否”")
    return value


READERS: Mapping[str, Callable[[FieldSpec, Any, date], Any]] = {
    "text": _text, "choice": _choice, "money": _money, "date": _date, "number": _number, "yes_no": _yes_no,
}  # fmt: skip


def _rows(spec: FieldSpec, value: Any, today: date, *, whole: bool) -> tuple[list[dict[str, Any]], Faults]:
    most = min(spec.most, MOST_ROWS)
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value) or len(value) > most:
        raise _WrongError(f"最多 {most} 行，请检查")
    labels = {one.name: one.label for one in spec.of}
    clean: list[dict[str, Any]] = []
    faults: Faults = {}
    for number, row in enumerate(cast("list[dict[str, Any]]", value)):
        read_row, wrong = read_all(spec.of, row, today, whole=whole)
        clean.append(read_row)
        for name, (_, why) in wrong.items():
            faults[f"{spec.name}.{number}.{name}"] = (f"第 {number + 1} 行“{labels.get(name, name)}”", why)
    return clean, faults


def shown(specs: Sequence[FieldSpec], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The filled form as label and words, in the order of the form."""
    return [(one.label, _words(one, values[one.name])) for one in specs if one.name in values]


def _words(spec: FieldSpec, value: Any) -> str:
    if spec.type == "list":
        rows = ["，".join(f"{label} {words}" for label, words in shown(spec.of, row)) for row in value]
        return "；".join(rows)
    if spec.type == "yes_no":
        return "是" if value else "否"
    if spec.type == "choice":
        return spec.choices.get(value, str(value))
    return f"{value} 元" if spec.type == "money" else str(value)


def opened(text: str) -> dict[str, Any]:
    """Sealed JSON again as an object."""
    return dict(json.loads(text))
