"""Matters as data, forms, deadlines: what the loader refuses, what a form reads, every limit below, at and above."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import select

from backend.cases import forms, rules, service, tasks
from backend.cases.fields import FieldSpec
from backend.cases.models import Case, Decision
from backend.cases.registry import FOLDER, Calculation, Hooks, Matter, Ruling, register, registry
from backend.cases.rules import Place
from backend.cases.states import APPLICANT, CASE, FINAL, STAFF, SYSTEM
from backend.core import strict_yaml
from backend.core.calendar import WorkCalendar
from backend.core.db import Work
from tests.conftest import WorkFactory
from tests.support.cases import EMERGENCY, Window, draft

TODAY = date(2026, 11, 22)
PLAIN = strict_yaml.load(FOLDER / "temporary_aid.yaml")


def changed(**more: Any) -> dict[str, Any]:
    return {**deepcopy(PLAIN), **more}


def steps(**more: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**one, **more.get(one["code"], {})} for one in deepcopy(PLAIN["steps"])]


WRONG = {
    "an unknown key": changed(colour="red"),
    "a field twice": changed(form=PLAIN["form"] * 2),
    "a paper that can be fetched and is required": changed(
        papers=[{"kind": "bank", "title": "银行流水", "required": True, "fetched": True}]
    ),
    "a choice without choices": changed(form=[{"name": "kind", "type": "choice", "label": "种类"}]),
    "no decision": changed(steps=[one for one in steps() if one["kind"] != "decide"]),
    "a way back to nowhere": changed(steps=steps(look={"outcomes": {"again": "moon"}})),
    "a way forward": changed(steps=steps(look={"outcomes": {"again": "decision"}})),
    "no deadline": changed(steps=steps(look={"workdays": None})),
    "a guide that is not there": changed(guide="nothing"),
    "a publication without days": changed(steps=steps(look={"kind": "publish"})),
    "a question before what it hangs on": changed(form=[{**PLAIN["form"][0], "when": {"urban": "rural"}}]),
    "a step for an answer nobody can give": changed(steps=steps(look={"when": {"aid": "moon"}})),
    "a decision for some only": changed(steps=steps(decision={"when": {"aid": "urgent"}})),
}


@pytest.mark.parametrize("fault", sorted(WRONG))
def test_a_matter_that_contradicts_itself_stops_the_start(fault: str) -> None:
    with pytest.raises(ValidationError):
        Matter.model_validate(WRONG[fault])
    assert Matter.model_validate(PLAIN).code == "temporary_aid"


def test_every_shipped_matter_reads_and_names_an_article_for_every_step() -> None:
    for matter in registry().matters.values():
        assert all(step.article for step in matter.steps)
        assert matter.steps[0].kind == "accept"


def field(kind: str, **more: Any) -> FieldSpec:
    return FieldSpec.model_validate({"name": "aa", "type": kind, "label": "这一项", **more})


@pytest.mark.parametrize(
    ("spec", "good", "bad"),
    [
        (field("money"), ["0", "1250.5", "999999999.99", 12], ["-1", "1e3", "1,000", "$5", "1.005", 0.1, True, "１０"]),
        (field("money", most=100), ["100.00"], ["100.01"]),
        (field("number", least=1, most=30), [1, 30], [0, 31, "3", True, 1.5]),
        (field("date"), ["2026-11-22", "1900-01-01"], ["2026-11-23", "1899-12-31", "2026-02-30", "22/11", 3]),
        (field("choice", choices={"yes": "是"}), ["yes"], ["no", 1, ["yes"]]),
        (field("text", most=3), ["三个字"], ["四个字了", "坏\x00字", 3, {"z": 1}]),
        (field("yes_no"), [True, False], ["true", 1]),
    ],
    ids=["money", "money with a limit", "number", "date", "choice", "text", "yes or no"],
)
def test_a_field_takes_what_fits_and_says_why_not(spec: FieldSpec, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert forms.read([spec], {"aa": value}, TODAY, whole=True)[1] == {}, value
    for value in bad:
        assert list(forms.read([spec], {"aa": value}, TODAY, whole=True)[1]) == ["这一项"], value


def test_rows_are_read_one_by_one_and_a_fault_names_its_row() -> None:
    rows = field("list", most=2, of=[{"name": "bb", "type": "money", "label": "收入", "required": True}])
    clean, faults = forms.read([rows], {"aa": [{"bb": "1"}, {"bb": "2.5"}]}, TODAY, whole=True)
    assert (clean, faults) == ({"aa": [{"bb": "1.00"}, {"bb": "2.50"}]}, {})
    assert forms.read([rows], {"aa": [{"bb": "1"}, {}]}, TODAY, whole=True)[1] == {"这一项": "第 2 行“收入”还没有填"}
    for bad in ([{}] * 3, "text", [1]):
        assert forms.read([rows], {"aa": bad}, TODAY, whole=False)[1]


KINDS = field("choice", choices={"rent": "房租", "other": "其他"}, required=True)
ASKED = [
    KINDS,
    field("money", name="bb", label="租金", required=True, when={"aa": "rent"}),
    field("yes_no", name="cc", label="有合同", required=True, when={"aa": "rent"}),
    field("date", name="dd", label="到哪一天", required=True, ahead=True, when={"cc": True}),
]


@pytest.mark.parametrize(
    ("values", "clean", "faults"),
    [
        ({"aa": "other", "bb": "12", "cc": True, "dd": "nonsense"}, {"aa": "other"}, []),
        ({"aa": "rent"}, {"aa": "rent"}, ["租金", "有合同"]),
        ({"aa": "rent", "bb": "1", "cc": False, "dd": "2"}, {"aa": "rent", "bb": "1.00", "cc": False}, []),
        ({"aa": "rent", "bb": "1", "cc": True}, {"aa": "rent", "bb": "1.00", "cc": True}, ["到哪一天"]),
        ({"bb": "1"}, {}, ["这一项"]),
    ],
    ids=["another kind", "this kind", "no contract", "a contract", "nothing said"],
)
def test_what_does_not_apply_is_neither_required_nor_kept(
    values: dict[str, Any], clean: dict[str, Any], faults: list[str]
) -> None:
    read, wrong = forms.read(ASKED, values, TODAY, whole=True)
    assert (read, list(wrong)) == (clean, faults)
    assert forms.read(ASKED[3:], {"dd": "2030-01-01"}, TODAY, whole=True)[0] == {}  # nobody has said that it applies


@given(
    st.dictionaries(st.text(max_size=5), st.recursive(st.none() | st.booleans() | st.text() | st.floats(), st.lists))
)
def test_no_form_whatever_is_sent_ends_in_anything_but_faults(values: dict[str, Any]) -> None:
    clean, faults = forms.read(registry().matters["dibao"].form, values, TODAY, whole=False)
    assert isinstance(clean, dict)
    assert isinstance(faults, dict)


def test_a_warning_comes_when_a_third_of_the_working_days_is_left() -> None:
    calendar, opened = WorkCalendar(), date(2026, 11, 20)  # a Friday
    due, provisional = rules.due_on(calendar, opened, 3)
    assert (due, provisional) == (date(2026, 11, 25), False)
    soon = [rules.is_soon(calendar, opened, due, date(2026, 11, number)) for number in (23, 24, 25, 26)]
    assert soon == [False, True, True, False]
    assert [rules.is_late(due, date(2026, 11, number)) for number in (24, 25, 26)] == [False, False, True]


def test_a_role_acts_in_its_part_and_the_next_one_only_after_escalation() -> None:
    town = "500118/500118101/"
    clerk, officer = [Place("clerk", town)], [Place("officer", "500118/")]
    assert rules.may_act(clerk, "clerk", town, escalated=False)
    assert not rules.may_act([Place("clerk", "500118/500118102/")], "clerk", town, escalated=True)
    assert [rules.may_act(officer, "clerk", town, escalated=one) for one in (False, True)] == [False, True]
    assert not rules.may_act([Place("lead", "500118/")], "clerk", town, escalated=True)


def test_branches_join_at_the_earliest_step_any_of_them_goes_back_to() -> None:
    order = {"a": 0, "b": 1}
    assert rules.joined(["next", "next"], order) == "next"
    assert rules.joined(["next", "b", "a"], order) == "a"


def test_the_table_of_states_names_everybody_and_leaves_no_state_without_an_action() -> None:
    assert {action for actions in CASE.table.values() for action in actions} == APPLICANT | STAFF | SYSTEM
    assert {"closed", "withdrawn", "not_accepted"} == FINAL
    for state, actions in CASE.table.items():
        assert state in FINAL or set(actions) & (APPLICANT | STAFF), state


# -- what a machine may decide alone


def test_what_is_checked_by_machine_is_decided_in_the_moment_it_is_handed_in(work: WorkFactory, window: Window) -> None:
    granted: list[str] = []

    def rule(_work: Work, _case: Case, form: Any) -> Ruling | None:
        found = Calculation("act2026", {"people": form["people"]}, {"每月": "100.00"}, members=3, amount="100.00")
        return Ruling("granted", found) if form["people"] == 3 else None

    def then(_work: Work, case: Case, decision: Decision) -> None:
        granted.append(f"{case.matter} {decision.outcome}")

    register("test_rules", Hooks(automatic=rule, decided=then))
    registry().add(Matter.model_validate(changed(code="quick", title="秒批事项", hooks="test_rules")))
    try:
        with work() as w:
            case = draft(w, window, "quick", form=EMERGENCY)
            case = service.submit(w, case, version=0)
            made = w.session.scalars(select(Decision)).one()
            assert (case.state, made.automatic, made.decided_by, made.told_at) == ("closed", True, None, w.now)
            assert forms.opened(made.calculation)["amount"] == "100.00"
            assert (granted, list(tasks.live_tasks(w, case.id))) == (["quick granted"], [])
            other = draft(w, window, "quick", form=EMERGENCY | {"people": 4})
            assert service.submit(w, other, version=0).state == "submitted"
    finally:
        registry().matters.pop("quick")
