"""An application for divorce over its two periods: the dates, the hours, the job, and a calendar that comes late."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select

from backend.core import calendar_store
from backend.core.calendar import DayKind, Special
from backend.core.clock import CHINA, ManualClock
from backend.marriage import service
from backend.marriage.errors import (
    CaseSettledError,
    DivorceSettledError,
    NotPossibleError,
    NotYetCertainError,
    OutsideLegalPeriodError,
)
from backend.marriage.identities import Identity
from backend.marriage.models import Divorce, Registration
from backend.residents.models import InboxItem
from scheduler.marriage_jobs import divorce_periods
from tests.conftest import WorkFactory
from tests.support import registry
from tests.support.registry import Registry, check, couple, registered, someone, walk_in
from tests.support.residents import person

At = Callable[..., None]


@pytest.fixture
def at(clock: ManualClock) -> At:
    """Set the wall clock of the county; the clock starts on the last morning of 2025."""
    clock._now = datetime(2025, 12, 31, 9, tzinfo=CHINA)

    def go(year: int, month: int, day: int, hour: int = 9, minute: int = 0, second: int = 0) -> None:
        target = datetime(year, month, day, hour, minute, second, tzinfo=CHINA)
        clock.advance((target - clock.now()).total_seconds())

    return go


@pytest.fixture
def here(at: At, work: WorkFactory) -> Registry:
    with work() as w:
        return registry.build(w)


def applied(
    work: WorkFactory, here: Registry, people: tuple[Identity, ...] | None = None
) -> tuple[Registration, Divorce]:
    with work() as w:
        case = registered(w, here.viewer(), "divorce_application", people or couple(w))
        return case, w.session.scalars(select(Divorce).where(Divorce.id == case.divorce_id)).one()


def state(work: WorkFactory, row: Divorce) -> str:
    with work() as w:
        return w.session.get_one(Divorce, row.id).state


def test_an_application_is_received_with_both_periods_and_a_receipt(work: WorkFactory, here: Registry, at: At) -> None:
    at(2026, 1, 16)
    case, row = applied(work, here)
    assert (row.received_on, row.cooling_until, row.window_until) == (
        date(2026, 1, 16), date(2026, 2, 24), date(2026, 3, 26),
    )  # fmt: skip
    assert (row.state, row.provisional, case.certificate_number) == ("cooling", False, None)
    with work() as w:
        paper = service.receipt_text(w, case)
    assert "到2026年2月24日下班前" in paper
    assert "2026年2月25日到2026年3月26日" in paper
    assert "暂定" not in paper


def test_both_are_told_the_dates_and_the_lock_screen_does_not_name_the_matter(
    work: WorkFactory, here: Registry, at: At
) -> None:
    at(2026, 1, 16)
    with work() as w:
        ids = [person(w, "陈明", date(1990, 1, 1), serial=1), person(w, "林芳", date(1990, 1, 1), serial=2)]
        people = (someone(w, "陈明", 1, person_id=ids[0]), someone(w, "林芳", 2, person_id=ids[1]))
    applied(work, here, people)
    with work() as w:
        told = w.session.scalars(select(InboxItem).where(InboxItem.template == "divorce_received")).all()
    assert {item.person_id for item in told} == set(ids)
    assert all("2026年2月24日" in item.body and "离婚" not in item.title for item in told)


@pytest.mark.parametrize(
    ("month", "day", "hour", "minute", "second", "on_time"),
    [(1, 16, 10, 0, 0, True), (2, 16, 10, 0, 0, True), (2, 24, 17, 29, 59, True), (2, 24, 17, 30, 0, False),
     (2, 24, 17, 30, 1, False), (2, 25, 9, 0, 0, False)],
)  # fmt: skip
def test_one_of_the_two_can_withdraw_until_business_closes_on_the_last_day(
    work: WorkFactory, here: Registry, at: At,
    month: int, day: int, hour: int, minute: int, second: int, *, on_time: bool,
) -> None:  # fmt: skip
    at(2026, 1, 16)
    _, row = applied(work, here)
    at(2026, month, day, hour, minute, second)
    with work() as w:
        woman = (couple(w)[1],)
        if on_time:
            registered(w, here.viewer(), "divorce_withdrawal", woman)
        else:
            with pytest.raises((OutsideLegalPeriodError, NotPossibleError)):
                registered(w, here.viewer(), "divorce_withdrawal", woman)
    assert state(work, row) == ("withdrawn" if on_time else "cooling")
    if on_time:
        with work() as w:
            assert w.session.get_one(Divorce, row.id).withdrawn_by == 2


def test_whoever_was_at_the_desk_in_time_is_not_too_late_because_it_took_a_while(
    work: WorkFactory, here: Registry, at: At
) -> None:
    at(2026, 1, 16)
    _, row = applied(work, here)
    at(2026, 2, 24, 17, 25)
    with work() as w:
        case = walk_in(w, here.viewer(), "divorce_withdrawal", (couple(w)[0],))
    at(2026, 2, 24, 17, 45)
    with work() as w:
        check(w, here.viewer(), case)
        service.register(w, here.viewer(), case.id)
    assert state(work, row) == "withdrawn"


@pytest.mark.parametrize(
    ("month", "day", "possible"),
    [(1, 16, False), (2, 24, False), (2, 25, True), (3, 25, True), (3, 26, True), (3, 27, False)],
)
def test_the_certificate_is_given_from_the_first_day_of_the_window_to_its_last(
    work: WorkFactory, here: Registry, at: At, month: int, day: int, *, possible: bool
) -> None:
    at(2026, 1, 16)
    _, row = applied(work, here)
    at(2026, month, day, 16)
    with work() as w:
        if possible:
            case = registered(w, here.viewer(), "divorce_certificate", couple(w))
            assert str(case.certificate_number).startswith("L500118-2026-000001-")
        else:
            with pytest.raises(NotPossibleError):
                registered(w, here.viewer(), "divorce_certificate", couple(w))
    assert state(work, row) == ("registered" if possible else "cooling")


def test_the_certificate_is_given_only_where_the_application_was_received(
    work: WorkFactory, here: Registry, at: At
) -> None:
    at(2026, 1, 16)
    applied(work, here)
    at(2026, 3, 2)
    with pytest.raises(NotPossibleError) as error, work() as w:
        registered(w, here.viewer("registrar_there"), "divorce_certificate", couple(w), registry.THERE)
    assert error.value.facts["reasons"][0]["code"] == "other_office"
    with pytest.raises(NotPossibleError), work() as w:
        registered(w, here.viewer("registrar_there"), "divorce_withdrawal", couple(w)[:1], registry.THERE)


def test_a_couple_that_has_an_application_cannot_apply_again_anywhere(
    work: WorkFactory, here: Registry, at: At
) -> None:
    at(2026, 1, 16)
    applied(work, here)
    at(2026, 3, 2)
    with pytest.raises(NotPossibleError) as error, work() as w:
        registered(w, here.viewer("registrar_there"), "divorce_application", couple(w), registry.THERE)
    assert error.value.facts["reasons"][0]["code"] == "divorce_running"


def test_after_a_withdrawal_a_new_application_starts_a_new_thirty_days(
    work: WorkFactory, here: Registry, at: At
) -> None:
    at(2026, 1, 16)
    applied(work, here)
    at(2026, 2, 2)
    with work() as w:
        registered(w, here.viewer(), "divorce_withdrawal", couple(w)[:1])
    _, again = applied(work, here)
    assert again.cooling_until == date(2026, 3, 4)


def test_the_divorced_may_marry_again_and_the_withdrawn_may_not(work: WorkFactory, here: Registry, at: At) -> None:
    at(2026, 1, 16)
    applied(work, here)
    at(2026, 3, 2)
    with work() as w:
        registered(w, here.viewer(), "divorce_certificate", couple(w))
        again = registered(w, here.viewer(), "marriage_registration", couple(w))
        assert again.state == "registered"


# -- the job


def test_the_job_opens_the_window_tells_both_and_a_second_run_finds_nothing(
    work: WorkFactory, here: Registry, at: At
) -> None:
    at(2026, 1, 16)
    _, row = applied(work, here)
    at(2026, 2, 24, 23, 59)
    assert divorce_periods() == 0
    at(2026, 2, 25, 0, 0)
    assert divorce_periods() == 1
    assert divorce_periods() == 0
    assert state(work, row) == "window"


def test_the_day_after_the_last_it_is_deemed_withdrawn_also_after_days_without_a_scheduler(
    work: WorkFactory, here: Registry, at: At
) -> None:
    at(2026, 1, 16)
    with work() as w:
        known = person(w, "陈明", date(1990, 1, 1), serial=1)
        people = (someone(w, "陈明", 1, person_id=known), couple(w)[1])
    _, row = applied(work, here, people)
    at(2026, 3, 26, 23, 59)
    divorce_periods()
    assert state(work, row) == "window"
    at(2026, 4, 9)
    assert divorce_periods() == 1
    assert divorce_periods() == 0
    assert state(work, row) == "deemed_withdrawn"
    with work() as w:
        told = w.session.scalars(select(InboxItem).order_by(InboxItem.created_at)).all()
    assert [item.template for item in told] == ["divorce_received", "divorce_window", "divorce_lapsed"]


def test_a_job_that_slept_through_everything_does_both_steps_and_tells_only_the_last(
    work: WorkFactory, here: Registry, at: At
) -> None:
    at(2026, 1, 16)
    with work() as w:
        known = person(w, "陈明", date(1990, 1, 1), serial=1)
        people = (someone(w, "陈明", 1, person_id=known), couple(w)[1])
    _, row = applied(work, here, people)
    at(2026, 6, 1)
    assert divorce_periods() == 2
    assert state(work, row) == "deemed_withdrawn"
    with work() as w:
        told = w.session.scalars(select(InboxItem).order_by(InboxItem.created_at)).all()
    assert [item.template for item in told] == ["divorce_received", "divorce_lapsed"]


# -- a year that is not published yet


NEW_YEAR = [Special(date(2027, 1, day), DayKind.HOLIDAY, "元旦") for day in (1, 4, 5)]


def test_nothing_lapses_by_a_provisional_date_and_the_notice_makes_it_right(
    work: WorkFactory, here: Registry, at: At
) -> None:
    at(2026, 11, 2)
    with work() as w:
        known = person(w, "陈明", date(1990, 1, 1), serial=1)
        people = (someone(w, "陈明", 1, person_id=known), couple(w)[1])
    case, row = applied(work, here, people)
    assert (row.window_until, row.provisional) == (date(2027, 1, 4), True)
    with work() as w:
        assert "暂定" in service.receipt_text(w, case)
    at(2026, 12, 3)
    divorce_periods()
    at(2027, 1, 5)
    assert divorce_periods() == 0
    assert state(work, row) == "window"
    with work() as w:
        calendar_store.load(w, 2027, NEW_YEAR, "国办发明电〔2026〕测试号")
    assert divorce_periods() == 1
    with work() as w:
        now = w.session.get_one(Divorce, row.id)
        assert (now.window_until, now.provisional, now.state) == (date(2027, 1, 6), False, "window")
        told = w.session.scalars(select(InboxItem.template).order_by(InboxItem.created_at)).all()
    assert list(told) == ["divorce_received", "divorce_window", "divorce_dates"]
    at(2027, 1, 7)
    assert divorce_periods() == 1
    assert state(work, row) == "deemed_withdrawn"


def test_a_certificate_is_given_on_a_day_that_no_notice_can_take_away_and_on_no_other(
    work: WorkFactory, here: Registry, at: At
) -> None:
    at(2026, 11, 2)
    applied(work, here)
    at(2027, 1, 4, 10)
    with pytest.raises(NotYetCertainError), work() as w:
        registered(w, here.viewer(), "divorce_certificate", couple(w))
    with work() as w:
        calendar_store.load(w, 2027, NEW_YEAR, "国办发明电〔2026〕测试号")
        assert registered(w, here.viewer(), "divorce_certificate", couple(w)).state == "registered"


def test_a_first_period_that_is_over_stays_as_it_was_counted(work: WorkFactory, here: Registry, at: At) -> None:
    at(2026, 11, 2)
    _, row = applied(work, here)
    at(2026, 12, 10)
    divorce_periods()
    with work() as w:
        moved = [Special(date(2026, 12, 31), DayKind.HOLIDAY, "元旦"), *NEW_YEAR]
        calendar_store.load(w, 2027, moved, "国办发明电〔2026〕测试号")
    divorce_periods()
    with work() as w:
        assert w.session.get_one(Divorce, row.id).cooling_until == date(2026, 12, 2)


# -- what is settled stays settled


def test_what_is_over_can_neither_be_withdrawn_nor_registered(work: WorkFactory, here: Registry, at: At) -> None:
    at(2026, 1, 16)
    _, row = applied(work, here)
    at(2026, 2, 2)
    with work() as w:
        first = registered(w, here.viewer(), "divorce_withdrawal", couple(w)[:1])
        with pytest.raises(CaseSettledError):
            service.register(w, here.viewer(), first.id)
        with pytest.raises(NotPossibleError):
            registered(w, here.viewer(), "divorce_withdrawal", couple(w)[1:])
    assert state(work, row) == "withdrawn"


def test_a_withdrawal_checked_before_the_partners_is_too_late_after_it(
    work: WorkFactory, here: Registry, at: At
) -> None:
    at(2026, 1, 16)
    applied(work, here)
    at(2026, 2, 2)
    who = here.viewer()
    with work() as w:
        his = check(w, who, walk_in(w, who, "divorce_withdrawal", couple(w)[:1]))
        hers = check(w, who, walk_in(w, who, "divorce_withdrawal", couple(w)[1:]))
        service.register(w, who, his.id)
        with pytest.raises(DivorceSettledError):
            service.register(w, who, hers.id)
