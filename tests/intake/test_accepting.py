"""The way in: what pages, what is only kept, and what is news about a device."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select

from backend.alarms.models import Alarm, AlarmEvent
from backend.core.clock import ManualClock
from backend.core.db import reading
from backend.core.ids import new_id
from backend.devices import service as devices
from backend.devices.messages import DecodeError, Inbound
from backend.devices.models import Device, Downlink, Observation, Quarantine, UnknownDevice
from backend.devices.registry import Register
from backend.intake import service
from backend.intake.arrivals import Accepted, Arrival
from backend.sensing.models import Reading
from iot.decoders import registry
from tests.conftest import WorkFactory
from tests.support.world import HOME, World, build

pytestmark = pytest.mark.both_databases

BUTTON, EUI = "zigbee2mqtt/button", "24e124535b316056"


@dataclass
class Wire:
    """Messages straight into the intake, as a hub would hand them over."""

    work: WorkFactory
    clock: ManualClock
    world: World
    register: Register = field(default_factory=Register)
    devices: dict[str, UUID] = field(default_factory=dict)

    def add(self, external_id: str, **more: Any) -> UUID:
        facts: dict[str, Any] = {
            "id": new_id(), "source": "zigbee2mqtt", "external_id": external_id, "name": external_id,
            "state": "in_service", "site_code": HOME, "elder_id": self.world.elder, "power": "battery",
            "registered_at": self.clock.now(), "in_service_at": self.clock.now(), "last_seen_at": self.clock.now(),
        }  # fmt: skip
        with self.work() as w:
            w.session.add(Device(**{**facts, **more}))
        self.devices[external_id] = {**facts, **more}["id"]
        return self.devices[external_id]

    def install(self, topic: str) -> None:
        spot = devices.Spot(elder_id=self.world.elder)
        new = devices.NewDevice("zigbee2mqtt", topic, "新按钮", spot, model="TS0215A_sos", capabilities=["sos"])
        with self.work() as w:
            devices.register(w, new)

    def send(self, topic: str, payload: Any, **more: Any) -> Accepted:
        body = payload if isinstance(payload, bytes) else orjson.dumps(payload)
        inbound = Inbound(topic, body, self.clock.now(), **more)
        with reading() as w:
            self.register.refresh(w)
        arrival = Arrival(inbound, "mqtt")
        try:
            decoder = registry().decoder_for(topic)
            arrival.source, arrival.decoded = decoder.source, decoder.decode(inbound, self.register.lookup)
        except DecodeError as error:
            arrival.error = error
        with self.work() as w:
            return service.accept(w, [arrival], register=self.register, hub="hub")

    def uplink(self, key: str, at: datetime | None = None, data: str = "/y4B") -> Accepted:
        body: dict[str, Any] = {"deduplicationId": key, "deviceInfo": {"devEui": EUI}, "fPort": 85, "data": data}
        if at is not None:
            body["time"] = at.isoformat()
        return self.send(f"application/1/device/{EUI}/event/up", body)

    def alarms(self) -> list[Alarm]:
        with reading() as w:
            return list(w.session.scalars(select(Alarm).order_by(Alarm.raised_at)))

    def rows(self, model: Any) -> list[Any]:
        with reading() as w:
            return list(w.session.scalars(select(model)))


@pytest.fixture
def wire(work: WorkFactory, clock: ManualClock) -> Wire:
    with work() as w:
        world = build(w)
    made = Wire(work, clock, world)
    made.add(BUTTON, model="TS0215A_sos", capabilities=["sos"])
    made.add(EUI, source="chirpstack", model="WS101", capabilities=["sos"])
    return made


def test_a_press_becomes_an_alarm_of_the_elder_and_the_device_is_told_received(wire: Wire) -> None:
    wire.send(BUTTON, {"action": "emergency"})
    (alarm,) = wire.alarms()
    assert (alarm.kind, alarm.subject_name, alarm.place) == ("sos", "王秀英", "安康养老院 2楼 203房 1床")
    assert [(one.kind, one.device_id) for one in wire.rows(Downlink)] == [("received", wire.devices[BUTTON])]


def test_two_buttons_of_one_elder_are_one_alarm(wire: Wire) -> None:
    wire.send(BUTTON, {"action": "emergency"})
    wire.uplink("a")
    (alarm,) = wire.alarms()
    assert alarm.press_count == 2


def test_a_cached_sos_repeated_in_a_battery_report_is_no_new_press(wire: Wire) -> None:
    topic = "zigbee2mqtt/pendant"
    wire.add(topic, model="SEB01ZB", capabilities=["sos"])
    wire.send(topic, {"sos": True, "battery_low": False})
    wire.send(topic, {"sos": True, "battery_low": True})
    sos = [one for one in wire.alarms() if one.kind == "sos"]
    assert [one.press_count for one in sos] == [1]


def test_the_same_uplink_twice_is_one_press_and_two_uplinks_are_two(wire: Wire) -> None:
    wire.uplink("a")
    assert wire.uplink("a").duplicates == 1
    wire.uplink("b")
    assert [one.press_count for one in wire.alarms()] == [2]


@pytest.mark.parametrize(
    ("age", "delayed", "clock_bad"),
    [
        (timedelta(minutes=10), False, False),
        (timedelta(minutes=10, seconds=1), True, False),
        (timedelta(hours=24), True, False),
        (timedelta(hours=24, seconds=1), False, True),
        (timedelta(minutes=-5), False, False),
        (timedelta(minutes=-5, seconds=-1), False, True),
        (timedelta(days=365 * 56), False, True),
        (timedelta(days=-365 * 73), False, True),
    ],
)
def test_an_old_press_still_pages_and_an_absurd_clock_is_not_believed(
    wire: Wire, age: timedelta, delayed: bool, clock_bad: bool
) -> None:
    wire.uplink("a", wire.clock.now() - age)
    (alarm,) = wire.alarms()
    assert (alarm.delayed, alarm.clock_bad) == (delayed, clock_bad)
    assert alarm.occurred_at <= wire.clock.now()
    assert (wire.clock.now() - alarm.occurred_at == age) == (not clock_bad and age >= timedelta())


def test_a_retained_press_is_kept_and_pages_nobody(wire: Wire) -> None:
    wire.send(BUTTON, {"action": "emergency"}, retain=True)
    assert wire.alarms() == []
    assert [one.retained for one in wire.rows(Observation)] == [True]


def test_a_test_press_is_logged_sets_the_next_test_and_pages_nobody(wire: Wire) -> None:
    with wire.work() as w:
        devices.start_test(w, wire.devices[BUTTON], 10)
    wire.send(BUTTON, {"action": "emergency"})
    assert wire.alarms() == []
    (device,) = [one for one in wire.rows(Device) if one.external_id == BUTTON]
    assert device.last_test_at == wire.clock.now()
    assert device.test_due_at == wire.clock.now() + timedelta(days=7)
    wire.clock.advance(600)
    wire.send(BUTTON, {"action": "emergency"})
    assert len(wire.alarms()) == 1


def test_a_device_in_maintenance_pages_nobody(wire: Wire) -> None:
    with wire.work() as w:
        devices.start_maintenance(w, wire.devices[BUTTON], "换电池")
    wire.send(BUTTON, {"action": "emergency"})
    assert wire.alarms() == []
    assert len(wire.rows(Observation)) == 1


def test_the_first_press_of_a_new_button_puts_it_in_service_and_is_heard(wire: Wire) -> None:
    topic = "zigbee2mqtt/new"
    wire.add(topic, model="TS0215A_sos", capabilities=["sos"], state="registered", in_service_at=None)
    wire.send(topic, {"battery": 100})
    assert [one.state for one in wire.rows(Device) if one.external_id == topic] == ["registered"]
    wire.send(topic, {"action": "emergency"})
    assert [one.state for one in wire.rows(Device) if one.external_id == topic] == ["in_service"]
    assert len(wire.alarms()) == 1


def test_cancelling_at_the_device_marks_the_alarm_and_leaves_it_open(wire: Wire) -> None:
    wire.add("care-1", source="care", capabilities=["sos"])
    wire.send("care/v1/care-1/up/alarm", [{"n": "sos", "vb": True}])
    wire.send("care/v1/care-1/up/alarm", [{"n": "alarm_cancel", "vb": True}])
    (alarm,) = wire.alarms()
    assert alarm.device_cancelled_at is not None
    assert alarm.closed_at is None
    assert alarm.severity == 2


def test_a_stranger_is_noted_and_heard_only_when_it_cries(wire: Wire) -> None:
    wire.send("zigbee2mqtt/stranger", {"temperature": 20})
    assert wire.alarms() == []
    wire.send("zigbee2mqtt/stranger", {"action": "emergency"})
    (alarm,) = wire.alarms()
    assert alarm.subject_key.startswith("unregistered:")
    assert alarm.plan["policy"] == "unregistered"
    assert [one.messages for one in wire.rows(UnknownDevice)] == [2]


def test_smoke_in_a_room_belongs_to_the_room_and_its_test_button_is_no_fire(wire: Wire) -> None:
    topic = "zigbee2mqtt/smoke203"
    wire.add(topic, elder_id=None, room_id=wire.world.room, capabilities=["smoke"])
    wire.send(topic, {"smoke": False, "test": True})
    assert wire.alarms() == []
    wire.send(topic, {"smoke": True})
    wire.send(topic, {"smoke": True, "battery": 90})
    (alarm,) = wire.alarms()
    assert (alarm.kind, alarm.press_count, alarm.place) == ("smoke", 1, "安康养老院 2楼 203房")
    wire.clock.advance(60)
    wire.send(topic, {"smoke": False})
    assert wire.alarms()[0].cleared_at == wire.clock.now()
    assert wire.alarms()[0].closed_at is None


def test_history_of_a_leak_is_kept_at_its_own_time_and_pages_nobody(wire: Wire) -> None:
    wire.add("24e1240000000001", source="chirpstack", model="EM300-ZLD", capabilities=["water_leak"])
    body = {
        "deduplicationId": "h",
        "deviceInfo": {"devEui": "24e1240000000001"},
        "fPort": 85,
        "data": "IM4A8VNl/wB4AQ==",
    }
    wire.send("application/1/device/24e1240000000001/event/up", body)
    assert wire.alarms() == []
    assert {one.at for one in wire.rows(Reading)} == {datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)}


def test_an_absurd_value_is_quarantined_and_the_good_one_beside_it_is_used(wire: Wire) -> None:
    wire.send(BUTTON, {"action": "emergency", "battery": 4000})
    assert len(wire.alarms()) == 1
    assert [one.reason for one in wire.rows(Quarantine)] == ["absurd_value"]


def test_a_device_that_speaks_again_ends_its_own_alarm(wire: Wire) -> None:
    mains = wire.add("zigbee2mqtt/plug", power="mains", elder_id=None)
    wire.send("zigbee2mqtt/plug/availability", {"state": "offline"})
    (alarm,) = wire.alarms()
    assert (alarm.kind, alarm.subject_key) == ("device_offline", f"device:{mains}")
    wire.clock.advance(30)
    wire.send("zigbee2mqtt/plug", {"linkquality": 90})
    (alarm,) = wire.alarms()
    assert alarm.disposition == "recovered"


def test_a_gateway_that_says_good_bye_is_one_alarm_with_its_devices_listed(wire: Wire) -> None:
    gateway = wire.add("zigbee2mqtt", kind="gateway", power="mains", elder_id=None)
    for number in range(3):
        wire.add(f"zigbee2mqtt/child{number}", gateway_id=gateway)
    wire.send("zigbee2mqtt/bridge/state", {"state": "offline"}, retain=True)
    assert wire.alarms() == []
    wire.send("zigbee2mqtt/bridge/state", {"state": "offline"})
    (alarm,) = wire.alarms()
    assert (alarm.kind, alarm.detail["children_count"]) == ("gateway_offline", 3)
    wire.clock.advance(60)
    wire.send("zigbee2mqtt/bridge/state", {"state": "online"})
    assert wire.alarms()[0].disposition == "recovered"


def test_every_press_of_an_alarm_can_be_read_in_its_timeline(wire: Wire) -> None:
    for _ in range(3):
        wire.send(BUTTON, {"action": "emergency"})
    with reading() as w:
        texts = list(w.session.scalars(select(AlarmEvent.type).order_by(AlarmEvent.number)))
    assert texts == ["raised", "notified", "pressed", "pressed"]


def test_while_the_installer_is_there_the_first_press_is_the_test_and_the_next_is_real(wire: Wire) -> None:
    topic = "zigbee2mqtt/fresh"
    with wire.work() as w:
        spot = devices.Spot(elder_id=wire.world.elder)
        devices.register(
            w, devices.NewDevice("zigbee2mqtt", topic, "新按钮", spot, model="TS0215A_sos", capabilities=["sos"])
        )
    wire.send(topic, {"action": "emergency"})
    assert wire.alarms() == []
    assert [one.state for one in wire.rows(Device) if one.external_id == topic] == ["in_service"]
    wire.send(topic, {"action": "emergency"})
    assert len(wire.alarms()) == 1


def test_two_hours_after_registering_even_the_first_press_is_real(wire: Wire) -> None:
    topic = "zigbee2mqtt/fresh"
    with wire.work() as w:
        spot = devices.Spot(elder_id=wire.world.elder)
        devices.register(
            w, devices.NewDevice("zigbee2mqtt", topic, "新按钮", spot, model="TS0215A_sos", capabilities=["sos"])
        )
    wire.clock.advance(2 * 3600)
    wire.send(topic, {"action": "emergency"})
    assert len(wire.alarms()) == 1
