"""A gateway's list registers devices without typing and never undoes what a person set."""

from dataclasses import replace

from sqlalchemy import select

from backend.core import versions
from backend.core.clock import ManualClock
from backend.devices import gateways, registry, service
from backend.devices.gateways import InventoryNews
from backend.devices.messages import Inventory, InventoryEntry
from backend.devices.models import Device
from backend.devices.vocabulary import Capability
from tests.conftest import WorkFactory
from tests.devices.conftest import HOME, County, make_device


def _entry(name: str, radio: str | None, **more: object) -> InventoryEntry:
    entry = InventoryEntry(
        external_id=f"ward/{name}",
        name=name,
        model="TS0215A_sos",
        vendor="TuYa",
        capabilities=(Capability.SOS, Capability.BATTERY),
        power="battery",
        hardware_id=radio,
    )
    return replace(entry, **more)  # type: ignore[arg-type] # test facts


def _note(work: WorkFactory, *entries: InventoryEntry) -> InventoryNews:
    with work() as w:
        return gateways.note_inventory(w, Inventory("zigbee2mqtt", "ward", entries))


def _rows(work: WorkFactory) -> dict[str, Device]:
    with work() as w:
        return {row.external_id: row for row in w.session.scalars(select(Device)).all()}


def test_a_list_registers_what_it_knows_and_saying_it_again_changes_nothing(county: County, work: WorkFactory) -> None:
    with work() as w:
        make_device(w, "gw", external_id="ward", kind="gateway", site_code=HOME)
    assert _note(work, _entry("a", "0x1"), _entry("b", "0x2")).added == 2
    row = _rows(work)["ward/a"]
    assert (row.state, row.site_code, row.capabilities) == ("discovered", HOME, ["battery", "sos"])
    assert (row.expected_interval_s, row.hardware_id, row.model) == (13 * 3600, "0x1", "TS0215A_sos")
    with work() as w:
        before = versions.stamps(w, registry.TOPIC)
    assert _note(work, _entry("a", "0x1"), _entry("b", "0x2")) == InventoryNews()
    with work() as w:
        assert versions.stamps(w, registry.TOPIC) == before


def test_the_list_of_an_unknown_gateway_makes_it_wait_for_a_person(county: County, work: WorkFactory) -> None:
    _note(work, _entry("a", "0x1"))
    rows = _rows(work)
    assert (rows["ward"].kind, rows["ward"].state) == ("gateway", "discovered")
    assert rows["ward/a"].gateway_id == rows["ward"].id


def test_what_a_person_set_stays(county: County, work: WorkFactory) -> None:
    with work() as w:
        make_device(
            w, "a", external_id="ward/a", bed_id=county.bed, model="own", expected_interval_s=777, hardware_id="0x1"
        )
    _note(work, _entry("a", "0x1", power="mains"))
    row = _rows(work)["ward/a"]
    assert (row.name, row.model, row.expected_interval_s, row.state) == ("a", "own", 777, "in_service")
    assert (row.bed_id, row.vendor, row.power) == (county.bed, "TuYa", "mains")


def test_a_renamed_device_keeps_its_row_and_its_elder(county: County, work: WorkFactory) -> None:
    _note(work, _entry("a", "0x1"))
    with work() as w:
        device = _rows(work)["ward/a"].id
        service.register(w, service.NewDevice("zigbee2mqtt", "ward/a", "203按钮", service.Spot(bed_id=county.bed)))
    assert _note(work, _entry("room-203", "0x1")).renamed == 1
    row = _rows(work)["ward/room-203"]
    assert (row.id, row.name, row.bed_id, row.state) == (device, "203按钮", county.bed, "registered")


def test_two_devices_that_swap_names_keep_their_own_rows(county: County, work: WorkFactory) -> None:
    _note(work, _entry("a", "0x1"), _entry("b", "0x2"))
    before = {row.hardware_id: row.id for row in _rows(work).values()}
    assert _note(work, _entry("b", "0x1"), _entry("a", "0x2")) == InventoryNews(renamed=2)
    rows = _rows(work)
    assert (rows["ward/b"].id, rows["ward/a"].id) == (before["0x1"], before["0x2"])
    assert rows["ward/b"].name == "b"


def test_a_name_that_a_person_gave_to_another_row_is_left_to_a_person(county: County, work: WorkFactory) -> None:
    _note(work, _entry("a", "0x1"))
    with work() as w:
        make_device(w, "sos-203", external_id="ward/sos-203")
    assert _note(work, _entry("sos-203", "0x1")).conflicts == 1
    assert {"ward/a", "ward/sos-203"} <= set(_rows(work))


def test_another_radio_under_the_name_stays_in_service_and_is_to_be_tested(
    county: County, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        make_device(w, "a", external_id="ward/a", hardware_id="0x1", bed_id=county.bed)
    assert _note(work, _entry("a", "0x9")).replaced == 1
    row = _rows(work)["ward/a"]
    assert (row.hardware_id, row.state, row.test_due_at) == ("0x9", "in_service", clock.now())


def test_a_retired_device_stays_retired(county: County, work: WorkFactory) -> None:
    with work() as w:
        make_device(w, "a", external_id="ward/a", state="retired", model=None)
    _note(work, _entry("a", "0x1"))
    assert (_rows(work)["ward/a"].state, _rows(work)["ward/a"].model) == ("retired", None)
