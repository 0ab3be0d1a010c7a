"""Reminders of days: only for those who asked, once, never at night, and not lost with a day that was missed."""

from datetime import date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.core.clock import CHINA, ManualClock
from backend.core.errors import BadInputError, NotFoundError
from backend.memorial import day_reminders, halls
from backend.memorial.day_reminders import DayWish
from backend.memorial.farewell_models import DayReminder
from backend.memorial.models import Deceased
from backend.residents.models import InboxItem
from scheduler import farewell_jobs
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.halls import Family

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ANNIVERSARY = date(2027, 7, 11)  # 六月初八: the leap sixth month of 2025 does not come back in 2027


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


def asked(
    work: WorkFactory, family: Family, kind: str = "death", who: str = "son", days_before: int = 3
) -> DayReminder:
    with work() as w:
        wish = DayWish(family.hall, kind, kind == "death", days_before)  # type: ignore[arg-type] # a kind as typed
        return day_reminders.ask(w, family.people[who], wish)


def at(clock: ManualClock, *moment: int) -> None:
    clock.advance((datetime(*moment, tzinfo=CHINA) - clock.now()).total_seconds())  # type: ignore[misc] # y, m, d, h


def told(work: WorkFactory, person_id: UUID) -> list[tuple[str, str]]:
    with work() as w:
        mine = select(InboxItem).where(InboxItem.person_id == person_id, InboxItem.template.like("memorial_day%"))
        return [(one.template, one.body) for one in w.session.scalars(mine.order_by(InboxItem.created_at))]


def test_nobody_is_told_who_did_not_ask_and_who_asked_is_told_once_by_the_moon(
    work: WorkFactory, family: Family, clock: ManualClock
) -> None:
    assert asked(work, family).day == ANNIVERSARY
    at(clock, 2027, 7, 8, 8, 59)
    assert farewell_jobs.remind_of_days() == 0
    at(clock, 2027, 7, 8, 9)
    assert [farewell_jobs.remind_of_days() for _ in range(2)] == [1, 0]
    ((template, body),) = told(work, family.people["son"])
    assert template == "memorial_day"
    assert "3天后（7月11日）是“怀念母亲”的忌日" in body
    assert told(work, family.people["daughter"]) == []
    with work() as w:
        (row,) = day_reminders.of_person(w, family.people["son"])
        assert row.day == date(2028, 7, 29), "六月初八 of 2028, after the leap fifth month"


def test_a_reminder_missed_for_days_is_told_by_day_also_when_the_day_itself_is_over(
    work: WorkFactory, family: Family, clock: ManualClock
) -> None:
    asked(work, family)
    asked(work, family, "hanyi", "daughter")
    at(clock, 2027, 7, 17, 20)
    assert farewell_jobs.remind_of_days() == 0, "nobody is told something sad at night"
    at(clock, 2027, 7, 18, 8)
    assert [farewell_jobs.remind_of_days() for _ in range(2)] == [1, 0]
    ((template, body),) = told(work, family.people["son"])
    assert template == "memorial_day_late"
    assert body.startswith("7月11日是“怀念母亲”的忌日，这几天没能及时告诉您")
    # More than a week after 寒衣节 nobody is told of it any more; the next one is waited for.
    at(clock, 2027, 11, 6, 10)
    assert farewell_jobs.remind_of_days() == 1
    assert told(work, family.people["daughter"]) == []
    with work() as w:
        (row,) = day_reminders.of_person(w, family.people["daughter"])
        assert row.day == date(2028, 11, 16)


def test_one_tap_ends_it_and_asking_again_changes_it(work: WorkFactory, family: Family, clock: ManualClock) -> None:
    son = family.people["son"]
    asked(work, family, days_before=3)
    changed = asked(work, family, days_before=0)
    with work() as w:
        assert [one.id for one in day_reminders.of_person(w, son)] == [changed.id]
        day_reminders.stop(w, son, hall_id=family.hall, kind="death")
    at(clock, 2027, 7, 11, 10)
    assert farewell_jobs.remind_of_days() == 0
    assert told(work, son) == []


def test_a_stranger_cannot_ask_and_who_may_no_longer_see_the_hall_is_told_nothing(
    work: WorkFactory, family: Family, clock: ManualClock
) -> None:
    with pytest.raises(NotFoundError):
        asked(work, family, who="stranger")
    asked(work, family, "qingming", "guest", 1)
    with work() as w:
        halls.find(w, family.hall).privacy = "family"
    at(clock, 2027, 4, 4, 10)
    assert farewell_jobs.remind_of_days() == 1
    assert told(work, family.people["guest"]) == []
    with work() as w:
        assert day_reminders.of_person(w, family.people["guest"]) == []


def test_a_birthday_nobody_knows_is_refused_with_the_next_step(work: WorkFactory, family: Family) -> None:
    with work() as w:
        w.session.get_one(Deceased, family.mother).born = None
    with pytest.raises(BadInputError, match="请家人先补上日期"):
        asked(work, family, "birth")
