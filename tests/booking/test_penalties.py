"""Policies as data: what brings a ban, what it stops, how it is lifted. And the re-count."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select, update

from backend import reviews
from backend.booking import penalties, service, verifying
from backend.booking.errors import AlreadyLiftedError, BannedError
from backend.booking.models import Booking, BookingBan, DayQuota, OfficeMatter, Slot
from backend.booking.records import change, let_go
from backend.core.clock import ManualClock
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.residents.models import InboxItem
from backend.settings import Settings
from scheduler import booking_jobs
from tests.conftest import START, WorkFactory
from tests.support.bookings import MONDAY, PROOF, TUESDAY, Registry, book, build, couple, moment, party, person

DAY_S = 86_400


@pytest.fixture
def strict(work: WorkFactory) -> Registry:
    with work() as w:
        return build(w, windows=4, penalty="guangdong")


def cancel_late(work: WorkFactory, registry: Registry, day: date = MONDAY) -> Booking:
    """Couple 0 books and cancels on the same Monday's eve: fewer than two days before."""
    with work() as w:
        made = book(w, registry.slots(w, day)[0], 0)
    with work() as w:
        return service.cancel(w, made.id, reason="")


def miss(work: WorkFactory, registry: Registry) -> list[BookingBan]:
    with work() as w:
        made = book(w, registry.slots(w)[0], 0)
        made = change(w, made.id, "miss")
        let_go(w, made.id)
        return penalties.weigh(w, made)


def bans(work: WorkFactory) -> list[BookingBan]:
    with work() as w:
        return list(w.session.scalars(select(BookingBan).order_by(BookingBan.begins_at)))


def test_the_policies_say_where_they_come_from_and_when_to_look_again() -> None:
    book_ = penalties.book()
    assert set(book_) == {"none", "guangdong", "zhongshan", "beijing"}
    assert all(policy.source and policy.title for policy in book_.values())
    assert "booking/penalties.yaml: guangdong" in reviews.overdue(date(2030, 1, 1))


def test_an_unknown_word_in_a_policy_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "penalties.yaml"
    bad.write_text("x: {title: t, source: s, confidence: sure, review_by: 2027-01-01, free_days: 0, limits: []}")
    with pytest.raises(ValidationError):
        penalties.load(bad)


@pytest.mark.parametrize(("day", "late"), [(MONDAY, True), (TUESDAY, False), (date(2026, 11, 25), False)])
def test_only_a_cancellation_within_the_free_days_counts(
    work: WorkFactory, strict: Registry, day: date, late: bool
) -> None:
    assert cancel_late(work, strict, day).late is late


def test_three_late_cancellations_in_thirty_days_ban_both_from_booking_online_only(
    work: WorkFactory, strict: Registry
) -> None:
    for _ in range(2):
        cancel_late(work, strict)
    assert bans(work) == []
    cancel_late(work, strict)
    found = bans(work)
    assert {ban.person_index for ban in found} == {one.index for one in couple(0)}
    assert {ban.until for ban in found} == {START + timedelta(days=180)}
    assert len(found[0].facts["marks"]) == 3
    with work() as w:
        slot = strict.slots(w)[0]
    with pytest.raises(BannedError) as caught, work() as w:
        book(w, slot, parties=[party(1), party(8)])
    assert caught.value.facts["until"] == "5月21日09:00"
    with work() as w:
        assert book(w, slot, 0, staff=strict.viewer()).source == "desk"
        assert book(w, slot, 0, PROOF).state == "booked"  # another group of matters


def test_two_missed_visits_in_180_days_or_one_and_two_cancellations_ban(work: WorkFactory, strict: Registry) -> None:
    assert miss(work, strict) == []
    cancel_late(work, strict)
    assert bans(work) == []
    cancel_late(work, strict)
    assert len(bans(work)) == 2


@pytest.mark.parametrize(("seconds", "banned"), [(-1, True), (0, False), (1, False)])
def test_a_ban_ends_at_its_second(
    work: WorkFactory, strict: Registry, clock: ManualClock, seconds: int, banned: bool
) -> None:
    with work() as w:
        w.session.add(
            BookingBan(
                person_index=party(1).index, matter_group="marriage", policy="guangdong", begins_at=w.now,
                until=w.now + timedelta(hours=2), facts={},
            )
        )  # fmt: skip
        slot = strict.slots(w)[0]
    clock.advance(7200 + seconds)
    if banned:
        with pytest.raises(BannedError), work() as w:
            book(w, slot)
    else:
        with work() as w:
            assert book(w, slot).state == "booked"


def test_what_led_to_one_ban_does_not_count_for_the_next(
    work: WorkFactory, strict: Registry, clock: ManualClock
) -> None:
    for _ in range(3):
        cancel_late(work, strict)
    with work() as w:
        for ban in w.session.scalars(select(BookingBan)):
            penalties.lift(w, ban.id, why="住院，已交证明")
    clock.advance(60)
    cancel_late(work, strict)
    assert len(bans(work)) == 2  # the same two as before: one of each partner


def test_the_counters_cancellation_never_counts_and_beijing_bans_nobody(work: WorkFactory, strict: Registry) -> None:
    for _ in range(3):
        with work() as w:
            made = book(w, strict.slots(w)[0], 0)
            assert not service.cancel(w, made.id, staff=strict.viewer(), reason="本人来电").late
    with work() as w:
        w.session.execute(update(OfficeMatter).values(penalty="beijing"))
    for _ in range(3):
        assert miss(work, strict) == []
    assert bans(work) == []


def test_a_test_policy_of_three_in_ninety_days(
    work: WorkFactory, strict: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = penalties.Policy(
        title="试验", source="试验", confidence="low", review_by=date(2030, 1, 1), free_days=0,
        limits=(penalties.LimitRow(window_days=90, ban_days=60, no_shows=3),),
    )  # fmt: skip
    monkeypatch.setattr(penalties, "book", lambda: {"guangdong": policy})
    assert [len(miss(work, strict)) for _ in range(3)] == [0, 0, 2]
    assert {ban.until - ban.begins_at for ban in bans(work)} == {timedelta(days=60)}


def test_those_banned_are_told_until_when_and_where_to_object(work: WorkFactory, strict: Registry) -> None:
    with work() as w:
        me = person(w, 1)
    for _ in range(3):
        cancel_late(work, strict)
    with work() as w:
        told = w.session.scalars(select(InboxItem).where(InboxItem.template == "booking_banned")).one()
    assert told.person_id == me
    assert "窗口" in told.body


def test_a_ban_is_lifted_once_and_with_a_reason(work: WorkFactory, strict: Registry) -> None:
    for _ in range(3):
        cancel_late(work, strict)
    ban_id = next(ban.id for ban in bans(work) if ban.person_index == party(1).index)
    for why, wrong, error in ((" ", ban_id, BadInputError), ("有证明", new_id(), NotFoundError)):
        with pytest.raises(error), work() as w:
            penalties.lift(w, wrong, why=why)
    with work() as w:
        assert penalties.lift(w, ban_id, why="有住院证明").lifted_why == "有住院证明"
        assert [one.id for one in penalties.bans_of(w, party(1).index)] == [ban_id]
    with pytest.raises(AlreadyLiftedError), work() as w:
        penalties.lift(w, ban_id, why="再一次")
    with work() as w:
        assert book(w, strict.slots(w)[0], parties=[party(1), party(8)]).state == "booked"


# -- the re-count


def broken(w: Any, registry: Registry) -> None:
    made = book(w, registry.slots(w)[0], 0)
    w.session.execute(update(Slot).where(Slot.id == registry.slots(w)[1]).values(taken=1))
    w.session.add(DayQuota(office_id=made.office_id, matter=made.matter, day=made.day, quota=5, taken=3))


def test_the_recount_finds_every_counter_that_is_wrong(work: WorkFactory, registry: Registry) -> None:
    assert verifying.confirmed() == []
    with work() as w:
        broken(w, registry)
    found = verifying.confirmed()
    assert [(one.what, one.day, one.counted, one.true) for one in found] == [
        ("slot", MONDAY, 1, 0), ("quota", MONDAY, 3, 0),
    ]  # fmt: skip
    assert verifying.confirmed(TUESDAY) == []


def test_the_nightly_job_counts_and_repairs_nothing(work: WorkFactory, registry: Registry, clock: ManualClock) -> None:
    with work() as w:
        broken(w, registry)
    assert [booking_jobs.verify_bookings(), booking_jobs.verify_bookings()] == [2, 2]
    clock.advance((moment(date(2026, 11, 25), 0) - START).total_seconds())
    assert booking_jobs.verify_bookings() == 0  # Monday is older than yesterday


def command(settings: Settings) -> tuple[int, str]:
    """Exit status and words of the real command on this database."""
    env = {
        **os.environ, "SHOUWANG_MODE": "test", "SHOUWANG_DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url, "MQTT_URL": settings.mqtt_url,
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-m", "backend.cli", "verify-bookings"], env=env, capture_output=True, text=True, check=False
    )
    return run.returncode, run.stdout + run.stderr


def test_the_command_says_where_counters_disagree(work: WorkFactory, registry: Registry, settings: Settings) -> None:
    assert command(settings) == (0, "预约名额与预约记录一致\n")
    with work() as w:
        broken(w, registry)
    status, said = command(settings)
    assert status == 1
    assert "2026-11-23 slot" in said
    assert "记为 3，实为 0" in said
