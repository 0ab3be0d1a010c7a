"""What devices with wrong clocks, floods and radio networks with echoes send, and that no good press is lost by it.

Breaks if: the trust window of ``alarms.rules.timing`` goes (clocks), the size limit of ``base.parse_json`` goes
(flood), or ``dedup.natural_key`` forgets the message's own id (echoes).
"""

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from backend.alarms.models import Alarm
from backend.core.clock import wall
from backend.core.db import reading
from backend.devices.models import Quarantine
from tests.chaos.conftest import MakeStorm, buttons
from tests.support.services import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]
EUI = "24e124535d320001"
LORA = f"application/17c82e96/device/{EUI}/event/up"
MEGABYTE = 1_000_000


def _press_at(moment: str) -> bytes:
    return json.dumps({"action": "emergency", "last_seen": moment}).encode()


def test_a_press_with_a_wrong_clock_pages_at_once_and_is_marked(storm: MakeStorm, database_url: str) -> None:
    now = wall()
    bad = ["1970-01-01T00:00:07Z", "2099-12-31T23:59:59Z", (now + timedelta(hours=1)).isoformat()]
    good = [now.replace(tzinfo=None).isoformat(), now.isoformat()]
    topics = buttons(len(bad + good))
    with storm(topics, database_url) as s:
        s.rig.start_hub()
        s.publish([(topic, _press_at(moment)) for topic, moment in zip(topics, bad + good, strict=True)])
        wait_until(lambda: s.alarms() == len(topics))
        with reading() as w:
            found = {f"zigbee2mqtt/{one.device_name}": one for one in w.session.scalars(select(Alarm))}
        assert [found[topic].clock_bad for topic in topics] == [True, True, True, False, False]
        assert all(abs(one.occurred_at - one.raised_at) < timedelta(minutes=1) for one in found.values())
        assert all(one.next_step_at is not None for one in found.values())


def test_a_flood_of_megabytes_does_not_cost_a_press(storm: MakeStorm, database_url: str) -> None:
    topics = buttons(40)
    with storm(topics, database_url) as s:
        hub = s.rig.start_hub()
        flood = [("zigbee2mqtt/flood", b"x" * MEGABYTE)]
        s.publish([message for topic in topics for message in ((topic, b'{"action":"emergency"}'), *flood)])
        wait_until(lambda: s.alarms() == len(topics))
        wait_until(lambda: s.rig.ask(select(func.count()).select_from(Quarantine)) == len(topics))
        with reading() as w:
            kept = w.session.scalars(select(Quarantine)).all()
        assert {one.reason for one in kept} == {"too_large"}
        assert {one.size for one in kept} == {MEGABYTE}
        assert max(len(one.head) for one in kept) < MEGABYTE // 10
        assert hub.poll() is None


def _uplink(number: int, at: datetime) -> bytes:
    return json.dumps(
        {
            "deduplicationId": f"3ac7e3c4-4401-4b8d-9386-{number:012d}",
            "time": at.isoformat(),
            "deviceInfo": {"applicationId": "17c82e96", "deviceProfileName": "WS101", "devEui": EUI},
            "fPort": 85,
            "data": "/y4B",
        }
    ).encode()


def test_uplinks_that_come_three_times_and_out_of_order_are_counted_once_each(
    storm: MakeStorm, database_url: str
) -> None:
    start = datetime.now(UTC) - timedelta(minutes=1)
    heard = [_uplink(number, start + timedelta(seconds=2 * number)) for number in range(20)] * 3
    random.Random(7).shuffle(heard)  # noqa: S311 - an order, not a secret
    with storm({EUI: "WS101", "zigbee2mqtt/last": "TS0215A_sos"}, database_url) as s:
        s.rig.start_hub()
        s.publish([(LORA, payload) for payload in heard])
        s.press(["zigbee2mqtt/last"])
        wait_until(lambda: s.alarms() == 2)
        with reading() as w:
            alarm = w.session.scalars(select(Alarm).where(Alarm.device_name == EUI)).one()
        assert alarm.press_count == 20
        assert alarm.last_press_at == start + timedelta(seconds=38)
