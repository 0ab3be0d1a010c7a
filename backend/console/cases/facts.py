"""The family's sheet as a form, and what was typed as facts again, with each fault beside its field. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.facts import FactsError
from backend.cases import forms
from backend.cases.errors import ReasonNeededError
from backend.cases.fields import FieldSpec
from backend.cases.rules import good_reason
from backend.console.cases import form as case_form
from backend.console.cases.form import Input
from backend.console.cases.sheet_parts import GROUPS, Part, parts_for, values_in, with_values
from backend.core.errors import BadInputError

TITLES = {"family": "全家", "person": "情况"}
RATE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
TOGETHER = "残疾类别和等级要一起填，照残疾证上写的填"
BEFORE_BIRTH = "不能早于出生日期，请核对"
ELSEWHERE = "有一项填得不对，请核对后再填"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the sheet about one thing. ``place``: of the member it is about; ``prefix`` of its fields' names."""

    part: Part
    place: int | None
    prefix: str

    def shape_in(self, whole: Mapping[str, Any]) -> dict[str, Any]:
        """What the facts, dumped as JSON, know of it."""
        if self.place is not None:
            return dict(whole["members"][self.place])
        return dict(whole if self.part.at == "family" else whole[self.part.at] or {})


@dataclass(frozen=True, slots=True)
class Drawn:
    """One thing to draw: its inputs, or what stands there in words for whoever cannot change it."""

    title: str
    place: int | None
    inputs: tuple[Input, ...]
    shown: list[tuple[str, str]]


def pieces(programme: str, facts: FamilyFacts) -> list[Piece]:
    """Every part that the programme asks, those of a person once for each member."""
    found: list[Piece] = []
    for part in parts_for(programme, facts):
        if part.at == "person":
            found += [Piece(part, place, f"m{place}.") for place in range(len(facts.members))]
        else:
            found.append(Piece(part, None, f"{part.at}."))
    return found


def typed(found: Sequence[Piece], posted: Mapping[str, str]) -> list[dict[str, Any]]:
    """What was posted, piece by piece, still unchecked."""
    return [case_form.values_of(one.part.fields, posted, one.prefix) for one in found]


def known(found: Sequence[Piece], facts: FamilyFacts) -> list[dict[str, Any]]:
    """What stands on the sheet, piece by piece."""
    whole = facts.model_dump(mode="json")
    return [values_in(one.shape_in(whole)) for one in found]


def drawn(
    found: Sequence[Piece], values: Sequence[Mapping[str, Any]], faults: Mapping[str, str], more: str = ""
) -> list[Drawn]:
    """What to draw, one thing at a time. ``more``: the list that gets one more row."""
    about: dict[str, Drawn] = {}
    for one, mine in zip(found, values, strict=True):
        inputs = case_form.inputs(one.part.fields, mine, faults, more, one.prefix)
        there = about.get(one.prefix) or Drawn(TITLES.get(one.part.at, one.part.title), one.place, (), [])
        said = [*there.shown, *forms.shown(one.part.fields, mine)]
        about[one.prefix] = Drawn(there.title, one.place, (*there.inputs, *inputs), said)
    return list(about.values())


def elsewhere(parts: Sequence[Drawn], faults: Mapping[str, str]) -> list[str]:
    """Faults that belong to no field that is drawn, for the top of the sheet."""
    fields = {name for part in parts for name in _names(part.inputs)}
    return list(dict.fromkeys(why for path, why in faults.items() if path not in fields))


def _names(inputs: Sequence[Input]) -> Iterator[str]:
    for one in inputs:
        yield one.name
        for row in one.rows:
            yield from _names(row)


def without(found: Sequence[Piece], values: Sequence[dict[str, Any]], path: str) -> list[dict[str, Any]]:
    """The values without one row: ``m0.incomes.1``."""
    return [
        case_form.less(mine, path.removeprefix(one.prefix)) if path.startswith(one.prefix) and _has(one, path) else mine
        for one, mine in zip(found, values, strict=True)
    ]


def _has(one: Piece, path: str) -> bool:
    return path.removeprefix(one.prefix).partition(".")[0] in {spec.name for spec in one.part.fields}


def corrected(facts: FamilyFacts, programme: str, posted: Mapping[str, str], day: date) -> FamilyFacts:
    """The facts with what was typed. Raises ``BadInputError`` whose ``errors`` are by the field's path."""
    whole, faults = facts.model_dump(mode="json"), dict[str, str]()
    found = pieces(programme, facts)
    for one, values in zip(found, typed(found, posted), strict=True):
        clean, wrong = forms.read_all(one.part.fields, values, day, whole=True)
        faults |= {f"{one.prefix}{path}": why for path, (_, why) in wrong.items()}
        born = whole["members"][one.place]["birth_date"] if one.place is not None else None
        faults |= {f"{one.prefix}{path}": why for path, why in _odd(one.part.fields, clean, born)}
        _put(whole, one, clean)
    _refuse(faults)
    try:
        return FamilyFacts.model_validate(whole)
    except ValidationError as error:
        _refuse(dict(_where(one["loc"], one.get("ctx", {}).get("error")) for one in error.errors()))
        raise


def _refuse(faults: Mapping[str, str]) -> None:
    if faults:
        field, why = next(iter(faults.items()))
        raise BadInputError(field=field, why=why, errors=dict(faults))


def _put(whole: dict[str, Any], one: Piece, clean: Mapping[str, Any]) -> None:
    made = with_values(one.shape_in(whole), one.part.fields, clean)
    if one.place is not None:
        whole["members"][one.place] = made
    elif one.part.at == "family":
        whole |= made
    else:
        whole[one.part.at] = made


def _where(loc: Sequence[int | str], error: object) -> tuple[str, str]:
    """The path of the field, and the words: the facts' own where they have some."""
    head, *rest = loc or [""]
    path = [f"m{rest[0]}", *rest[1:]] if head == "members" and rest else [head, *rest]
    return ".".join(map(str, path)), str(error) if isinstance(error, FactsError) else ELSEWHERE


# -- what cannot be so, beside its field


def _odd(specs: Sequence[FieldSpec], clean: Mapping[str, Any], born: str | None) -> Iterator[tuple[str, str]]:
    asked = {one.name for one in specs}
    yield from _incomplete(asked, clean)
    for name in ("disability_until", "away_since", "died_on", "assessed_on"):
        if born and str(clean.get(name) or born) < str(born):
            yield name, BEFORE_BIRTH
    if "rate" in clean and not (RATE.fullmatch(clean["rate"]) and float(clean["rate"]) > 0):
        yield "rate", "请填汇率，如 7.1234"
    for spec in specs:
        for number, row in enumerate(clean.get(spec.name, ()) if spec.of else ()):
            inner = _odd(spec.of, row, row.get("birth_date"))
            yield from ((f"{spec.name}.{number}.{path}", why) for path, why in inner)


def _incomplete(asked: set[str], clean: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Answers that mean nothing without another."""
    if any(f"disability_{name}" in clean for name in GROUPS["disability"]):
        yield from ((one, TOGETHER) for one in ("disability_kind", "disability_grade") if one not in clean)
    if "assessed_on" in asked and ("ability" in clean) != ("assessed_on" in clean):
        yield ("assessed_on" if "ability" in clean else "ability"), "评估结果和日期要一起填"
    if clean.get("away") == "religious" and "away_since" not in clean:
        yield "away_since", "请填写宗教教职人员离开家庭的日期"


def reason(words: str) -> str:
    """Why it is corrected. Raises ``ReasonNeededError``."""
    found = good_reason(words)
    if found is None:
        raise ReasonNeededError
    return found
