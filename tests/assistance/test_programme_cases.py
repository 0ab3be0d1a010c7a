"""Case files that a clerk can read: a family and a day in, what the rules of its programme must say out.

``given``: a family in short. ``born`` stands for birth_date; the first member is the applicant; property is fine unless
``assets`` says otherwise (``unknown``: not checked yet). ``granted``: the category; ``refused``: every reason against;
``waits``: what is still missing. Whatever else ``expected`` names must be so; amounts are yuan.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backend.assistance.assessment import assess
from backend.assistance.facts import HouseholdFacts
from backend.assistance.verdicts import Verdict
from backend.core import strict_yaml

ROOT = Path(__file__).parents[1]
PROGRAMMES = ("dibao", "edge", "rigid_expense", "tekun", "temporary")
RULES = ROOT.parent / "backend" / "assistance"
NO_PROPERTY_PROBLEM = {"financial": 0, "houses": 1, "vehicles": 0, "companies": 0}
AMOUNTS = ("monthly", "once")


def cases() -> list[tuple[str, dict[str, Any]]]:
    return [
        (programme, case)
        for programme in PROGRAMMES
        for path in sorted((ROOT / "cases" / "assistance" / programme).glob("*.yaml"))
        for case in strict_yaml.load(path)
    ]


CASES = cases()


def family(given: dict[str, Any]) -> HouseholdFacts:
    """The short form of a case file as facts."""
    given = dict(given)
    assets = given.pop("assets", {})
    members = [_member(place, dict(one)) for place, one in enumerate(given.pop("members"), 1)]
    known = {} if assets == "unknown" else NO_PROPERTY_PROBLEM | assets
    return HouseholdFacts.model_validate({"applicant": "1", "members": members, "assets": known, **given})


def _member(place: int, one: dict[str, Any]) -> dict[str, Any]:
    one["birth_date"] = one.pop("born")
    relation = "applicant" if place == 1 else "child"
    return {"key": str(place), "relation": relation, **one}


def _said(verdict: Verdict, name: str) -> Any:
    found = getattr(verdict, name)
    if name == "stages":
        return [str(one) for one in found]
    return str(found) if isinstance(found, Decimal) else found


@pytest.mark.parametrize(
    ("programme", "case"), CASES, ids=[f"{programme}: {case['case']}" for programme, case in CASES]
)
def test_the_rules_say_what_the_case_file_says(programme: str, case: dict[str, Any]) -> None:
    verdict, expected = assess(programme, family(case["given"]), case["day"]), dict(case["expected"])
    against = sorted(reason.code for reason in verdict.reasons if reason.against)
    waits = sorted(need.code for need in verdict.needs if not need.after)
    told = verdict.explain()
    assert (verdict.category, against, waits) == (
        expected.pop("granted", ""), sorted(expected.pop("refused", [])), sorted(expected.pop("waits", [])),
    ), told  # fmt: skip
    for name in AMOUNTS:
        if expected.get(name) is not None:
            expected[name] = f"{Decimal(str(expected[name])):.2f}"
    wanted_reasons, later = set(expected.pop("because", [])), set(expected.pop("after", []))
    assert wanted_reasons <= {reason.code for reason in verdict.reasons if not reason.against}, told
    assert later <= {need.code for need in verdict.needs if need.after}, told
    assert {name: _said(verdict, name) for name in expected} == expected, told


def test_case_names_are_told_apart() -> None:
    names = [(programme, case["case"]) for programme, case in CASES]
    assert len(set(names)) == len(names)


def test_every_reason_against_has_a_case() -> None:
    tried = {code for _, case in CASES for code in case["expected"].get("refused", [])}
    texts = [path.read_text(encoding="utf-8") for programme in PROGRAMMES for path in _rule_files(programme)]
    written = {code for text in texts for code in re.findall(r'against\(\s*"(\w+)"', text)}
    assert written - tried == set()


def _rule_files(programme: str) -> list[Path]:
    return [*sorted((RULES / "programmes" / programme).glob("*.py")), RULES / "counting.py"]


def test_every_kind_of_need_before_a_decision_has_a_case() -> None:
    waited = {code for _, case in CASES for code in case["expected"].get("waits", [])}
    assert waited == {
        "means_check", "disability_certificate", "self_care", "obligors", "obligor_means", "emergency", "asked",
        "necessary",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("programme", "case"), CASES, ids=[f"{programme}: {case['case']}" for programme, case in CASES]
)
def test_reasons_against_are_short_and_end_in_advice(programme: str, case: dict[str, Any]) -> None:
    verdict = assess(programme, family(case["given"]), case["day"])
    for reason in verdict.reasons:
        assert reason.words.endswith("。")
        assert len(reason.words) <= 70
        assert reason.article
        assert not reason.against or re.search(r"请|可以|找|申请", reason.words), reason.words


def test_the_day_of_every_case_is_a_day() -> None:
    assert {type(case["day"]) for _, case in CASES} == {date}
