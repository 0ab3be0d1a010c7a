"""Deadlines that run: warned once at a third, escalated once when late, accepted by law, published to the day."""

import pytest
from sqlalchemy import select

from backend.cases import publishing, referrals, tasks
from backend.cases.errors import NotYourTaskError, ReasonNeededError
from backend.cases.models import CaseTask, Publication, Referral
from backend.cases.records import fresh
from backend.core.errors import NotFoundError
from backend.notices.models import Notice
from scheduler import case_jobs
from tests.cases_engine.conftest import GoTo
from tests.conftest import WorkFactory
from tests.support.cases import Window, accepted, investigated, published, submitted, task_of
from tests.support.world import COUNTY, TOWN, VILLAGE


def notices(work: WorkFactory) -> list[tuple[str, str]]:
    with work() as w:
        mine = select(Notice.template, Notice.recipient_name).where(Notice.template.like("case_%due%"))
        return [(one, two) for one, two in w.session.execute(mine.order_by(Notice.template, Notice.recipient_name))]


def test_a_task_is_warned_of_once_when_a_third_is_left_and_escalated_once_when_it_is_late(
    work: WorkFactory, window: Window, go_to: GoTo
) -> None:
    with work() as w:
        case = investigated(w, window, accepted(w, window))  # the opinion: five working days from Sunday, to Friday
        task_id = task_of(w, case, "opinion").id
    go_to("2026-11-25")  # two of five are left: more than a third
    case_jobs.deadlines()
    assert notices(work) == []
    go_to("2026-11-26")
    assert [case_jobs.deadlines(), case_jobs.deadlines()] == [1, 0]
    assert notices(work) == [("case_due_soon", "姓名clerk"), ("case_due_soon", "姓名clerk2")]
    go_to("2026-11-27")  # the last day is in time
    assert case_jobs.deadlines() == 0
    go_to("2026-12-01")  # after days without a turn
    with work() as w, pytest.raises(NotYourTaskError):
        tasks.claim(w, window["officer"], task_id)
    assert [case_jobs.deadlines(), case_jobs.deadlines()] == [1, 0]
    late = [who for what, who in notices(work) if what == "case_overdue"]
    assert late == ["姓名clerk", "姓名clerk2", "姓名officer", "姓名officer2"]
    with work() as w:
        assert tasks.claim(w, window["officer"], task_id).state == "claimed"


def test_what_nobody_answers_in_five_working_days_is_accepted_by_law(
    work: WorkFactory, window: Window, go_to: GoTo
) -> None:
    with work() as w:
        case_id = submitted(w, window).id
    go_to("2026-11-27")
    case_jobs.deadlines()
    with work() as w:
        assert fresh(w, case_id).state == "submitted"
    go_to("2026-11-28")
    case_jobs.deadlines()
    case_jobs.deadlines()
    with work() as w:
        case = fresh(w, case_id)
        assert (case.state, case.step) == ("in_progress", "investigation")
        assert len(tasks.live_tasks(w, case_id)) == 2


def test_a_year_nobody_has_published_decides_nothing(work: WorkFactory, window: Window, go_to: GoTo) -> None:
    go_to("2026-12-29")
    with work() as w:
        case_id = submitted(w, window).id
    go_to("2027-01-20")
    case_jobs.deadlines()
    with work() as w:
        assert fresh(w, case_id).state == "submitted"
        assert w.session.scalars(select(CaseTask.escalated_at)).one() is not None


def test_a_publication_hangs_seven_whole_days_and_is_gone_the_day_after(
    work: WorkFactory, window: Window, go_to: GoTo
) -> None:
    with work() as w:
        case_id = published(w, window).id
    seen = {}
    for text in ("2026-11-22", "2026-11-23", "2026-11-29", "2026-11-30"):
        go_to(text)
        with work() as w:
            seen[text] = [len(publishing.board(w, code)[1]) for code in (TOWN, COUNTY, VILLAGE)]
    assert seen == {
        "2026-11-22": [0, 0, 0], "2026-11-23": [1, 1, 0], "2026-11-29": [1, 1, 0], "2026-11-30": [0, 0, 0],
    }  # fmt: skip
    assert [case_jobs.end_publications(), case_jobs.end_publications()] == [1, 0]
    with work() as w:
        case = fresh(w, case_id)
        assert (case.state, case.step, task_of(w, case, "decision").role) == ("in_progress", "decision", "officer")


def test_an_objection_is_looked_into_before_the_case_goes_on(work: WorkFactory, window: Window, go_to: GoTo) -> None:
    with work() as w:
        case_id = published(w, window).id
        publication = w.session.scalars(select(Publication.id)).one()
        with pytest.raises(NotFoundError):  # it does not hang yet
            publishing.raise_objection(w, publication, "他家有两辆车")
    go_to("2026-11-29")
    with work() as w:
        with pytest.raises(ReasonNeededError):
            publishing.raise_objection(w, publication, "不行")
        objection = publishing.raise_objection(w, publication, "他家有两辆车", "13900000000").id
    go_to("2026-11-30")
    assert case_jobs.end_publications() == 0
    with work() as w:
        publishing.settle_objection(w, window["clerk"], objection, upheld=False, finding="车是邻居的，已看登记证")
    assert case_jobs.end_publications() == 1
    with work() as w:
        assert fresh(w, case_id).step == "decision"


def test_a_referral_nobody_answers_is_marked_and_may_still_be_answered(
    work: WorkFactory, window: Window, go_to: GoTo
) -> None:
    with work() as w:
        case = submitted(w, window)
        referral = referrals.send(w, window["clerk"], case, "housing", "有没有住房登记").id
    go_to("2026-12-04")
    case_jobs.deadlines()
    with work() as w:
        assert w.session.get_one(Referral, referral).state == "sent"
    go_to("2026-12-05")
    case_jobs.deadlines()
    with work() as w:
        assert w.session.get_one(Referral, referral).state == "overdue"
        assert referrals.answer(w, window["clerk"], referral, "没有住房登记", "").state == "answered"
