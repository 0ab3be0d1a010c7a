"""Sending what is in the outbox: once, in order, by the next way at once, and never after it was taken back."""

import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest
from apiflask import APIFlask

from backend.core import logs, wakes
from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.notices import service
from backend.notices.channels.base import Outcome, OutcomeStatus, OutgoingMessage, Reason, refused
from backend.notices.dispatcher import Dispatcher
from backend.notices.outbox import Undelivered
from tests.conftest import WorkFactory
from tests.support import outgoing, services
from tests.support.outgoing import BROKEN, TIMED_OUT, HangingLine, Line, attempts, status, write

pytestmark = pytest.mark.both_databases


def _drain(dispatcher: Dispatcher) -> int:
    """Send until nothing is due; return how many calls that took."""
    calls = 0
    while handed := dispatcher.run_once():
        calls += handed
    return calls


def test_a_notice_is_sent_once_and_its_attempt_is_written_down(app: APIFlask, work: WorkFactory) -> None:
    sms = Line("sms")
    with work() as w:
        one = write(w, "k", "sms")
    assert _drain(Dispatcher(app, {"sms": sms})) == 1
    assert [message.text for message in sms.taken] == ["【守望】203房 王秀英 紧急呼叫，09:31按下，请立即前往。"]
    assert (status(one), attempts(one)) == ("sent", [("sms", "sent")])
    assert outgoing.notice(one).sent_at is not None


def test_known_arrival_is_told_apart_from_sent(app: APIFlask, work: WorkFactory) -> None:
    board = Line("board", [Outcome(OutcomeStatus.DELIVERED)])
    with work() as w:
        one = write(w, "k", "board")
    _drain(Dispatcher(app, {"board": board}))
    assert status(one) == "delivered"


def test_the_intent_is_committed_before_the_provider_is_called(app: APIFlask, work: WorkFactory) -> None:
    seen: list[object] = []
    sms = Line("sms")

    def look(message: OutgoingMessage) -> None:
        with app.app_context():
            seen.extend((outgoing.status(one), attempts(one)))

    sms.before = look
    with work() as w:
        one = write(w, "k", "sms")
    _drain(Dispatcher(app, {"sms": sms}))
    assert seen == ["sending", [("sms", None)]]


@pytest.mark.parametrize("answer", [BROKEN, TIMED_OUT, refused(Reason.NO_GRANT)])
def test_a_failure_takes_the_next_way_at_once(app: APIFlask, work: WorkFactory, answer: Outcome) -> None:
    wechat, sms = Line("wechat", [answer]), Line("sms")
    with work() as w:
        one = write(w, "k", "wechat", "sms")
    assert _drain(Dispatcher(app, {"wechat": wechat, "sms": sms})) == 2
    assert attempts(one) == [("wechat", answer.status), ("sms", "sent")]
    assert (status(one), outgoing.notice(one).channel) == ("sent", "sms")


def test_a_channel_that_is_not_configured_only_costs_a_moment(app: APIFlask, work: WorkFactory) -> None:
    sms = Line("sms")
    with work() as w:
        one = write(w, "k", "wechat", "sms")
    _drain(Dispatcher(app, {"sms": sms}))
    assert (status(one), len(sms.taken)) == ("sent", 1)


@pytest.mark.expects_errors
def test_a_broken_adapter_does_not_cost_the_other_ways(app: APIFlask, work: WorkFactory) -> None:
    wechat, sms = Line("wechat", [ZeroDivisionError()]), Line("sms")
    with work() as w:
        one = write(w, "k", "wechat", "sms")
    _drain(Dispatcher(app, {"wechat": wechat, "sms": sms}))
    assert status(one) == "sent"


def test_after_the_last_way_the_alarm_hears_of_it_in_the_same_transaction(app: APIFlask, work: WorkFactory) -> None:
    heard: list[tuple[str, list[str]]] = []
    alarm = uuid4()

    def hook(w: Work, undelivered: Undelivered) -> None:
        heard.append((undelivered.reason, [notice.status for notice in service.notices_of(w, alarm)]))

    with work() as w:
        one = write(w, "k", "wechat", "sms", alarm_id=alarm)
    lines = {"wechat": Line("wechat", [BROKEN]), "sms": Line("sms", [BROKEN])}
    _drain(Dispatcher(app, lines, on_undeliverable=hook))
    assert heard == [("http_5xx", ["failed"])]
    assert (status(one), outgoing.notice(one).reason) == ("failed", "http_5xx")


@pytest.mark.expects_errors
def test_a_hook_that_breaks_does_not_keep_a_notice_alive(app: APIFlask, work: WorkFactory) -> None:
    def hook(w: Work, undelivered: Undelivered) -> None:
        raise KeyError

    with work() as w:
        one = write(w, "k", "sms")
    _drain(Dispatcher(app, {"sms": Line("sms", [BROKEN])}, on_undeliverable=hook))
    assert status(one) == "failed"


@pytest.mark.parametrize(("advance", "ends"), [(179.0, "sent"), (180.0, "expired"), (181.0, "expired")])
def test_what_comes_too_late_is_not_sent_and_the_alarm_hears_of_it(
    app: APIFlask, work: WorkFactory, clock: ManualClock, advance: float, ends: str
) -> None:
    heard: list[str] = []
    with work() as w:
        one = write(w, "k", "sms", deadline_s=180)
    clock.advance(advance)
    sms = Line("sms")
    _drain(Dispatcher(app, {"sms": sms}, on_undeliverable=lambda _, undelivered: heard.append(undelivered.status)))
    assert (status(one), len(sms.taken)) == (ends, 1 if ends == "sent" else 0)
    assert heard == ([] if ends == "sent" else ["expired"])


@pytest.mark.parametrize(("advance", "calls"), [(59.0, 0), (60.0, 1), (61.0, 1)])
def test_a_notice_for_later_waits_for_its_time(
    app: APIFlask, work: WorkFactory, clock: ManualClock, advance: float, calls: int
) -> None:
    with work() as w:
        write(w, "k", "sms", not_before=clock.now().replace(minute=1))
    clock.advance(advance)
    assert _drain(Dispatcher(app, {"sms": Line("sms")})) == calls


def test_what_was_taken_back_is_not_sent(app: APIFlask, work: WorkFactory) -> None:
    alarm, sms = uuid4(), Line("sms")
    with work() as w:
        one = write(w, "k", "sms", alarm_id=alarm)
    with work() as w:
        service.cancel(w, alarm, why="acknowledged")
    assert _drain(Dispatcher(app, {"sms": sms})) == 0
    assert (status(one), sms.taken) == ("cancelled", [])


def test_a_send_in_flight_is_the_last_once_the_alarm_is_answered(app: APIFlask, work: WorkFactory) -> None:
    alarm = uuid4()

    def acknowledge(message: OutgoingMessage) -> None:
        with app.app_context(), work() as w:
            service.cancel(w, alarm, why="acknowledged")

    wechat, sms = Line("wechat", [BROKEN]), Line("sms")
    wechat.before = acknowledge
    with work() as w:
        one = write(w, "k", "wechat", "sms", alarm_id=alarm)
    _drain(Dispatcher(app, {"wechat": wechat, "sms": sms}))
    assert (status(one), outgoing.notice(one).reason, sms.taken) == ("cancelled", "acknowledged", [])


def test_cancelled_between_claim_and_call_is_not_called(
    app: APIFlask, work: WorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarm, sms = uuid4(), Line("sms")
    with work() as w:
        one = write(w, "k", "sms", alarm_id=alarm)
    dispatcher = Dispatcher(app, {"sms": sms})
    start = dispatcher._start

    def acknowledge_first(claimed: object) -> object:
        with work() as w:
            service.cancel(w, alarm, why="acknowledged")
        return start(claimed)  # type: ignore[arg-type] # passed through untouched

    monkeypatch.setattr(dispatcher, "_start", acknowledge_first)
    dispatcher.run_once()
    assert (status(one), attempts(one), sms.taken) == ("cancelled", [("sms", "not_sent")], [])


def test_an_sos_overtakes_and_order_within_is_by_age(app: APIFlask, work: WorkFactory, clock: ManualClock) -> None:
    sms = Line("sms")
    with work() as w:
        write(w, "old routine", "sms", priority=5)
    clock.advance(1)
    with work() as w:
        first = write(w, "sos 1", "sms", priority=0)
    clock.advance(1)
    with work() as w:
        write(w, "fall", "sms", priority=1)
        second = write(w, "sos 2", "sms", priority=0)
    dispatcher = Dispatcher(app, {"sms": sms}, workers=1)
    _drain(dispatcher)
    assert [message.notice_id for message in sms.taken if message.urgent][:2] == [str(first), str(second)]
    assert len(sms.taken) == 4


@pytest.fixture
def hanging() -> Iterator[HangingLine]:
    line = HangingLine("sms")
    yield line
    line.let_go.set()


def _following(dispatcher: Dispatcher, app: APIFlask, url: str) -> tuple[threading.Event, threading.Thread]:
    stop = threading.Event()
    thread = threading.Thread(target=dispatcher.run, args=(stop, url), daemon=True)
    thread.start()
    return stop, thread


def test_hanging_routine_notices_never_hold_an_sos(app: APIFlask, work: WorkFactory) -> None:
    line = HangingLine("sms")
    dispatcher = Dispatcher(app, {"sms": line}, workers=2)
    url = app.config["SHOUWANG"].redis_url  # nothing listens there: the dispatcher looks by itself
    with work() as w:
        for number in range(30):
            write(w, f"routine {number}", "sms", priority=5)
    stop, thread = _following(dispatcher, app, url)
    try:
        assert line.entered.acquire(timeout=20)
        with work() as w:
            sos = write(w, "sos", "sms", priority=0)
        services.wait_until(lambda: str(sos) in [message.notice_id for message in line.taken])
    finally:
        stop.set()
        line.let_go.set()
        thread.join(30)
    assert not thread.is_alive()


def test_a_channel_that_hangs_blocks_no_other_and_is_passed_over(app: APIFlask, work: WorkFactory) -> None:
    wechat, sms = HangingLine("wechat"), Line("sms")
    dispatcher = Dispatcher(app, {"wechat": wechat, "sms": sms}, workers=2)
    with work() as w:
        ids = [write(w, f"sos {number}", "wechat", "sms", priority=0) for number in range(20)]
    stop, thread = _following(dispatcher, app, app.config["SHOUWANG"].redis_url)
    try:
        # Two hold the two places of the hanging channel; the other eighteen go by text while those still hang.
        services.wait_until(lambda: len(sms.taken) == 18)
        assert len(wechat.taken) == 2
    finally:
        wechat.let_go.set()
        services.wait_until(lambda: len(sms.taken) == 20)
        stop.set()
        thread.join(30)
    assert {status(one) for one in ids} == {"sent"}


def test_a_dispatcher_follows_wake_ups_and_goes_on_to_the_next_way_by_itself(app: APIFlask, work: WorkFactory) -> None:
    wechat, sms = Line("wechat", [BROKEN]), Line("sms")
    with services.redis() as url:
        app.extensions["shouwang_redis"] = wakes.connect(url)
        stop, thread = _following(Dispatcher(app, {"wechat": wechat, "sms": sms}), app, url)
        with work() as w:
            one = write(w, "k", "wechat", "sms")
        services.wait_until(lambda: status(one) == "sent")
        stop.set()
        thread.join(30)
    assert attempts(one) == [("wechat", "failed"), ("sms", "sent")]
    assert not thread.is_alive()


def test_two_dispatchers_at_once_send_each_notice_once(app: APIFlask, work: WorkFactory) -> None:
    sms = Line("sms")
    with work() as w:
        ids = [write(w, f"k{number}", "sms") for number in range(120)]
    dispatchers = [Dispatcher(app, {"sms": sms}, workers=4) for _ in range(3)]
    barrier = threading.Barrier(3)

    def race(dispatcher: Dispatcher) -> None:
        barrier.wait()
        with app.app_context():
            _drain(dispatcher)

    threads = [threading.Thread(target=race, args=(dispatcher,)) for dispatcher in dispatchers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(message.notice_id for message in sms.taken) == sorted(str(one) for one in ids)
    assert {status(one) for one in ids} == {"sent"}


def test_no_log_line_carries_a_name_an_address_or_a_text(
    app: APIFlask, work: WorkFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("DEBUG")
    with work() as w:
        write(w, "k", "wechat", "sms")
    _drain(Dispatcher(app, {"wechat": Line("wechat", [refused(Reason.BAD_ADDRESS)]), "sms": Line("sms")}))
    written = capsys.readouterr().err
    assert "notice handed over" in written
    assert not [word for word in ("王芳", "王秀英", "203房", "sms-address", "wechat-address") if word in written]
