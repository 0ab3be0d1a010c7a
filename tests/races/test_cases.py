"""Many hands on one case, on both databases: one application, one decision, one claim, one appeal."""

from collections import Counter

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.cases import appeals, deciding, publishing, service, tasks
from backend.cases.deciding import Words
from backend.cases.errors import (
    AlreadyApplyingError,
    AppealOpenError,
    ChangedMeanwhileError,
    NotYourTaskError,
    TaskOverError,
    WrongCaseStateError,
)
from backend.cases.models import Appeal, Case, CaseTask, Decision, Publication
from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from scheduler import case_jobs
from tests.conftest import WorkFactory
from tests.support.at_once import at_once
from tests.support.cases import Window, build_window, closed, draft, plain_hooks, published, ready, task_of

pytestmark = pytest.mark.both_databases

HANDS = 12
DAY_S = 86_400


@pytest.fixture
def window(work: WorkFactory, monkeypatch: pytest.MonkeyPatch) -> Window:
    plain_hooks(monkeypatch)
    with work() as w:
        return build_window(w)


def count(table: type[Case | CaseTask | Decision | Appeal]) -> int:
    with reading() as w:
        return int(w.session.scalar(select(func.count()).select_from(table)) or 0)


def test_the_same_application_from_many_phones_is_one(app: APIFlask, window: Window) -> None:
    def begin(_number: int) -> str:
        with unit_of_work() as w:
            return draft(w, window).state

    answers = Counter(at_once(app, HANDS, begin))
    assert answers == {"draft": 1, AlreadyApplyingError: HANDS - 1}
    assert count(Case) == 1


def test_of_two_officers_who_decide_at_once_one_wins_and_the_other_is_told(
    app: APIFlask, window: Window, work: WorkFactory
) -> None:
    with work() as w:
        case = ready(w, window)

    def decide(number: int) -> str:
        with unit_of_work() as w:
            mine = service.find(w, case.id, viewer=window["officer"])
            who = window["officer2" if number % 2 else "officer"]
            return deciding.decide(w, who, mine, Words("granted"), version=case.version).outcome

    answers = Counter(at_once(app, HANDS, decide))
    assert answers.pop("granted") == 1
    assert set(answers) <= {ChangedMeanwhileError, WrongCaseStateError, TaskOverError}
    assert count(Decision) == 1


def test_a_task_is_claimed_by_one(app: APIFlask, window: Window, work: WorkFactory) -> None:
    with work() as w:
        task = task_of(w, ready(w, window), "decision").id

    def claim(number: int) -> str:
        with unit_of_work() as w:
            return tasks.claim(w, window["officer2" if number % 2 else "officer"], task).state

    answers = Counter(at_once(app, HANDS, claim))
    assert answers.pop("claimed") == 1
    assert set(answers) <= {NotYourTaskError, TaskOverError}


def test_one_appeal_against_one_decision(app: APIFlask, window: Window, work: WorkFactory) -> None:
    with work() as w:
        case, made = closed(w, window)

    def appeal(_number: int) -> str:
        with unit_of_work() as w:
            return appeals.begin(w, service.find(w, case.id, applicant=window.applicant), made.id, "金额算少了").state

    assert Counter(at_once(app, HANDS, appeal)) == {"open": 1, AppealOpenError: HANDS - 1}
    assert count(Appeal) == 1


def test_a_withdrawal_an_objection_and_the_end_of_a_publication_meet_without_a_deadlock(
    app: APIFlask, window: Window, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        case = published(w, window)
        publication = w.session.scalars(select(Publication.id)).one()
    clock.advance(8 * DAY_S)

    def meet(number: int) -> object:
        if number % 3 == 0:
            return case_jobs.end_publications()
        with unit_of_work() as w:
            if number % 3 == 1:
                return publishing.raise_objection(w, publication, "他家有两辆车").state
            mine = service.find(w, case.id, applicant=window.applicant)
            return service.withdraw(w, mine, version=mine.version).state

    answers = at_once(app, HANDS, meet)
    named = {one.__name__ for one in answers if isinstance(one, type)}
    assert named <= {"NotFoundError", "ChangedMeanwhileError", "WrongCaseStateError"}
    with work() as w:
        live = w.session.get_one(Case, case.id).live
        assert live == bool(tasks.live_tasks(w, case.id))
