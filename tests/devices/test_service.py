"""The life of a device: registered, proven by a press, tested, away for maintenance, gone."""

import threading
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.errors import BadInputError, NotFoundError
from backend.core.states import WrongStateError
from backend.devices import rules, service, status
from backend.devices.errors import AlreadyRegisteredError, NotPlacedError, ReasonMissingError
from backend.devices.models import STATES, Device
from backend.devices.registry import Register
from backend.devices.service import NewDevice, Spot
from backend.devices.states import MACHINE
from tests.conftest import WorkFactory
from tests.devices.conftest import HOME, STATION, County, make_device


def _button(county: County, **more: object) -> NewDevice:
    facts = {"spot": Spot(bed_id=county.bed), "capabilities": ["sos"], "power": "battery"} | more
    return NewDevice("zigbee2mqtt", "zigbee2mqtt/sos-9", "203按钮", **facts)  # type: ignore[arg-type] # test facts


def test_a_new_button_is_in_service_only_after_a_press(county: County, work: WorkFactory, clock: ManualClock) -> None:
    with work() as w:
        row = service.register(w, _button(county))
        assert (row.state, row.site_code, row.expected_interval_s) == ("registered", HOME, 13 * 3600)
    clock.advance(60)
    with work() as w:
        assert service.prove(w, row.id)
        assert not service.prove(w, row.id)
    with work() as w:
        row = service.get(w, row.id)
        assert (row.state, row.in_service_at) == ("in_service", w.now)
        assert row.test_due_at == w.now + timedelta(days=7)
        actions = w.session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"device:{row.id}"))
        assert list(actions) == ["device.registered", "device.proven"]


def test_a_familys_button_is_tested_monthly_and_a_sensor_never(county: County, work: WorkFactory) -> None:
    with work() as w:
        button = make_device(w, state="registered", site_code=STATION)
        sensor = make_device(w, "door", state="registered", site_code=STATION, capabilities=["contact"])
        service.prove(w, button.id)
        service.prove(w, sensor.id)
        assert service.get(w, button.id).test_due_at == w.now + timedelta(days=30)
        assert service.get(w, sensor.id).test_due_at is None


@pytest.mark.parametrize(
    ("kind", "capabilities", "heard", "proof"),
    [
        ("device", ["sos"], ["sos"], True),
        ("device", ["sos"], ["test"], True),
        ("device", ["sos", "battery"], ["battery"], False),
        ("device", ["bed_occupancy"], ["heart_rate"], True),
        ("gateway", [], [], True),
    ],
)
def test_a_button_is_proven_by_a_press_only(
    kind: str, capabilities: list[str], heard: list[str], *, proof: bool
) -> None:
    assert rules.is_proof(kind, capabilities, heard) is proof


def test_two_hubs_prove_a_device_once(app: APIFlask, county: County, work: WorkFactory) -> None:
    with work() as w:
        device = service.register(w, _button(county)).id
    barrier, won = threading.Barrier(4), []

    def hub() -> None:
        with app.app_context():
            barrier.wait()
            with work() as w:
                won.append(service.prove(w, device))

    threads = [threading.Thread(target=hub) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, False, False, True]
    with work() as w:
        proven = w.session.scalars(select(AuditEntry).where(AuditEntry.action == "device.proven")).all()
        assert len(proven) == 1


def test_the_register_refuses_a_second_entry_and_takes_over_a_discovered_one(county: County, work: WorkFactory) -> None:
    with work() as w:
        found = make_device(w, "sos-9", state="discovered", in_service_at=None, hardware_id="0x1", model="TS0215A_sos")
        row = service.register(w, _button(county))
        assert (row.id, row.name, row.model, row.hardware_id) == (found.id, "203按钮", "TS0215A_sos", "0x1")
    with pytest.raises(AlreadyRegisteredError) as error, work() as w:
        service.register(w, _button(county))
    assert error.value.facts == {"name": "203按钮"}


def test_a_retired_device_may_come_back_and_must_be_proven_again(
    county: County, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        row = service.register(w, _button(county))
        service.prove(w, row.id)
        service.retire(w, row.id, "老人搬走")
        register = Register()
        register.refresh(w)
        assert register.get(row.id) is None
    clock.advance(86_400)
    with work() as w:
        again = service.register(w, _button(county))
        assert (again.id, again.state, again.in_service_at, again.state_note) == (row.id, "registered", None, None)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"spot": Spot()}, NotPlacedError),
        ({"capabilities": ["teleport"]}, BadInputError),
        ({"expected_interval_s": 29}, BadInputError),
        ({"expected_interval_s": 7 * 86_400 + 1}, BadInputError),
        ({"name": " "}, BadInputError),
        ({"external_id": "zigbee2mqtt/+"}, BadInputError),
        ({"external_id": ""}, BadInputError),
    ],
)
def test_what_cannot_be_registered_is_refused(
    county: County, work: WorkFactory, facts: dict[str, object], error: type[Exception]
) -> None:
    from dataclasses import replace

    new = replace(_button(county), **facts)  # type: ignore[arg-type] # test facts
    with pytest.raises(error), work() as w:
        service.register(w, new)


@pytest.mark.parametrize("interval_s", [30, 7 * 86_400])
def test_intervals_at_the_limits_are_taken(county: County, work: WorkFactory, interval_s: int) -> None:
    with work() as w:
        row = service.register(w, _button(county, capabilities=["contact"], expected_interval_s=interval_s))
        assert row.expected_interval_s == interval_s


def test_a_device_moves_to_one_place_and_its_elder_with_it(county: County, work: WorkFactory) -> None:
    with work() as w:
        row = service.register(w, _button(county))
        service.place_device(w, row.id, Spot(elder_id=county.family_elder))
        assert (row.elder_id, row.bed_id, row.site_code) == (county.family_elder, None, STATION)
        service.place_device(w, row.id, Spot(room_id=county.room))
        assert (row.elder_id, row.room_id, row.site_code) == (None, county.room, HOME)
        service.place_device(w, row.id, Spot(site_code=STATION))
        assert (row.room_id, row.site_code) == (None, STATION)
    with pytest.raises(NotPlacedError), work() as w:
        service.place_device(w, row.id, Spot(elder_id=county.elder, bed_id=county.bed))
    with pytest.raises(NotFoundError), work() as w:
        service.place_device(w, row.id, Spot(elder_id=county.bed))


@pytest.mark.parametrize(("minutes", "fits"), [(1, True), (120, True), (121, False), (-1, False)])
def test_test_mode_lasts_at_most_two_hours(county: County, work: WorkFactory, minutes: int, *, fits: bool) -> None:
    with work() as w:
        device = make_device(w)
        try:
            service.start_test(w, device.id, minutes)
        except BadInputError:
            assert not fits
        else:
            assert fits


def test_test_mode_ends_by_itself_and_a_test_press_moves_the_due_date(
    county: County, work: WorkFactory, clock: ManualClock
) -> None:
    register, start = Register(), clock.now()
    with work() as w:
        device = make_device(w, site_code=HOME, test_due_at=start)
        service.start_test(w, device.id, 10)
        register.refresh(w)
    known = register.get(device.id)
    assert known is not None
    assert known.in_test(start + timedelta(seconds=599))
    assert not known.in_test(start + timedelta(seconds=600))
    clock.advance(1)
    with work() as w:
        assert [one.device_id for one in status.overdue_tests(w)] == [device.id]
        service.record_test(w, device.id)
        assert status.overdue_tests(w) == []
        assert service.get(w, device.id).test_due_at == w.now + timedelta(days=7)
        service.start_test(w, device.id, 0)
        assert service.get(w, device.id).test_until is None


def test_maintenance_needs_a_reason_that_others_can_read(county: County, work: WorkFactory) -> None:
    with work() as w:
        device = make_device(w)
    for text in ("", " ", "x"):
        with pytest.raises(ReasonMissingError), work() as w:
            service.start_maintenance(w, device.id, text)
    with work() as w:
        row = service.start_maintenance(w, device.id, "换电池")
        assert (row.state, row.state_note, row.state_since) == ("maintenance", "换电池", w.now)
        row = service.end_maintenance(w, device.id)
        assert (row.state, row.state_note) == ("in_service", None)


VERBS = {
    "place": lambda w, one: service.place_device(w, one, Spot(site_code=HOME)),
    "start_test": lambda w, one: service.start_test(w, one, 5),
    "start_maintenance": lambda w, one: service.start_maintenance(w, one, "换电池"),
    "end_maintenance": service.end_maintenance,
    "retire": lambda w, one: service.retire(w, one, "报废"),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", VERBS)
def test_only_what_the_table_allows_can_be_done(county: County, work: WorkFactory, state: str, action: str) -> None:
    with work() as w:
        device = make_device(w, state=state)
    if action not in MACHINE.actions(state):
        with pytest.raises(WrongStateError) as refused, work() as w:
            VERBS[action](w, device.id)
        assert refused.value.facts["possible"] == MACHINE.actions(state)
        return
    with work() as w:
        VERBS[action](w, device.id)
    with work() as w:
        assert w.session.get_one(Device, device.id).state == MACHINE.table[state][action]


def test_the_elders_devices_are_those_worn_and_those_of_the_bed(county: County, work: WorkFactory) -> None:
    with work() as w:
        make_device(w, "bed", bed_id=county.bed, battery=50.0, battery_at=w.now, last_seen_at=w.now)
        make_device(w, "watch", elder_id=county.elder, battery=9.0, battery_at=w.now - timedelta(days=4))
        make_device(w, "gone", elder_id=county.elder, state="retired")
        make_device(w, "other", elder_id=county.family_elder)
    with work() as w:
        found = status.of_elder(w, county.elder, county.bed)
        assert [(one.name, one.battery) for one in found] == [("bed", 50.0), ("watch", None)]
