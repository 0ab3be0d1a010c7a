"""Draws by lot: anybody gets the same list from the published pool and seed; no step can be skipped or repeated."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from backend.assistance import draws, inspections
from backend.assistance.errors import DrawnAlreadyError, NothingDecidedError, SameEyesError
from backend.assistance.inspections import Wish
from backend.cases.models import Case
from backend.core.clock import ManualClock
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from tests.conftest import WorkFactory
from tests.support import aid
from tests.support.cases import COUNTY_PATH, Window, build_window

pytestmark = pytest.mark.both_databases

POOL = [f"DB261122-{number:05d}-0" for number in range(50)]
WISH = Wish("第四季度抽查", date(2026, 11, 1), date(2026, 11, 30), 10, "2026年12月1日福彩双色球开奖号码")


def test_the_same_pool_and_seed_draw_the_same_list_in_whatever_order_the_pool_comes() -> None:
    once = draws.drawn(POOL, "05 09 11 17 23 31 + 08", 5)
    assert once == draws.drawn(POOL[::-1] + POOL[:3], "05 09 11 17 23 31 + 08", 5)
    assert len(set(once)) == 5
    assert once != draws.drawn(POOL, "05 09 11 17 23 31 + 09", 5)


def test_a_ticket_is_what_the_published_recipe_says() -> None:
    assert draws.ticket("0509", "DB1") == hashlib.sha256(b"0509\nDB1").hexdigest()
    assert draws.drawn(["DB2", "DB1"], "0509", 2) == sorted(
        ["DB1", "DB2"], key=lambda one: hashlib.sha256(f"0509\n{one}".encode()).hexdigest()
    )
    assert draws.digest_of(["A", "B"]) == hashlib.sha256(b"A\nB\n").hexdigest()


def test_every_case_is_drawn_about_as_often_as_any_other() -> None:
    times = dict.fromkeys(POOL, 0)
    for seed in range(2000):
        for number in draws.drawn(POOL, f"seed {seed}", 5):
            times[number] += 1
    assert sum(times.values()) == 10_000
    assert min(times.values()) > 140
    assert max(times.values()) < 260


@pytest.mark.parametrize(
    ("size", "percent", "wanted"), [(1, 1, 1), (10, 10, 1), (11, 10, 2), (200, 10, 20), (3, 100, 3)]
)
def test_a_share_is_rounded_up(size: int, percent: int, wanted: int) -> None:
    assert draws.share(size, percent) == wanted


@pytest.mark.parametrize(("seed", "count"), [("123", 1), ("   1  ", 1), ("1234", 0)])
def test_a_seed_from_nowhere_draws_nothing(seed: str, count: int) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        draws.drawn(POOL, seed, count)


@pytest.fixture
def decided(work: WorkFactory, clock: ManualClock) -> tuple[Window, Case]:
    """One family's case, decided on 30 November; now it is December."""
    with work() as w:
        window = build_window(w)
    with work(window["clerk"].actor) as w:
        case = aid.published(w, window)
    aid.decided(window, clock, case, "2026-11-30")
    aid.go_to(clock, "2026-12-02")
    return window, case


def test_listed_then_drawn_once_then_looked_at_by_other_eyes(work: WorkFactory, decided: tuple[Window, Case]) -> None:
    window, case = decided
    with work(window["lead"].actor) as w:
        lead, officer = window["lead"], window["officer"]
        row = inspections.list_pool(w, lead, COUNTY_PATH, WISH)
        assert (row.pool, row.wanted, row.seed) == ([case.number], 1, None)
        assert row.pool_digest == draws.digest_of([case.number])
        with pytest.raises(BadInputError):
            inspections.draw(w, lead, row.id, "05")
        inspections.draw(w, lead, row.id, "05 09 11 17 23 31 + 08")
        with pytest.raises(DrawnAlreadyError):
            inspections.draw(w, lead, row.id, "another seed")
        (one,) = inspections.cases_of(w, row.id)
        with pytest.raises(SameEyesError):  # who decided it
            inspections.mark(w, officer, one.id, "right", "")
        with pytest.raises(BadInputError):  # wrong, but how?
            inspections.mark(w, lead, one.id, "wrong", "  ")
        inspections.mark(w, lead, one.id, "minor", "公示照片没有存档")
        assert (one.result, one.checked_by, one.finding) == ("minor", lead.staff_id, "公示照片没有存档")


def test_who_may_not_supervise_draws_nothing_and_an_empty_period_has_no_pool(
    work: WorkFactory, decided: tuple[Window, Case]
) -> None:
    window, _case = decided
    with work(window["clerk"].actor) as w:
        with pytest.raises(NotAllowedError):
            inspections.list_pool(w, window["clerk"], COUNTY_PATH, WISH)
        lead = window["lead"]
        with pytest.raises(NothingDecidedError):
            inspections.list_pool(
                w, lead, COUNTY_PATH, Wish("九月", date(2026, 9, 1), date(2026, 9, 30), 10, WISH.source)
            )
        with pytest.raises(NothingDecidedError):  # the only case is another matter's
            inspections.list_pool(w, lead, COUNTY_PATH, replace(WISH, matter="temporary_aid"))
        with pytest.raises(BadInputError):
            inspections.list_pool(w, lead, COUNTY_PATH, replace(WISH, matter="no_such_matter"))
        assert inspections.list_pool(w, lead, COUNTY_PATH, replace(WISH, matter="dibao")).matter == "dibao"
        with pytest.raises(BadInputError):  # today is not over yet
            inspections.list_pool(
                w, lead, COUNTY_PATH, Wish("今天", date(2026, 12, 1), date(2026, 12, 2), 10, WISH.source)
            )
        with pytest.raises(NotFoundError):
            inspections.find(w, window["clerk"], inspections.list_pool(w, lead, COUNTY_PATH, WISH).id)
