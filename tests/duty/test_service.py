"""Changing the roster on a real database, with the clock moved over midnight and the end of a month."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Thread
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.core import audit
from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.core.errors import BadInputError, DomainError, NotAllowedError, NotFoundError
from backend.duty import errors, service
from backend.duty.models import RosterOverride, ShiftPattern
from backend.duty.rules import Interval
from backend.people.models import Staff
from tests.conftest import WorkFactory
from tests.duty.conftest import HOME, Team, at, names

SECOND = timedelta(seconds=1)


def _override(
    work: WorkFactory, team: Team, kind: str, who: UUID, starts: datetime, ends: datetime, replaces: UUID | None = None
) -> UUID:
    with work(team.actor("lead")) as w:
        return service.add_override(
            w,
            HOME,
            "duty",
            kind=kind,
            staff_id=who,
            starts_at=starts,
            ends_at=ends,
            replaces_id=replaces,
            reason="有事",
        ).id


def test_the_clock_walks_through_a_night_and_a_month_end(work: WorkFactory, team: Team, clock: ManualClock) -> None:
    seen: list[tuple[str, str]] = []
    clock.advance((at(30, 7, 59) - clock.now()).total_seconds())
    for _ in range(26):
        with work() as w:
            (who,) = service.on_duty(w, HOME, "duty")
        seen.append((who.name, f"{who.until:%m-%d %H:%M}"))
        clock.advance(3600)
    assert seen[0] == ("李强", "11-30 00:00")
    assert seen[1:13] == [("王芳", "11-30 12:00")] * 12
    assert seen[13:25] == [("李强", "12-01 00:00")] * 12
    assert seen[25] == ("王芳", "12-01 12:00")


def test_the_next_person_is_named_with_the_beginning(work: WorkFactory, team: Team) -> None:
    with work() as w:
        assert service.next_on_duty(w, HOME, "duty") == [service.StaffNext(team.night, "李强", at(22, 20))]
        assert service.next_on_duty(w, HOME, "officer") == []


def test_an_unused_post_has_nobody(work: WorkFactory, team: Team) -> None:
    with work() as w:
        assert service.on_duty(w, HOME, "officer") == []
        assert service.on_duty(w, "500118", "duty") == []


def test_a_replacement_holds_exactly_from_start_to_end(work: WorkFactory, team: Team) -> None:
    _override(work, team, "replace", team.spare, at(22, 22), at(23, 2), replaces=team.night)
    with work() as w:
        edges = [names(w, moment) for moment in (at(22, 22) - SECOND, at(22, 22), at(23, 2) - SECOND, at(23, 2))]
    assert edges == [["李强"], ["赵丽"], ["赵丽"], ["李强"]]


def test_leave_opens_a_gap_that_is_seen_ahead_and_cover_closes_it(work: WorkFactory, team: Team) -> None:
    _override(work, team, "remove", team.night, at(22, 20), at(23, 8))
    with work() as w:
        assert service.gaps_ahead(w, HOME, 24) == [Interval(at(22, 20), at(23, 8))]
        assert service.gaps_ahead(w, HOME, 11) == []
        assert service.gaps_ahead(w, HOME, 12) == [Interval(at(22, 20), at(22, 21))]
    _override(work, team, "add", team.spare, at(22, 20), at(23, 8))
    with work() as w:
        assert service.gaps_ahead(w, HOME, 24) == []


def test_a_start_in_the_past_begins_now(work: WorkFactory, team: Team, clock: ManualClock) -> None:
    made = _override(work, team, "add", team.spare, at(22, 8), at(22, 12))
    with work() as w:
        assert w.session.get_one(RosterOverride, made).starts_at == clock.now()
        assert names(w, clock.now() - SECOND) == []  # before the roster existed
        assert set(names(w)) == {"王芳", "赵丽"}


def test_cancelling_ends_an_override_and_leaves_history(work: WorkFactory, team: Team, clock: ManualClock) -> None:
    made = _override(work, team, "replace", team.spare, at(22, 10), at(22, 20), replaces=team.day)
    clock.advance(3 * 3600)
    with work(team.actor("lead")) as w:
        service.cancel_override(w, made)
        assert names(w) == ["王芳"]
        assert names(w, at(22, 11)) == ["赵丽"]
        with pytest.raises(errors.AlreadyOverError):
            service.cancel_override(w, made)


@pytest.mark.parametrize("offset", [-SECOND, timedelta(0), SECOND])
def test_an_override_can_be_cancelled_until_it_ends(
    work: WorkFactory, team: Team, clock: ManualClock, offset: timedelta
) -> None:
    made = _override(work, team, "add", team.spare, at(22, 10), at(22, 12))
    clock.advance((at(22, 12) + offset - clock.now()).total_seconds())
    with work(team.actor("lead")) as w:
        if offset < timedelta(0):
            assert service.cancel_override(w, made).cancelled_at == clock.now()
        else:
            with pytest.raises(errors.AlreadyOverError):
                service.cancel_override(w, made)


def _refused(work: WorkFactory, team: Team, **changes: object) -> type[DomainError]:
    facts: dict[str, object] = {
        "kind": "add",
        "staff_id": team.spare,
        "starts_at": at(22, 10),
        "ends_at": at(22, 12),
        **changes,
    }
    with pytest.raises(DomainError) as caught, work(team.actor("lead")) as w:
        service.add_override(w, HOME, "duty", **facts)  # type: ignore[arg-type] # the facts vary by test
    return type(caught.value)


def test_what_cannot_be_is_refused_with_a_reason(work: WorkFactory, team: Team) -> None:
    day, night = team.day, team.night
    assert _refused(work, team, staff_id=day) is errors.AlreadyOnDutyError
    assert _refused(work, team, staff_id=team.officer) is errors.NotQualifiedError
    assert _refused(work, team, staff_id=uuid4()) is NotFoundError
    assert _refused(work, team, kind="remove", staff_id=night) is errors.NoDutyThenError
    assert _refused(work, team, kind="replace", replaces_id=night) is errors.NoDutyThenError
    assert _refused(work, team, kind="replace", replaces_id=team.spare) is BadInputError
    assert _refused(work, team, kind="replace") is BadInputError
    assert _refused(work, team, kind="swap") is BadInputError
    assert _refused(work, team, ends_at=at(22, 10)) is BadInputError
    assert _refused(work, team, starts_at=at(21, 8), ends_at=at(22, 9)) is errors.AlreadyOverError


def test_a_second_absence_over_the_first_is_a_conflict(work: WorkFactory, team: Team) -> None:
    _override(work, team, "replace", team.spare, at(22, 20), at(23, 0), replaces=team.night)
    late = {"staff_id": team.night, "starts_at": at(22, 23, 59), "ends_at": at(23, 8)}
    assert _refused(work, team, kind="remove", **late) is errors.OverrideConflictError
    assert _override(work, team, "remove", team.night, at(23, 0), at(23, 8))


@pytest.mark.parametrize(("seconds", "fits"), [(-1, True), (0, True), (1, False)])
def test_an_override_lasts_at_most_31_days(work: WorkFactory, team: Team, seconds: int, fits: bool) -> None:
    ends = at(22, 9) + timedelta(days=31, seconds=seconds)
    if fits:
        assert _override(work, team, "add", team.spare, at(22, 9), ends)
    else:
        assert _refused(work, team, starts_at=at(22, 9), ends_at=ends) is errors.OverrideTooLongError


def test_a_lead_may_stand_in_for_a_carer(work: WorkFactory, team: Team) -> None:
    _override(work, team, "add", team.lead, at(22, 10), at(22, 12))
    with work() as w:
        assert set(names(w, at(22, 11))) == {"王芳", "陈敏"}


def test_taking_over_beside_the_others_lasts_until_the_next_change(work: WorkFactory, team: Team) -> None:
    with work(team.actor("spare")) as w:
        assert service.take_over_now(w, HOME, "duty").ends_at == at(22, 20)
        assert set(names(w)) == {"王芳", "赵丽"}
        with pytest.raises(errors.AlreadyOnDutyError):
            service.take_over_now(w, HOME, "duty")


def test_taking_over_instead_of_somebody_releases_them_to_the_end_of_their_shift(work: WorkFactory, team: Team) -> None:
    with work(team.actor("spare")) as w:
        service.take_over_now(w, HOME, "duty", instead_of=team.day)
        assert [(who.name, who.until) for who in service.on_duty(w, HOME, "duty")] == [("赵丽", at(22, 20))]
        assert names(w, at(22, 20)) == ["李强"]


def test_nobody_but_staff_takes_a_shift(work: WorkFactory, team: Team) -> None:
    with pytest.raises(NotAllowedError), work() as w:
        service.take_over_now(w, HOME, "duty")


def test_a_shift_that_overlaps_an_own_one_is_refused(work: WorkFactory, team: Team) -> None:
    with work() as w:
        with pytest.raises(errors.ShiftOverlapError):
            service.add_pattern(w, HOME, "duty", team.day, name="加班", starts=1199, ends=1260, weekdays=[2])
        assert service.add_pattern(w, HOME, "duty", team.day, name="加班", starts=1200, ends=1260, weekdays=[2])


@pytest.mark.parametrize(
    "wrong",
    [{"starts": -1}, {"starts": 1440}, {"ends": 1440}, {"weekdays": []}, {"weekdays": [7]}, {"valid_to": at(22, 9)}],
)
def test_an_impossible_shift_is_refused(work: WorkFactory, team: Team, wrong: dict[str, object]) -> None:
    facts: dict[str, object] = {"name": "早班", "starts": 0, "ends": 1439, "weekdays": [0, 6], **wrong}
    with work() as w, pytest.raises(BadInputError):
        service.add_pattern(w, HOME, "duty", team.spare, **facts)  # type: ignore[arg-type] # the facts vary by test


def test_an_ended_shift_stops_at_its_second(work: WorkFactory, team: Team, clock: ManualClock) -> None:
    with work() as w:
        row = w.session.scalars(select(ShiftPattern).where(ShiftPattern.staff_id == team.day)).one()
        service.end_pattern(w, row.id, at(22, 15))
    with work() as w:
        assert [names(w, moment) for moment in (at(22, 15) - SECOND, at(22, 15))] == [["王芳"], []]
        assert names(w, at(23, 9)) == []
        with pytest.raises(errors.AlreadyOverError):
            service.end_pattern(w, row.id, at(22, 15))


def test_a_closed_account_is_off_duty_from_now_on(work: WorkFactory, team: Team, clock: ManualClock) -> None:
    _override(work, team, "replace", team.spare, at(22, 20), at(23, 8), replaces=team.night)
    clock.advance(3600)
    with work() as w:
        for who in (team.day, team.spare):
            w.session.get_one(Staff, who).active = False
        w.session.flush()
        assert names(w) == []
        assert names(w, at(22, 9, 30)) == ["王芳"]
        assert names(w, at(22, 21)) == ["李强"]  # the stand-in cannot come, so the shift falls back


def test_a_day_shows_duties_gaps_and_overrides(work: WorkFactory, team: Team) -> None:
    _override(work, team, "remove", team.night, at(22, 22), at(23, 1))
    with work() as w:
        day = service.roster(w, HOME, date(2026, 11, 22))
    shown = [(duty.name, duty.starts, duty.ends) for duty in day.duties]
    assert shown == [("王芳", at(22, 9), at(22, 20)), ("李强", at(22, 20), at(22, 22))]
    assert day.gaps == {"duty": [Interval(at(22, 0), at(22, 9)), Interval(at(22, 22), at(23, 0))]}
    assert [(o.kind, day.names[o.staff_id]) for o in day.overrides] == [("remove", "李强")]


def test_every_change_is_in_the_audit_chain_without_the_reason(work: WorkFactory, team: Team) -> None:
    made = _override(work, team, "add", team.spare, at(22, 10), at(22, 12))
    with work(team.actor("lead")) as w:
        service.cancel_override(w, made)
    with work() as w:
        entries = w.session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.action.like("duty.%"))).all()
        assert [entry.action for entry in entries][-2:] == ["duty.override_added", "duty.override_cancelled"]
        assert all("有事" not in entry.body and "赵丽" not in entry.body for entry in entries)
        assert audit.verify(w.session) == len(entries)


def _together(app: APIFlask, *verbs: Callable[[], None]) -> list[str]:
    """Run the verbs at once, each in a thread; give back the codes of the errors."""
    codes: list[str] = []

    def run(verb: Callable[[], None]) -> None:
        with app.app_context():
            try:
                verb()
            except DomainError as error:
                codes.append(error.code)

    threads = [Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes


def test_of_two_overlapping_shifts_given_at_once_one_is_refused(app: APIFlask, work: WorkFactory, team: Team) -> None:
    def give(name: str) -> None:
        with unit_of_work() as w:
            service.add_pattern(w, HOME, "duty", team.spare, name=name, starts=480, ends=1200, weekdays=[1])

    codes = _together(app, *[lambda n=n: give(f"白班{n}") for n in range(6)])  # type: ignore[misc] # lambda defaults
    assert codes == ["duty.shift_overlap"] * 5
    with work() as w:
        assert len(w.session.scalars(select(ShiftPattern).where(ShiftPattern.staff_id == team.spare)).all()) == 1
