"""A matter's form as an HTML form: what was posted as the engine's values, and the engine's faults beside fields. Pure.

Field names are those of the matter; a row of a list is ``members.0.name``. A row left empty does not count, so that
an empty one can always stand ready without a script.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.cases.fields import FieldSpec

MOST_ROWS = 30
YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Input:
    """One field to draw. ``value`` is what stands in it; ``rows`` are the inputs of each row of a list."""

    spec: FieldSpec
    name: str
    value: str
    error: str
    rows: tuple[tuple["Input", ...], ...] = ()

    @property
    def filled(self) -> bool:
        """Of a list: whether anything stands in its rows."""
        return any(cell.value or cell.filled for row in self.rows for cell in row)

    @property
    def when(self) -> str:
        """For the page's script: which fields must have which answers, as JSON; empty if it is always asked."""
        beside = self.name.removesuffix(self.spec.name)
        said = {f"{beside}{name}": _text(value) for name, value in self.spec.when.items()}
        return json.dumps(said) if said else ""


def values_of(specs: Sequence[FieldSpec], posted: Mapping[str, str], prefix: str = "") -> dict[str, Any]:
    """What was posted, as ``forms.read`` takes it: still unchecked, empty fields left out."""
    found = {one.name: _value(one, posted, f"{prefix}{one.name}") for one in specs}
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _value(spec: FieldSpec, posted: Mapping[str, str], name: str) -> Any:
    if spec.type == "list":
        rows = (values_of(spec.of, posted, f"{name}.{number}.") for number in range(MOST_ROWS))
        return [row for row in rows if row]
    text = posted.get(name, "").strip()
    if spec.type == "yes_no":
        return YES_NO.get(text)
    if spec.type == "number" and text.isdecimal():
        return int(text)
    return text


def inputs(
    specs: Sequence[FieldSpec], values: Mapping[str, Any], faults: Mapping[str, str], more: str = "", prefix: str = ""
) -> tuple[Input, ...]:
    """What to draw. ``more``: the list that gets one more empty row; ``faults``: by label, or by the field's path."""
    return tuple(_input(one, values.get(one.name), faults, more, f"{prefix}{one.name}") for one in specs)


def _input(spec: FieldSpec, value: Any, faults: Mapping[str, str], more: str, name: str) -> Input:
    error = _fault(spec, faults, name)
    if spec.type != "list":
        return Input(spec, name, _text(value), error)
    kept = [row for row in value or [] if isinstance(row, dict)] or [{}]
    if more == name and len(kept) < min(spec.most, MOST_ROWS):
        kept.append({})
    rows = tuple(inputs(spec.of, row, faults, "", f"{name}.{number}.") for number, row in enumerate(kept))
    return Input(spec, name, "", error, rows)


def _fault(spec: FieldSpec, faults: Mapping[str, str], name: str) -> str:
    """A label names a field of the form itself, "一起生活的家人：张三" whoever of that list is meant."""
    if name in faults:
        return faults[name]
    if name != spec.name:
        return ""
    return "；".join(
        f"{key.partition('：')[2]}{why}" for key, why in faults.items() if key.partition("：")[0] == spec.label
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def elsewhere(specs: Sequence[FieldSpec], faults: Mapping[str, str]) -> list[str]:
    """Faults that belong to no field of the form, for the top of the page."""
    known = {one.label for one in specs} | {one.name for one in specs}
    return [f"{name}：{why}" for name, why in faults.items() if name.partition("：")[0].partition(".")[0] not in known]


def less(values: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The same without one row: ``members.1``, or of a list in a row ``members.1.costs.0``."""
    name, _, rest = path.partition(".")
    row, _, inner = rest.partition(".")
    rows = list(values.get(name, []))
    if row.isdecimal() and int(row) < len(rows):
        rows[int(row) : int(row) + 1] = [less(rows[int(row)], inner)] if inner else []
    return {**values, name: rows}
