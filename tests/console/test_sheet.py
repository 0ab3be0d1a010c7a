"""The sheet of a family as the desk corrects it: every fact a programme asks, and what cannot be beside its field."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from backend.assistance import sheets
from backend.assistance.facts import Disability, Property
from tests.conftest import WorkFactory
from tests.console.case_desk import Desk, begun, desk_of, window
from tests.support import aid
from tests.support.cases import Window

__all__ = ["desk_of", "window"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PLAIN = {
    "lives_together": "yes", "works": "no", "severe_illness": "no", "bedridden": "no", "student": "none",
    "full_time": "yes", "away": "none", "chose_child_support": "no",
}  # fmt: skip


def sheet_form(typed: dict[str, str]) -> dict[str, str]:
    """The family's sheet as the page has it: two people without anything special, and what is typed."""
    same = {f"m{number}.{name}": value for number in (0, 1) for name, value in PLAIN.items()}
    return {"version": "0", "family.urban": "rural", "family.apply_as": "household", "wish": "save"} | same | typed


FOUND = {
    "family.assets_financial": "3000", "family.assets_houses": "1", "m0.incomes.0.kind": "farming",
    "m0.incomes.0.amount": "3600", "m0.incomes.0.months": "12", "m0.disability_kind": "physical",
    "m0.disability_grade": "2", "m0.disability_until": "2030-01-01", "m1.costs.0.kind": "medical",
    "m1.costs.0.amount": "800", "m1.student": "compulsory",
}  # fmt: skip


def test_what_a_visit_found_is_put_right_with_a_reason_and_the_rest_stays(
    window: Window, work: WorkFactory, desk_of: Callable[[str], Desk]
) -> None:
    case_id = begun(work, window, aid.accepted)
    clerk, path, typed = desk_of("clerk"), f"/console/cases/{case_id}/evidence", sheet_form(FOUND)
    assert clerk.post(f"{path}/facts", **typed, why="").status_code == 422
    rows = clerk.post(f"{path}/facts", **typed | {"wish": "more.m1.costs"}, why="入户").get_data(as_text=True)
    assert ('name="m1.costs.1.kind"' in rows, 'value="3600"' in rows, 'value="入户"' in rows) == (True, True, True)
    fewer = clerk.post(f"{path}/facts", **typed | {"wish": "less.m0.incomes.0"}, why="入户").get_data(as_text=True)
    assert ('value="3600"' in fewer, 'value="800"' in fewer) == (False, True)
    assert clerk.post(f"{path}/facts", **typed, why="入户看到种了地").status_code == 303
    assert clerk.post(f"{path}/facts", **typed, why="入户看到种了地").status_code == 409  # drawn from an older sheet
    with work() as w:
        facts = sheets.facts_of(w, case_id)
        her, child = facts.members
        assert [(one.kind, one.amount, one.months) for one in her.incomes] == [("farming", Decimal(3600), 12)]
        assert [(one.kind, one.amount) for one in child.costs] == [("medical", Decimal(800))]
        assert her.disability == Disability(kind="physical", grade=2, until=date(2030, 1, 1))
        assert (her.name, child.name, child.student) == ("王秀英", "李小宝", "compulsory")
        assert facts.assets == Property(financial=Decimal(3000), houses=1)
    assert "种养收入" in clerk.client.get(f"/console/cases/{case_id}").get_data(as_text=True)
    assert desk_of("elsewhere").client.get(path).status_code == 404
    assert desk_of("elsewhere").post(f"{path}/facts", **typed, why="入户看到种了地").status_code == 404


WAGE = {"m0.incomes.0.kind": "wage", "m0.incomes.0.amount": "5"}
CERTIFICATE = {"m0.disability_kind": "physical", "m0.disability_grade": "1"}


@pytest.mark.parametrize(
    ("typed", "beside", "said"),
    [
        ({"family.assets_financial": "-1"}, "family-assets_financial", "不能是负数"),
        ({"m0.disability_kind": "physical"}, "m0-disability_grade", "残疾类别和等级要一起填"),
        ({"m0.away": "religious", "m0.away_since": "1950-01-01"}, "m0-away_since", "不能早于出生日期"),
        (WAGE | {"m0.incomes.0.foreign": "yes", "m0.incomes.0.currency": "USD"}, "m0-incomes-0-rate", "还没有填"),
        (WAGE | {"m0.incomes.0.months": "13"}, "m0-incomes-0-months", "要在 1 到 12 之间"),
        ({"m1.costs.0.kind": "medical"}, "m1-costs-0-amount", "还没有填"),
        (CERTIFICATE | {"m0.disability_until": "1950-01-01"}, "m0-disability_until", "不能早于出生日期"),
    ],
    ids=["negative", "half a certificate", "away before birth", "no rate", "months", "no amount", "old certificate"],
)
def test_what_cannot_be_is_said_beside_its_field_and_all_that_was_typed_stays(
    window: Window, work: WorkFactory, desk_of: Callable[[str], Desk], typed: dict[str, str], beside: str, said: str
) -> None:
    case_id = begun(work, window, aid.accepted)
    path = f"/console/cases/{case_id}/evidence/facts"
    answer = desk_of("clerk").post(path, **sheet_form(typed), why="核对了票据和证件")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(rf'id="{beside}-error"><span aria-hidden="true">✕</span> [^<]*{said}', page), page
    assert 'value="核对了票据和证件"' in page
    assert all(f'value="{value}"' in page for value in typed.values())
    with work() as w:
        assert sheets.facts_of(w, case_id).person.disability is None
