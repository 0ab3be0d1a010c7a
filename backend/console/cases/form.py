"""A matter's form as an HTML form: what was posted as the engine's values, and the engine's faults beside fields. Pure.

Field names are those of the matter; a row of a list is ``members.0.name``. A row left empty does not count, so that
an empty one can always stand ready without a script.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.cases.registry import FieldSpec

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
    """What to draw. ``more``: the list that gets one more empty row; ``faults``: by label or name."""
    return tuple(_input(one, values.get(one.name), faults, more, f"{prefix}{one.name}") for one in specs)


def _input(spec: FieldSpec, value: Any, faults: Mapping[str, str], more: str, name: str) -> Input:
    error = faults.get(spec.label) or faults.get(spec.name) or ""
    if spec.type != "list":
        return Input(spec, name, _text(value), error)
    kept = [row for row in value or [] if isinstance(row, dict)] or [{}]
    if more == spec.name and len(kept) < min(spec.most, MOST_ROWS):
        kept.append({})
    rows = tuple(inputs(spec.of, row, {}, "", f"{name}.{number}.") for number, row in enumerate(kept))
    return Input(spec, name, "", error, rows)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def elsewhere(specs: Sequence[FieldSpec], faults: Mapping[str, str]) -> list[str]:
    """Faults that belong to no field of the form, for the top of the page."""
    known = {one.label for one in specs} | {one.name for one in specs}
    return [f"{name}：{why}" for name, why in faults.items() if name not in known]
