"""The record of service: what may stand in it, voiding and correcting, and who listens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.core.clock import CHINA
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, NotFoundError
from backend.residents.models import InboxItem
from backend.volunteers import records
from backend.volunteers.activity_errors import (
    AlreadyRecordedError,
    DayFullError,
    FinishFirstError,
    NotOverError,
    NotVolunteeringError,
    OverlapError,
    RecordVoidError,
    SelfServiceError,
    TooLongError,
    TooManyMinutesError,
)
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.models import Volunteer
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.at_once import at_once
from tests.support.volunteers import served, volunteer
from tests.support.world import World

MINUTE = timedelta(minutes=1)
MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)  # a Friday, two days ago
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return world.build(w)


@pytest.fixture
def helper(county: World, work: WorkFactory) -> UUID:
    assert county.staff
    with work() as w:
        return volunteer(w)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What listeners were told; nobody else listens."""
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(records, "_RECORDED", [])
    monkeypatch.setattr(records, "_VOID", [])
    records.on_recorded(lambda _work, row: told.append(("recorded", row.minutes)))
    records.on_void(lambda _work, row: told.append(("void", row.minutes)))
    return told


def live(w: Work) -> int:
    return int(w.session.scalar(select(func.count()).where(ServiceRecord.state == "recorded")) or 0)


@one_database
def test_a_service_is_recorded_once_told_and_heard_of(
    helper: UUID, work: WorkFactory, heard: list[tuple[str, int]]
) -> None:
    one = served(helper, MORNING, 90)
    with work() as w:
        first, again = records.record(w, one), records.record(w, one)
        assert first.id == again.id
        # Friday 20 November: ten working days are over when Friday 4 December is.
        assert first.due_at == datetime(2026, 12, 5, tzinfo=CHINA)
        texts = w.session.scalars(select(InboxItem.body)).all()
    assert heard == [("recorded", 90)]
    assert [("90 分钟" in text) for text in texts] == [True]


@one_database
@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"ended_at": MORNING}, FinishFirstError),
        ({"ended_at": MORNING - MINUTE}, FinishFirstError),
        ({"ended_at": MORNING + timedelta(hours=24, minutes=1)}, TooLongError),
        ({"ended_at": datetime(2026, 11, 22, 1, 0, 1, tzinfo=UTC), "started_at": datetime(2026, 11, 22, tzinfo=UTC)},
         NotOverError),
        ({"minutes": 61}, TooManyMinutesError),
        ({"minutes": 0}, TooManyMinutesError),
        ({"minutes": -5}, TooManyMinutesError),
        ({"minutes": True}, TooManyMinutesError),
        ({"minutes": 10**30}, TooManyMinutesError),
        ({"kind": "paid_work"}, NotVolunteeringError),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_written(
    helper: UUID, work: WorkFactory, change: dict[str, Any], error: type[Exception]
) -> None:
    facts = {"started_at": MORNING, "minutes": 60} | change
    facts.setdefault("ended_at", MORNING + 60 * MINUTE)
    with pytest.raises(error), work() as w:
        records.record(w, replace(served(helper, MORNING), **facts))
    with reading() as w:
        assert live(w) == 0


@one_database
def test_one_time_counts_once_but_one_service_may_follow_another(helper: UUID, work: WorkFactory) -> None:
    with work() as w:
        records.record(w, served(helper, MORNING, 60))
        records.record(w, served(helper, MORNING + 60 * MINUTE, 60))
        records.record(w, served(helper, MORNING - 60 * MINUTE, 60))
        for start, minutes in ((-1, 2), (59, 2), (10, 20), (-60, 240)):
            with pytest.raises(OverlapError):
                records.record(w, served(helper, MORNING + start * MINUTE, minutes))
        assert live(w) == 3


@one_database
def test_the_same_service_with_other_times_can_only_be_corrected(helper: UUID, work: WorkFactory) -> None:
    with work() as w:
        records.record(w, served(helper, MORNING, 60, source_id="same"))
        with pytest.raises(AlreadyRecordedError):
            records.record(w, served(helper, MORNING, 50, source_id="same"))
        assert live(w) == 1


@one_database
def test_a_night_over_the_end_of_the_month_belongs_to_the_day_it_began(helper: UUID, work: WorkFactory) -> None:
    evening = datetime(2026, 10, 31, 20, 0, tzinfo=CHINA)
    with work() as w:
        row = records.record(w, served(helper, evening, 480))
        assert row.minutes == 480
        records.record(w, served(helper, evening - 240 * MINUTE, 240))  # 12 hours of 31 October: the day's limit
        with pytest.raises(DayFullError):
            records.record(w, served(helper, evening - 242 * MINUTE, 1))
        records.record(w, served(helper, evening + 481 * MINUTE, 720))  # 1 November has a limit of its own


@one_database
def test_nobody_serves_themselves(helper: UUID, work: WorkFactory) -> None:
    with work() as w:
        me = w.session.get_one(Volunteer, helper).person_id
        with pytest.raises(SelfServiceError):
            records.record(w, served(helper, MORNING, receiver_id=me))


@one_database
def test_a_correction_voids_the_old_record_and_keeps_its_evaluation(
    county: World, helper: UUID, work: WorkFactory, heard: list[tuple[str, int]]
) -> None:
    officer = county.viewer("officer", "officer", f"{world.COUNTY}/")
    with work(officer.actor) as w:
        old = records.record(w, served(helper, MORNING, 60))
        records.evaluate(w, officer, old.id, 5, "细心")
        new = records.correct(
            w, officer, old.id, started_at=MORNING + 10 * MINUTE, ended_at=MORNING + 60 * MINUTE, minutes=50,
            why="迟到十分钟",
        )  # fmt: skip
        assert (old.state, new.revision, new.corrects, new.quality) == ("void", 1, old.id, 5)
        with pytest.raises(RecordVoidError):
            records.void(w, officer, old.id, "又一次")
        with pytest.raises(BadInputError):
            records.void(w, officer, new.id, " ")
        records.void(w, officer, new.id, "没有到场")
        records.record(w, served(helper, MORNING, 60))  # what is void takes no time
    assert heard == [("recorded", 60), ("void", 60), ("recorded", 50), ("void", 50), ("recorded", 60)]


@one_database
def test_staff_of_another_place_do_not_find_a_record(county: World, helper: UUID, work: WorkFactory) -> None:
    stranger = county.viewer("duty", "officer", world.HOME_PATH)
    with work() as w:
        row = records.record(w, served(helper, MORNING))
        with pytest.raises(NotFoundError):
            records.void(w, stranger, row.id, "不是我的")


@pytest.mark.both_databases
def test_two_sources_that_record_the_same_hour_at_once_write_it_once(
    app: APIFlask, helper: UUID, heard: list[tuple[str, int]]
) -> None:
    def act(number: int) -> str:
        source = ("order", "activity")[number % 2]
        with unit_of_work() as w:
            return records.record(w, served(helper, MORNING + number * MINUTE, 60, source=source)).state

    answers = at_once(app, 40, act)
    assert sorted(map(str, answers)) == sorted(["recorded"] + [str(OverlapError)] * 39)
    with reading() as w:
        assert live(w) == 1
    assert len(heard) == 1 or app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql")
