"""Other numbers for one elder, bed or site: who beats whom, what is refused, and when it takes effect."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import Actor
from backend.core.errors import BadInputError, DomainError
from backend.core.ids import new_id
from backend.problems import problem_of
from backend.sensing import service
from backend.sensing.errors import BadOverrideError, EssentialRuleError, NoOverrideError, UnknownRuleError
from backend.sensing.models import RuleOverride

NURSE = Actor("staff", "s-1", "护士长")


def place(bed: Any, scope: str) -> str:
    return str({"elder": bed.elder_id, "bed": bed.bed_id, "site": bed.site_code}[scope])


def change(bed: Any, rule: str, scope: str, *, off: bool = False, **values: Any) -> None:
    with bed.work(NURSE) as w:
        service.set_override(w, rule, scope, place(bed, scope), values=values, off=off, reason="医嘱")  # type: ignore[arg-type] # scopes as text


def raised_at(bed: Any, clock: ManualClock, value: float) -> bool:
    for _ in range(3):
        clock.advance(10)
        found = bed.say("heart_rate", value)
    return any(finding.action == "raise" for finding in found)


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({}, 120),
        ({"site": 110}, 110),
        ({"site": 110, "bed": 105}, 105),
        ({"site": 110, "bed": 105, "elder": 115}, 115),
        ({"site": 110, "elder": 125}, 125),
    ],
)
def test_elder_beats_bed_beats_site(bed: Any, clock: ManualClock, changes: dict[str, int], limit: int) -> None:
    for scope, high in changes.items():
        change(bed, "heart_rate", scope, high=high)
    assert not raised_at(bed, clock, limit)
    assert raised_at(bed, clock, limit + 1)


def test_fields_are_taken_from_each_place_that_names_them(bed: Any, clock: ManualClock) -> None:
    change(bed, "heart_rate", "site", repeat=1)
    change(bed, "heart_rate", "elder", high=100)
    assert [finding.detail["limit"] for finding in bed.say("heart_rate", 101.0)] == [100]


def test_an_override_touches_nobody_else(bed: Any, another_bed: Callable[..., Any], clock: ManualClock) -> None:
    other = another_bed()
    change(bed, "heart_rate", "elder", high=100)
    assert raised_at(bed, clock, 110)
    assert not raised_at(other, clock, 110)


def test_switched_off_for_the_site_but_on_for_one_elder(
    bed: Any, another_bed: Callable[..., Any], clock: ManualClock
) -> None:
    other = another_bed()
    change(bed, "heart_rate", "site", off=True)
    change(bed, "heart_rate", "elder", high=110)
    assert raised_at(bed, clock, 125)
    assert not raised_at(other, clock, 125)


def test_a_rule_that_rests_is_switched_on_by_an_override(bed: Any, clock: ManualClock) -> None:
    change(bed, "night_door_open", "elder", for_s=60)
    bed.at_local("2026-11-22 23:00")
    bed.say("contact", 0.0)
    clock.advance(60)
    assert [finding.kind for finding in bed.due()] == ["contact"]


def test_switching_off_takes_back_what_was_told(bed: Any, clock: ManualClock) -> None:
    assert raised_at(bed, clock, 125)
    change(bed, "heart_rate", "elder", off=True)
    [finding] = bed.say("heart_rate", 125.0)
    assert (finding.action, finding.text) == ("clear", "这条监测规则已停用")
    assert bed.say("heart_rate", 125.0) == []


def test_clearing_goes_back_to_the_wider_numbers(bed: Any, clock: ManualClock) -> None:
    change(bed, "heart_rate", "elder", high=100)
    with bed.work(NURSE) as w:
        service.clear_override(w, "heart_rate", "elder", place(bed, "elder"), reason="复查正常")
    assert not raised_at(bed, clock, 110)


def test_a_second_change_replaces_the_first(bed: Any) -> None:
    change(bed, "heart_rate", "elder", high=100)
    change(bed, "heart_rate", "elder", low=45)
    with bed.work() as w:
        [row] = service.overrides_of(w, "elder", place(bed, "elder"))
    assert (row.values, row.off, row.set_by) == ({"low": 45}, False, "s-1")


def test_a_shorter_time_takes_effect_on_a_running_timer(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("bed_occupancy", 0.0)
    clock.advance(300)
    change(bed, "night_bed_exit", "elder", for_s=300)
    assert [finding.kind for finding in bed.due()] == ["bed_exit"]


def test_a_longer_time_takes_effect_on_a_running_timer(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("bed_occupancy", 0.0)
    change(bed, "night_bed_exit", "bed", for_s=1200)
    clock.advance(1199)
    assert bed.due() == []
    clock.advance(1)
    assert len(bed.due()) == 1


def test_other_hours_take_effect_on_a_running_timer(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 20:00")
    bed.say("bed_occupancy", 0.0)
    change(bed, "night_bed_exit", "site", between="20:00-07:00")
    clock.advance(600)
    assert len(bed.due()) == 1


def test_a_timer_of_a_rule_switched_off_is_forgotten(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("bed_occupancy", 0.0)
    change(bed, "night_bed_exit", "elder", off=True)
    clock.advance(600)
    assert bed.due() == []
    assert "night_bed_exit" not in bed.states()


def test_every_change_is_in_the_audit_trail_with_its_reason(bed: Any) -> None:
    change(bed, "heart_rate", "elder", high=100)
    with bed.work(NURSE) as w:
        service.clear_override(w, "heart_rate", "elder", place(bed, "elder"), reason="复查正常")
    with bed.work() as w:
        entries = w.session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
    assert [(entry.action, entry.actor, entry.subject) for entry in entries] == [
        ("sensing.override_set", "staff:s-1", f"elder:{bed.elder_id}"),
        ("sensing.override_cleared", "staff:s-1", f"elder:{bed.elder_id}"),
    ]
    assert "医嘱" in entries[0].body
    assert "复查正常" in entries[1].body


def test_a_stored_override_that_no_longer_fits_is_passed_over(bed: Any, clock: ManualClock) -> None:
    change(bed, "heart_rate", "elder", high=110)
    with bed.work() as w:
        w.session.execute(update(RuleOverride).values(values={"high": 10}))
    assert raised_at(bed, clock, 125)
    assert not raised_at(bed, clock, 80)


def refusal(bed: Any, kind: type[DomainError], rule: str, scope: str = "elder", **facts: Any) -> str:
    place_id = facts.pop("scope_id", place(bed, scope) if scope in ("elder", "bed", "site") else "x")
    with bed.work(NURSE) as w, pytest.raises(kind) as caught:
        service.set_override(w, rule, scope, place_id, **{"reason": "医嘱", **facts})  # type: ignore[arg-type] # wrong on purpose
    status, document = problem_of(caught.value.code, caught.value.facts)
    assert status in (404, 409, 422)
    return str(document["detail"])


def test_an_unknown_rule_is_refused(bed: Any) -> None:
    assert "没有名为" in refusal(bed, UnknownRuleError, "pulse")


@pytest.mark.parametrize("rule", ["sos", "fall", "smoke", "gas", "carbon_monoxide", "heat", "fall_suspected"])
def test_what_protects_life_can_be_neither_switched_off_nor_weakened(bed: Any, rule: str) -> None:
    assert "生命安全" in refusal(bed, EssentialRuleError, rule, off=True)
    assert "生命安全" in refusal(bed, EssentialRuleError, rule, values={"severity": 1})


@pytest.mark.parametrize(
    "values", [{"high": 40}, {"high": "hoch"}, {"capability": "spo2"}, {"kind": "sos"}, {"repeat": 0}, {"more": 1}]
)
def test_values_that_do_not_fit_are_refused(bed: Any, values: dict[str, Any]) -> None:
    assert "不能这样调整" in refusal(bed, BadOverrideError, "heart_rate", values=values)


def test_hours_that_are_none_are_refused(bed: Any) -> None:
    assert "不能这样调整" in refusal(bed, BadOverrideError, "night_bed_exit", values={"between": "abends"})


def test_a_change_without_a_reason_or_a_real_place_is_refused(bed: Any) -> None:
    assert "原因" in refusal(bed, BadInputError, "heart_rate", reason="  ")
    assert "机构" in refusal(bed, BadInputError, "heart_rate", scope="county")
    assert "编号" in refusal(bed, BadInputError, "heart_rate", scope_id="203")


def test_taking_back_what_was_never_changed_is_refused(bed: Any) -> None:
    with bed.work(NURSE) as w, pytest.raises(NoOverrideError):
        service.clear_override(w, "heart_rate", "elder", str(new_id()), reason="没有")
