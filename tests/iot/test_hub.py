"""Accepted is never lost: a real broker, a real hub, and everything that can be killed is."""

import threading

import pytest
from sqlalchemy import select

from backend.alarms.models import Alarm
from backend.core.db import reading, unit_of_work
from backend.devices import service
from backend.devices.models import Observation, Quarantine
from tests.iot.conftest import Bench, Publisher
from tests.support.services import wait_until
from tests.support.world import HOME

pytestmark = pytest.mark.both_databases


def test_a_press_on_the_wire_becomes_one_alarm_for_the_right_person(bench: Bench) -> None:
    topic = bench.buttons(1)[0]
    bench.start_hub()
    bench.wait_connected()
    button = Publisher(bench.port)
    button.press(topic)
    wait_until(lambda: bench.count(Alarm) == 1)
    with reading() as w:
        alarm = w.session.scalars(select(Alarm)).one()
        assert (alarm.kind, alarm.severity, alarm.site_code) == ("sos", 4, "500118101-H1")
    button.close()


@pytest.mark.slow
def test_six_thousand_presses_and_three_kills_lose_nothing_and_count_nothing_twice(bench: Bench) -> None:
    topics = bench.buttons(300)
    hub = bench.start_hub()
    bench.wait_connected()
    button = Publisher(bench.port)
    for number in range(6000):
        button.press(topics[number % 300], b'{"action":"emergency","linkquality":%d}' % (number % 200))
        if number in (1500, 3000, 4500):
            _wait_for_progress(bench)
            bench.kill_hub(hub)
            hub = bench.start_hub()
    button.flush()
    bench.settle(6000)
    assert (bench.calls_for_help(), bench.presses(), bench.count(Observation)) == (300, 6000, 6000)
    button.close()


def _wait_for_progress(bench: Bench) -> None:
    before = bench.presses()
    wait_until(lambda: bench.presses() > before)


@pytest.mark.slow
def test_the_broker_dies_and_nothing_it_took_is_lost(bench: Bench) -> None:
    topics = bench.buttons(50)
    hub = bench.start_hub()
    bench.wait_connected()
    bench.kill_hub(hub)
    button = Publisher(bench.port)
    for topic in topics:
        button.press(topic)
    button.flush()
    # Mosquitto 2.0.11 confirms a message an instant before it saves it: what it has saved is what it owes us.
    wait_until(lambda: bench.saved_by_broker(topics))
    bench.kill_broker()
    bench.restart_broker()
    bench.start_hub()
    wait_until(lambda: bench.count(Alarm) == 50)
    assert bench.presses() == 50


@pytest.mark.slow
def test_fifty_publishers_of_one_press_and_two_hubs_make_one_alarm(bench: Bench) -> None:
    topic = bench.buttons(1)[0]
    bench.start_hub()
    bench.wait_connected()
    bench.start_hub()
    threads = [threading.Thread(target=_press_once, args=(bench.port, topic)) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: bench.presses() == 50)
    assert bench.count(Alarm) == 1


def _press_once(port: int, topic: str) -> None:
    publisher = Publisher(port)
    publisher.press(topic)
    publisher.close()


@pytest.mark.slow
def test_the_standby_takes_over_when_the_leader_dies(bench: Bench) -> None:
    topic = bench.buttons(1)[0]
    leader = bench.start_hub()
    bench.wait_connected()
    bench.start_hub()
    bench.kill_hub(leader)
    button = Publisher(bench.port)
    button.press(topic)
    button.close()
    wait_until(lambda: bench.count(Alarm) == 1)
    assert bench.presses() == 1


def test_garbage_is_kept_for_a_look_and_the_good_message_behind_it_is_heard(bench: Bench) -> None:
    topic = bench.buttons(1)[0]
    bench.start_hub()
    bench.wait_connected()
    wire = Publisher(bench.port)
    rubbish = [b"", b"\xff\xfe\x00", b"{", b'{"action":', b"[" * 100_000, b'{"action":{"a":[1,2]}}', b"x" * 1_000_000]
    for payload in rubbish:
        wire.press(topic, payload)
    wire.press("zigbee2mqtt/sos-0000/action", b"emergency")
    wire.press("application/x/device/zz/event/up", b"{}")
    wire.press(topic)
    wait_until(lambda: bench.count(Alarm) == 1)
    with reading() as w:
        reasons = set(w.session.scalars(select(Quarantine.reason)))
    assert {"not_utf8", "not_json", "too_large"} <= reasons
    assert bench.hubs[0].poll() is None
    wire.close()


def test_a_retained_press_is_old_news_and_pages_nobody(bench: Bench) -> None:
    topics = bench.buttons(2)
    wire = Publisher(bench.port)
    wire.press(topics[0], retain=True)
    wire.flush()
    bench.start_hub()
    bench.wait_connected()
    wire.press(topics[1])
    wait_until(lambda: bench.count(Alarm) >= 1)
    with reading() as w:
        assert [one.device_name for one in w.session.scalars(select(Alarm))] == [topics[1]]
    wire.close()


def test_a_button_nobody_registered_is_heard_all_the_same(bench: Bench) -> None:
    bench.start_hub()
    bench.wait_connected()
    wire = Publisher(bench.port)
    wire.press("zigbee2mqtt/forgotten button")
    wait_until(lambda: bench.count(Alarm) == 1)
    with reading() as w:
        alarm = w.session.scalars(select(Alarm)).one()
    assert alarm.subject_key == "unregistered:zigbee2mqtt/zigbee2mqtt/forgotten button"
    assert alarm.next_step_at is not None
    wire.close()


def test_a_gateway_with_a_topic_of_its_own_is_heard_as_soon_as_it_is_registered(bench: Bench) -> None:
    bench.start_hub()
    bench.wait_connected()
    with unit_of_work() as w:
        service.register(
            w,
            service.NewDevice("zigbee2mqtt", "homes/anle", "安乐院网关", service.Spot(site_code=HOME), kind="gateway"),
        )
    wire = Publisher(bench.port)

    def heard() -> bool:
        wire.press("homes/anle/new button")
        return bench.count(Alarm) == 1

    wait_until(heard)
    wire.close()
    with reading() as w:
        assert w.session.scalars(select(Alarm.place)).one().startswith("安康养老院")
