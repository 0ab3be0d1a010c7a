"""Counts of registrations, and what of them may be shown."""

from datetime import date

import pytest

from backend.core.db import reading
from backend.marriage import service, statistics
from backend.marriage.statistics import Period
from backend.marriage.statistics_rules import band_of, bands, cell, is_hidden, share, total
from tests.conftest import WorkFactory
from tests.support import registry
from tests.support.registry import HERE, THERE

pytestmark = pytest.mark.both_databases

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (6, "6")])
def test_small_counts_are_hidden_from_all_but_officers(count: int, shown: str) -> None:
    assert cell(count, exact=False) == shown
    assert cell(count, exact=True) == str(count)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [([5, 6], "11"), ([0, 7], "7"), ([3, 20], "约25"), ([1, 20], "约20"), ([2, 0], "<5"), ([], "0")],
)
def test_a_sum_does_not_tell_what_was_hidden(counts: list[int], shown: str) -> None:
    assert total(counts, exact=False) == shown
    assert total(counts, exact=True) == str(sum(counts))


@pytest.mark.parametrize(
    ("part", "whole", "hidden"), [(4, 100, True), (5, 100, False), (96, 100, True), (95, 100, False), (0, 0, True)]
)
def test_a_share_is_hidden_where_it_would_tell(part: int, whole: int, hidden: bool) -> None:
    assert (share(part, whole, exact=False) is None) == hidden
    assert is_hidden(part, exact=True) is False


@pytest.mark.parametrize(
    ("age", "band"),
    [(19, "20岁以下"), (20, "20–21岁"), (21, "20–21岁"), (22, "22–24岁"), (59, "50–59岁"), (60, "60岁及以上")],
)
def test_ages_fall_into_bands(age: int, band: str) -> None:
    assert band_of(age) == band
    assert band in bands()


def test_registrations_are_counted_by_office_month_matter_and_state(work: WorkFactory) -> None:
    with work() as w:
        town = registry.build(w)
        who, there = town.viewer(), town.viewer("registrar_there")
        registry.registered(w, who, "marriage_registration", registry.couple(w, 1))
        registry.registered(w, there, "marriage_registration", registry.couple(w, 2), office=THERE)
        registry.walk_in(w, who, "marriage_registration", registry.couple(w, 3))
    with reading() as w:
        here = statistics.cases(w, [town.offices[HERE]], YEAR)
        both = statistics.cases(w, list(town.offices.values()), YEAR)
        before = statistics.cases(w, list(town.offices.values()), Period(date(2025, 1, 1), date(2025, 12, 31)))
    assert sorted((one.month, one.matter, one.state, one.count) for one in here) == [
        ("2026-11", "marriage_registration", "open", 1),
        ("2026-11", "marriage_registration", "registered", 1),
    ]
    assert sum(one.count for one in both) == 3
    assert before == []


@pytest.mark.parametrize(
    ("born", "band"),
    [(date(2004, 11, 22), "22–24岁"), (date(1996, 11, 22), "30–34岁"), (date(1996, 11, 23), "25–29岁")],
)
def test_the_age_is_that_on_the_day_of_the_registration(work: WorkFactory, born: date, band: str) -> None:
    with work() as w:
        town = registry.build(w)
        pair = (registry.someone(w, "陈明", 1, born), registry.someone(w, "林芳", 2, date(1990, 1, 1)))
        registry.registered(w, town.viewer(), "marriage_registration", pair)
    with reading() as w:
        found = statistics.people(w, list(town.offices.values()), YEAR)
    assert {(one.sex, one.band, one.local, one.count) for one in found} == {
        ("male", band, True, 1),
        ("female", "35–39岁", True, 1),
    }


def test_the_number_of_another_county_is_not_local_and_first_marriages_are_told_from_later_ones(
    work: WorkFactory,
) -> None:
    with work() as w:
        town = registry.build(w)
        there = town.viewer("registrar_there")
        registry.registered(w, there, "marriage_registration", registry.couple(w), office=THERE)
    with reading() as w:
        found = statistics.people(w, [town.offices[THERE]], YEAR)
    assert {(one.local, one.order) for one in found} == {(False, "初婚")}


def test_applications_for_divorce_are_counted_by_what_became_of_them(work: WorkFactory) -> None:
    with work() as w:
        town = registry.build(w)
        who = town.viewer()
        for number in (1, 2):
            case = registry.walk_in(w, who, "divorce_application", registry.couple(w, number))
            registry.check(w, who, case, registry.BOTH_MARRIED)
            service.register(w, who, case.id)
    with reading() as w:
        assert statistics.divorces(w, [town.offices[HERE]], YEAR) == {"cooling": 2}
        assert statistics.divorces(w, [town.offices[THERE]], YEAR) == {}
