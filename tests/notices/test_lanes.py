"""Places per channel, and channels that have stopped answering."""

import pytest

from backend.notices.channels.base import Outcome, Reason, failed, refused, sent
from backend.notices.lanes import SICK_AFTER, SICK_FOR_S, Lane, Lanes

URGENT, ROUTINE = Lane("sms", urgent=True), Lane("sms", urgent=False)
TIMED_OUT = failed(Reason.TIMEOUT)


class _Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> _Time:
    return _Time()


@pytest.fixture
def lanes(time: _Time) -> Lanes:
    return Lanes(2, 1, time)


def _send(lanes: Lanes, outcome: Outcome, lane: Lane = URGENT) -> None:
    lanes.take(lane, "ticket")
    lanes.leave(lane, "ticket", outcome)


def test_urgent_and_routine_have_places_of_their_own(lanes: Lanes) -> None:
    lanes.take(ROUTINE, 1)
    assert (lanes.free(ROUTINE), lanes.free(URGENT)) == (0, 2)
    lanes.leave(ROUTINE, 1, sent())
    assert lanes.free(ROUTINE) == 1


@pytest.mark.parametrize(("slow", "sick"), [(SICK_AFTER - 1, False), (SICK_AFTER, True), (SICK_AFTER + 1, True)])
def test_slow_failures_in_a_row_make_a_channel_sick(lanes: Lanes, slow: int, sick: bool) -> None:
    for _ in range(slow):
        _send(lanes, TIMED_OUT)
    assert (lanes.passed_over(URGENT), lanes.passed_over(ROUTINE)) == (sick, sick)


@pytest.mark.parametrize("answer", [sent(), refused(Reason.NO_GRANT), failed(Reason.HTTP_5XX)])
def test_any_quick_answer_is_a_sign_of_life(lanes: Lanes, answer: Outcome) -> None:
    for outcome in (TIMED_OUT, TIMED_OUT, answer, TIMED_OUT, TIMED_OUT):
        _send(lanes, outcome)
    assert not lanes.passed_over(URGENT)


@pytest.mark.parametrize(("waited", "over"), [(SICK_FOR_S - 0.1, True), (SICK_FOR_S, False), (SICK_FOR_S + 0.1, False)])
def test_after_a_while_one_notice_tries_a_sick_channel_again(
    lanes: Lanes, time: _Time, waited: float, over: bool
) -> None:
    for _ in range(SICK_AFTER):
        _send(lanes, TIMED_OUT)
    time.now += waited
    assert lanes.passed_over(URGENT) is over


def test_while_one_tries_the_others_still_pass_and_its_success_opens_the_channel(lanes: Lanes, time: _Time) -> None:
    for _ in range(SICK_AFTER):
        _send(lanes, TIMED_OUT)
    time.now += SICK_FOR_S
    assert lanes.probing(URGENT)
    lanes.take(URGENT, "probe")
    assert lanes.passed_over(URGENT)
    assert lanes.passed_over(ROUTINE)
    lanes.leave(URGENT, "probe", sent())
    assert not lanes.passed_over(URGENT)
    assert not lanes.probing(URGENT)


def test_a_failed_trial_keeps_the_channel_away_for_as_long_again(lanes: Lanes, time: _Time) -> None:
    for _ in range(SICK_AFTER):
        _send(lanes, TIMED_OUT)
    time.now += SICK_FOR_S
    _send(lanes, TIMED_OUT)
    assert lanes.passed_over(URGENT)
    time.now += SICK_FOR_S
    assert not lanes.passed_over(URGENT)


def test_a_trial_that_was_not_made_says_nothing(lanes: Lanes, time: _Time) -> None:
    for _ in range(SICK_AFTER):
        _send(lanes, TIMED_OUT)
    time.now += SICK_FOR_S
    lanes.take(URGENT, "probe")
    lanes.leave(URGENT, "probe", None)
    assert not lanes.passed_over(URGENT)
    assert lanes.probing(URGENT)


@pytest.mark.parametrize(("held_s", "over"), [(0.9, False), (1.0, True), (1.1, True)])
def test_urgent_notices_do_not_wait_for_places_that_hang(lanes: Lanes, time: _Time, held_s: float, over: bool) -> None:
    lanes.take(URGENT, 1)
    lanes.take(URGENT, 2)
    lanes.take(ROUTINE, 3)
    time.now += held_s
    assert (lanes.passed_over(URGENT), lanes.passed_over(ROUTINE)) == (over, False)


@pytest.mark.parametrize(
    ("backlog", "taken", "worth"), [(True, 2, False), (True, 1, True), (True, 0, True), (False, 0, False)]
)
def test_a_lane_is_served_again_when_half_of_it_is_free(lanes: Lanes, backlog: bool, taken: int, worth: bool) -> None:
    for ticket in range(taken):
        lanes.take(URGENT, ticket)
    lanes.note_backlog(URGENT, waiting=backlog)
    assert lanes.worth_serving(URGENT) is worth
