"""Simulations: who gains and loses to the cent, by township, and nothing live changes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, true

from backend.assistance import benefits, simulation
from backend.assistance.models import Benefit, Entitlement
from backend.assistance.profiles import NoProfileError
from backend.assistance.simulation import Outcome, Question, Simulation, band_of, township_of
from backend.core.audit import AuditEntry
from backend.core.db import Work, reading
from tests.conftest import WorkFactory
from tests.support import payments
from tests.support.payments import Caseload, award, family, granted, household
from tests.support.world import TOWN

DAY = date(2026, 11, 22)


@pytest.fixture
def load(work: WorkFactory) -> Caseload:
    """Two urban families (1040.00 and 1140.00), a rural one (760.00), and one just above the urban line."""
    with work() as w:
        built = payments.build(w)
        granted(w, built, 1)
        granted(w, built, 2, wage="400")
        granted(w, built, 3, urban=False)
        edge = award(w, built, household(w, built, 4), family("1540"), verdict=_edge(w))
        benefits.grant(w, edge)
    return built


def _edge(work: Work) -> Any:
    bare = payments.verdict_of(work, family())
    return replace(bare, programme="edge", monthly=None, category="edge", first_month=None)


def ask(**instead: Any) -> Outcome:
    with reading() as w:
        return simulation.run(w, Question(DAY, instead, true()))


def test_the_same_law_changes_nobody(load: Caseload) -> None:
    found = ask().total
    assert (found.households, found.gain, found.lose, found.more) == (len(load.households), 0, 0, Decimal(0))
    assert found.before == Decimal("2940.00")


def test_a_higher_standard_gives_more_and_lets_somebody_in(load: Caseload) -> None:
    found = ask(dibao_standard_urban=800, dibao_standard_rural="680")
    assert (found.total.gain, found.total.lose, found.total.enter, found.total.leave) == (4, 0, 1, 0)
    assert found.total.after == Decimal("1100.00") + Decimal("1200.00") + Decimal("860.00") + Decimal("60.00")
    assert list(found.places) == [TOWN]
    assert found.bands == {Decimal(50): 3, Decimal(100): 1}
    assert found.total.households == len(load.households)


def test_a_lower_standard_takes_away_and_lets_somebody_out(load: Caseload) -> None:
    found = ask(dibao_standard_urban="250").total
    assert (found.gain, found.lose, found.leave) == (0, 2, 1)
    assert found.more == Decimal("100.00") - Decimal("2180.00")
    assert load.households


def test_it_changes_nothing_live(load: Caseload, work: WorkFactory) -> None:
    def counted(w: Work) -> list[Any]:
        sums = select(func.sum(Benefit.monthly), func.count(Benefit.id))
        rows = select(func.count()).select_from(Entitlement), select(func.count()).select_from(AuditEntry)
        return [*w.session.execute(sums).one(), *(w.session.scalar(one) for one in rows)]

    with work() as w:
        before = counted(w)
    ask(dibao_standard_urban=1000)
    with work() as w:
        assert counted(w) == before
    assert load.households


def test_the_townships_add_up_to_the_total(load: Caseload) -> None:
    found = ask(dibao_standard_urban=801)
    rows = [line.split(",") for line in simulation.as_csv(found).strip().split("\r\n")[1:]]
    assert [sum(Decimal(row[column]) for row in rows[:-1]) for column in range(1, 9)] == [
        Decimal(cell) for cell in rows[-1][1:]
    ]
    assert rows[0][0] == "青山镇"
    assert load.households


def test_how_far_it_is_is_told_after_each_portion(load: Caseload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "PORTION", 3)
    with reading() as w:
        made = Simulation(w, Question(DAY, {}, true()))
        assert (made.size(), list(made.steps())) == (4, [3, 4])
    assert made.outcome.total.households == len(load.households)


def test_a_part_of_the_county_is_its_own_caseload(load: Caseload) -> None:
    with reading() as w:
        seen = load["elsewhere"].sees(Benefit.division_path, "case.view")
        nobody = load["elsewhere"].sees(Benefit.division_path, "simulation.run")
        counts = [simulation.run(w, Question(DAY, {}, one)).total.households for one in (seen, nobody)]
    assert counts == [4, 0]


def test_facts_that_cannot_be_read_are_counted_apart(load: Caseload, work: WorkFactory) -> None:
    with work() as w:
        benefits.live(w, load.households[0])[0].basis = '{"facts": {"members": []}}'
    found = ask()
    assert (found.unread, found.total.households) == (1, 3)


def test_a_parameter_nobody_knows_and_a_day_without_law_stop_it(load: Caseload) -> None:
    with pytest.raises(KeyError):
        ask(dibao_standard_of_the_moon=1)
    with reading() as w, pytest.raises(NoProfileError):
        simulation.run(w, Question(date(2016, 4, 30), {}, true()))
    assert load.households


@pytest.mark.parametrize(
    ("change", "band"),
    [("0", "0"), ("0.01", "1"), ("49.99", "1"), ("50", "50"), ("-50", "-50"), ("-0.01", "-1"), ("9999", "500")],
)
def test_a_change_is_in_the_band_it_reaches(change: str, band: str) -> None:
    assert band_of(Decimal(change)) == Decimal(band)


def test_a_path_lies_in_its_township() -> None:
    assert [township_of(path) for path in ("500118/", "500118/500118101/", "500118/500118101/x/")] == [
        "500118", "500118101", "500118101",
    ]  # fmt: skip
