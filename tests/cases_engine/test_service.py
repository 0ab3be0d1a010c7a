"""A case from the draft to its end: what the applicant does, what the township does, what is refused."""

import pytest
from sqlalchemy import select, update

from backend.cases import deciding, service, tasks
from backend.cases.deciding import Words
from backend.cases.errors import (
    AlreadyApplyingError,
    CannotTakeError,
    ChangedMeanwhileError,
    FormFaultsError,
    NeverAskedError,
    NoSuchMatterError,
    NothingMissingError,
    NotYourTaskError,
    ReasonNeededError,
    ReturnedBeforeError,
    SamePersonError,
    WrongCaseStateError,
    WrongOutcomeError,
)
from backend.cases.models import CaseEvent, CaseTask
from backend.cases.records import form_of, fresh
from backend.cases.registry import Calculation
from backend.cases.service import By
from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.ratings.models import RatingInvitation
from backend.residents.errors import PersonDeadError
from backend.residents.models import InboxItem, Person, ProxyAct
from tests.conftest import WorkFactory
from tests.support.cases import (
    FORM,
    Window,
    accepted,
    closed,
    day,
    decided,
    done,
    draft,
    investigated,
    published,
    submitted,
    task_of,
)
from tests.support.world import COUNTY, TOWN, VILLAGE


def shown(w: Work, case_id: object) -> list[str]:
    mine = select(CaseEvent.shown).where(CaseEvent.case_id == case_id, CaseEvent.shown.is_not(None))
    return [one for one in w.session.scalars(mine.order_by(CaseEvent.id)) if one]


def live(w: Work, case_id: object) -> list[tuple[str, str, str, str]]:
    mine = select(CaseTask).where(CaseTask.case_id == case_id, CaseTask.state.in_(tasks.LIVE))
    rows = w.session.scalars(mine.order_by(CaseTask.branch))
    return [(one.step, one.branch, one.role, str(one.due_on)) for one in rows]


def test_a_draft_saves_itself_and_is_handed_in_whole(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = draft(w, window, form={"urban": "rural"})
        with pytest.raises(FormFaultsError) as fault:
            service.submit(w, case, version=case.version)
        assert fault.value.facts["errors"]["家里有什么困难"] == "还没有填"
        case = service.save(w, case, FORM, version=0)
        case = service.submit(w, case, version=1)
        assert (case.state, case.step, case.version, case.source) == ("submitted", "acceptance", 2, "online")
        assert form_of(case)["members"][0]["monthly_income"] == "0.00"
        # Sunday 22 November: five working days are up on Friday.
        assert live(w, case.id) == [("acceptance", "", "clerk", "2026-11-27")]


def test_the_whole_way_of_a_household_with_branches_that_join(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = accepted(w, window)
        assert (case.state, str(case.due_on)) == ("in_progress", "2027-01-04")  # 30 working days; 2027 is a guess
        assert [one[:3] for one in live(w, case.id)] == [
            ("investigation", "means", "officer"), ("investigation", "visit", "clerk"),
        ]  # fmt: skip
        done(w, window, case, "investigation", branch="visit")
        assert [one[1] for one in live(w, case.id)] == ["means"]
        case = done(w, window, case, "investigation", branch="means", who="officer2")
        assert case.step == "opinion"
        case = done(w, window, case, "opinion", "again")
        assert (case.step, len(live(w, case.id))) == ("investigation", 2)
        case = done(w, window, investigated(w, window, case), "opinion", "agree")
        assert (case.state, case.step, live(w, case.id)) == ("published", "publication", [])
        assert shown(w, case.id)[-1] == "公示 7 天，从11月23日到11月29日"


def test_the_decision_is_told_delivered_and_rated(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case, made = closed(w, window)
        assert (case.state, case.live, made.sequence, made.outcome) == ("closed", False, 1, "granted")
        w.session.refresh(made)
        assert made.told_at == w.now
        assert w.session.scalars(select(RatingInvitation.title)).all() == ["临时救助"]
        templates = w.session.scalars(select(InboxItem.template).order_by(InboxItem.id)).all()
        assert templates == ["case_news", "case_news", "case_decided"]
        assert live(w, case.id) == []


def test_the_same_matter_twice_is_refused_until_the_first_has_ended(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = draft(w, window)
        with pytest.raises(AlreadyApplyingError) as refused:
            draft(w, window)
        assert refused.value.facts["number"] == case.number
        assert draft(w, window, "temporary_aid").id != case.id
        assert service.withdraw(w, case, version=0).state == "withdrawn"
        assert draft(w, window).state == "draft"


def test_nobody_applies_for_the_dead_nor_submits_for_them(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = draft(w, window)
        w.session.execute(update(Person).where(Person.id == window.applicant).values(died_on=day("2026-11-01")))
        w.session.expire_all()
        for act in (
            lambda: service.submit(w, case, version=0),
            lambda: draft(w, window, "temporary_aid"),
        ):
            with pytest.raises(PersonDeadError):
                act()


def test_a_clerk_enters_a_paper_form_and_it_leaves_a_trail(work: WorkFactory, window: Window) -> None:
    with work(window["clerk"].actor) as w:
        case = draft(w, window, by=By(staff=window["clerk"]))
        service.submit(w, case, version=0, by=By(staff=window["clerk"]))
        assert (case.source, case.entered_by) == ("desk", window["clerk"].staff_id)
        assert w.session.scalars(select(ProxyAct.action).order_by(ProxyAct.id)).all() == ["case.start", "case.submit"]
        with pytest.raises(NotAllowedError):
            draft(w, window, "temporary_aid", by=By(staff=window["elsewhere"]))


@pytest.mark.parametrize("code", [COUNTY, "nowhere"])
def test_a_place_that_is_no_township_takes_nothing_in(code: str, work: WorkFactory, window: Window) -> None:
    with work() as w:
        with pytest.raises(BadInputError):
            draft(w, window, division_code=code)
        with pytest.raises(NoSuchMatterError):
            draft(w, window, "nothing")
        assert draft(w, window, division_code=VILLAGE).territory == f"{COUNTY}/{TOWN}/"


def test_what_is_missing_is_told_once_and_at_one_time(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = submitted(w, window)
        clerk = window["clerk"]
        with pytest.raises(NeverAskedError):
            service.send_back(w, clerk, case, version=1, papers=["illness", "bank"])
        with pytest.raises(NothingMissingError):
            service.send_back(w, clerk, case, version=1)
        case = service.send_back(w, clerk, case, version=1, papers=["illness", "spending"], fields=["reason"])
        assert shown(w, case.id)[-1] == "请一次补齐：重病诊断证明、大额开支的票据、家里有什么困难"
        assert case.state == "returned"
        case = service.submit(w, case, version=case.version)
        with pytest.raises(ReturnedBeforeError):
            service.send_back(w, clerk, case, version=case.version, papers=["illness"])
        with pytest.raises(ReasonNeededError):
            service.not_accept(w, clerk, case, version=case.version, reason="不行")
        case = service.not_accept(w, clerk, case, version=case.version, reason="不在本镇居住，请到居住地申请")
        assert (case.state, case.live, live(w, case.id)) == ("not_accepted", False, [])


def test_two_clerks_decide_at_once_and_the_second_is_told_to_look_again(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = submitted(w, window)
        seen = case.version
        service.accept(w, window["clerk"], case, version=seen)
        with pytest.raises((ChangedMeanwhileError, WrongCaseStateError)):
            service.withdraw(w, fresh(w, case.id), version=seen)


def test_who_prepared_a_case_does_not_decide_it_and_a_refusal_says_why(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = accepted(w, window, "temporary_aid")
        tasks.assign(w, window["officer"], task_of(w, case, "look").id, window["officer"].staff_id)
        case = done(w, window, case, "look", who="officer")
        with pytest.raises(SamePersonError):
            deciding.decide(w, window["officer"], case, Words("granted"), version=case.version)
        task = task_of(w, case, "decision")
        with pytest.raises(CannotTakeError):
            tasks.assign(w, window["officer"], task.id, window["clerk"].staff_id)
        tasks.assign(w, window["officer"], task.id, window["officer2"].staff_id)
        with pytest.raises(NotYourTaskError):
            deciding.decide(w, window["officer"], case, Words("granted"), version=case.version)
        for words, error in ((Words("refused"), ReasonNeededError), (Words("stopped", "理由写了"), WrongOutcomeError)):
            with pytest.raises(error):
                deciding.decide(w, window["officer2"], case, words, version=case.version)
        made = deciding.decide(w, window["officer2"], case, Words("refused", "收入超过标准"), version=case.version)
        assert (made.outcome, made.reason, made.decided_by) == ("refused", "收入超过标准", window["officer2"].staff_id)


def test_a_withdrawal_ends_everything_that_was_to_be_done(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = published(w, window)
        case = service.withdraw(w, case, version=case.version)
        assert (case.state, live(w, case.id), case.ended_at) == ("withdrawn", [], w.now)
        case, _made = decided(w, window)
        with pytest.raises(WrongCaseStateError):
            service.withdraw(w, case, version=case.version)


def test_a_case_is_found_only_by_its_applicant_and_by_staff_of_its_place(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = draft(w, window)
        assert service.find(w, case.id, applicant=window.applicant).id == case.id
        assert service.find(w, case.id, viewer=window["lead"]).id == case.id
        for asker in ({"applicant": window.other}, {"viewer": window["elsewhere"]}, {}):
            with pytest.raises(NotFoundError):
                service.find(w, case.id, **asker)  # type: ignore[arg-type] # one asker at a time


def test_a_later_decision_supersedes_and_the_first_stays(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case, first = closed(w, window)
        words = Words("stopped", "已经找到工作，收入稳定", "社会救助法第48条")
        later = deciding.decide_later(
            w, window["officer"], case, words, Calculation("act2026", {}, {}), version=case.version
        )
        assert (later.sequence, first.sequence, fresh(w, case.id).state) == (2, 1, "closed")
        with pytest.raises(ChangedMeanwhileError):
            deciding.decide_later(
                w, window["officer"], fresh(w, case.id), words, Calculation("act2026", {}, {}), version=case.version - 1
            )
