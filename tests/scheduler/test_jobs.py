"""Each job: what it does, twice in a row, and after a missed day."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.core import leases
from backend.core.clock import ManualClock, wall
from backend.core.db import reading
from backend.core.leases import Heartbeat
from backend.devices.models import Observation, Quarantine
from backend.duty.models import ShiftPattern
from backend.people.models import StaffAddress, StaffSession
from backend.settings import Settings
from scheduler import keeping, watching
from scheduler.jobs import table
from scheduler.runner import Job
from tests.conftest import WorkFactory
from tests.scheduler.conftest import alarms
from tests.support.world import HOME, World

DAY_S = 86_400
QUICK = [job for job in table() if job.name != "self_audit"]  # it looks twice, ten seconds apart; tested by itself


@pytest.mark.parametrize("job", QUICK, ids=lambda job: job.name)
def test_every_job_finds_nothing_more_at_once_and_works_after_a_missed_day(
    job: Job, app: APIFlask, county: World, clock: ManualClock
) -> None:
    job.run()
    assert job.run() == 0
    clock.advance(DAY_S)
    job.run()
    assert job.run() == 0


def test_jobs_have_names_of_their_own_and_room_before_their_silence_is_an_alarm() -> None:
    jobs = table()
    assert len({job.name for job in jobs}) == len(jobs)
    assert [job.name for job in jobs if job.silence_limit_s < 2 * job.every_s] == []


def test_an_escalation_is_never_later_than_one_cycle() -> None:
    assert [(job.every_s, job.everywhere) for job in table() if job.name == "escalation"] == [(1, True)]


def test_a_silent_device_is_one_alarm_which_ends_when_it_is_heard(
    app: APIFlask, place_device: Callable[..., UUID], clock: ManualClock
) -> None:
    place_device("ok")
    place_device("gone", timedelta(seconds=601))
    place_device("just in time", timedelta(seconds=600))
    assert watching.silent_devices() == 1
    assert watching.silent_devices() == 0
    assert [alarm.subject_name for alarm in alarms("device_offline")] == ["gone"]


def test_a_silent_gateway_is_one_alarm_with_its_devices_listed_under_it(
    app: APIFlask, place_device: Callable[..., UUID]
) -> None:
    gateway = place_device("gateway", timedelta(seconds=700), kind="gateway", elder_id=None)
    for name in ("b1", "b2"):
        place_device(name, timedelta(seconds=700), gateway_id=gateway)
    watching.silent_devices()
    assert [alarm.detail["children"] for alarm in alarms("gateway_offline")] == [["b1", "b2"]]
    assert alarms("device_offline") == []


def _beat(work: WorkFactory, name: str, ago_s: float, limit_s: int = 30) -> None:
    with work() as w:
        leases.beat(w, name, limit_s, title="报警升级")
        w.session.flush()
        w.session.get_one(Heartbeat, name).wall_at = wall() - timedelta(seconds=ago_s)


def test_a_silent_job_is_one_alarm_in_its_own_name_which_ends_when_it_is_back(
    app: APIFlask, county: World, work: WorkFactory
) -> None:
    _beat(work, "job:escalation", ago_s=31)
    _beat(work, "job:other", ago_s=25)
    assert watching.silent_processes() == 1
    assert watching.silent_processes() == 0
    (alarm,) = alarms("system")
    assert (alarm.subject_key, alarm.subject_name, alarm.closed_at) == ("system:job:escalation", "报警升级", None)
    _beat(work, "job:escalation", ago_s=0)
    assert watching.silent_processes() == 1
    assert [one.disposition for one in alarms("system")] == ["recovered"]


def test_moving_the_demonstrations_clock_silences_nobody(
    app: APIFlask, county: World, work: WorkFactory, clock: ManualClock
) -> None:
    _beat(work, "hub", ago_s=1)
    clock.advance(7 * DAY_S)
    assert watching.silent_processes() == 0


def test_an_empty_post_is_one_alarm_until_somebody_is_on_duty(
    app: APIFlask, county: World, work: WorkFactory, clock: ManualClock
) -> None:
    assert watching.empty_rosters() == 0
    with work() as w:
        for row in w.session.scalars(select(ShiftPattern).where(ShiftPattern.role == "duty")):
            row.valid_to = w.now
    assert [watching.empty_rosters(), watching.empty_rosters()] == [1, 0]
    (alarm,) = alarms("system")
    assert (alarm.subject_key, alarm.closed_at) == (f"system:roster:{HOME}", None)
    with work() as w:
        for row in w.session.scalars(select(ShiftPattern).where(ShiftPattern.role == "duty")):
            row.valid_to = None
    clock.advance(60)
    watching.empty_rosters()
    assert [one.disposition for one in alarms("system")] == ["recovered"]


def test_somebody_on_duty_whom_nothing_reaches_is_an_alarm(app: APIFlask, county: World, work: WorkFactory) -> None:
    with work() as w:
        for row in w.session.scalars(select(StaffAddress).where(StaffAddress.staff_id == county.staff["duty"])):
            row.enabled = False
    assert watching.empty_rosters() == 1
    assert "没有可用的通知方式" in alarms("system")[0].detail["text"]


def test_the_audit_head_is_written_once_a_day(app: APIFlask, settings: Settings, clock: ManualClock) -> None:
    assert [keeping.keep_audit_head(), keeping.keep_audit_head()] == [1, 0]
    clock.advance(DAY_S)
    assert keeping.keep_audit_head() == 1
    written = sorted(Path(settings.data_dir / "audit-heads").iterdir())
    assert [one.name for one in written] == ["audit-head-20261122.json", "audit-head-20261123.json"]
    assert json.loads(written[0].read_text())["seq"] == 0


def _message(received_ago: timedelta, now: ManualClock) -> Observation:
    return Observation(
        content_hash=b"0" * 16, source="native", external_id="x", hub="hub", topic="t", payload=b"",
        received_at=now.now() - received_ago,
    )  # fmt: skip


def _count(model: type) -> int:
    with reading() as w:
        return w.session.scalar(select(func.count()).select_from(model)) or 0


def test_messages_are_kept_for_exactly_the_set_time(
    app: APIFlask, work: WorkFactory, settings: Settings, clock: ManualClock
) -> None:
    kept = timedelta(days=settings.raw_retention_days)
    with work() as w:
        for age in (kept - timedelta(seconds=1), kept, kept + timedelta(seconds=1)):
            w.session.add(_message(age, clock))
    assert keeping.purge_messages() == 1
    assert _count(Observation) == 2


def test_quarantine_is_kept_for_ninety_days(app: APIFlask, work: WorkFactory, clock: ManualClock) -> None:
    with work() as w:
        for days in (89, 91):
            at = w.now - timedelta(days=days)
            w.session.add(
                Quarantine(at=at, source="native", topic="t", reason="bad_json", detail="", size=1, head=b"x")
            )
    assert keeping.purge_messages() == 1
    assert _count(Quarantine) == 1


def test_sign_ins_that_ended_a_month_ago_are_forgotten(
    app: APIFlask, county: World, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        for number, days in enumerate((31, 29, -1)):
            expires = w.now - timedelta(days=days)
            w.session.add(
                StaffSession(
                    staff_id=county.staff["duty"], token_digest=str(number), csrf="c",
                    created_at=expires - timedelta(hours=14), expires_at=expires,
                )
            )  # fmt: skip
    assert keeping.purge_messages() == 1
    assert _count(StaffSession) == 2
