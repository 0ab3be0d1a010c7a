"""Silence becomes news once, at its limit, and a gateway speaks for its devices."""

import threading
from datetime import timedelta

import pytest
from apiflask import APIFlask

from backend.core.clock import ManualClock
from backend.core.leases import Heartbeat, beat
from backend.devices import heartbeats, rules, service, silence
from backend.devices.contact import Seen, touch
from backend.devices.messages import GatewayStatus
from backend.devices.models import Device
from backend.devices.registry import Register
from backend.devices.silence import SilenceFinding
from tests.conftest import WorkFactory
from tests.devices.conftest import HOME, County, make_device

pytestmark = pytest.mark.both_databases


def _look(work: WorkFactory) -> list[SilenceFinding]:
    with work() as w:
        return silence.find_silent(w)


@pytest.mark.parametrize(("seconds", "news"), [(1199, False), (1200, False), (1201, True)])
def test_two_missed_intervals_are_news(
    county: County, work: WorkFactory, clock: ManualClock, seconds: int, *, news: bool
) -> None:
    with work() as w:
        make_device(w, last_seen_at=w.now, bed_id=county.bed)
    clock.advance(seconds)
    found = _look(work)
    assert bool(found) is news
    if news:
        (one,) = found
        assert (one.action, one.kind, one.elder_id) == ("raise", "device_offline", county.elder)
        assert (one.place, one.site_code) == ("安康养老院 2楼 203房 1床", HOME)
        assert one.detail["text"] == "最后一次上报 11月22日 09:00，已 20 分钟没有消息"


def test_news_is_told_once_and_again_only_after_the_device_was_back(
    county: County, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        device = make_device(w, last_seen_at=w.now)
    clock.advance(1201)
    assert len(_look(work)) == 1
    clock.advance(3600)
    assert _look(work) == []
    with work() as w:
        assert touch(w, [Seen(device.id, w.now)]) == [device.id]
    clock.advance(1200)
    assert _look(work) == []
    clock.advance(1)
    assert len(_look(work)) == 1


def test_after_a_day_without_the_job_each_silence_is_told_once(
    county: County, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        for number in range(5):
            make_device(w, f"b{number}", last_seen_at=w.now)
    clock.advance(86_400)
    with work() as w:
        assert len(silence.find_silent(w, limit=3)) == 3
    assert len(_look(work)) == 2
    assert _look(work) == []


@pytest.mark.parametrize(("hours", "news"), [(25.9, False), (26, False), (26.1, True)])
def test_an_sos_button_is_missed_after_26_hours_whatever_interval_was_asked_for(
    county: County, work: WorkFactory, clock: ManualClock, hours: float, *, news: bool
) -> None:
    with work() as w:
        new = service.NewDevice(
            "zigbee2mqtt", "zigbee2mqtt/x", "按钮", service.Spot(bed_id=county.bed), capabilities=["sos"],
            power="battery", expected_interval_s=5 * 86_400,
        )  # fmt: skip
        device = service.register(w, new)
        assert service.prove(w, device.id)
        touch(w, [Seen(device.id, w.now)])
    clock.advance(hours * 3600)
    assert bool(_look(work)) is news


def test_a_device_in_service_that_never_reported_is_news(county: County, work: WorkFactory, clock: ManualClock) -> None:
    with work() as w:
        make_device(w)
    clock.advance(1201)
    (one,) = _look(work)
    assert one.detail["never_reported"] is True
    assert "登记后从未上报" in one.detail["text"]


@pytest.mark.parametrize(("extra", "news"), [(0, False), (1, True)])
def test_a_registered_device_that_says_nothing_for_a_day_is_news(
    county: County, work: WorkFactory, clock: ManualClock, extra: int, *, news: bool
) -> None:
    with work() as w:
        make_device(w, state="registered", in_service_at=None)
    clock.advance(86_400 + extra)
    assert bool(_look(work)) is news


@pytest.mark.parametrize("state", ["discovered", "maintenance", "retired"])
def test_silence_out_of_service_is_no_news(county: County, work: WorkFactory, clock: ManualClock, state: str) -> None:
    with work() as w:
        make_device(w, state=state)
    clock.advance(10 * 86_400)
    assert _look(work) == []


def test_the_end_of_maintenance_starts_the_silence_anew(county: County, work: WorkFactory, clock: ManualClock) -> None:
    with work() as w:
        device = make_device(w, last_seen_at=w.now)
        service.start_maintenance(w, device.id, "换电池")
    clock.advance(86_400)
    with work() as w:
        service.end_maintenance(w, device.id)
    clock.advance(1200)
    assert _look(work) == []
    clock.advance(1)
    assert len(_look(work)) == 1


def _ward(work: WorkFactory, children: int = 3) -> tuple[Device, list[Device]]:
    """A gateway with children that report every five minutes like itself."""
    with work() as w:
        gateway = make_device(
            w, "gw", external_id="ward", kind="gateway", expected_interval_s=300, site_code=HOME,
            last_seen_at=w.now, capabilities=[],
        )  # fmt: skip
        rows = [
            make_device(w, f"c{n}", gateway_id=gateway.id, expected_interval_s=300, last_seen_at=w.now, power="mains")
            for n in range(children)
        ]
    return gateway, rows


def test_a_dead_gateway_is_one_alarm_with_its_devices_listed(
    county: County, work: WorkFactory, clock: ManualClock
) -> None:
    gateway, children = _ward(work)
    register = Register()
    for child in children:  # the last to speak keeps the gateway alive a little longer than the first
        clock.advance(20)
        with work() as w:
            register.refresh(w)
            register.touch(w, [Seen(child.id, w.now)])
    found: list[SilenceFinding] = []
    for _ in range(700):
        clock.advance(1)
        found += _look(work)
    assert [(one.kind, one.device_id) for one in found] == [("gateway_offline", gateway.id)]
    assert found[0].detail["children"] == ["c0", "c1", "c2"]
    assert found[0].detail["children_count"] == 3
    assert "3 个设备的呼叫收不到" in found[0].detail["text"]


def test_when_the_gateway_is_back_only_those_still_silent_after_their_interval_are_news(
    county: County, work: WorkFactory, clock: ManualClock
) -> None:
    _gateway, children = _ward(work)
    clock.advance(601)
    assert [one.kind for one in _look(work)] == ["gateway_offline"]
    clock.advance(3600)
    register = Register()
    with work() as w:
        register.refresh(w)
        back = register.touch(w, [Seen(children[0].id, w.now)])
        assert [one.kind for one in back] == ["gateway"]
    clock.advance(299)
    with work() as w:
        touch(w, [Seen(children[0].id, w.now), Seen(children[1].id, w.now)])
    assert _look(work) == []
    clock.advance(1)
    assert _look(work) == []
    clock.advance(1)
    assert [one.device_id for one in _look(work)] == [children[2].id]


def test_a_gateways_will_is_believed_at_once_and_its_greeting_clears(
    county: County, work: WorkFactory, clock: ManualClock
) -> None:
    gateway, _children = _ward(work)
    clock.advance(5)
    with work() as w:
        (gone,) = silence.note_gateway(w, GatewayStatus("zigbee2mqtt", "ward", online=False))
        assert (gone.action, gone.kind, gone.subject_key) == ("raise", "gateway_offline", f"device:{gateway.id}")
        assert silence.note_gateway(w, GatewayStatus("zigbee2mqtt", "ward", online=False)) == []
    clock.advance(5)
    with work() as w:
        (back,) = silence.note_gateway(w, GatewayStatus("zigbee2mqtt", "ward", online=True))
        assert (back.action, back.subject_key) == ("clear", gone.subject_key)
        assert silence.note_gateway(w, GatewayStatus("zigbee2mqtt", "unheard-of", online=False)) == []


def test_a_gateways_greeting_proves_it(county: County, work: WorkFactory) -> None:
    with work() as w:
        gateway = make_device(w, "gw", external_id="ward", kind="gateway", state="registered", capabilities=[])
        assert silence.note_gateway(w, GatewayStatus("zigbee2mqtt", "ward", online=True)) == []
    with work() as w:
        assert w.session.get_one(Device, gateway.id).state == "in_service"


@pytest.mark.parametrize(("power", "believed"), [("mains", True), ("battery", False), ("unknown", False)])
def test_availability_is_believed_about_mains_devices_only(
    county: County, work: WorkFactory, power: str, *, believed: bool
) -> None:
    register = Register()
    with work() as w:
        device = make_device(w, power=power)
        register.refresh(w)
        known = register.get(device.id)
        assert known is not None
        assert silence.note_availability(w, known, online=True) is None
        assert (silence.note_availability(w, known, online=False) is not None) is believed


@pytest.mark.parametrize(("hours", "excused"), [(3.9, True), (4.1, False)])
def test_work_on_a_gateway_excuses_its_devices_for_four_hours(
    county: County, work: WorkFactory, clock: ManualClock, hours: float, *, excused: bool
) -> None:
    gateway, _children = _ward(work)
    with work() as w:
        service.start_maintenance(w, gateway.id, "换网关")
    clock.advance(hours * 3600)
    assert (_look(work) == []) is excused


def test_two_jobs_at_once_tell_each_silence_once(
    app: APIFlask, county: County, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        for number in range(20):
            make_device(w, f"b{number}", last_seen_at=w.now)
    clock.advance(1201)
    found: list[SilenceFinding] = []
    barrier = threading.Barrier(4)

    def job() -> None:
        with app.app_context():
            barrier.wait()
            for _ in range(3):
                found.extend(_look(work))

    threads = [threading.Thread(target=job) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert len({one.subject_key for one in found}) == 20


def test_a_silent_process_is_told_once_per_silence(work: WorkFactory, county: County) -> None:
    with work() as w:
        beat(w, "hub", 15, held=3)
        assert heartbeats.silent_heartbeats(w) == []
        assert heartbeats.living_heartbeats(w) == ["system:hub"]
    with work() as w:
        row = w.session.get_one(Heartbeat, "hub")
        row.wall_at -= timedelta(seconds=16)
    with work() as w:
        (one,) = heartbeats.silent_heartbeats(w)
        assert (one.kind, one.subject_key, one.division_path) == ("system", "system:hub", "500118/")
        assert one.detail["text"].startswith("设备接入已 ")
    with work() as w:
        assert heartbeats.silent_heartbeats(w) == []
        assert heartbeats.living_heartbeats(w) == []
        beat(w, "hub", 15)
        assert heartbeats.living_heartbeats(w) == ["system:hub"]


@pytest.mark.parametrize(("seconds", "known"), [(259_199, True), (259_200, True), (259_201, False)])
def test_a_battery_reading_older_than_three_days_is_unknown(clock: ManualClock, seconds: int, *, known: bool) -> None:
    said = clock.now()
    assert (rules.battery_now(88.0, said, clock.advance(seconds)) is not None) is known
    assert rules.battery_now(None, None, clock.now()) is None
