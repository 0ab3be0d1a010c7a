"""The closed list of names a device may speak in, whatever its vendor calls them.

A reading is a SenML record (RFC 8428) whose name must be a `Capability`. `SPECS` fixes for each name its type,
unit, polarity and plausible range, so rules never have to know which device a record came from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

ValueType = Literal["bool", "number", "text"]


class Capability(StrEnum):
    """Every name a record may carry. Adding one is a decision: rules, pages and documents read this list."""

    SOS = "sos"
    ALARM_CANCEL = "alarm_cancel"
    FALL = "fall"
    FALL_SUSPECTED = "fall_suspected"
    BED_OCCUPANCY = "bed_occupancy"
    BED_EXIT = "bed_exit"
    INACTIVITY = "inactivity"
    PRESENCE = "presence"
    OCCUPANCY = "occupancy"
    CONTACT = "contact"
    SMOKE = "smoke"
    HEAT = "heat"
    GAS = "gas"
    CARBON_MONOXIDE = "carbon_monoxide"
    WATER_LEAK = "water_leak"
    TAMPER = "tamper"
    REMOVED = "removed"
    HEART_RATE = "heart_rate"
    BREATHING_RATE = "breathing_rate"
    BP_SYSTOLIC = "bp_systolic"
    BP_DIASTOLIC = "bp_diastolic"
    SPO2 = "spo2"
    BODY_TEMPERATURE = "body_temperature"
    VITAL_ABNORMAL = "vital_abnormal"
    MOVEMENT = "movement"
    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"
    ILLUMINANCE = "illuminance"
    LAT = "lat"
    LON = "lon"
    ACCURACY = "accuracy"
    GEOFENCE = "geofence"
    STEPS = "steps"
    BATTERY = "battery"
    BATTERY_LOW = "battery_low"
    VOLTAGE = "voltage"
    LINKQUALITY = "linkquality"
    ONLINE = "online"
    POWER_LOST = "power_lost"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Spec:
    """What one capability means.

    `level` True: a state that persists and is compared with the previous one; False: an event of its own.
    `alarming` is the side that may open an alarm (None: neither side does by itself; numbers have thresholds).
    `low`/`high` bound what the physical world allows, not what is healthy; a value outside is a device fault.
    `unit` is a SenML unit where one is registered; mmHg is not, and is kept because nurses read it.
    """

    type: ValueType
    name_zh: str
    unit: str | None = None
    level: bool = True
    alarming: bool | None = None
    low: float | None = None
    high: float | None = None


def _state(name_zh: str, alarming: bool | None = True) -> Spec:
    return Spec("bool", name_zh, alarming=alarming)


def _event(name_zh: str, alarming: bool | None = True) -> Spec:
    return Spec("bool", name_zh, level=False, alarming=alarming)


def _number(name_zh: str, unit: str | None, low: float, high: float) -> Spec:
    return Spec("number", name_zh, unit, low=low, high=high)


_C = Capability
SPECS: Mapping[Capability, Spec] = MappingProxyType(
    {
        _C.SOS: _event("紧急呼叫"),
        _C.ALARM_CANCEL: _event("设备端取消", alarming=None),
        _C.FALL: _state("跌倒"),
        _C.FALL_SUSPECTED: _state("疑似跌倒"),
        _C.BED_OCCUPANCY: _state("在床", alarming=None),
        _C.BED_EXIT: _event("离床"),
        _C.INACTIVITY: _state("长时间无活动"),
        _C.PRESENCE: _state("有人", alarming=None),
        _C.OCCUPANCY: _state("有人活动", alarming=None),
        # True = closed, as zigbee2mqtt has it: the one name whose False is the side to look at.
        _C.CONTACT: _state("门窗关闭", alarming=False),
        _C.SMOKE: _state("烟雾"),
        _C.HEAT: _state("高温报警"),
        _C.GAS: _state("燃气泄漏"),
        _C.CARBON_MONOXIDE: _state("一氧化碳"),
        _C.WATER_LEAK: _state("漏水"),
        _C.TAMPER: _state("设备被拆动"),
        _C.REMOVED: _state("设备脱落"),
        _C.HEART_RATE: _number("心率", "beat/min", 0, 300),
        _C.BREATHING_RATE: _number("呼吸频率", "1/min", 0, 100),
        _C.BP_SYSTOLIC: _number("收缩压", "mmHg", 30, 300),
        _C.BP_DIASTOLIC: _number("舒张压", "mmHg", 10, 200),
        _C.SPO2: _number("血氧饱和度", "%", 0, 100),
        _C.BODY_TEMPERATURE: _number("体温", "Cel", 20, 45),
        # The device itself judged a vital sign out of range (a radar's "tachypnea"), often without giving the number.
        _C.VITAL_ABNORMAL: _state("体征异常"),
        _C.MOVEMENT: _number("体动", None, 0, 100_000),
        _C.TEMPERATURE: _number("温度", "Cel", -60, 150),
        _C.HUMIDITY: _number("湿度", "%RH", 0, 100),
        _C.ILLUMINANCE: _number("光照", "lx", 0, 200_000),
        _C.LAT: _number("纬度", "lat", -90, 90),
        _C.LON: _number("经度", "lon", -180, 180),
        _C.ACCURACY: _number("定位精度", "m", 0, 100_000),
        _C.GEOFENCE: Spec("text", "电子围栏"),
        _C.STEPS: _number("步数", None, 0, 200_000),
        _C.BATTERY: _number("电量", "%EL", 0, 100),
        _C.BATTERY_LOW: _state("电量低"),
        _C.VOLTAGE: _number("电压", "V", 0, 500),
        _C.LINKQUALITY: _number("信号质量", None, 0, 255),
        _C.ONLINE: _state("在线", alarming=False),
        _C.POWER_LOST: _state("断电"),
        _C.TEST: _event("测试", alarming=None),
    }
)
