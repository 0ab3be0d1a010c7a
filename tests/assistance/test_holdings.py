"""What assistance tells a person that it holds about them, and what it forgets when the archive's time is over."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.assistance import means_objections
from backend.assistance.holdings import ERASABLES, HOLDINGS
from backend.assistance.means_models import MeansObjection
from backend.assistance.models import HouseholdMember, MeansQuery
from backend.cases import service as cases
from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.residents.holdings import Line
from scheduler.assistance_jobs import check_means
from tests.conftest import WorkFactory
from tests.support import payments
from tests.support.cases import build_window
from tests.support.means import World, family

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
(ERASABLE,) = ERASABLES


@pytest.fixture
def world(app: APIFlask, clock: ManualClock) -> World:
    with unit_of_work() as w:
        window = build_window(w)
    found = family(app, window, clock)
    found.allow(found.him)
    check_means()
    return found


def lines(world: World, key: str) -> list[Line]:
    holding = next(one for one in HOLDINGS if one.key == key)
    with unit_of_work() as w:
        return holding.collect(w, world.him)


def test_a_member_sees_their_family_and_every_answer_about_them(world: World) -> None:
    (home,) = lines(world, "household")
    assert (home["关系"], home["离开日期"]) == ("配偶", "现在还是一家人")
    found = {one["部门"]: one["核对到"] for one in lines(world, "means")}
    assert (found["社保"], found["银行"], found["税务"]) == (
        "养老金 每月 240.00 元",
        "存款和证券 800.00 元",
        "没有记录",
    )
    assert {one["授权到"] for one in lines(world, "means")} == {"2027-05-21"}


def test_the_answers_stay_ten_years_and_then_they_go(world: World) -> None:
    with unit_of_work() as w:
        case = world.case(w)
        means_objections.object_to(w, case, world.him, "pension", "这是补发的一次")
        cases.withdraw(w, case, version=case.version)
        for row in w.session.scalars(select(HouseholdMember)):
            row.until = case.created_at.date()
    for days in (3652, 1):
        world.clock.advance(timedelta(days=days).total_seconds())
        with unit_of_work() as w:
            assert ERASABLE.live(w, world.him) == []
            kept, gone = ERASABLE.kept(w, world.him), days == 1
            ERASABLE.erase(w, world.him)
            replies = select(MeansQuery.reply).where(MeansQuery.person_id == world.him)
            assert (set(w.session.scalars(replies)) == {None}) is gone
            assert (w.session.scalars(select(MeansObjection.words)).one() == "") is gone
            assert bool(kept) is not gone


def test_nobody_is_forgotten_while_their_family_receives_something(work: WorkFactory) -> None:
    with work() as w:
        load = payments.build(w)
        payments.granted(w, load)
        who = w.session.scalars(select(HouseholdMember.person_id)).one()
        assert ERASABLE.live(w, who) == ["正在享受的社会救助"]
        assert [one.what for one in ERASABLE.kept(w, who)] == ["社会救助档案"]
