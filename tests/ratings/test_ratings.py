"""好差评: who may rate, once; what a bad rating starts and who may see of it what."""

import threading
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from backend.core import calendar_store
from backend.core.audit import AuditEntry
from backend.core.calendar import DayKind, Special, WorkCalendar
from backend.core.clock import CHINA, ManualClock
from backend.core.db import reading, unit_of_work
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.core.states import WrongStateError
from backend.notices.models import Notice
from backend.people.rules import Grant
from backend.people.service import Viewer
from backend.ratings import callbacks, service
from backend.ratings.due import due_day
from backend.ratings.errors import AlreadyRatedError, NoSuchTaskError, NotInvitedError
from backend.ratings.models import CallbackTask, Rating, RatingInvitation
from backend.ratings.rules import CALLBACK_WORKDAYS, LEVELS, is_bad, shares
from backend.ratings.states import CALLBACK
from backend.schema import METADATA
from scheduler import front_desk
from tests.conftest import WorkFactory
from tests.ratings.conftest import Caller
from tests.support.world import COUNTY, TOWN, World

Residents = tuple[Caller, Caller]
DAY_S = 86_400


def invited(work: WorkFactory, who: Caller, subject: str = "b1", **more: UUID | str | None) -> UUID:
    with work() as w:
        found = service.invite(w, who.person, "booking", subject, "结婚登记", **more)  # type: ignore[arg-type] # facts by name
    assert found is not None
    return found


def bad_task(work: WorkFactory, who: Caller, level: int = 1, **more: UUID | str | None) -> UUID:
    """A call-back after a bad rating; its id."""
    invitation = invited(work, who, str(uuid4()), **more)
    with work() as w:
        rating = service.rate(w, who.person, invitation, level, comment="等了一上午")
        return w.session.scalars(select(CallbackTask.id).where(CallbackTask.rating_id == rating.id)).one()


def officer(county: World, path: str = f"{COUNTY}/") -> Viewer:
    return county.viewer("officer", "officer", path)


# -- who may rate


def test_a_finished_matter_is_rated_by_the_phone(residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    invitation = invited(work, who)
    listed = who.ask("GET", "/ratings/invitations").get_json()
    assert [one["id"] for one in listed["items"]] == [str(invitation)]
    assert [one["name"] for one in listed["levels"]] == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    body = {"invitation": str(invitation), "level": 5, "items": {"efficiency": 4}, "comment": " 很耐心 "}
    answer = who.ask("POST", "/ratings", body)
    assert (answer.status_code, answer.get_json()["message"]) == (201, "谢谢您的评价。")
    assert who.ask("GET", "/ratings/invitations").get_json()["items"] == []
    with reading() as w:
        row = w.session.scalars(select(Rating)).one()
        assert (row.level, row.items, row.comment, row.title) == (5, {"efficiency": 4}, "很耐心", "结婚登记")
        assert w.session.scalars(select(CallbackTask)).all() == []


def test_a_matter_is_rated_once(residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    body = {"invitation": str(invited(work, who)), "level": 4}
    assert who.ask("POST", "/ratings", body).status_code == 201
    again = who.ask("POST", "/ratings", body)
    assert (again.status_code, again.get_json()["code"]) == (409, "ratings.already_rated")


def test_a_second_tap_with_the_same_key_gets_the_same_answer(residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    body = {"invitation": str(invited(work, who)), "level": 2}
    first, second = (who.ask("POST", "/ratings", body, key="tap-12345678") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    with reading() as w:
        assert w.session.scalar(select(func.count()).select_from(CallbackTask)) == 1


@pytest.mark.parametrize("comment", ["\ud800", "a\x00b", "好\u202e"])
def test_strange_characters_are_no_accident(comment: str, residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    answer = who.ask("POST", "/ratings", {"invitation": str(invited(work, who)), "level": 5, "comment": comment})
    assert answer.status_code in (201, 422)


def test_nobody_rates_what_somebody_else_was_invited_to(residents: Residents, work: WorkFactory) -> None:
    one, other = residents
    invitation = invited(work, one)
    for wrong in (invitation, uuid4()):
        answer = other.ask("POST", "/ratings", {"invitation": str(wrong), "level": 5})
        assert (answer.status_code, answer.get_json()["code"]) == (404, "ratings.not_invited")
    with work() as w, pytest.raises(NotInvitedError):
        service.rate(w, other.person, invitation, 5)


def test_a_stranger_rates_nothing(app: APIFlask) -> None:
    client = app.test_client()
    assert client.get("/api/v1/mini/ratings/invitations").status_code == 401
    assert client.post("/api/v1/mini/ratings", json={"invitation": str(uuid4()), "level": 5}).status_code == 401


@pytest.mark.parametrize(("level", "status"), [(0, 422), (1, 201), (5, 201), (6, 422)])
def test_there_are_five_levels(level: int, status: int, residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    answer = who.ask("POST", "/ratings", {"invitation": str(invited(work, who)), "level": level})
    assert answer.status_code == status


@pytest.mark.parametrize("facts", [{"level": 0}, {"level": 6}, {"items": {"speed": 5}}, {"items": {"platform": 9}}])
def test_the_verb_itself_refuses_what_is_no_level(
    facts: dict[str, object], residents: Residents, work: WorkFactory
) -> None:
    who, _ = residents
    invitation = invited(work, who)
    with work() as w, pytest.raises(BadInputError):
        service.rate(w, who.person, invitation, **({"level": 5} | facts))  # type: ignore[arg-type] # wrong on purpose


@pytest.mark.parametrize(("length", "fits"), [(299, True), (300, True), (301, False)])
def test_a_comment_has_a_limit(length: int, *, fits: bool, residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    body = {"invitation": str(invited(work, who)), "level": 5, "comment": "好" * length}
    assert (who.ask("POST", "/ratings", body).status_code == 201) == fits


def test_somebody_is_invited_to_a_matter_once_and_both_of_a_couple_are(residents: Residents, work: WorkFactory) -> None:
    one, other = residents
    invited(work, one)
    invited(work, other)
    with work() as w:
        assert service.invite(w, one.person, "booking", "b1", "结婚登记") is None
        assert len(service.invitations(w, one.person)) == 1


def test_of_ten_taps_at_once_one_is_a_rating(residents: Residents, work: WorkFactory, app: APIFlask) -> None:
    who, _ = residents
    invitation, outcomes = invited(work, who), []

    def tap() -> None:
        with app.app_context():
            try:
                with unit_of_work() as w:
                    service.rate(w, who.person, invitation, 1)
                outcomes.append("rated")
            except AlreadyRatedError:
                outcomes.append("refused")

    threads = [threading.Thread(target=tap) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["rated"] + ["refused"] * 9
    with reading() as w:
        assert w.session.scalar(select(func.count()).select_from(CallbackTask)) == 1


@pytest.mark.parametrize(
    "facts",
    [{"level": 0}, {"level": 6}],
)
def test_the_database_refuses_a_sixth_level(facts: dict[str, int], residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    invitation = invited(work, who)
    row = Rating(
        id=new_id(), invitation_id=invitation, subject_kind="x", subject_id="y", person_id=who.person, title="t",
        items={}, division_path="5/", at=datetime(2026, 11, 22, tzinfo=CHINA), **facts,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="level"), work() as w:
        w.session.add(row)


def test_comments_and_notes_are_sealed() -> None:
    sealed = {"rating.comment", "callback_task.note", "question.text", "question.answer"}
    kinds = {name: type(METADATA.tables[name.split(".")[0]].c[name.split(".")[1]].type).__name__ for name in sealed}
    assert set(kinds.values()) == {"Encrypted"}


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


# -- figures


def test_shares_add_up_and_nothing_is_no_achievement() -> None:
    found = shares([5, 5, 4, 3, 2, 1])
    assert (found.total, found.counts[5], found.satisfied) == (6, 2, pytest.approx(4 / 6))
    assert sum(found.share(level) for level in LEVELS) == pytest.approx(1)
    assert (shares([]).satisfied, shares([]).share(5)) == (None, 0.0)


def test_an_invitation_survives_its_office(residents: Residents, work: WorkFactory) -> None:
    invited(work, residents[0], office_id=uuid4())
    with reading() as w:
        assert w.session.scalars(select(RatingInvitation)).one().office_id is not None
