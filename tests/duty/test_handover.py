"""Handing the open alarms on: accepted once, by somebody else, and never a moment without anybody."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy.exc import IntegrityError

from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.core.errors import DomainError, NotAllowedError, NotFoundError
from backend.core.states import WrongStateError
from backend.duty import errors, rules, service
from backend.duty.models import Handover
from backend.duty.states import HANDOVER, state_of
from tests.conftest import WorkFactory
from tests.duty.conftest import HOME, Team, at, names

SECOND = timedelta(seconds=1)
ALARMS = [{"id": "a1", "kind": "sos", "title": "203 房 呼救"}]


def _open(work: WorkFactory, team: Team, who: str = "day") -> UUID:
    with work(team.actor(who)) as w:
        return service.open_handover(w, HOME, "duty", note="203 房发热", open_alarms=ALARMS).id


def _accept(work: WorkFactory, team: Team, handover: UUID, who: str = "night") -> None:
    with work(team.actor(who)) as w:
        service.accept_handover(w, handover)


def test_the_taker_has_the_rest_of_the_shift_and_the_giver_may_go(
    work: WorkFactory, team: Team, clock: ManualClock
) -> None:
    clock.advance((at(22, 19, 50) - clock.now()).total_seconds())
    handover = _open(work, team)
    with work() as w:
        (waiting,) = service.pending_handovers(w, HOME)
    assert (waiting.from_name, waiting.note, waiting.open_alarms) == ("王芳", "203 房发热", ALARMS)
    assert waiting.actions == ["accept", "cancel"]
    _accept(work, team, handover)
    with work() as w:
        assert [(who.name, who.until) for who in service.on_duty(w, HOME, "duty")] == [("李强", at(23, 8))]
        assert service.pending_handovers(w, HOME) == []
        (done,) = service.recent_handovers(w, HOME)
    assert (done.state, done.to_name, done.accepted_at) == ("accepted", "李强", at(22, 19, 50))


def test_until_it_is_accepted_the_giver_stays_on_duty_after_the_shift(
    work: WorkFactory, team: Team, clock: ManualClock
) -> None:
    clock.advance((at(22, 19, 50) - clock.now()).total_seconds())
    handover = _open(work, team)
    clock.advance(20 * 60)
    with work() as w:
        assert set(names(w)) == {"王芳", "李强"}
    _accept(work, team, handover)
    with work() as w:
        assert names(w) == ["李强"]
        assert set(names(w, at(22, 20, 9))) == {"王芳", "李强"}


@pytest.mark.parametrize(("offset", "present"), [(-SECOND, True), (timedelta(0), False), (SECOND, False)])
def test_a_forgotten_handover_holds_the_giver_for_two_hours(
    work: WorkFactory, team: Team, clock: ManualClock, offset: timedelta, present: bool
) -> None:
    clock.advance((at(22, 19, 50) - clock.now()).total_seconds())
    _open(work, team)
    with work() as w:
        assert ("王芳" in names(w, at(22, 21, 50) + offset)) is present


def test_a_waiting_handover_does_not_hide_a_gap(work: WorkFactory, team: Team, clock: ManualClock) -> None:
    with work(team.actor("lead")) as w:
        service.add_override(
            w, HOME, "duty", kind="remove", staff_id=team.night, starts_at=at(22, 20), ends_at=at(23, 8)
        )
    clock.advance((at(22, 19, 50) - clock.now()).total_seconds())
    _open(work, team)
    with work() as w:
        assert [(gap.starts, gap.ends) for gap in service.gaps_ahead(w, HOME, 24)] == [(at(22, 20), at(23, 8))]


def test_somebody_without_a_shift_who_accepts_late_is_on_duty_until_the_next_change(
    work: WorkFactory, team: Team, clock: ManualClock
) -> None:
    clock.advance((at(22, 19, 50) - clock.now()).total_seconds())
    handover = _open(work, team)
    clock.advance(20 * 60)
    _accept(work, team, handover, "spare")
    with work() as w:
        assert {(who.name, who.until) for who in service.on_duty(w, HOME, "duty")} == {
            ("李强", at(23, 8)),
            ("赵丽", at(23, 8)),
        }


def test_the_accepting_person_signs_the_list_they_were_shown(work: WorkFactory, team: Team) -> None:
    handover = _open(work, team)
    fresh = [*ALARMS, {"id": "a2", "kind": "fall", "title": "105 房 跌倒"}]
    with work(team.actor("night")) as w:
        service.accept_handover(w, handover, open_alarms=fresh)
    with work() as w:
        assert w.session.get_one(Handover, handover).open_alarms == fresh


def test_a_second_tap_of_the_winner_is_harmless(work: WorkFactory, team: Team) -> None:
    handover = _open(work, team)
    _accept(work, team, handover)
    _accept(work, team, handover)
    with pytest.raises(errors.HandoverSettledError):
        _accept(work, team, handover, "spare")
    with work() as w:
        assert w.session.get_one(Handover, handover).to_id == team.night


def test_only_somebody_on_duty_hands_over_and_only_once(work: WorkFactory, team: Team) -> None:
    with pytest.raises(errors.NotOnDutyError):
        _open(work, team, "night")
    _open(work, team)
    with pytest.raises(errors.HandoverPendingError):
        _open(work, team)


def test_the_giver_and_strangers_to_the_post_cannot_accept(work: WorkFactory, team: Team) -> None:
    handover = _open(work, team)
    with pytest.raises(errors.HandoverToSelfError):
        _accept(work, team, handover, "day")
    with pytest.raises(errors.NotQualifiedError):
        _accept(work, team, handover, "officer")
    with pytest.raises(NotFoundError):
        _accept(work, team, uuid4())


def test_the_giver_or_a_lead_takes_it_back_and_a_colleague_does_not(work: WorkFactory, team: Team) -> None:
    for who in ("day", "lead"):
        handover = _open(work, team)
        with pytest.raises(NotAllowedError), work(team.actor("night")) as w:
            service.cancel_handover(w, handover)
        with work(team.actor(who)) as w:
            assert state_of(service.cancel_handover(w, handover)) == "cancelled"
        with pytest.raises(errors.HandoverSettledError):
            _accept(work, team, handover)


@pytest.mark.parametrize("state", ["pending", "accepted", "cancelled"])
@pytest.mark.parametrize("action", ["accept", "cancel"])
def test_the_table_allows_only_what_waits_to_change(state: str, action: str) -> None:
    if state == "pending":
        assert HANDOVER.next(state, action) in ("accepted", "cancelled")
    else:
        with pytest.raises(WrongStateError):
            HANDOVER.next(state, action)


def test_of_many_who_accept_at_once_one_wins(app: APIFlask, work: WorkFactory, team: Team) -> None:
    handover, start, lost = _open(work, team), Barrier(3), []

    def accept(who: str) -> None:
        with app.app_context():
            start.wait()
            try:
                with unit_of_work(team.actor(who)) as w:
                    service.accept_handover(w, handover)
            except DomainError as error:
                lost.append(error.code)

    threads = [Thread(target=accept, args=(who,)) for who in ("night", "spare", "lead")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lost == ["duty.handover_settled"] * 2
    with work() as w:
        assert len(service.on_duty(w, HOME, "duty")) == 1


def test_the_database_itself_refuses_a_second_pending_handover(work: WorkFactory, team: Team) -> None:
    _open(work, team)
    with pytest.raises(IntegrityError), work() as w:
        w.session.add(
            Handover(division_code=HOME, role="duty", from_id=team.day, opened_at=w.now, open_alarms=[], note="again")
        )


@pytest.mark.parametrize(("seconds", "found"), [(-1, False), (0, True), (1, True)])
def test_a_handover_nobody_accepts_is_reported_after_a_quarter_of_an_hour(
    work: WorkFactory, team: Team, clock: ManualClock, seconds: int, found: bool
) -> None:
    _open(work, team)
    clock.advance(rules.HANDOVER_REMIND.total_seconds() + seconds)
    with work() as w:
        assert ("handover_waiting" in {finding.code for finding in service.lint(w, HOME)}) is found
