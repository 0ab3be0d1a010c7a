"""What looks wrong is flagged once with its evidence; a person decides; what was upheld is taken back."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from backend.core.clock import CHINA, ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.timebank import ledger, order_ending, suspicion
from backend.timebank import suspicion_rules as rules
from backend.timebank.accounts import personal
from backend.timebank.ledger import Leg, Movement
from backend.timebank.order_errors import WrongOrderStateError
from backend.timebank.order_models import AbuseFlag
from backend.timebank.suspicion_rules import Service, Visited
from backend.volunteers import records
from backend.volunteers.activity_models import ServiceRecord
from scheduler import order_jobs
from tests.conftest import WorkFactory
from tests.support import help_orders
from tests.support.help_orders import TEN, Help, ask, confirmed, died, of, visited
from tests.support.volunteers import served

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)
HERE, FAR = (105.93, 29.36), (105.93, 29.45)  # ten kilometres apart
ID = [UUID(int=number << 100 | number) for number in range(10)]
FIRST = Service(ID[0], ID[1], ID[2], ID[3], "助餐", NINE, NINE + timedelta(hours=1), 60, NINE.date(), "500118/", HERE)


def after(minutes: int, **more: object) -> Service:
    """The same volunteer's next service, so many minutes after the first one has ended."""
    start = FIRST.ended + timedelta(minutes=minutes)
    return replace(FIRST, id=ID[4], started=start, ended=start + timedelta(hours=1), **more)


# -- the rules, at their limits


@pytest.mark.parametrize(("minutes", "count"), [(-1, 1), (0, 0), (1, 0)])
def test_overlaps_are_seen_to_the_minute(minutes: int, count: int) -> None:
    found = list(rules.overlaps([after(minutes), FIRST]))
    assert [one.records for one in found] == [(ID[4],)] * count
    assert list(rules.overlaps([FIRST, after(-30, volunteer=ID[5])])) == []


def test_a_long_service_overlaps_with_all_that_lie_in_it() -> None:
    long = replace(FIRST, ended=NINE + timedelta(hours=5))
    inside = [replace(after(minutes), id=ID[5 + at]) for at, minutes in enumerate((0, 90))]
    assert len(list(rules.overlaps([long, *inside]))) == 2


@pytest.mark.parametrize(("kilometres_h", "count"), [(81, 0), (40, 1)])
def test_nobody_travels_faster_than_the_limit(kilometres_h: int, count: int) -> None:
    """Ten kilometres in ten minutes is sixty an hour."""
    assert len(list(rules.travels([FIRST, after(10, place=FAR)], kilometres_h))) == count
    assert list(rules.travels([FIRST, after(10, place=None)], kilometres_h)) == []
    assert list(rules.travels([FIRST, after(0)], kilometres_h)) == []  # the same place


@pytest.mark.parametrize(("most", "count"), [(119, 1), (120, 0)])
def test_days_and_pairs_have_their_limits(most: int, count: int) -> None:
    both = [FIRST, after(60)]
    assert len(list(rules.long_days(both, most))) == count
    assert len(list(rules.pairs(both, most, "2026-11"))) == count
    assert list(rules.pairs([FIRST, after(60, receiver=ID[6])], most, "2026-11")) == []


def test_gifts_in_a_ring_are_one_finding_and_a_chain_is_none() -> None:
    a, b, c, d, e = ID[1:6]
    paths = dict.fromkeys(ID, "500118/")
    assert list(rules.circles([(a, b, 60), (b, c, 60), (a, c, 9)], paths, "2026-11")) == []
    found = list(rules.circles([(a, b, 60), (b, a, 50)], paths, "2026-11"))
    assert ["2 个人" in one.words and "50 分钟" in one.words for one in found] == [True]
    ring = [(c, a, 60), (a, b, 70), (b, c, 80)]
    assert len(list(rules.circles(ring, paths, "2026-11"))) == 1
    five = [(a, b, 1), (b, c, 1), (c, d, 1), (d, e, 1), (e, a, 1)]
    assert list(rules.circles(five, paths, "2026-11")) == []  # five people who meet are a village
    assert all(len(one.key) <= 128 for one in rules.circles([(a, b, 1), (b, c, 1), (c, d, 1), (d, a, 1)], paths, "x"))


@pytest.mark.parametrize(
    ("who", "count"),
    [
        (Visited(ID[1], "", 5, 1, answered=False, after_death=0), 1),
        (Visited(ID[1], "", 4, 1, answered=False, after_death=0), 0),
        (Visited(ID[1], "", 9, 2, answered=False, after_death=0), 0),
        (Visited(ID[1], "", 9, 1, answered=True, after_death=0), 0),
        (Visited(ID[1], "", 1, 3, answered=True, after_death=1), 1),
    ],
)
def test_ghosts_are_the_dead_and_those_who_never_say_a_word(who: Visited, count: int) -> None:
    assert len(list(rules.ghosts([who], 5, "2026-11"))) == count


# -- the job and the decision


@pytest.fixture
def found(work: WorkFactory) -> Help:
    with work() as w:
        return help_orders.build(w)


def flags(w: Work) -> list[str]:
    return sorted(w.session.scalars(select(AbuseFlag.kind)))


def give(w: Work, giver: UUID, receiver: UUID, minutes: int) -> None:
    legs = (Leg(personal(giver), -minutes), Leg(personal(receiver), minutes))
    key = f"{giver}:{receiver}"
    ledger.post(w, Movement(key, "gift", legs, date(2026, 11, 22), "gift", key[:64]))


def test_the_job_finds_each_thing_once_and_once_more_after_missed_days(
    found: Help, work: WorkFactory, clock: ManualClock
) -> None:
    one = found.volunteers[0]
    with work() as w:
        help_orders.make_kin(w, found.daughter, found.elder)
        records.record(w, served(one, NINE, 300))
        records.record(w, served(one, NINE + timedelta(hours=6), 200))
        kin = of(w, found.volunteers[1]).person_id
        records.record(w, served(found.volunteers[1], NINE, 60, receiver_id=found.elder))
        help_orders.make_kin(w, kin, found.elder)
        give(w, found.elder, found.daughter, 100)
        give(w, found.daughter, found.elder, 90)
    assert order_jobs.look_for_abuse() == 3
    assert order_jobs.look_for_abuse() == 0
    with work() as w:
        assert flags(w) == ["circle", "day", "self_service"]
        day = w.session.scalars(select(AbuseFlag).where(AbuseFlag.kind == "day")).one()
        assert day.evidence["words"] == "11月20日共服务 500 分钟，超过 480 分钟"
        assert len(day.evidence["records"]) == 2
    clock.advance(20 * 86_400)
    assert order_jobs.look_for_abuse() == 1  # in December the ring of November is looked at again
    assert order_jobs.look_for_abuse() == 0


def test_help_for_the_dead_is_seen_and_what_is_upheld_is_taken_back(
    found: Help, work: WorkFactory, clock: ManualClock
) -> None:
    one, officer = found.volunteers[0], found.viewers["officer"]
    with work() as w:
        order = ask(w, found)
        helper_id = visited(w, order.id, one, clock)
    with work() as w:
        confirmed(w, found, order.id, helper_id)
        died(w, found.elder, date(2026, 11, 1))
        help_orders.make_kin(w, of(w, one).person_id, found.elder)
    assert order_jobs.look_for_abuse() == 2
    with work() as w:
        mine = w.session.scalars(select(AbuseFlag).where(AbuseFlag.kind == "self_service")).one()
        record_id = UUID(mine.evidence["records"][0])
        with pytest.raises(NotFoundError):  # a clerk sees it and does not decide it
            suspicion.decide(w, found.viewers["clerk"], mine.id, uphold=True, finding="帮的是母亲", void=[record_id])
        with pytest.raises(BadInputError):
            suspicion.decide(w, officer, mine.id, uphold=True, finding="帮的是母亲", void=[mine.id])
        with pytest.raises(BadInputError):
            suspicion.decide(w, officer, mine.id, uphold=False, finding="没有问题的", void=[record_id])
        suspicion.decide(w, officer, mine.id, uphold=True, finding="帮的是母亲", void=[record_id])
        with pytest.raises(WrongOrderStateError):
            suspicion.decide(w, officer, mine.id, uphold=False, finding="没有问题的")
    with work() as w:
        assert w.session.get_one(ServiceRecord, record_id).state == "void"
        assert ledger.balance(w, personal(of(w, one).person_id)) == 0
        assert ledger.balance(w, personal(found.elder)) == 600  # given back to who paid
        assert order_ending.records_of(w, order) == []
        ghost = w.session.scalars(select(AbuseFlag).where(AbuseFlag.kind == "ghost")).one()
        assert ghost.evidence["words"] == "去世后还记了 1 次服务"
        suspicion.decide(w, officer, ghost.id, uphold=False, finding="死亡日期登记有误")
        assert [row.state for row in suspicion.listed(w, officer)] == []
    assert order_jobs.look_for_abuse() == 0
    with work() as w:
        assert w.session.scalar(select(func.count()).select_from(AbuseFlag)) == 2


def test_one_volunteers_impossible_way_from_order_to_order_is_seen(
    found: Help, work: WorkFactory, clock: ManualClock
) -> None:
    one = found.volunteers[0]
    with work() as w:
        near = ask(w, found)
        later = TEN + timedelta(hours=2)
        far = ask(w, found, starts=later, ends=later + timedelta(hours=2), place=(105.93, 29.42), kind="company")
        first = visited(w, near.id, one, clock, 118)
        second = visited(w, far.id, one, clock, 60)
    with work() as w:
        confirmed(w, found, near.id, first)
        confirmed(w, found, far.id, second)
    assert order_jobs.look_for_abuse() == 1
    with work() as w:
        assert flags(w) == ["travel"]
