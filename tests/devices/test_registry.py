"""The register in memory, and the signs of life written through it."""

from datetime import timedelta

import pytest

from backend.core.clock import ManualClock
from backend.devices import registry
from backend.devices.contact import Seen
from backend.devices.models import Device
from backend.devices.registry import Register
from tests.conftest import WorkFactory
from tests.devices.conftest import HOME, County, make_device


def test_a_button_of_a_bed_belongs_to_whoever_sleeps_there(county: County, work: WorkFactory) -> None:
    register = Register()
    with work() as w:
        make_device(w, bed_id=county.bed, model="TS0215A_sos", options={"zone": "x"})
    with work() as w:
        assert register.refresh(w)
    found = register.find("zigbee2mqtt", "zigbee2mqtt/button-1")
    assert found is not None
    assert (found.elder_name, found.place_text) == ("王秀英", "安康养老院 2楼 203房 1床")
    assert (found.elder_id, found.site_code) == (county.elder, HOME)
    facts = register.lookup("zigbee2mqtt", "zigbee2mqtt/button-1")
    assert facts is not None
    assert (facts.model, facts.options) == ("TS0215A_sos", {"zone": "x"})


def test_a_family_beds_place_never_holds_the_street_address(county: County, work: WorkFactory) -> None:
    register = Register()
    with work() as w:
        make_device(w, elder_id=county.family_elder)
        register.refresh(w)
    found = register.find("zigbee2mqtt", "zigbee2mqtt/button-1")
    assert found is not None
    assert found.place_text == "青山镇 桃园社区 家庭床位(地址见档案)"


def test_the_register_is_loaded_again_only_when_something_changed(county: County, work: WorkFactory) -> None:
    register = Register()
    with work() as w:
        make_device(w)
    with work() as w:
        assert register.refresh(w)
        assert not register.refresh(w)
        make_device(w, "button-2")
        assert register.refresh(w)
    assert register.find("zigbee2mqtt", "zigbee2mqtt/button-2") is not None


def test_signs_of_life_never_go_backwards_and_keep_the_newest_battery(
    county: County, work: WorkFactory, clock: ManualClock
) -> None:
    register, start = Register(), clock.now()
    with work() as w:
        device = make_device(w)
    with work() as w:
        register.refresh(w)
        late, early = start + timedelta(minutes=5), start
        register.touch(w, [Seen(device.id, late, battery=80.0, skew_s=2.5), Seen(device.id, early, battery=90.0)])
    with work() as w:
        register.touch(w, [Seen(device.id, early, battery=20.0)])
    with work() as w:
        row = w.session.get_one(Device, device.id)
        assert (row.last_seen_at, row.battery, row.battery_at, row.clock_skew_s) == (late, 80.0, late, 2.5)


@pytest.mark.parametrize(("seconds", "written"), [(9, False), (10, True), (11, True)])
def test_a_busy_sensor_is_written_every_ten_seconds(
    county: County, work: WorkFactory, clock: ManualClock, seconds: int, *, written: bool
) -> None:
    register, start = Register(), clock.now()
    with work() as w:
        device = make_device(w)
        register.refresh(w)
        register.touch(w, [Seen(device.id, start)])
    later = start + timedelta(seconds=seconds)
    with work() as w:
        register.touch(w, [Seen(device.id, later)])
    with work() as w:
        assert w.session.get_one(Device, device.id).last_seen_at == (later if written else start)


def test_what_a_rolled_back_batch_wrote_is_written_again(county: County, work: WorkFactory, clock: ManualClock) -> None:
    register, start = Register(), clock.now()
    with work() as w:
        device = make_device(w)
    with work() as w:
        register.refresh(w)
        register.touch(w, [Seen(device.id, start)])
        w.session.rollback()
        w.hooks.clear()  # what a unit of work that failed never runs
    with work() as w:
        register.touch(w, [Seen(device.id, start + timedelta(seconds=1))])
    with work() as w:
        assert w.session.get_one(Device, device.id).last_seen_at == start + timedelta(seconds=1)


def test_a_message_ends_the_silence_of_its_device_and_of_its_gateway(
    county: County, work: WorkFactory, clock: ManualClock
) -> None:
    register, start = Register(), clock.now()
    with work() as w:
        gateway = make_device(w, "gw", kind="gateway", offline_since=start)
        device = make_device(w, gateway_id=gateway.id, offline_since=start)
        register.refresh(w)
    with work() as w:
        back = register.touch(w, [Seen(device.id, clock.advance(30))])
        assert {one.id for one in back} == {device.id, gateway.id}
    with work() as w:
        assert register.touch(w, [Seen(device.id, clock.advance(30))]) == []
        row = w.session.get_one(Device, gateway.id)
        assert (row.offline_since, row.back_at) == (None, start + timedelta(seconds=30))


def test_an_offline_device_is_written_at_once_even_right_after_a_write(
    county: County, work: WorkFactory, clock: ManualClock
) -> None:
    register, start = Register(), clock.now()
    with work() as w:
        device = make_device(w)
        register.refresh(w)
        register.touch(w, [Seen(device.id, start)])
    with work() as w:
        w.session.get_one(Device, device.id).offline_since = start
        registry.bump(w)
    with work() as w:
        register.refresh(w)
        back = register.touch(w, [Seen(device.id, start + timedelta(seconds=1))])
        assert [one.id for one in back] == [device.id]


def test_a_battery_that_says_the_same_in_every_message_is_not_written_every_time(
    county: County, work: WorkFactory, clock: ManualClock
) -> None:
    register, start = Register(), clock.now()
    with work() as w:
        device = make_device(w)
        register.refresh(w)
        register.touch(w, [Seen(device.id, start, battery=80.0)])
    with work() as w:
        register.touch(w, [Seen(device.id, start + timedelta(seconds=1), battery=80.0)])
    with work() as w:
        assert w.session.get_one(Device, device.id).last_seen_at == start
        register.touch(w, [Seen(device.id, start + timedelta(seconds=2), battery=79.0)])
    with work() as w:
        row = w.session.get_one(Device, device.id)
        assert (row.battery, row.last_seen_at) == (79.0, start + timedelta(seconds=2))


def test_a_gateway_is_proven_by_the_first_message_through_it(county: County, work: WorkFactory) -> None:
    register = Register()
    with work() as w:
        gateway = make_device(w, "gw", kind="gateway", state="registered", capabilities=[], in_service_at=None)
        device = make_device(w, gateway_id=gateway.id)
        register.refresh(w)
        register.touch(w, [Seen(device.id, w.now)])
    with work() as w:
        assert w.session.get_one(Device, gateway.id).state == "in_service"
