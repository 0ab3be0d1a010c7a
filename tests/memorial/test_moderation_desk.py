"""Moderators: the oldest first, by written rules, with a second look by two others, and a list for the authority."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.core.clock import ManualClock
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotAllowedError, NotFoundError
from backend.memorial import moderation_book as book
from backend.memorial import moderation_desk as desk
from backend.memorial import moderation_reports, tributes
from backend.memorial.tribute_errors import AppealedBeforeError, NewEyesError, WrongModerationStateError
from backend.memorial.tribute_models import ModerationDecision, ModerationItem, Tribute
from backend.people.rules import Grant
from backend.residents.models import InboxItem
from tests.conftest import WorkFactory
from tests.support import tributes as made
from tests.support.at_once import at_once
from tests.support.tributes import Remembering
from tests.support.world import COUNTY

HANDS = 20
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def found(work: WorkFactory) -> Remembering:
    with work() as w:
        return made.build(w)


def told(w: Work, found: Remembering) -> list[str]:
    rows = w.session.scalars(select(InboxItem).where(InboxItem.person_id == found.visitor))
    return [row.body for row in rows]


@sqlite
def test_the_desk_has_what_waits_and_what_is_reported_the_oldest_first(
    found: Remembering, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        reported = made.shown(w, found)
        clock.advance(60)
    with work() as w:
        moderation_reports.report(w, tributes.SUBJECT, reported.subject_id, "untrue", "不是这样的")
        moderation_reports.report(w, tributes.SUBJECT, reported.subject_id, "money", "")
    clock.advance(86_400)
    with work() as w:
        waiting = made.written(w, found)
        seen = [(one.item.id, one.reports) for one in desk.queue(w, found.viewers["clerk"])]
        assert seen == [(reported.id, 2), (waiting.id, 0)]
        with pytest.raises(NotAllowedError):
            desk.queue(w, found.viewers["duty"])


@sqlite
def test_halls_of_another_town_are_another_desks(found: Remembering, work: WorkFactory) -> None:
    elsewhere = replace(found.viewers["clerk"], grants=(Grant("clerk", f"{COUNTY}/elsewhere/"),))
    with work() as w:
        item = made.written(w, found)
        assert desk.queue(w, elsewhere) == []
        with pytest.raises(NotFoundError):
            desk.decide(w, elsewhere, item.id, "show")


@sqlite
@pytest.mark.parametrize("rule", sorted(book.rules()))
def test_what_is_refused_is_refused_by_a_written_rule_and_its_writer_reads_why(
    found: Remembering, work: WorkFactory, rule: str
) -> None:
    clerk = found.viewers["clerk"]
    with work(clerk.actor) as w:
        item = made.written(w, found)
        for none in (None, "", "ugly"):
            with pytest.raises(BadInputError):
                desk.decide(w, clerk, item.id, "refuse", none)
        desk.decide(w, clerk, item.id, "refuse", rule, "看过了")
        assert (item.state, item.rule, item.decided_by) == ("refused", rule, clerk.staff_id)
        assert book.rule(rule).words in told(w, found)[0]
        last = w.session.scalars(select(ModerationDecision)).one()
        assert (last.action, last.rule, last.words) == ("refuse", rule, "看过了")
        assert len(desk.for_the_authority(w, found.viewers["officer"])) == (rule == book.SLANDER)


@sqlite
def test_a_report_needs_no_name_hides_nothing_and_is_answered_under_its_code(
    found: Remembering, work: WorkFactory
) -> None:
    clerk = found.viewers["clerk"]
    with work() as w:
        item = made.shown(w, found)
        code = moderation_reports.report(w, tributes.SUBJECT, item.subject_id, "money", "有收款码")
        assert item.state == "shown"
        assert moderation_reports.answer(w, code) == moderation_reports.NOT_YET
        desk.decide(w, clerk, item.id, "keep")
        assert "继续显示" in moderation_reports.answer(w, code)
        with pytest.raises(WrongModerationStateError):
            desk.decide(w, clerk, item.id, "keep")
        second = moderation_reports.report(w, tributes.SUBJECT, item.subject_id, "money", "真的有")
        desk.decide(w, clerk, item.id, "remove", "money")
        assert "不再显示" in moderation_reports.answer(w, second)
        assert w.session.get_one(Tribute, item.subject_id).shown is False
        with pytest.raises(NotFoundError):
            moderation_reports.report(w, tributes.SUBJECT, item.subject_id, "money", "")
        with pytest.raises(NotFoundError):
            moderation_reports.answer(w, "no such code")


@sqlite
@pytest.mark.parametrize(
    ("votes", "expected"),
    [(("restore",), "appealed"), (("restore", "restore"), "shown"), (("uphold",), "refused"),
     (("restore", "uphold"), "refused")],
)  # fmt: skip
def test_two_others_look_again_and_both_must_say_that_it_is_restored(
    found: Remembering, work: WorkFactory, votes: tuple[str, ...], expected: str
) -> None:
    clerk, others = found.viewers["clerk"], ("clerk2", "clerk3")
    with work() as w:
        item = made.shown(w, found)
        desk.decide(w, clerk, item.id, "remove", "untrue")
        desk.appeal(w, found.visitor, item.id, "这是真的，有照片")
        with pytest.raises(NewEyesError):
            desk.look_again(w, clerk, item.id, "restore", "我再看看")
        for name, vote in zip(others, votes, strict=False):
            desk.look_again(w, found.viewers[name], item.id, vote, "和家人核对过")
        assert item.state == expected
        assert w.session.get_one(Tribute, item.subject_id).shown is (expected == "shown")
        assert any("复核" in body.split("；")[0] for body in told(w, found)) is (expected != "appealed")


@sqlite
def test_a_second_look_is_asked_for_by_the_writer_once_with_a_reason(found: Remembering, work: WorkFactory) -> None:
    def refused(w: Work, who: UUID, words: str) -> type[DomainError]:
        with pytest.raises(DomainError) as caught:
            desk.appeal(w, who, item.id, words)
        return caught.type

    with work() as w:
        item = made.shown(w, found)
        assert refused(w, found.visitor, "为什么") is WrongModerationStateError
        desk.decide(w, found.viewers["clerk"], item.id, "remove", "untrue")
        assert refused(w, found.kin, "为什么") is NotFoundError
        assert refused(w, found.visitor, " ") is BadInputError
        assert refused(w, found.visitor, "字" * 501) is BadInputError
        desk.appeal(w, found.visitor, item.id, "字" * 500)
        with pytest.raises(BadInputError):
            desk.look_again(w, found.viewers["clerk2"], item.id, "uphold", " ")
        desk.look_again(w, found.viewers["clerk2"], item.id, "restore", "可以")
        with pytest.raises(NewEyesError):
            desk.look_again(w, found.viewers["clerk2"], item.id, "restore", "可以")
        desk.look_again(w, found.viewers["clerk3"], item.id, "uphold", "不行")
        assert refused(w, found.visitor, "再看一次") is AppealedBeforeError


@sqlite
def test_slander_of_martyrs_is_removed_kept_on_record_and_reported_once(found: Remembering, work: WorkFactory) -> None:
    officer = found.viewers["officer"]
    with work(officer.actor) as w:
        item = made.shown(w, found)
        desk.decide(w, officer, item.id, "remove", book.SLANDER)
        row, kept = desk.for_the_authority(w, officer)[0]
        assert (kept.words, row.told_at) == ("妈妈，我们都好，您放心。", None)
        with pytest.raises(BadInputError):
            desk.reported(w, officer, row.id, " ")
        desk.reported(w, officer, row.id, "县网信办，渝网信〔2026〕8号")
        with pytest.raises(NotFoundError):
            desk.reported(w, officer, row.id, "县网信办")
        with pytest.raises(NotAllowedError):
            desk.for_the_authority(w, found.viewers["clerk"])


@pytest.mark.both_databases
def test_twenty_moderators_decide_at_once_and_one_decision_stands(
    app: APIFlask, found: Remembering, work: WorkFactory
) -> None:
    with work() as w:
        item = made.written(w, found).id
    clerk = found.viewers["clerk"]

    def decide(number: int) -> str:
        with unit_of_work(clerk.actor) as w:
            action, rule = ("show", None) if number % 2 else ("refuse", "money")
            return desk.decide(w, clerk, item, action, rule).state

    answers = Counter(at_once(app, HANDS, decide))
    assert answers[WrongModerationStateError] == HANDS - 1
    with work() as w:
        state = w.session.get_one(ModerationItem, item).state
        assert answers[state] == 1
        assert w.session.scalars(select(Tribute)).one().shown is (state == "shown")
