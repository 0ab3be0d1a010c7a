"""What a device is for, as an installer says it; from that follow what it speaks and how it is powered. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from backend.devices.vocabulary import Capability as Cap


@dataclass(frozen=True, slots=True)
class Use:
    """One choice of the form."""

    name_zh: str
    capabilities: tuple[str, ...]
    power: Literal["battery", "mains"]
    kind: Literal["device", "gateway"] = "device"


USES: Mapping[str, Use] = MappingProxyType(
    {
        "sos": Use("紧急呼叫按钮", (Cap.SOS, Cap.BATTERY), "battery"),
        "bed": Use("床垫（在床、心率、呼吸）", (Cap.BED_OCCUPANCY, Cap.HEART_RATE, Cap.BREATHING_RATE), "mains"),
        "fall": Use("跌倒雷达", (Cap.FALL, Cap.FALL_SUSPECTED, Cap.PRESENCE), "mains"),
        "smoke": Use("烟雾报警器", (Cap.SMOKE, Cap.BATTERY), "battery"),
        "gas": Use("燃气报警器", (Cap.GAS,), "mains"),
        "water": Use("漏水传感器", (Cap.WATER_LEAK, Cap.BATTERY), "battery"),
        "door": Use("门窗传感器", (Cap.CONTACT, Cap.BATTERY), "battery"),
        "motion": Use("活动传感器", (Cap.OCCUPANCY, Cap.BATTERY), "battery"),
        "gateway": Use("网关", (), "mains", "gateway"),
    }
)

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "care": "直接连接（MQTT 或 4G 设备）",
        "zigbee2mqtt": "Zigbee（经 zigbee2mqtt 网关）",
        "chirpstack": "LoRa（经 ChirpStack）",
        "alink": "阿里 Alink 设备",
        "onenet": "移动 OneNET 设备",
    }
)
"""The built-in formats; vendors' profiles add their own names."""
