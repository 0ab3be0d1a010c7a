"""A broken job: told once, silent, and no harm to the others."""

import threading

import pytest
from apiflask import APIFlask
from sqlalchemy.exc import OperationalError

from scheduler.runner import Attempts, Job, Timetable, repeat

pytestmark = pytest.mark.both_databases


def _job(name: str, run: object, every_s: float = 0.05) -> Job:
    return Job(name, name, every_s, run, 60)  # type: ignore[arg-type] # each test brings its own callable


def _told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str]]:
    lines = [(one.levelname, one.msg) for one in caplog.records if one.name == "scheduler.runner"]
    return [(level, line["job"], line["error"]) for level, line in lines if isinstance(line, dict)]


def _raise(error: Exception) -> int:
    raise error


def test_a_job_that_goes_well_gives_one_sign_of_life(app: APIFlask) -> None:
    attempts = Attempts(app)
    job = _job("good", lambda: 3)
    assert attempts.attempt(job)
    assert attempts.take() == [job]
    assert attempts.take() == []


@pytest.mark.expects_errors
def test_a_broken_job_is_told_once_per_kind_and_gives_no_sign_of_life(
    app: APIFlask, caplog: pytest.LogCaptureFixture
) -> None:
    attempts = Attempts(app)
    errors = iter([ValueError(), ValueError(), KeyError(), ValueError()])
    job = _job("broken", lambda: _raise(next(errors)))
    assert [attempts.attempt(job) for _ in range(4)] == [False] * 4
    assert _told(caplog) == [("ERROR", "broken", "ValueError"), ("ERROR", "broken", "KeyError")]
    assert attempts.take() == []


@pytest.mark.expects_errors
def test_after_it_went_well_again_its_next_failure_is_told_again(
    app: APIFlask, caplog: pytest.LogCaptureFixture
) -> None:
    attempts = Attempts(app)
    answers = iter([ValueError(), None, ValueError()])

    def run() -> int:
        error = next(answers)
        return _raise(error) if error else 0

    for _ in range(3):
        attempts.attempt(_job("flaky", run))
    assert _told(caplog) == [("ERROR", "flaky", "ValueError")] * 2


def test_a_database_that_is_away_is_no_error_of_the_job(app: APIFlask, caplog: pytest.LogCaptureFixture) -> None:
    Attempts(app).attempt(_job("waiting", lambda: _raise(OperationalError("", {}, Exception()))))
    assert _told(caplog) == [("WARNING", "waiting", "OperationalError")]


def test_a_sign_of_life_that_could_not_be_written_is_kept(app: APIFlask) -> None:
    attempts = Attempts(app)
    job = _job("good", lambda: 0)
    attempts.attempt(job)
    attempts.give_back(attempts.take())
    assert attempts.take() == [job]


@pytest.mark.expects_errors
def test_one_broken_and_one_hanging_job_do_not_stop_the_third(app: APIFlask) -> None:
    hanging, third = threading.Event(), threading.Semaphore(0)
    jobs = [
        _job("broken", lambda: _raise(ValueError())),
        _job("hanging", lambda: int(hanging.wait(30))),
        _job("third", lambda: third.release() or 0),
    ]
    timetable = Timetable(jobs, Attempts(app))
    timetable.lead()
    try:
        assert all(third.acquire(timeout=30) for _ in range(3))
    finally:
        hanging.set()
        timetable.close()


def test_a_timetable_that_stands_by_runs_nothing(app: APIFlask) -> None:
    ran = threading.Event()
    timetable = Timetable([_job("idle", lambda: ran.set() or 0)], Attempts(app))
    assert not ran.wait(0.3)
    timetable.lead()
    assert ran.wait(10)
    timetable.close()


def test_a_loop_runs_at_once_when_it_is_woken_and_ends_when_told(app: APIFlask) -> None:
    ran, stopping, woken = threading.Semaphore(0), threading.Event(), threading.Event()
    job = _job("loop", lambda: ran.release() or 0, every_s=3600)
    loop = threading.Thread(target=repeat, args=(job, Attempts(app), stopping, woken))
    loop.start()
    assert ran.acquire(timeout=30)
    woken.set()
    assert ran.acquire(timeout=30)
    stopping.set()
    woken.set()
    loop.join(10)
    assert not loop.is_alive()
