"""The real processes on real services, with an operator's gateway that can be made ill."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from backend.alarms.models import Alarm
from backend.core.db import unit_of_work
from backend.people.models import StaffAddress
from tests.support.gateway import Gateway
from tests.support.rig import Rig, rig
from tests.support.wire import Wire

PRESS = b'{"action":"emergency"}'
PHONE = "13900000001"


def buttons(count: int) -> list[str]:
    """Topics of SOS buttons."""
    return [f"zigbee2mqtt/sos-{number:04d}" for number in range(count)]


@dataclass
class Storm:
    """A running installation, its gateway, and hands on its buttons."""

    rig: Rig
    gateway: Gateway

    def press(self, topics: Sequence[str], payload: bytes = PRESS) -> None:
        """Press them all; return when the broker has confirmed every press."""
        self.publish([(topic, payload) for topic in topics])

    def publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        with Wire(self.rig.mqtt_port) as wire:
            wire.publish(messages)

    def alarms(self, kind: str = "sos") -> int:
        return int(self.rig.ask(select(func.count()).select_from(Alarm).where(Alarm.kind == kind)))

    def presses(self) -> int:
        return int(self.rig.ask(select(func.sum(Alarm.press_count)).where(Alarm.kind == "sos")) or 0)

    def told(self) -> set[str]:
        """Alarms of which somebody has been told."""
        return set(self.gateway.alarms)


MakeStorm = Callable[..., AbstractContextManager[Storm]]


@pytest.fixture
def storm(tmp_path: Path) -> MakeStorm:
    """Everything but the processes of the house: a test starts those that it needs."""

    @contextmanager
    def make(devices: Sequence[str] | dict[str, str], database_url: str | None = None) -> Iterator[Storm]:
        models = devices if isinstance(devices, dict) else dict.fromkeys(devices, "TS0215A_sos")
        with (
            Gateway() as gateway,
            rig(tmp_path / "rig", database_url, devices=models, variables=gateway.variables) as ours,
        ):
            with unit_of_work() as work:
                work.execute_dml(delete(StaffAddress).where(StaffAddress.channel == "wechat"))
                work.execute_dml(update(StaffAddress).values(address=PHONE))
            yield Storm(ours, gateway)

    return make
