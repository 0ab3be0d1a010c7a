"""How values, limits and durations are said to the person on duty. Pure: no database, no clock."""

from datetime import timedelta

from backend.devices.vocabulary import SPECS, Capability

UNITS = {
    "beat/min": " 次/分",
    "1/min": " 次/分",
    "mmHg": " mmHg",
    "%": "%",
    "%EL": "%",
    "%RH": "%",
    "Cel": "℃",
    "V": " 伏",
    "lx": " 勒克斯",
    "m": " 米",
}
"""SenML unit → what follows the number, with the space it needs."""

SIDES = {
    Capability.BED_OCCUPANCY: ("离床", "在床"),
    Capability.CONTACT: ("打开", "关闭"),
    Capability.ONLINE: ("离线", "在线"),
    Capability.PRESENCE: ("无人", "有人"),
    Capability.OCCUPANCY: ("无活动", "有活动"),
    Capability.BATTERY_LOW: ("正常", "电量低"),
}
"""What false and true are called, where "正常" and the capability's own name would be wrong."""

MINUTES_PER_HOUR = 60
SECONDS_PER_MINUTE = 60


def number(value: float) -> str:
    """At most one decimal: a nurse reads 36.5 and 72, not 72.0."""
    return f"{round(value, 1):g}"


def unit(capability: str) -> str:
    return UNITS.get(SPECS[Capability(capability)].unit or "", "")


def name(capability: str) -> str:
    return SPECS[Capability(capability)].name_zh


def quantity(capability: str, value: float) -> str:
    """``心率 132 次/分``."""
    return f"{name(capability)} {number(value)}{unit(capability)}"


def state(capability: str, *, on: bool) -> str:
    """A boolean in words: ``在床``, ``打开``, ``正常``, ``烟雾``."""
    key = Capability(capability)
    if key in SIDES:
        return SIDES[key][on]
    return SPECS[key].name_zh if on else "正常"


def duration(span: timedelta) -> str:
    """Whole minutes, rounded down; below one minute in seconds."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < SECONDS_PER_MINUTE:
        return f"{seconds} 秒"
    hours, minutes = divmod(seconds // SECONDS_PER_MINUTE, MINUTES_PER_HOUR)
    if not hours:
        return f"{minutes} 分钟"
    return f"{hours} 小时 {minutes} 分钟" if minutes else f"{hours} 小时"


def value(capability: str, amount: float | None, text: str | None) -> str:
    """Any value as a person reads it: ``72 次/分``, ``在床``, or the text itself."""
    spec = SPECS[Capability(capability)]
    if spec.type == "text" or amount is None:
        return text or "—"
    if spec.type == "bool":
        return state(capability, on=bool(amount))
    return f"{number(amount)}{unit(capability)}"
