"""Which parts of a family's sheet a programme asks, from ``sheet.yaml``, and facts as the values of those fields. Pure.

A field is called as in the facts; of a shape within a shape the names are joined ("disability_kind"). ``standing`` is
the one of ``holds`` a person can choose, ``has_obligors`` tells "nobody" from "not known yet", ``foreign`` says that an
income is not in yuan.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, TypeAdapter

from backend.assistance.circumstances import FamilyFacts
from backend.cases.fields import FieldSpec, Strict, Title
from backend.core import strict_yaml

FILE = Path(__file__).with_name("sheet.yaml")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "disability": ("kind", "grade", "until"),
    "assets": ("financial", "houses", "vehicles", "companies"),
}
GROUP_OF = {f"{group}_{name}": (group, name) for group, names in GROUPS.items() for name in names}
STANDINGS = ("dibao", "edge", "rigid_expense", "tekun")
YUAN = "CNY"


class Part(Strict):
    """Fields of one thing. ``at``: the whole family, every person, or the shape of ``FamilyFacts`` of that name."""

    at: Literal["family", "person", "emergency", "child", "elder", "funeral", "home"]
    title: Title
    programmes: tuple[str, ...] = Field(alias="for")
    fields: tuple[FieldSpec, ...]


@cache
def _parts() -> tuple[Part, ...]:
    return TypeAdapter(tuple[Part, ...]).validate_python(strict_yaml.load(FILE))


def parts_for(programme: str, facts: FamilyFacts) -> list[Part]:
    """What a programme asks; of 临时救助 the two kinds ask different things."""
    spending = facts.emergency is not None and facts.emergency.kind == "expenditure"
    asked = "expenditure" if programme == "temporary" and spending else programme
    return [one for one in _parts() if asked in one.programmes]


# -- facts as values


def values_in(shape: Mapping[str, Any]) -> dict[str, Any]:
    """A shape of facts, dumped as JSON, as the values of its fields; what is not known is left out."""
    found: dict[str, Any] = {}
    for name, value in shape.items():
        if name in GROUPS:
            found |= {f"{name}_{inner}": each for inner, each in (value or {}).items()}
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            found[name] = [values_in(row) for row in value]
        else:
            found[name] = value
    return _told(found)


def _told(found: dict[str, Any]) -> dict[str, Any]:
    """The few that the form asks in another way."""
    if "urban" in found:
        found["urban"] = "urban" if found["urban"] else "rural"
    if "currency" in found:
        found["foreign"] = found["currency"] != YUAN
    if "obligors" in found:
        found["has_obligors"] = None if found["obligors"] is None else bool(found["obligors"])
    if "holds" in found:
        found["standing"] = next((one for one in STANDINGS if one in found["holds"]), None)
    return {name: value for name, value in found.items() if value is not None}


# -- values as facts


def with_values(shape: Mapping[str, Any], specs: Sequence[FieldSpec], values: Mapping[str, Any]) -> dict[str, Any]:
    """The shape with what was typed; whatever the fields do not ask stays."""
    asked = {target for spec in specs for target in _targets(spec.name)}
    kept = {name: value for name, value in shape.items() if name not in asked}
    return kept | _folded(values) | _holds(shape, specs, values)


def _targets(name: str) -> Iterable[str]:
    if name in GROUP_OF:
        return (GROUP_OF[name][0],)
    return {"standing": ("holds",), "has_obligors": ("obligors",), "foreign": ("currency",)}.get(name, (name,))


def _folded(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name in GROUP_OF:
            group, inner = GROUP_OF[name]
            found.setdefault(group, {})[inner] = value
        elif isinstance(value, list):
            found[name] = [with_values({}, (), row) | _row_holds(row) for row in value]
        elif name == "urban":
            found[name] = value == "urban"
        elif name == "has_obligors":
            found |= {} if value else {"obligors": []}
        elif name not in ("standing", "foreign"):
            found[name] = value
    return found


def _row_holds(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"holds": [row["standing"]]} if row.get("standing") else {}


def _holds(shape: Mapping[str, Any], specs: Sequence[FieldSpec], values: Mapping[str, Any]) -> dict[str, Any]:
    """One standing is chosen; what else the family is known to receive stays."""
    if all(one.name != "standing" for one in specs):
        return {}
    kept = [one for one in shape.get("holds", ()) if one not in STANDINGS]
    return {"holds": [*kept, *([values["standing"]] if values.get("standing") else [])]}
