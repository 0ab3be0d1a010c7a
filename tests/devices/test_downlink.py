"""What is owed to a device: once, in time, and even when Redis is dead (no test here has one)."""

from datetime import timedelta

from backend.core.clock import ManualClock
from backend.devices import downlink
from tests.conftest import WorkFactory
from tests.devices.conftest import County, make_device


def test_a_word_waits_until_the_hub_has_said_it(county: County, work: WorkFactory) -> None:
    with work() as w:
        device = make_device(w, options={"downlink": {"received": {}}})
        downlink.queue(w, device.id, "received")
    with work() as w:
        (one,) = downlink.due(w)
        assert (one.kind, one.external_id, one.options) == (
            "received",
            "zigbee2mqtt/button-1",
            {"downlink": {"received": {}}},
        )
        assert downlink.mark_sent(w, [one.id]) == 1
    with work() as w:
        assert downlink.due(w) == []
        assert downlink.mark_sent(w, [one.id]) == 0


def test_ten_presses_owe_one_word_and_a_later_press_another(county: County, work: WorkFactory) -> None:
    with work() as w:
        device = make_device(w)
        for _ in range(10):
            downlink.queue(w, device.id, "received")
        downlink.queue(w, device.id, "coming")
    with work() as w:
        found = downlink.due(w)
        assert {one.kind for one in found} == {"received", "coming"}
        downlink.mark_sent(w, [one.id for one in found])
        downlink.queue(w, device.id, "received")
        assert len(downlink.due(w)) == 1


def test_a_word_is_said_within_five_minutes_or_not_at_all(
    county: County, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        device = make_device(w)
        downlink.queue(w, device.id, "received")
    clock.advance(299)
    with work() as w:
        assert len(downlink.due(w)) == 1
    clock.advance(1)
    with work() as w:
        assert downlink.due(w) == []
        downlink.queue(w, device.id, "received")  # the next press is answered again
        assert len(downlink.due(w)) == 1


def test_old_words_are_forgotten_after_the_time_to_keep(county: County, work: WorkFactory, clock: ManualClock) -> None:
    with work() as w:
        downlink.queue(w, make_device(w).id, "received")
    clock.advance(timedelta(days=30).total_seconds() + 300)
    with work() as w:
        assert downlink.purge(w) == 0
    clock.advance(1)
    with work() as w:
        assert downlink.purge(w) == 1
