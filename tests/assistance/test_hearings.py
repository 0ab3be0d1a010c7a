"""A hearing before a cut: offered, answered or not, good for a while; nothing waits for ever for somebody's words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from backend.assistance import handling, reviews
from backend.assistance.benefits import Hearing
from backend.assistance.errors import HearingNeededError
from backend.assistance.models import Benefit
from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.core.errors import NotAllowedError
from backend.notices.models import Notice
from tests.conftest import WorkFactory
from tests.support.payments import Caseload, only

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TODAY = date(2026, 11, 22)  # a Sunday
LAST = date(2026, 11, 27)  # five working days


def on(clock: ManualClock, day: date) -> None:
    clock._now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


def stop(work: Work, load: Caseload) -> Benefit:
    return handling.stop(work, load["officer"], only(work).id, why="moved", reason="户籍已经迁走")


def test_who_was_told_and_says_nothing_counts_as_heard_after_the_last_day(
    work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    with work() as w:
        assert handling.offer_hearing(w, load["clerk"], only(w).id) == LAST
        assert handling.offer_hearing(w, load["clerk"], only(w).id) == LAST  # a second tap
        assert [one.action for one in handling.acts(only(w))] == [handling.OFFERED]
        assert w.session.scalar(select(func.count()).select_from(Notice)) == 1
        with pytest.raises(NotAllowedError):
            handling.offer_hearing(w, load["lead"], only(w).id)
    on(clock, LAST)
    with work() as w:
        assert reviews.due(w, load["clerk"]) == []
        with pytest.raises(HearingNeededError):
            stop(w, load)
    on(clock, LAST + timedelta(days=1))
    with work() as w:
        assert [one.benefit_id for one in reviews.due(w, load["clerk"])] == [only(w).id]  # somebody goes on
        assert stop(w, load).state == "ended"
        assert handling.acts(only(w))[-1].hearing == Hearing(
            LAST + timedelta(days=1), load["clerk"].name, "通知了本人，到2026-11-27没有提出意见"
        )


@pytest.mark.parametrize(("days", "good"), [(0, True), (90, True), (91, False)])
def test_a_hearing_is_due_for_a_decision_at_once_and_good_for_ninety_days(
    days: int, good: bool, work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    with work() as w:
        handling.hear(w, load["clerk"], only(w).id, Hearing(TODAY, "张三", "没有意见"))
        assert len(reviews.due(w, load["clerk"])) == 1
    on(clock, TODAY + timedelta(days=days))
    with work() as w:
        assert (handling.open_hearing(only(w), TODAY + timedelta(days=days)) is not None) == good
        if not good:
            with pytest.raises(HearingNeededError):
                stop(w, load)


def test_an_answer_in_time_takes_the_place_of_silence(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        handling.offer_hearing(w, load["clerk"], only(w).id)
        assert handling.offered(only(w), TODAY) == LAST
        said = Hearing(TODAY, "张三", "钱是借来的")
        handling.hear(w, load["clerk"], only(w).id, said)
        assert (handling.offered(only(w), TODAY), handling.open_hearing(only(w), TODAY)) == (None, said)
