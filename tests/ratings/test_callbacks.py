"""好差评: what a bad rating starts, and who may see of it what."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from backend.core import calendar_store
from backend.core.audit import AuditEntry
from backend.core.calendar import DayKind, Special, WorkCalendar
from backend.core.clock import ManualClock
from backend.core.db import reading
from backend.core.errors import BadInputError
from backend.core.states import WrongStateError
from backend.notices.models import Notice
from backend.people.rules import Grant
from backend.people.service import Viewer
from backend.ratings import callbacks
from backend.ratings.due import due_day
from backend.ratings.errors import NoSuchTaskError
from backend.ratings.models import CallbackTask
from backend.ratings.rules import CALLBACK_WORKDAYS, LEVELS, is_bad
from backend.ratings.states import CALLBACK
from scheduler import front_desk
from tests.conftest import WorkFactory
from tests.ratings.stories import DAY_S, Residents, bad_task, invited, officer
from tests.support.world import COUNTY, TOWN, World

# -- bad ratings


@pytest.mark.parametrize("level", sorted(LEVELS))
def test_two_levels_are_bad_and_each_opens_a_call_back(level: int, residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    answer = who.ask("POST", "/ratings", {"invitation": str(invited(work, who)), "level": level}).get_json()
    with reading() as w:
        opened = w.session.scalar(select(func.count()).select_from(CallbackTask))
    assert opened == (level <= 2)
    assert is_bad(level) == (level <= 2)
    assert ("打电话" in answer["message"]) == (level <= 2)


def test_it_is_to_be_put_right_within_fifteen_working_days(residents: Residents, work: WorkFactory) -> None:
    """Sunday, 22 November 2026: Monday the 23rd is the first working day, Friday, 11 December the fifteenth."""
    bad_task(work, residents[0])
    with reading() as w:
        task = w.session.scalars(select(CallbackTask)).one()
    assert (task.due_on, task.provisional) == (date(2026, 12, 11), False)


def test_a_day_in_a_year_nobody_has_published_is_provisional_and_counted_again_when_it_is(
    residents: Residents, work: WorkFactory, clock: ManualClock
) -> None:
    clock.advance(30 * DAY_S)  # 22 December 2026: the fifteenth working day is in 2027
    bad_task(work, residents[0])
    with reading() as w:
        task = w.session.scalars(select(CallbackTask)).one()
    assert task.provisional
    rest = [Special(date(2027, 1, 1) + timedelta(days=n), DayKind.HOLIDAY, "元旦") for n in range(6)]
    with work() as w:
        calendar_store.load(w, 2027, rest, "测试通知")
    assert front_desk.overdue_callbacks() == 0
    with reading() as w:
        again = w.session.scalars(select(CallbackTask)).one()
    assert not again.provisional
    assert again.due_on > task.due_on


def test_the_day_is_counted_by_working_days() -> None:
    calendar = WorkCalendar()
    due, _ = due_day(calendar, date(2026, 9, 28))  # before the National Day holiday and its make-up Saturday
    assert calendar.workdays_between(date(2026, 9, 28), due) == CALLBACK_WORKDAYS


def test_nothing_is_resolved_without_a_call(county: World, residents: Residents, work: WorkFactory) -> None:
    task_id, me = bad_task(work, residents[0]), officer(county)
    with work() as w, pytest.raises(WrongStateError):
        callbacks.resolve(w, me, task_id, "fixed", "改好了")
    with work() as w:
        callbacks.attempt(w, me, task_id, "没有人接")
    with work() as w:
        callbacks.called(w, me, task_id, "说等得太久")
    with work() as w:
        callbacks.resolve(w, me, task_id, "fixed", "加开一个窗口")
    with reading() as w:
        row = w.session.get_one(CallbackTask, task_id)
        assert (row.state, row.result, row.assigned_to) == ("resolved", "fixed", me.staff_id)
        assert [line.rpartition("：")[2] for line in (row.note or "").split("\n")] == [
            "没有人接",
            "说等得太久",
            "加开一个窗口",
        ]


@pytest.mark.parametrize("state", sorted(CALLBACK.table))
@pytest.mark.parametrize("action", ["attempt", "call", "resolve"])
def test_every_action_in_every_state_does_what_the_table_says(
    state: str, action: str, county: World, residents: Residents, work: WorkFactory
) -> None:
    task_id, me = bad_task(work, residents[0]), officer(county)
    verbs = {
        "attempt": lambda w: callbacks.attempt(w, me, task_id, "记录"),
        "call": lambda w: callbacks.called(w, me, task_id, "记录"),
        "resolve": lambda w: callbacks.resolve(w, me, task_id, "explained", "记录"),
    }
    for step in {"open": (), "called": ("call",), "resolved": ("call", "resolve")}[state]:
        with work() as w:
            verbs[step](w)
    if action in CALLBACK.actions(state):
        with work() as w:
            assert verbs[action](w).state == CALLBACK.table[state][action]
    else:
        with work() as w, pytest.raises(WrongStateError):
            verbs[action](w)


@pytest.mark.parametrize("note", ["", "  ", "字" * 501])
def test_a_step_says_what_happened(note: str, county: World, residents: Residents, work: WorkFactory) -> None:
    task_id = bad_task(work, residents[0])
    with work() as w, pytest.raises(BadInputError):
        callbacks.called(w, officer(county), task_id, note)
    with work() as w, pytest.raises(BadInputError):
        callbacks.resolve(w, officer(county), task_id, "whatever", "记录")


def test_who_complained_is_hidden_until_the_call_and_the_look_is_logged(
    county: World, residents: Residents, work: WorkFactory
) -> None:
    task_id, me = bad_task(work, residents[1]), officer(county)
    with work() as w:
        assert callbacks.masked_name(w, callbacks.waiting(w, me)[0]) == "欧阳*"
    with work(me.actor) as w:
        found = callbacks.contact(w, me, task_id)
    assert (found.name, found.phone) == ("欧阳娜", "13800002222")
    assert "欧阳娜" not in repr(found)
    with reading() as w:
        entry = w.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.read")).one()
        assert entry.subject == f"person:{residents[1].person}"
        assert f"callback:{task_id}" in entry.body
        assert w.session.get_one(CallbackTask, task_id).assigned_to == me.staff_id


def test_after_it_is_resolved_nobody_can_look_any_more(county: World, residents: Residents, work: WorkFactory) -> None:
    task_id, me = bad_task(work, residents[0]), officer(county)
    with work() as w:
        callbacks.called(w, me, task_id, "说过了")
        callbacks.resolve(w, me, task_id, "unfounded", "不是这件事")
    with work() as w, pytest.raises(WrongStateError):
        callbacks.contact(w, me, task_id)


def test_a_call_back_is_seen_in_its_own_part_of_the_county(
    county: World, residents: Residents, work: WorkFactory
) -> None:
    task_id = bad_task(work, residents[0], division_path=f"{COUNTY}/{TOWN}/")
    elsewhere = officer(county, f"{COUNTY}/500118102/")
    with work() as w:
        assert callbacks.waiting(w, elsewhere) == []
        assert [one.id for one in callbacks.waiting(w, officer(county, f"{COUNTY}/{TOWN}/"))] == [task_id]
        with pytest.raises(NoSuchTaskError):
            callbacks.find(w, elsewhere, task_id)
        lead = Viewer(uuid4(), "班长", "lead", (Grant("lead", f"{COUNTY}/"),), uuid4(), "csrf")
        assert callbacks.waiting(w, lead) == []


# -- nobody called


def notices() -> list[Notice]:
    with reading() as w:
        return list(w.session.scalars(select(Notice).where(Notice.template == "callback_overdue")))


@pytest.mark.parametrize(("days", "told"), [(18, 0), (19, 0), (20, 1), (40, 1)])
def test_the_officer_is_told_once_on_the_day_after(
    days: int, told: int, county: World, residents: Residents, work: WorkFactory, clock: ManualClock
) -> None:
    """Due on 11 December; 19 days after 22 November is that day itself."""
    bad_task(work, residents[0])
    clock.advance(days * DAY_S)
    assert front_desk.overdue_callbacks() == told
    assert front_desk.overdue_callbacks() == 0
    assert [(one.recipient_id, one.status) for one in notices()] == [(str(county.staff["officer"]), "pending")] * told


def test_a_resolved_one_is_never_overdue(
    county: World, residents: Residents, work: WorkFactory, clock: ManualClock
) -> None:
    task_id = bad_task(work, residents[0])
    with work() as w:
        callbacks.called(w, officer(county), task_id, "说过了")
        callbacks.resolve(w, officer(county), task_id, "fixed", "好了")
    clock.advance(60 * DAY_S)
    assert front_desk.overdue_callbacks() == 0
    assert notices() == []
