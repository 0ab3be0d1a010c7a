"""The bank by itself: earned, confirmed, capped, paid for help, given, donated, taken back; by the dated policies."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.core.clock import CHINA, ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.timebank import accounts, banking, earning, ledger, points
from backend.timebank.accounts import escrow, pending, personal, pool_for
from backend.timebank.errors import (
    AccountFullError,
    NotKinError,
    PoolReservedError,
    TimeShortError,
    TimeSpentError,
    TooYoungToReceiveError,
)
from backend.timebank.ledger import BUREAU, AccountRef
from backend.timebank.models import TimeKin
from backend.timebank.verifying import verify
from backend.volunteers import records
from backend.volunteers.models import Volunteer
from scheduler.timebank_jobs import confirm_time
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.residents import person
from tests.support.timebank import issued, moved
from tests.support.volunteers import served, volunteer
from tests.support.world import COUNTY, TOWN, VILLAGE, World

CAP = 1500 * 60
KEPT = 6000
MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)  # two days before the clock of the tests
TODAY = date(2026, 11, 22)
POOL = AccountRef("pool", TOWN)


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return world.build(w)


@pytest.fixture
def helper(county: World, work: WorkFactory) -> UUID:
    """A volunteer of 58."""
    assert county.staff
    with work() as w:
        return volunteer(w, born=date(1968, 5, 1))


def person_of(work: Work, volunteer_id: UUID) -> UUID:
    return work.session.get_one(Volunteer, volunteer_id).person_id


def have(work: Work, person_id: UUID, minutes: int) -> None:
    ledger.post(work, issued(f"have {new_id()}", personal(person_id), minutes))


def balances(work: Work, *which: AccountRef) -> list[int]:
    return [ledger.balance(work, one) for one in which]


def kin(work: Work, giver: UUID, receiver: UUID, **more: Any) -> None:
    row: dict[str, Any] = {"relation": "parent", "proven_by": "clerk", "since": work.now}
    work.session.add(TimeKin(giver_id=giver, receiver_id=receiver, **row | more))
    work.session.flush()


# -- the long story


def test_help_given_at_58_comes_back_at_70_and_some_of_it_goes_to_her_mother(
    work: WorkFactory, helper: UUID, clock: ManualClock
) -> None:
    with work() as w:
        me, mother = person_of(w, helper), person(w, "李桂芳", date(1944, 2, 1), 12)
        kin(w, me, mother)
        records.record(w, served(helper, MORNING, 90))
        assert balances(w, BUREAU, pending(me), personal(me), points.of(me)) == [-90, 90, 0, 0]
        assert "60岁" in (banking.may_redeem(w, me, TODAY) or "")
    clock.advance(6 * 86_400)
    assert confirm_time() == 0
    clock.advance(86_400)
    assert (confirm_time(), confirm_time()) == (1, 0)
    with work() as w:
        assert balances(w, BUREAU, pending(me), personal(me), points.of(me)) == [-90, 0, 90, 15]
        banking.give(w, me, mother, 30, "gift")
        assert balances(w, personal(me), personal(mother)) == [60, 30]
    clock.advance(12 * 366 * 86_400)
    with work() as w:
        today = clock.now().date()
        assert banking.may_redeem(w, me, today) is None
        order, someone = uuid4(), person(w, "赵强", date(2000, 1, 1), 3)
        banking.hold(w, order, personal(me), 60, today)
        assert balances(w, personal(me), escrow(order)) == [0, 60]
        banking.settle(w, order, {someone: 45}, today)
        assert balances(w, personal(me), escrow(order), personal(someone)) == [15, 0, 45]
        assert verify(w) == []


# -- earning


def test_a_groups_time_goes_to_the_pool_at_once(work: WorkFactory, helper: UUID) -> None:
    with work() as w:
        records.record(w, served(helper, MORNING, 90, group_time=True))
        me = person_of(w, helper)
        assert balances(w, POOL, pending(me), personal(me)) == [90, 0, 0]


def test_a_day_counts_up_to_its_limit_and_what_was_taken_back_makes_room(work: WorkFactory, helper: UUID) -> None:
    with work() as w:
        me = person_of(w, helper)
        first = records.record(w, served(helper, MORNING, 300))
        records.record(w, served(helper, MORNING + timedelta(hours=6), 240))
        assert balances(w, pending(me)) == [480]
        records.void(w, None, first.id, "记错了人")
        assert balances(w, pending(me)) == [180]
        records.record(w, served(helper, MORNING, 120))
        assert balances(w, pending(me)) == [300]


def test_a_service_over_midnight_belongs_to_the_day_it_began(work: WorkFactory, helper: UUID) -> None:
    with work() as w:
        records.record(w, served(helper, datetime(2026, 10, 31, 23, 0, tzinfo=CHINA), 120))
        records.record(w, served(helper, datetime(2026, 11, 1, 9, 0, tzinfo=CHINA), 480))
        assert balances(w, pending(person_of(w, helper))) == [600]


def test_what_came_from_elsewhere_is_recorded_and_earns_nothing(work: WorkFactory, helper: UUID) -> None:
    with work() as w:
        records.record(w, served(helper, MORNING, 60, source="import"))
        assert balances(w, BUREAU) == [0]


@pytest.mark.parametrize(("before", "own", "over"), [(CAP - 61, 60, 0), (CAP - 60, 60, 0), (CAP - 59, 59, 1),
                                                     (CAP, 0, 60)])  # fmt: skip
def test_what_is_above_the_cap_goes_to_the_pool(
    work: WorkFactory, helper: UUID, before: int, own: int, over: int
) -> None:
    with work() as w:
        me = person_of(w, helper)
        have(w, me, before)
        done = records.record(w, served(helper, MORNING, 60))
        earning.confirm_earned(w, done.source, done.source_id, me)
        earning.confirm_earned(w, done.source, done.source_id, me)
        assert balances(w, personal(me), POOL, pending(me), points.of(me)) == [before + own, over, 0, 10]
        records.void(w, None, done.id, "没有来过")
        assert balances(w, personal(me), POOL, pending(me), points.of(me)) == [before, 0, 0, 0]


def test_what_was_spent_meanwhile_stops_the_taking_back_until_an_officer_makes_it_up(
    work: WorkFactory, helper: UUID
) -> None:
    with work() as w:
        me = person_of(w, helper)
        done = records.record(w, served(helper, MORNING, 60))
        earning.confirm_earned(w, done.source, done.source_id, me)
        banking.donate(w, me, None, 20, "d")
    with pytest.raises(TimeSpentError) as caught, work() as w:
        records.void(w, None, done.id, "没有来过")
    assert caught.value.facts == {"missing": 20}
    with work() as w:
        ledger.post(w, moved("made up", BUREAU, personal(me), 20))
        records.void(w, None, done.id, "没有来过")
        assert balances(w, personal(me), pending(me), POOL, BUREAU) == [0, 0, 20, -20]


# -- paying for help


def test_an_order_pays_its_helpers_and_gives_the_rest_back_once(work: WorkFactory, helper: UUID) -> None:
    with work() as w:
        me, other, elder, order = person_of(w, helper), person(w, serial=8), person(w, serial=9), uuid4()
        have(w, elder, 200)
        for _ in range(2):
            banking.hold(w, order, personal(elder), 120, TODAY)
        for _ in range(2):
            banking.settle(w, order, {me: 50, other: 40}, TODAY)
        banking.release(w, order)
        assert balances(w, personal(elder), personal(me), personal(other), escrow(order)) == [110, 50, 40, 0]
        assert balances(w, points.of(me), points.of(other)) == [8, 6]


def test_an_order_pays_no_more_than_was_held(work: WorkFactory, helper: UUID) -> None:
    with work() as w:
        me, elder, order = person_of(w, helper), person(w, serial=9), uuid4()
        have(w, elder, 200)
        banking.hold(w, order, personal(elder), 60, TODAY)
    with pytest.raises(TimeShortError), work() as w:
        banking.settle(w, order, {me: 61}, TODAY)
    with pytest.raises(BadInputError), work() as w:
        banking.settle(w, order, {me: -1}, TODAY)
    with work() as w:
        banking.settle(w, order, {me: 60}, TODAY)
        assert balances(w, personal(elder), personal(me)) == [140, 60]


def test_a_cancelled_order_gives_everything_back_and_one_that_nobody_pays_moves_nothing(
    work: WorkFactory, county: World
) -> None:
    assert county.staff
    with work() as w:
        elder, order, free = person(w), uuid4(), uuid4()
        have(w, elder, 60)
        banking.hold(w, order, personal(elder), 60, TODAY)
        for _ in range(2):
            banking.release(w, order)
        banking.hold(w, free, None, 60, TODAY)
        banking.settle(w, free, {elder: 60}, TODAY)
        banking.release(w, free)
        assert balances(w, personal(elder), escrow(order), escrow(free)) == [60, 0, 0]


def test_a_helper_is_paid_once_by_the_order_and_gives_it_back_when_the_record_is_void(
    work: WorkFactory, helper: UUID
) -> None:
    with work() as w:
        me, elder, order = person_of(w, helper), person(w, serial=9), uuid4()
        have(w, elder, 60)
        banking.hold(w, order, personal(elder), 60, TODAY)
        done = records.record(w, served(helper, MORNING, 60, source="order", source_id=str(order)))
        banking.settle(w, order, {me: 60}, TODAY)
        assert balances(w, pending(me), personal(me), personal(elder), points.of(me)) == [0, 60, 0, 10]
        records.void(w, None, done.id, "没有来过")
        assert balances(w, personal(me), personal(elder), points.of(me)) == [0, 60, 0]


def test_points_already_enjoyed_stay(work: WorkFactory, helper: UUID) -> None:
    with work() as w:
        me = person_of(w, helper)
        done = records.record(w, served(helper, MORNING, 60))
        earning.confirm_earned(w, done.source, done.source_id, me)
        ledger.post(w, moved("gift", points.of(me), ledger.POINTS_BUREAU, 7))
        records.void(w, None, done.id, "没有来过")
        assert balances(w, personal(me), points.of(me)) == [0, 0]


@pytest.mark.parametrize(("minutes", "first", "fine"), [(60, False, True), (61, False, False), (61, True, True),
                                                        (KEPT + 60, True, True)])  # fmt: skip
def test_some_of_the_pool_is_kept_for_key_elders(
    work: WorkFactory, county: World, minutes: int, first: bool, fine: bool
) -> None:
    assert county.staff
    with work() as w:
        ledger.post(w, issued("pool", POOL, KEPT + 60))
    if fine:
        with work() as w:
            banking.hold(w, uuid4(), POOL, minutes, TODAY, key_elder=first)
    else:
        with pytest.raises(PoolReservedError), work() as w:
            banking.hold(w, uuid4(), POOL, minutes, TODAY, key_elder=first)
    with work() as w:
        assert balances(w, POOL) == [KEPT + 60 - (minutes if fine else 0)]


# -- giving


@pytest.mark.parametrize(("born", "fine"), [(date(1966, 11, 23), False), (date(1966, 11, 22), True)])
def test_a_gift_is_for_a_proven_relative_of_sixty(work: WorkFactory, helper: UUID, born: date, fine: bool) -> None:
    with work() as w:
        me, mother = person_of(w, helper), person(w, "李桂芳", born, 12)
        have(w, me, 60)
        with pytest.raises(NotKinError):
            banking.give(w, me, mother, 30, "gift")
        kin(w, me, mother)
        if fine:
            for _ in range(2):
                banking.give(w, me, mother, 30, "gift")
        else:
            with pytest.raises(TooYoungToReceiveError):
                banking.give(w, me, mother, 30, "gift")
        assert balances(w, personal(me), personal(mother)) == ([30, 30] if fine else [60, 0])


def test_a_gift_fits_below_the_cap_and_goes_one_way(work: WorkFactory, helper: UUID) -> None:
    with work() as w:
        me, mother = person_of(w, helper), person(w, "李桂芳", date(1944, 2, 1), 12)
        kin(w, me, mother)
        have(w, me, 60)
        have(w, mother, CAP - 30)
        with pytest.raises(AccountFullError) as caught:
            banking.give(w, me, mother, 31, "gift")
        assert caught.value.facts == {"room": 30}
        banking.give(w, me, mother, 30, "gift")
        with pytest.raises(NotKinError):
            banking.give(w, mother, me, 30, "back")


@pytest.mark.parametrize("minutes", [0, -30, True, 1.5])
def test_nobody_gives_nonsense(work: WorkFactory, helper: UUID, minutes: Any) -> None:
    with work() as w:
        me, mother = person_of(w, helper), person(w, "李桂芳", date(1944, 2, 1), 12)
        kin(w, me, mother)
        have(w, mother, 60)
        have(w, me, 60)
    for give in (banking.give, lambda w, me, _mother, much, key: banking.donate(w, me, None, much, key)):
        with pytest.raises(BadInputError), work() as w:
            give(w, me, mother, minutes, "gift")
    with work() as w:
        assert balances(w, personal(me), personal(mother)) == [60, 60]


def test_a_donation_goes_to_the_pool_of_a_place_or_of_where_one_belongs(work: WorkFactory, helper: UUID) -> None:
    with work() as w:
        me = person_of(w, helper)
        have(w, me, 60)
        banking.donate(w, me, COUNTY, 10, "a")
        banking.donate(w, me, None, 20, "b")
        assert balances(w, AccountRef("pool", COUNTY), POOL) == [10, 20]
        assert pool_for(w, VILLAGE) == POOL
        assert accounts.pool_of(w, person(w, serial=9)) == AccountRef("pool", COUNTY)
        with pytest.raises(NotFoundError):
            banking.donate(w, me, "999999", 10, "c")
