"""Checks of means: asked only about who allowed it, never for ever, and everything found is said in plain words."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.assistance import means, means_asking, means_objections, means_report, service, sheets
from backend.assistance.errors import (
    AuthorisationMissingError,
    MeansOpenError,
    NoDifferenceError,
    QueryUnrelatedError,
    RefusedByRuleError,
    VerdictNotReadyError,
)
from backend.assistance.facts import Property
from backend.assistance.means_providers import SOURCES, build
from backend.assistance.means_report import NOBODY_TO_ASK
from backend.assistance.means_rules import SOURCE_TITLES
from backend.assistance.means_sources import Declined, Later, Records
from backend.assistance.models import MeansQuery
from backend.cases import service as cases
from backend.cases.errors import ReasonNeededError
from backend.cases.models import CaseEvent
from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from backend.core.errors import NotAllowedError, NotFoundError
from backend.core.ids import new_id
from backend.notices.models import Notice
from backend.residents.models import InboxItem
from backend.settings import Settings
from scheduler.assistance_jobs import check_means
from tests.conftest import WorkFactory
from tests.support.at_once import at_once
from tests.support.cases import build_window, draft
from tests.support.means import World, family
from tests.support.residents import person

one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def world(app: APIFlask, work: WorkFactory, clock: ManualClock) -> World:
    with work() as w:
        window = build_window(w)
    return family(app, window, clock)


@pytest.fixture
def whole(world: World) -> World:
    """Both have allowed it and everybody has answered."""
    world.allow(world.him)
    check_means()
    return world


def test_when_the_branch_opens_who_allowed_it_is_asked_about_and_the_others_are_asked_for_it(world: World) -> None:
    check_means()
    her, him = world.report().adults
    assert (her.name, her.authorised, him.name, him.why_not) == ("王秀英", True, "李明", "还没有授权")
    assert set(world.states().values()) == {"answered"}
    assert world.states(world.him) == {}
    assert world.report().missing == ("李明：还没有授权",)
    with reading() as w:
        sent = w.session.execute(select(InboxItem.person_id, InboxItem.template)).all()
    assert (world.him, "means_permission") in sent
    assert (world.her, "means_permission") not in sent


def test_a_check_begins_once_and_its_end_is_told_once(world: World) -> None:
    world.allow(world.him)
    assert check_means() > 0
    assert check_means() == 0
    assert world.report().complete
    assert {len(one.asked) for one in world.offices.values()} == {2}
    with reading() as w:
        told = select(func.count()).select_from(Notice).where(Notice.template == "means_done")
        assert w.session.scalar(told) == 2
        assert {one.action for one in cases_events(w, world)} >= {"means_begin", "means_done"}


def cases_events(w: Any, world: World) -> Any:
    return w.session.scalars(select(CaseEvent).where(CaseEvent.case_id == world.case_id)).all()


@one_database
def test_the_report_compares_and_the_words_go_to_whom_they_concern(whole: World) -> None:
    her, him = whole.report().adults
    (words,) = [row.difference.words for row in her.differences]
    assert words == "养老金：填的是每月 0.00 元，社保核对到每月 240 元，比填的多。"
    assert whole.report().owned == {
        "financial": Decimal(1600), "houses": Decimal(2), "vehicles": Decimal(0), "companies": Decimal(0),
    }  # fmt: skip
    with reading() as w:
        told = select(InboxItem.person_id).where(InboxItem.template == "means_differs")
        assert set(w.session.scalars(told)) == {whole.her, whole.him}
    assert [row.difference.kind for row in him.differences] == ["pension"]


@one_database
def test_what_was_found_is_put_on_the_sheet_by_a_person(whole: World) -> None:
    with unit_of_work(whole.window["officer"].actor) as w:
        row = means_report.adopt(w, whole.window["officer"], whole.case(w), version=0)
        assert sheets.read(row.facts).assets == Property(financial=Decimal(1600), houses=2, vehicles=0, companies=0)
    assert whole.report().differences == ()


@one_database
def test_what_one_source_has_not_answered_is_not_taken_for_nothing(world: World) -> None:
    world.says("securities", lambda _asked: Declined())
    world.allow(world.him)
    check_means()
    assert "financial" not in world.report().owned
    assert world.report().missing == ("王秀英：证券没有查成", "李明：证券没有查成")
    assert not world.report().complete


@one_database
def test_a_reply_is_sealed_and_whoever_reads_it_is_written_down(whole: World) -> None:
    officer = whole.window["officer"]
    with unit_of_work(officer.actor) as w:
        raw = w.session.connection().exec_driver_sql("SELECT reply FROM means_query").scalars().all()
        assert not any(b"pension" in one for one in raw)
        means_report.read(w, officer, whole.case(w))
        reads = select(AuditEntry.subject).where(AuditEntry.action == "person.read", AuditEntry.actor.like("staff:%"))
        assert {f"person:{whole.her}", f"person:{whole.him}"} <= set(w.session.scalars(reads))
        with pytest.raises(NotAllowedError):
            means_report.read(w, whole.window["lead"], whole.case(w))


# -- sources that do not answer


@one_database
def test_a_slow_source_is_asked_again_with_its_reference_and_longer_pauses(world: World) -> None:
    world.says("bank", lambda asked: Records(()) if asked.tries == 3 else Later("b-1"))
    check_means()
    assert world.states()["bank"] == "asked"
    assert world.report().pending
    assert [world.later(minutes=9), world.later(minutes=1)] == [0, 1]
    assert world.later(minutes=29) == 0
    world.later(minutes=1)
    assert world.states()["bank"] == "answered"
    assert [(one.tries, one.reference) for one in world.offices["bank"].asked] == [(1, None), (2, "b-1"), (3, "b-1")]


@one_database
def test_a_source_that_cannot_be_reached_fails_after_its_tries(world: World) -> None:
    world.says("tax", lambda _asked: None)
    check_means()
    for _ in range(6):
        world.later(days=1)
    assert world.states()["tax"] == "waiting"
    world.later(days=1)
    assert (world.states()["tax"], len(world.offices["tax"].asked)) == ("failed", 8)
    assert "王秀英：税务没有查成" in world.report().missing


def test_a_month_of_silence_ends_in_words_and_can_be_asked_again(world: World) -> None:
    world.says("bank", lambda _asked: Later("b-1"))
    check_means()
    world.later(days=29)
    assert world.states()["bank"] == "asked"
    world.later(days=1)
    assert world.states()["bank"] == "expired"
    assert "王秀英：银行超时没有答复" in world.report().missing
    assert not world.report().pending
    world.says("bank", lambda _asked: Records(()))
    officer = world.window["officer"]
    with unit_of_work(officer.actor) as w:
        assert means.recheck(w, officer, world.case(w), world.her, ["bank"]) == 1
        with pytest.raises(MeansOpenError):
            means.recheck(w, officer, world.case(w), world.her)
    check_means()
    her = world.report().adults[0]
    assert {row.source: row.round for row in her.sources if row.round > 1} == {"bank": 2}
    assert set(world.states().values()) == {"answered"}


def test_two_schedulers_at_once_put_each_question_once(app: APIFlask, world: World) -> None:
    assert sum(at_once(app, 2, lambda _number: check_means())) >= len(SOURCE_TITLES)
    check_means()
    assert {code: len(one.asked) for code, one in world.offices.items()} == dict.fromkeys(SOURCE_TITLES, 1)


@one_database
def test_an_answer_that_comes_after_the_end_is_not_kept(world: World) -> None:
    with unit_of_work() as w:
        means.begin(w, world.case(w))
        orders = means_asking.take(w)
    with unit_of_work() as w:
        means.withdraw(w, world.case(w), world.her)
    with unit_of_work() as w:
        for order in orders:
            means_asking.keep(w, order, means_asking.put(order))
        assert set(w.session.scalars(select(MeansQuery.state))) == {"expired"}
        assert set(w.session.scalars(select(MeansQuery.reply))) == {None}


# -- permission


def test_nobody_else_is_ever_asked_about_and_who_tries_is_reported(world: World) -> None:
    officer = world.window["officer"]
    with unit_of_work() as w:
        stranger = person(w, "赵六", serial=77)
    for who in (stranger, world.him, new_id()):
        with pytest.raises(QueryUnrelatedError), unit_of_work(officer.actor) as w:
            means.recheck(w, officer, world.case(w), who)
    with unit_of_work(officer.actor) as w:
        means.unrelated(w, world.case(w), stranger)
    with reading() as w:
        assert w.session.scalar(select(func.count()).select_from(MeansQuery)) == 0
        entry = w.session.scalars(select(AuditEntry).where(AuditEntry.action == "means.unrelated")).one()
        assert entry.actor == f"staff:{officer.staff_id}"
        told = w.session.scalars(select(Notice.recipient_id).where(Notice.template == "means_unrelated")).all()
        assert set(told) == {str(world.window[name].staff_id) for name in ("officer", "officer2")}


@one_database
def test_a_child_and_a_stranger_allow_nothing(world: World) -> None:
    with unit_of_work() as w:
        child = next(
            sheets.person_id_of(one) for one in sheets.facts_of(w, world.case_id).members if one.name == "李小宝"
        )
        assert child is not None
        for who in (child, person(w, "赵六", serial=77)):
            with pytest.raises(QueryUnrelatedError):
                means.authorise(w, world.case(w), who, how="app")


def test_who_takes_it_back_is_not_asked_about_and_the_application_stands_still(whole: World) -> None:
    with unit_of_work() as w:
        means.withdraw(w, whole.case(w), whole.him)
        with pytest.raises(AuthorisationMissingError):
            means.withdraw(w, whole.case(w), whole.him)
    him = whole.report().adults[1]
    assert (him.authorised, him.why_not, him.sources) == (False, "撤回了授权，申请不能继续", ())
    with unit_of_work() as w:
        with pytest.raises(AuthorisationMissingError):
            service.finishing(w, whole.case(w), "agree")
        shown = [one.shown for one in cases_events(w, whole) if one.action == "means_withdraw"]
        assert shown == ["有家人撤回了核对授权，申请暂时办不下去；重新授权后接着办"]
    whole.allow(whole.him)
    check_means()
    with unit_of_work() as w:
        means.require_all_allowed(w, whole.case(w))
    assert whole.report().complete


@one_database
@pytest.mark.parametrize(("days", "asked"), [(180, 1), (181, 0)])
def test_a_permission_holds_to_its_last_day(days: int, asked: int, world: World) -> None:
    world.allow(world.her)
    with reading() as w:
        given = means.authorisation_of(w, world.case_id, world.her)
        assert given is not None
        assert given.valid_until == date(2027, 5, 21)
    world.later(days=days)
    assert int(bool(world.offices["bank"].asked)) == asked


@one_database
def test_a_withdrawn_application_is_not_asked_about(world: World) -> None:
    with unit_of_work() as w:
        means.begin(w, world.case(w))
    with unit_of_work() as w:
        case = world.case(w)
        cases.withdraw(w, case, version=case.version)
    check_means()
    assert world.offices["bank"].asked == []
    assert set(world.states().values()) == {"expired"}


# -- explained


@one_database
def test_a_difference_is_explained_looked_into_and_told(whole: World) -> None:
    officer = whole.window["officer"]
    with unit_of_work() as w:
        case = whole.case(w)
        means_objections.object_to(w, case, whole.him, "pension", "这是去年补发的，不是每月都有")
        row = means_objections.object_to(w, case, whole.him, "pension", "这是去年补发的一次")
        for kind, words, refusal in (("wage", "没有这份工资", NoDifferenceError), ("pension", " ", ReasonNeededError)):
            with pytest.raises(refusal):
                means_objections.object_to(w, case, whole.him, kind, words)
        with pytest.raises(NoDifferenceError):
            means_objections.object_to(w, case, whole.him, "houses", "房子是老宅，已经塌了")
    assert whole.report().missing == ("李明：对养老金的说明还没有处理",)
    with unit_of_work(officer.actor) as w:
        means_objections.settle(w, officer, whole.case(w), row.id, upheld=True, finding="社保局回函：一次性补发")
        with pytest.raises(NotFoundError):
            means_objections.settle(w, officer, whole.case(w), row.id, upheld=False, finding="再处理一次行吗")
    (shown,) = whole.report().adults[1].differences
    assert (shown.said, shown.state, shown.finding) == ("这是去年补发的一次", "upheld", "社保局回函：一次性补发")
    assert whole.report().complete
    with reading() as w:
        assert w.session.scalar(select(InboxItem.person_id).where(InboxItem.template == "means_settled")) == whole.him


def test_a_family_that_declared_less_is_judged_by_what_was_found_and_adopted(whole: World, work: WorkFactory) -> None:
    """As the forms of 低保边缘 and 刚性支出 declare it: more was found than was said."""
    with work(whole.window["clerk"].actor) as w:
        sheet = sheets.open_sheet(w, whole.case(w))
        facts = sheets.read(sheet.facts)
        said = facts.model_copy(update={"assets": Property(financial=Decimal(0), houses=0, vehicles=0, companies=0)})
        sheets.amend(w, whole.window["clerk"], whole.case(w), said, version=sheet.version, why="申报的财产")
        with pytest.raises(VerdictNotReadyError):
            service.finishing(w, whole.case(w), "agree")
        now = sheets.open_sheet(w, whole.case(w))
        means_report.adopt(w, whole.window["clerk"], whole.case(w), version=now.version)
        with pytest.raises(RefusedByRuleError, match="住房有2"):
            service.finishing(w, whole.case(w), "agree")


# -- what this installation can ask


@one_database
def test_in_earnest_nobody_is_asked_before_the_exchange_is_signed(
    app: APIFlask, settings: Settings, world: World
) -> None:
    assert set(build(settings)) == set(SOURCE_TITLES)
    app.extensions[SOURCES] = build(settings.model_copy(update={"mode": "production"}))
    check_means()
    assert world.report().missing == (NOBODY_TO_ASK,)


@one_database
def test_a_case_without_a_sheet_has_nobody_to_ask_about(world: World, work: WorkFactory) -> None:
    with work() as w:
        case = draft(w, world.window, "temporary_aid")
        means.begin(w, case)
        found = means_report.report(w, case.id)
    assert (found.adults, found.complete, found.pending) == ((), True, False)
