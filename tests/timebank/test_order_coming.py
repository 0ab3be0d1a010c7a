"""Who is asked, in rounds; who comes, who cannot, who never came; minutes agreed on, silence, stars."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from backend.core.clock import ManualClock
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.timebank import ledger, matching, order_ending, orders
from backend.timebank.accounts import escrow
from backend.timebank.order_errors import (
    BusyThenError,
    NotTimeYetError,
    OwnOrderError,
    TooManyMinutesClaimedError,
    WrongOrderStateError,
)
from backend.timebank.order_models import OrderHelper
from backend.timebank.order_records import locked
from backend.volunteers.errors import TooYoungError
from scheduler import order_jobs
from tests.conftest import WorkFactory
from tests.support import help_orders
from tests.support.help_orders import (
    TEN,
    Help,
    ask,
    balance,
    confirmed,
    desk,
    died,
    helper,
    make_kin,
    of,
    part,
    person_of,
    visited,
)

HOUR_S, DAY_S = 3600, 86_400
WHY = "老人今天去女儿家了"


@pytest.fixture
def found(work: WorkFactory) -> Help:
    with work() as w:
        return help_orders.build(w)


@pytest.fixture
def order_id(found: Help, work: WorkFactory) -> UUID:
    with work(found.viewers["clerk"].actor) as w:
        return ask(w, found).id


# -- who is asked


def test_offers_go_out_in_rounds_the_nearest_first_and_never_end_in_silence(
    found: Help, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        more = [helper(w, serial) for serial in range(4, 9)]
        order = ask(w, found)
        asked = w.session.scalars(select(OrderHelper).order_by(OrderHelper.score.desc())).all()
        assert [row.volunteer_id for row in asked] == [*found.volunteers, *more[:2]]
        assert asked[0].reasons == ["离您约1.0公里", "最近还没有请您帮过忙"]
    assert order_jobs.send_offers() == 0  # its time has not come
    clock.advance(15 * 60)
    assert order_jobs.send_offers() == 1
    assert order_jobs.send_offers() == 0
    with work() as w:
        assert w.session.scalar(select(func.count()).select_from(OrderHelper)) == 8
        assert desk(w) == 0
    clock.advance(15 * 60)
    assert order_jobs.send_offers() == 1
    with work() as w:
        assert desk(w) == 2  # both clerks of the town
    clock.advance(3 * DAY_S)  # the scheduler was off
    order_jobs.send_offers()
    order_jobs.send_offers()
    with work() as w:
        assert locked(w, order.id).state == "expired"
        assert (balance(w, found.elder), desk(w)) == (600, 4)
        assert "换个时间" in help_orders.told(w, found.elder)[-1]


def test_who_does_not_fit_is_never_asked(found: Help, work: WorkFactory) -> None:
    with work() as w:
        w.session.execute(OrderHelper.__table__.delete())
        unfit = [
            helper(w, 11, state="suspended"), helper(w, 12, services=["cleaning"]), helper(w, 13, latitude=29.9),
            helper(w, 14, born=date(2012, 5, 1)),
        ]  # fmt: skip
        dead = helper(w, 15)
        died(w, person_of(w, dead), date(2026, 11, 1))
        kin = helper(w, 16)
        make_kin(w, person_of(w, kin), found.elder)
        ask(w, found)
        asked = set(w.session.scalars(select(OrderHelper.volunteer_id)))
        assert asked == set(found.volunteers)
        assert asked.isdisjoint([*unfit, dead, kin])


def test_a_first_bath_is_given_by_two_insured_carers(found: Help, work: WorkFactory) -> None:
    with work() as w:
        for one in found.volunteers:
            of(w, one).services = ["bathing"]
        order = ask(w, found, kind="bathing")
        assert order.helpers == 2
        assert matching.taken_by(w, of(w, found.volunteers[0])) == []  # nobody has the certificate
        assert ledger.balance(w, escrow(order.id)) == 120


# -- who comes


def test_oneself_ones_family_and_who_asked_do_not_earn_by_it(found: Help, order_id: UUID, work: WorkFactory) -> None:
    one = found.volunteers[0]
    with work() as w:
        make_kin(w, found.elder, person_of(w, one))
        with pytest.raises(OwnOrderError):
            orders.accept(w, of(w, one), order_id)
        with pytest.raises(NotFoundError):  # never asked, so not told whether there is such an order
            orders.accept(w, of(w, helper(w, 9)), order_id)


def test_nobody_is_at_two_places_at_once(found: Help, order_id: UUID, work: WorkFactory) -> None:
    one = found.volunteers[0]
    with work() as w:
        other = ask(w, found, kind="company")
        orders.accept(w, of(w, one), order_id)
        with pytest.raises(BusyThenError) as refused:
            orders.accept(w, of(w, one), other.id)
        assert refused.value.facts["what"] == locked(w, order_id).number
        assert orders.accept(w, of(w, one), order_id).state == "accepted"  # a second tap


def test_somebody_under_eighteen_is_refused_at_the_door(found: Help, order_id: UUID, work: WorkFactory) -> None:
    with work() as w:
        person = w.session.get_one(help_orders.Person, person_of(w, found.volunteers[0]))
        person.birth_date = date(2010, 1, 1)
        with pytest.raises(TooYoungError):
            orders.accept(w, of(w, found.volunteers[0]), order_id)
        assert locked(w, order_id).joined == 0


def test_who_cannot_come_says_so_and_the_order_is_open_again(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    first, second, _third = found.volunteers
    with work() as w:
        orders.accept(w, of(w, first), order_id)
        orders.withdraw(w, of(w, first), order_id, "孩子发烧了")
        order = locked(w, order_id)
        assert (order.state, order.joined, order.told_round) == ("open", 0, 1)
        assert part(w, order_id, first).note == "退单：孩子发烧了"
        calm = desk(w)
    with work() as w:
        late = part(w, order_id, second)
        assert late.state == "released"  # everybody else was let go when it was taken
        fourth = helper(w, 4)
    clock.advance(15 * 60)
    order_jobs.send_offers()
    with work() as w:
        orders.accept(w, of(w, fourth), order_id)
        w.now = TEN - timedelta(minutes=119)
        orders.withdraw(w, of(w, fourth), order_id, "路上车坏了")
        assert part(w, order_id, fourth).note.startswith("晚退")
        assert desk(w) > calm


def test_nobody_begins_before_the_time_or_alone_where_two_must_come(found: Help, work: WorkFactory) -> None:
    first, second, _third = found.volunteers
    with work() as w:
        order = ask(w, found, helpers=2)
        orders.accept(w, of(w, first), order.id)
        w.now = TEN
        with pytest.raises(WrongOrderStateError):
            orders.start(w, of(w, first), order.id)
        orders.accept(w, of(w, second), order.id)
        w.now = TEN - timedelta(minutes=31)
        with pytest.raises(NotTimeYetError):
            orders.start(w, of(w, first), order.id)
        w.now = TEN - timedelta(minutes=30)
        assert orders.start(w, of(w, first), order.id).state == "started"
        assert orders.start(w, of(w, first), order.id).started_at == w.now


def test_of_two_helpers_one_never_came_and_only_the_other_is_paid(
    found: Help, work: WorkFactory, clock: ManualClock
) -> None:
    first, second, _third = found.volunteers
    with work() as w:
        order = ask(w, found, helpers=2)
        orders.accept(w, of(w, second), order.id)
        helper_id = visited(w, order.id, first, clock, 60)
        assert locked(w, order.id).state == "started"
        orders.missed(w, found.clerk, order.id, part(w, order.id, second).id)
        assert locked(w, order.id).state == "finished"
    with work() as w:
        confirmed(w, found, order.id, helper_id)
        assert (balance(w, found.elder), balance(w, person_of(w, first)), balance(w, person_of(w, second))) == (
            540, 60, 0,
        )  # fmt: skip


def test_somebody_who_never_came_is_not_missed_before_they_are_late(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    one = found.volunteers[0]
    with work() as w:
        orders.accept(w, of(w, one), order_id)
        w.now = TEN + timedelta(minutes=29)
        with pytest.raises(NotTimeYetError):
            orders.missed(w, found.herself, order_id, part(w, order_id, one).id)
    clock.advance((TEN - clock.now()).total_seconds() + 2 * HOUR_S)
    assert [order_jobs.watch_visits(), order_jobs.watch_visits()] == [1, 0]  # both are asked whether he went
    clock.advance(6 * HOUR_S - 1)
    assert order_jobs.end_missed() == 0
    clock.advance(1)
    assert [order_jobs.end_missed(), order_jobs.end_missed()] == [1, 0]
    with work() as w:
        assert (locked(w, order_id).state, part(w, order_id, one).state) == ("expired", "missed")
        assert balance(w, found.elder) == 600


def test_who_forgot_the_phone_is_written_down_by_the_clerk(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    one, end = found.volunteers[0], TEN + timedelta(minutes=50)
    with work() as w:
        orders.accept(w, of(w, one), order_id)
    clock.advance((TEN - clock.now()).total_seconds() + 4 * HOUR_S)
    with work() as w:
        helper_id = part(w, order_id, one).id
        impossible = [
            (TEN - timedelta(minutes=31), end), (end, TEN), (TEN, TEN), (TEN, w.now + timedelta(seconds=1)),
        ]  # fmt: skip
        for started, ended in impossible:
            with pytest.raises(BadInputError):
                orders.reported(w, found.clerk, order_id, helper_id, started, ended)
        order = orders.reported(w, found.clerk, order_id, helper_id, TEN, end)
        assert (order.state, part(w, order_id, one).minutes) == ("finished", 50)
    with work() as w:
        confirmed(w, found, order_id, helper_id)
        assert balance(w, person_of(w, one)) == 50


def test_both_are_reminded_once_and_nobody_is_sent_to_the_dead(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        orders.accept(w, of(w, found.volunteers[0]), order_id)
    clock.advance((TEN - clock.now()).total_seconds() - 2 * HOUR_S - 1)
    assert order_jobs.watch_visits() == 0
    clock.advance(1)
    assert [order_jobs.watch_visits(), order_jobs.watch_visits()] == [1, 0]
    with work() as w:
        assert "快到约好的时间" in help_orders.told(w, found.elder)[-1]
        died(w, found.elder, date(2026, 11, 22))
    assert [order_jobs.end_missed(), order_jobs.end_missed()] == [1, 0]
    with work() as w:
        assert (locked(w, order_id).state, balance(w, found.elder)) == ("cancelled", 600)
        assert "取消" in help_orders.told(w, person_of(w, found.volunteers[0]))[-1]


# -- minutes, silence, stars


def test_nobody_gets_more_minutes_than_the_visit_lasted(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    one = found.volunteers[0]
    with work() as w:
        orders.accept(w, of(w, one), order_id)
        w.now = TEN
        orders.start(w, of(w, one), order_id)
        w.now = TEN + timedelta(minutes=45)
        for minutes, refused in ((46, TooManyMinutesClaimedError), (-1, BadInputError), (10**9, DomainError)):
            with pytest.raises(refused):
                orders.finish(w, of(w, one), order_id, minutes)
        assert orders.finish(w, of(w, one), order_id, 45).minutes == 45


def test_the_receiver_says_otherwise_and_the_helper_agrees(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    one = found.volunteers[0]
    with work() as w:
        helper_id = visited(w, order_id, one, clock, 60)
    with work() as w:
        with pytest.raises(WrongOrderStateError):  # one's own figure is for the other side to confirm
            order_ending.answer(w, of(w, one), order_id)
        order_ending.confirm(w, found.herself, order_id, helper_id, 40)
        assert locked(w, order_id).state == "finished"
        assert order_ending.answer(w, of(w, one), order_id).state == "confirmed"
        assert balance(w, person_of(w, one)) == 40


def test_silence_agrees_after_three_days_and_not_before(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        visited(w, order_id, found.volunteers[0], clock, 60)
    clock.advance(3 * DAY_S - 1)
    assert order_jobs.confirm_silent() == 0
    clock.advance(1)
    assert [order_jobs.confirm_silent(), order_jobs.confirm_silent()] == [1, 0]
    with work() as w:
        assert balance(w, person_of(w, found.volunteers[0])) == 60


def test_what_overlaps_with_other_service_goes_to_a_person_and_does_not_stop_the_job(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    one = found.volunteers[0]
    with work() as w:
        visited(w, order_id, one, clock, 60)
    with work() as w:
        help_orders.record_elsewhere(w, one, TEN)
    clock.advance(4 * DAY_S)
    assert [order_jobs.confirm_silent(), order_jobs.confirm_silent()] == [1, 0]
    with work() as w:
        assert (locked(w, order_id).state, ledger.balance(w, escrow(order_id)), desk(w)) == ("finished", 60, 2)
        mine = part(w, order_id, one)
        assert confirmed(w, found, order_id, mine.id).state == "finished"  # nor does she break anything by confirming
        assert (mine.state, desk(w)) == ("finished", 2)


def test_a_bad_rating_is_followed_up(found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock) -> None:
    with work() as w:
        helper_id = visited(w, order_id, found.volunteers[0], clock, 60)
        confirmed(w, found, order_id, helper_id)
        for stars in (0, 6):
            with pytest.raises(BadInputError):
                order_ending.rate(w, found.herself, order_id, stars)
        order_ending.rate(w, found.herself, order_id, 3)
        with pytest.raises(BadInputError):
            order_ending.follow_up(w, found.viewers["clerk"], order_id, "没有差评")
        order_ending.rate(w, found.herself, order_id, 2, "来晚了")
        assert desk(w) == 2
        order_ending.follow_up(w, found.viewers["clerk"], order_id, "已打电话道歉")
    with work() as w:  # and this volunteer is not sent to her again
        other = ask(w, found, kind="company", starts=TEN + timedelta(days=1), ends=TEN + timedelta(days=1, hours=2))
        asked = select(OrderHelper.volunteer_id).where(OrderHelper.order_id == other.id)
        assert found.volunteers[0] not in set(w.session.scalars(asked))
