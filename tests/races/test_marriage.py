"""Twenty at once at the registry, on both databases: one decision, one application, one end."""

import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.core.clock import CHINA, ManualClock
from backend.core.db import unit_of_work
from backend.marriage import divorces, service
from backend.marriage.errors import CaseOpenError, CaseSettledError, DivorceRunningError, DivorceSettledError
from backend.marriage.models import Divorce, Registration
from scheduler.marriage_jobs import divorce_periods
from tests.conftest import WorkFactory
from tests.support import registry
from tests.support.registry import HERE, THERE, Registry, check, couple, registered, walk_in

pytestmark = pytest.mark.both_databases

AT_ONCE = 12
PATIENCE_S = 120.0


@pytest.fixture
def here(clock: ManualClock, work: WorkFactory) -> Registry:
    clock._now = datetime(2026, 1, 16, 9, tzinfo=CHINA)
    with work() as w:
        return registry.build(w)


def at_once(app: APIFlask, act: Callable[[int], Any]) -> list[Any]:
    """What each thread got from ``act(number)``, all let go at the same moment; errors count as answers."""
    gate = threading.Barrier(AT_ONCE)
    answers: list[Any] = [None] * AT_ONCE

    def run(number: int) -> None:
        with app.app_context():
            gate.wait(PATIENCE_S)
            try:
                answers[number] = act(number)
            except Exception as error:  # noqa: BLE001 - what was refused is the answer
                answers[number] = type(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    return answers


def test_of_many_registrars_who_decide_one_case_one_does(app: APIFlask, here: Registry) -> None:
    who = here.viewer()
    with unit_of_work() as w:
        case = check(w, who, walk_in(w, who, "marriage_registration", couple(w)))

    def act(number: int) -> str:
        with unit_of_work() as w:
            if number % 2:
                return service.register(w, who, case.id).state
            return service.refuse(w, who, case.id, "will_unclear").state

    answers = at_once(app, act)
    assert answers.count(CaseSettledError) == AT_ONCE - 1
    with unit_of_work() as w:
        found = w.session.scalars(select(Registration)).one()
        assert (found.certificate_number is not None) == (found.state == "registered")
        assert [event.action for event in service.events(w, found)].count("register") == (found.state == "registered")


def test_one_couple_that_applies_at_two_offices_at_once_has_one_application(app: APIFlask, here: Registry) -> None:
    """The open case is one per couple and matter; the application too, even if both cases were open before."""

    def act(number: int) -> str:
        office, who = ((HERE, here.viewer()), (THERE, here.viewer("registrar_there")))[number % 2]
        with unit_of_work() as w:
            return registered(w, who, "divorce_application", couple(w), office).state

    answers = at_once(app, act)
    assert answers.count("registered") == 1
    with unit_of_work() as w:
        assert w.session.scalar(select(func.count()).select_from(Divorce)) == 1


def test_the_database_keeps_a_second_application_out_even_when_both_were_checked(app: APIFlask, here: Registry) -> None:
    with unit_of_work() as w:
        case = check(w, here.viewer(), walk_in(w, here.viewer(), "divorce_application", couple(w)))

    def act(_number: int) -> str:
        with unit_of_work() as w:
            return divorces.receive(w, w.session.get_one(Registration, case.id)).state

    answers = at_once(app, act)
    assert sorted(map(str, answers)) == sorted(["cooling", *[str(DivorceRunningError)] * (AT_ONCE - 1)])


def test_a_couple_that_is_let_in_at_two_counters_has_one_open_case(app: APIFlask, here: Registry) -> None:
    def act(number: int) -> str:
        office, who = ((HERE, here.viewer()), (THERE, here.viewer("registrar_there")))[number % 2]
        with unit_of_work() as w:
            return walk_in(w, who, "marriage_registration", couple(w), office=office).state

    answers = at_once(app, act)
    assert sorted(map(str, answers)) == sorted(["open", *[str(CaseOpenError)] * (AT_ONCE - 1)])


def test_certificate_numbers_are_never_given_twice(app: APIFlask, here: Registry) -> None:
    def act(number: int) -> str | None:
        with unit_of_work() as w:
            people = couple(w, number + 1)
            return registered(w, here.viewer(), "marriage_registration", people).certificate_number

    answers = at_once(app, act)
    assert len(set(answers)) == AT_ONCE
    assert {str(answer)[:20] for answer in answers} == {f"J500118-2026-{number:06d}-" for number in range(1, 13)}


def test_a_withdrawal_and_a_certificate_at_the_same_moment_leave_exactly_one(app: APIFlask, here: Registry) -> None:
    with unit_of_work() as w:
        registered(w, here.viewer(), "divorce_application", couple(w))

    def act(number: int) -> str:
        with unit_of_work() as w:
            row = w.session.scalars(select(Divorce)).one()
            if number % 2:
                divorces.step(w, row, "withdraw", withdrawn_by=1)
                return "withdrawn"
            if row.state == "cooling":
                divorces.step(w, row, "open_window")
            divorces.step(w, row, "register")
            return "registered"

    answers = at_once(app, act)
    assert answers.count(DivorceSettledError) == AT_ONCE - 1
    with unit_of_work() as w:
        row = w.session.scalars(select(Divorce)).one()
    assert [answer for answer in answers if isinstance(answer, str)] == [row.state]


def test_the_job_against_the_last_visitors_leaves_exactly_one_end(
    app: APIFlask, here: Registry, clock: ManualClock
) -> None:
    """At midnight of the last day: the certificate is fetched or the application lapses, never both."""
    who = here.viewer()
    with unit_of_work() as w:
        registered(w, who, "divorce_application", couple(w))
    clock._now = datetime(2026, 3, 26, 23, 59, tzinfo=CHINA)
    divorce_periods()
    with unit_of_work() as w:
        case = check(w, who, walk_in(w, who, "divorce_certificate", couple(w)))

    def act(number: int) -> str | int:
        if number == 0:
            clock._now = datetime(2026, 3, 27, 0, 0, tzinfo=CHINA)
        if number % 2:
            with unit_of_work() as w:
                return service.register(w, who, case.id).state
        return divorce_periods()

    answers = at_once(app, act)
    with unit_of_work() as w:
        row, found = w.session.scalars(select(Divorce)).one(), w.session.get_one(Registration, case.id)
    assert row.state in ("registered", "deemed_withdrawn")
    assert (found.state == "registered") == (row.state == "registered") == ("registered" in answers)


def test_the_job_run_by_many_lapses_an_application_once(app: APIFlask, here: Registry, clock: ManualClock) -> None:
    with unit_of_work() as w:
        registered(w, here.viewer(), "divorce_application", couple(w))
    clock._now = datetime(2026, 6, 1, 9, tzinfo=CHINA)
    answers = at_once(app, lambda _: divorce_periods())
    assert sum(answers) == 2
    with unit_of_work() as w:
        row = w.session.scalars(select(Divorce)).one()
    assert (row.state, row.window_until) == ("deemed_withdrawn", date(2026, 3, 26))
