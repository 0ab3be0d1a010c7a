"""Every matter's form, as a clerk fills it in: what the window keeps of it, what is read, what the rules then say.

Case files in ``tests/cases/forms``: the first case of a file has the whole form; ``but`` changes that form;
``checked`` is what the check of means has found the family to own.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.assistance.assessment import FOLDER as PROGRAMMES
from backend.assistance.assessment import assess, programmes
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant, reader_of
from backend.assistance.facts import FactsError, Property
from backend.cases import forms
from backend.cases.fields import FieldSpec
from backend.cases.registry import Matter, registry
from backend.core import strict_yaml

FOLDER = Path(__file__).parents[1] / "cases" / "forms"
DAY = date(2026, 11, 22)
MINE = sorted(path.stem for path in FOLDER.glob("*.yaml"))
OTHERS = {"temporary"}  # its matter has another name, and a story of its own
HOUSEHOLDS = ("dibao", "edge", "rigid_expense")


def _read() -> Iterator[tuple[str, dict[str, Any]]]:
    for programme in MINE:
        first, *more = strict_yaml.load(FOLDER / f"{programme}.yaml")
        yield programme, first
        for case in more:
            changed = {"form": first["form"] | case["but"]} if "but" in case else {}
            yield programme, case | changed


ALL = list(_read())
NAMES = [f"{programme}: {case['case']}" for programme, case in ALL]


def matter(code: str) -> Matter:
    return registry().matters[code]


def kept(code: str, form: Any) -> dict[str, Any]:
    """The form as the window keeps it; the window's own faults fail the test."""
    clean, faults = forms.read(matter(code).form, json.loads(json.dumps(form, default=str)), DAY, whole=True)
    assert faults == {}
    return dict(json.loads(json.dumps(clean)))


def facts_of(programme: str, case: dict[str, Any]) -> FamilyFacts:
    who = Applicant(case["applicant"]["name"], case["applicant"]["born"], None, None)
    found = reader_of(programme)(kept(programme, case["form"]), who, DAY)
    return found.model_copy(update={"assets": Property(**case["checked"])}) if "checked" in case else found


@pytest.mark.parametrize(("programme", "case"), ALL, ids=NAMES)
def test_a_form_ends_in_what_the_case_file_says(programme: str, case: dict[str, Any]) -> None:
    expected = dict(case["expected"])
    if "fault" in expected:
        with pytest.raises(FactsError, match=expected["fault"]):
            facts_of(programme, case)
        return
    verdict = assess(programme, facts_of(programme, case), DAY)
    refused = sorted(one.code for one in verdict.reasons if one.against)
    waits = sorted(one.code for one in verdict.needs if not one.after)
    told = verdict.explain()
    assert (verdict.category, refused, waits) == (
        expected.pop("granted", ""), expected.pop("refused", []), expected.pop("waits", []),
    ), told  # fmt: skip
    assert all(verdict.has(code) for code in expected.pop("because", [])), told
    for name in ("monthly", "once"):
        assert getattr(verdict, name) == (Decimal(str(expected.pop(name))) if name in expected else None), told
    assert {name: getattr(verdict, name) for name in expected} == expected


def test_every_programme_has_a_matter_with_its_rules_a_guide_and_a_form_with_cases() -> None:
    assert set(programmes()) == {*MINE, *OTHERS}
    for code in MINE:
        assert (matter(code).hooks, matter(code).guide) == ("assistance", code)
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("code", MINE)
def test_a_form_is_short_and_asks_nothing_that_nobody_uses(code: str) -> None:
    text = "".join(path.read_text("utf-8") for path in _readers(code))
    contact = {"consent", "reason", "address", "carer", "wish", "registered_place", "id_number", "who"}
    contact |= {"account_number", "account_holder"}  # where the money goes
    for spec in _all(matter(code).form):
        assert spec.name in contact or f'"{spec.name}"' in text, spec.name
        assert len(spec.help) <= 40, spec.name
    assert len(matter(code).form) <= 26
    assert len([spec for spec in matter(code).form if spec.required]) <= 6


def _readers(code: str) -> list[Path]:
    folder = PROGRAMMES
    shared = [
        folder / "answers.py",
        folder / "elder_answers.py",
        folder / "funeral_answers.py",
        folder / "dibao" / "form.py",
    ]
    return [*shared, folder / code / "form.py"]


def _all(specs: Sequence[FieldSpec]) -> Iterator[FieldSpec]:
    for spec in specs:
        yield spec
        yield from _all(spec.of)


@pytest.mark.parametrize("code", MINE)
def test_no_paper_is_demanded_where_the_law_wants_the_state_to_look(code: str) -> None:
    assert not [paper.kind for paper in matter(code).papers if paper.required]
    assert [paper.kind for paper in matter(code).papers if paper.fetched]


def test_children_and_subsidies_for_the_disabled_are_never_published() -> None:
    shown = {code for code in MINE if matter(code).of_kind("publish") is not None}
    assert shown == {"dibao", "edge", "rigid_expense", "tekun"}
    assert {step.days for code in shown for step in matter(code).steps if step.kind == "publish"} == {7}


@pytest.mark.parametrize("code", MINE)
def test_the_steps_fit_into_the_days_of_the_whole_procedure(code: str) -> None:
    work = [step for step in matter(code).steps if step.kind in ("work", "decide")]
    longest = sum(max([step.workdays or 0, *(one.workdays for one in step.branches)]) for step in work)
    assert longest <= matter(code).total.county


def test_what_families_and_letters_cite_holds_no_doubt_of_ours() -> None:
    """Doubts stand at the head of a file and in the parameters' sources, where officers read them."""
    for code in MINE:
        cited = [matter(code).total.article, *(step.article for step in matter(code).steps)]
        assert not [one for one in cited if re.search(r"UNSURE|二手|R-\d|示例", one)], code


# -- whatever the window accepts can be read


def _answer(spec: FieldSpec) -> st.SearchStrategy[Any]:
    if spec.type == "list":
        return st.lists(_form(spec.of), min_size=int(spec.required), max_size=min(spec.most, 3))
    plain: dict[str, st.SearchStrategy[Any]] = {
        "text": st.text("张王李 0123x", min_size=1, max_size=min(spec.most, 12)),
        "choice": st.sampled_from(sorted(spec.choices) or ["no choice"]),
        "money": st.decimals(0, 999_999_999, places=2).map(str),
        "date": st.dates(date(1900, 1, 1), DAY).map(date.isoformat),
        "number": st.integers(spec.least, spec.most),
        "yes_no": st.booleans(),
    }
    return plain[spec.type]


def _form(specs: Sequence[FieldSpec]) -> st.SearchStrategy[dict[str, Any]]:
    needed = {spec.name: _answer(spec) for spec in specs if spec.required}
    return st.fixed_dictionaries(needed, optional={one.name: _answer(one) for one in specs if not one.required})


FORMS = {code: _form(matter(code).form) for code in MINE}
BORN = st.dates(DAY - timedelta(days=40_000), DAY)


@pytest.mark.parametrize("code", sorted(set(MINE) - set(HOUSEHOLDS)))
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_the_window_accepts_is_read(code: str, data: st.DataObject) -> None:
    form, born = data.draw(FORMS[code]), data.draw(BORN)
    clean, faults = forms.read(matter(code).form, form, DAY, whole=False)
    assert faults == {}
    found = reader_of(code)(clean, Applicant("某人", born, None, None), DAY)
    assert FamilyFacts.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize("code", HOUSEHOLDS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_family_is_read_or_the_words_say_what_to_put_right(code: str, data: st.DataObject) -> None:
    form, born = data.draw(FORMS[code]), data.draw(BORN)
    if data.draw(st.booleans()):
        form["members"][0] |= {"relation": "self", "birth_date": born.isoformat()}
    found = _read_or_told(code, form, born)
    if isinstance(found, str):
        assert "。" in found
    else:
        assert len(found.members) == len(form["members"])
        assert FamilyFacts.model_validate_json(found.model_dump_json()) == found


def _read_or_told(code: str, form: dict[str, Any], born: date) -> FamilyFacts | str:
    try:
        return reader_of(code)(kept(code, form), Applicant("某人", born, None, None), DAY)
    except (FactsError, ValidationError) as error:
        return str(error)


@pytest.mark.parametrize("code", sorted(set(MINE) - set(HOUSEHOLDS)))
def test_an_empty_draft_is_read_too_and_says_nothing_that_was_not_said(code: str) -> None:
    found = reader_of(code)({}, Applicant("某人", date(1950, 1, 1), None, None), DAY)
    assert found.assets.financial is None
    assert (found.person.obligors, found.person.self_care, found.person.disability) == (None, None, None)
    assert found.elder is None or (found.elder.local, found.elder.ability) == (None, None)
    assert found.funeral is None or (found.funeral.local, found.person.died_on) == (None, None)
    assert not assess(code, found, DAY).eligible
