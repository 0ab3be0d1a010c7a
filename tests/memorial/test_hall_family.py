"""What the family is told of its hall, answers in time, a second look, the end of records."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.memorial import (
    hall_concerns,
    hall_files,
    hall_media,
    hall_mediation,
    hall_people,
    hall_views,
    halls,
    moderation,
    moderation_desk,
    moderation_keeping,
    tribute_views,
    tributes,
)
from backend.memorial.hall_concerns import Objection
from backend.memorial.hall_mediation import Answer
from backend.memorial.models import Deceased, HallConcern, HallRole
from backend.memorial.tribute_errors import AppealedBeforeError, NewEyesError
from backend.memorial.tribute_models import AuthorityReport, ModerationDecision, ModerationItem, Tribute
from backend.memorial.tributes import Offering
from backend.notices.models import Notice
from backend.residents.models import InboxItem, Person
from scheduler import memorial_jobs
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.halls import Family

DAY_S = 86_400
DUE = date(2026, 12, 11)  # fifteen working days after Sunday the 22nd of November
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


def inbox(w: Work, family: Family, name: str) -> list[str]:
    """What somebody has been told, the oldest first."""
    mine = select(InboxItem).where(InboxItem.person_id == family.people[name]).order_by(InboxItem.id)
    return [row.body for row in w.session.scalars(mine)]


def role_id(w: Work, family: Family, name: str) -> UUID:
    mine = select(HallRole.id).where(HallRole.person_id == family.people[name], HallRole.ended_at.is_(None))
    return w.session.scalars(mine.where(HallRole.hall_id == family.hall)).one()


# -- what the family is told


def _close(w: Work, f: Family) -> None:
    halls.close(w, f.people["son"], f.hall, "家人商量好的")


def _closed_and_opened(w: Work, f: Family) -> None:
    _close(w, f)
    halls.restore(w, f.people["son"], f.hall)


def _frozen(w: Work, f: Family) -> None:
    hall_mediation.freeze(w, f.staff("officer"), f.hall, "双方正在调解")


def _dispute(w: Work, f: Family) -> None:
    hall_concerns.dispute(w, f.people["daughter"], f.hall, "生平写得不对", blocks=True)


def _settled(w: Work, f: Family) -> None:
    _dispute(w, f)
    row = w.session.scalars(select(HallConcern)).one()
    hall_mediation.settle(w, f.staff("officer"), row.id, Answer("商量好了", upheld=True, mediated="agreed"))


def _new_guest(w: Work, f: Family) -> None:
    for name in ("guest", "stranger"):
        hall_people.enter(w, f.people[name], made.row(w, f).number, f.code)


EVENTS: dict[str, tuple[Callable[[Work, Family], Any], dict[str, str]]] = {
    "handed_over": (
        lambda w, f: hall_people.hand_over(w, f.people["son"], f.hall, role_id(w, f, "daughter")),
        {"daughter": "家人交给了您", "son": ""},
    ),
    "keeper_left": (
        lambda w, f: hall_people.leave(w, f.people["son"], f.hall),
        {"daughter": "原来的管理人不再管理了", "son": "", "niece": ""},
    ),
    "one_left": (
        lambda w, f: hall_people.leave(w, f.people["niece"], f.hall), {"son": "一位家人退出了", "daughter": ""},
    ),
    "sent_away": (
        lambda w, f: hall_people.send_away(w, f.people["son"], f.hall, role_id(w, f, "guest")),
        {"guest": "现在不能再进去了", "son": ""},
    ),
    "appointed": (
        lambda w, f: hall_people.appoint(w, f.people["son"], f.hall, role_id(w, f, "niece"), "editor"),
        {"niece": "共同编辑", "son": ""},
    ),
    "came_by_code": (_new_guest, {"son": "邀请码", "daughter": ""}),
    "objected": (_dispute, {"son": "先不要修改", "daughter": ""}),
    "settled": (_settled, {"son": "有答复了", "daughter": "有答复了", "niece": ""}),
    "frozen": (_frozen, {"son": "暂时不能修改", "daughter": "暂时不能修改", "niece": "暂时不能修改", "guest": ""}),
    "closed": (_close, {"son": "", "daughter": "关闭了", "guest": ""}),
    "opened_again": (_closed_and_opened, {"son": "", "daughter": "又开放了"}),
}  # fmt: skip


@sqlite
@pytest.mark.parametrize("event", EVENTS)
def test_whom_it_concerns_is_told_once_and_nobody_of_what_they_did_themselves(
    family: Family, work: WorkFactory, clock: ManualClock, event: str
) -> None:
    happens, expected = EVENTS[event]
    clock.advance(DAY_S)  # of guests the keeper hears once a day
    with work() as w:
        before = {name: len(inbox(w, family, name)) for name in expected}
        happens(w, family)
        for name, words in expected.items():
            news = inbox(w, family, name)[before[name] :]
            assert (name, len([body for body in news if words and words in body])) == (name, 1 if words else 0)
            assert (name, bool(news)) == (name, bool(words))


@sqlite
def test_after_a_keeper_who_died_the_next_is_told_that_they_keep_the_hall_and_it_opens_by_its_address(
    family: Family, work: WorkFactory
) -> None:
    with work() as w:
        w.session.get_one(Person, family.people["son"]).died_on = date(2026, 11, 20)
    assert [memorial_jobs.succeed_keepers() for _ in range(2)] == [1, 0]
    with work() as w:
        mine = select(InboxItem).where(InboxItem.template == "memorial_keeper")
        rows = w.session.scalars(mine.where(InboxItem.person_id == family.people["daughter"])).all()
        assert [row.page for row in rows] == [f"/pages/memorial/hall?id={family.hall}"]


@sqlite
def test_a_refused_picture_is_called_a_picture_and_says_which_rule_and_how_to_appeal(
    family: Family, work: WorkFactory
) -> None:
    with work() as w:
        hall_media.add(w, family.people["niece"], family.hall, hall_files.read(made.photo()), "", revived=False)
        item = w.session.scalars(select(ModerationItem)).one()
        moderation.judged(w, item, "review")
        moderation_desk.decide(w, family.staff("clerk"), item.id, "refuse", "privacy")
        row = w.session.scalars(select(InboxItem).where(InboxItem.template == "memorial_picture")).one()
        assert (row.person_id, "住址" in row.body, "再看一次" in row.body) == (family.people["niece"], True, True)


# -- answers in time


@pytest.mark.both_databases
def test_the_desk_hears_three_working_days_before_the_term_and_the_officers_after_it_once_each(
    family: Family, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        row = hall_concerns.dispute(w, family.people["daughter"], family.hall, "生平写得不对", blocks=False)
        assert row.due_on == DUE
    days_to = {"warned": 16, "late": 4}  # to Tuesday the 8th, three working days before; to Saturday the 12th
    clock.advance((days_to["warned"] - 1) * DAY_S)
    assert memorial_jobs.concern_terms() == 0
    clock.advance(DAY_S)
    assert [memorial_jobs.concern_terms() for _ in range(2)] == [1, 0]
    clock.advance((days_to["late"] - 1) * DAY_S)
    assert memorial_jobs.concern_terms() == 0  # the last day is in time
    clock.advance(DAY_S)
    assert [memorial_jobs.concern_terms() for _ in range(2)] == [1, 0]
    with work() as w:
        rows = w.session.execute(select(Notice.template, Notice.recipient_id).where(Notice.recipient_kind == "staff"))
        heard = {template: recipient for template, recipient in rows if template.startswith("memorial_concern")}
        officer = str(family.staff("officer").staff_id)
        assert heard["memorial_concern_late"] == officer
        assert heard["memorial_concern_due"] != officer
        found = hall_concerns.waiting(w, family.staff("officer"))
        assert hall_views.on_desk(w, *found[0])["late"] is True


@sqlite
def test_a_second_look_is_had_once_by_a_mediator_who_had_no_part_with_a_term_of_its_own(
    family: Family, work: WorkFactory, clock: ManualClock
) -> None:
    daughter, officer = family.people["daughter"], family.staff("officer")
    other = replace(officer, staff_id=family.staff("clerk2").staff_id)
    with work() as w:
        row = hall_concerns.dispute(w, daughter, family.hall, "生平写得不对", blocks=True)
        with pytest.raises(BadInputError):
            hall_mediation.ask_again(w, daughter, row.id, "等不及了，请再看")
        with pytest.raises(BadInputError):  # how the talk with the family ended is part of the answer
            hall_mediation.settle(w, officer, row.id, Answer("没有问题", upheld=False))
        hall_mediation.settle(w, officer, row.id, Answer("没有问题", upheld=False, mediated="failed"))
    clock.advance(DAY_S)
    with work() as w:
        with pytest.raises(NotFoundError):
            hall_mediation.ask_again(w, family.people["niece"], row.id, "我也不同意")
        row = hall_mediation.ask_again(w, daughter, row.id, "户口簿可以证明")
        assert (row.state, row.first_answer, row.answer, row.due_on > DUE) == ("again", "没有问题", None, True)
        with pytest.raises(NewEyesError):
            hall_mediation.settle(w, officer, row.id, Answer("还是没有问题", upheld=False, mediated="failed"))
        with pytest.raises(NotAllowedError):
            hall_mediation.settle(w, family.staff("clerk"), row.id, Answer("没有问题", upheld=False))
        hall_mediation.settle(w, other, row.id, Answer("户口簿上写着", upheld=True, mediated="partly"))
        assert (row.state, row.first_state, row.mediated) == ("upheld", "dismissed", "partly")
        with pytest.raises(AppealedBeforeError):
            hall_mediation.ask_again(w, daughter, row.id, "再看第三次")
        assert len([body for body in inbox(w, family, "daughter") if row.number in body]) == 2


@sqlite
def test_when_the_second_look_finds_no_martyr_the_family_may_open_the_hall_again(
    family: Family, work: WorkFactory
) -> None:
    son, officer = family.people["son"], family.staff("officer")
    other = replace(officer, staff_id=family.staff("clerk2").staff_id)
    with work() as w:
        made.row(w, family).privacy = "public"
        row = hall_concerns.complain(w, family.hall, Objection("martyr", "这位是烈士"))
        hall_mediation.settle(w, officer, row.id, Answer("查过名录，属实", upheld=True))
        hall_mediation.ask_again(w, son, row.id, "同名的另一位，请再查")
        assert w.session.get_one(Deceased, family.mother).martyr is True  # as long as the first answer stands
        hall_mediation.settle(w, other, row.id, Answer("名录上是同名的另一位", upheld=False))
        assert halls.restore(w, son, family.hall).state == "open"


# -- the end of records


@pytest.mark.both_databases
def test_what_was_removed_is_on_record_for_three_years_to_the_day_and_then_gone_with_why_and_by_whom(
    family: Family, work: WorkFactory, clock: ManualClock
) -> None:
    clerk, officer, son = family.staff("clerk"), family.staff("officer"), family.people["son"]
    with work() as w:
        for rule, who in (("untrue", son), ("slander", family.people["daughter"])):
            row = tributes.give(w, who, family.hall, Offering("words", "不合适的话"))
            item = w.session.scalars(select(ModerationItem).where(ModerationItem.subject_id == row.id)).one()
            moderation.judged(w, item, "review")
            moderation_desk.decide(w, clerk, item.id, "refuse", rule)
    until = moderation_keeping.until(date(2026, 11, 22), 3)
    clock.advance((until - date(2026, 11, 22)) // timedelta(days=1) * DAY_S)
    assert memorial_jobs.forget_removals() == 0  # the last day
    clock.advance(DAY_S)
    assert [memorial_jobs.forget_removals() for _ in range(2)] == [1, 0]
    with work() as w:
        (kept,) = w.session.scalars(select(ModerationItem)).all()
        assert kept.rule == "slander"  # until the authority has been told
        assert tribute_views.own(w, tributes.mine(w, son, family.hall))[0]["standing"] == "没有显示"
        report = w.session.scalars(select(AuthorityReport)).one()
        moderation_desk.reported(w, officer, report.id, "县网信办，渝网信〔2029〕8号")
    assert [memorial_jobs.forget_removals() for _ in range(2)] == [1, 0]
    with work() as w:
        left = [w.session.scalar(select(func.count()).select_from(one)) for one in (ModerationItem, ModerationDecision)]
        assert (left, w.session.scalar(select(func.count()).select_from(Tribute))) == ([0, 0], 2)


def test_a_record_of_a_leap_day_ends_on_the_last_of_february() -> None:
    assert moderation_keeping.until(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert moderation_keeping.until(date(2024, 3, 1), 3) == date(2027, 3, 1)
