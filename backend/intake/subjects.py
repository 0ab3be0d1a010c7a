"""Whose alarm it is: from a device in the register to the person, place and people who answer."""

from datetime import datetime
from typing import Any

from backend.alarms.raising import Trigger
from backend.alarms.rules import Timing
from backend.alarms.telling import UNREGISTERED
from backend.devices.registry import Registered

# Alarms about the device itself are not the elder's: two buttons of one elder may both be flat.
ABOUT_DEVICE = frozenset({"device_offline", "gateway_offline", "battery_low", "tamper", "power_lost", "no_data"})
# A fire or a leak belongs to the room, one alarm however many people live in it.
ABOUT_PLACE = frozenset({"smoke", "heat", "gas", "carbon_monoxide", "water_leak", "contact"})


def subject_key(device: Registered, kind: str) -> str:
    """``elder:…`` for what happens to a person, ``device:…`` for what happens to a device or in a room."""
    if device.elder_id is None or kind in ABOUT_DEVICE or (kind in ABOUT_PLACE and device.room_id is not None):
        return f"device:{device.id}"
    return f"elder:{device.elder_id}"


def trigger(device: Registered, kind: str, occurred_at: datetime, **more: Any) -> Trigger:
    """The trigger of an alarm that a registered device gave rise to."""
    return Trigger(
        kind=kind,
        subject_key=subject_key(device, kind),
        subject_name=device.elder_name or device.name,
        place=device.place_text,
        division_path=device.division_path,
        occurred_at=occurred_at,
        elder_id=device.elder_id,
        device_id=device.id,
        device_name=device.name,
        site_code=device.site_code,
        **more,
    )


def stranger(
    source: str, external_id: str, kind: str, when: Timing, division_path: str, gateway: Registered | None
) -> Trigger:
    """A call from a device nobody registered: somebody pressed it all the same."""
    heard = gateway is not None and gateway.site_code is not None
    return Trigger(
        kind=kind,
        subject_key=f"{UNREGISTERED}{source}/{external_id}"[:300],
        subject_name=f"未登记设备 {external_id}"[:128],
        place=f"{gateway.place_text}（经网关 {gateway.name}）"
        if gateway is not None and heard
        else "位置不明，请尽快查找",
        division_path=gateway.division_path if gateway is not None and heard else division_path,
        occurred_at=when.occurred_at,
        delayed=when.delayed,
        clock_bad=when.clock_bad,
        device_name=external_id[:128],
        site_code=gateway.site_code if gateway is not None else None,
        detail={"source": source, "external_id": external_id},
    )
