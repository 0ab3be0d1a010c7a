"""Zigbee2MQTT's words and what they mean here: data only.

Read from zigbee-herdsman-converters 26.112 (the property and action names of its 4516 models).
"""

from collections.abc import Mapping

from backend.devices.vocabulary import Capability as Cap

# The name of an action that means "help" on any model, also one never seen before.
GENERIC_SOS_ACTIONS = frozenset({"emergency", "sos", "panic"})

_HS1EB = {"single": Cap.SOS, "double": Cap.SOS, "hold": Cap.SOS}

# Models whose help button says something else, or only some of the generic words. Key: definition.model or modelID.
# Aqara P100 (DWZTCGQ11LM) has an action "fall": the object it is glued to fell, not a person; so it stands nowhere.
MODEL_ACTIONS: Mapping[str, Mapping[str, Cap]] = {
    "HS1EB/HS1EB-E": _HS1EB,
    "HS1EB": _HS1EB,
    "HS1EB-E": _HS1EB,
    "SOS-EM": _HS1EB,
    "SOS-EF-3.0": _HS1EB,
    "TS0215A_sos": {"emergency": Cap.SOS},
    "TS0601_sos": {"emergency": Cap.SOS},
    "ZG-101Z": {"sos": Cap.SOS, "emergency": Cap.SOS},
    "HS1RC-N": {"emergency": Cap.SOS},
    "HS1RC-EM": {"emergency": Cap.SOS},
    "HM1RC-2-E": {"emergency": Cap.SOS},
    "KEYZB-110": {"emergency": Cap.SOS},
    "WKE502Z": {"sos": Cap.SOS},
    "07505L": {"sos": Cap.SOS},
    "07046L": {"panic": Cap.SOS},
    "NZRC106W": {"panic": Cap.SOS},
}

# Models that call by a property instead of an action (SEB01ZB, PB206: `sos`) need no row: the name is the meaning.

BOOLEANS: Mapping[str, Cap] = {
    "sos": Cap.SOS,
    "smoke": Cap.SMOKE,
    "water_leak": Cap.WATER_LEAK,
    "gas": Cap.GAS,
    "carbon_monoxide": Cap.CARBON_MONOXIDE,
    "contact": Cap.CONTACT,
    "occupancy": Cap.OCCUPANCY,
    "presence": Cap.PRESENCE,
    "tamper": Cap.TAMPER,
    "battery_low": Cap.BATTERY_LOW,
}

# property -> (capability, factor to its unit)
NUMBERS: Mapping[str, tuple[Cap, float]] = {
    "battery": (Cap.BATTERY, 1.0),
    "linkquality": (Cap.LINKQUALITY, 1.0),
    "temperature": (Cap.TEMPERATURE, 1.0),
    "humidity": (Cap.HUMIDITY, 1.0),
    "illuminance_lux": (Cap.ILLUMINANCE, 1.0),
    "illuminance": (Cap.ILLUMINANCE, 1.0),
    "heart_rate": (Cap.HEART_RATE, 1.0),
    "heartbeat_rate": (Cap.HEART_RATE, 1.0),
    "breathing_rate": (Cap.BREATHING_RATE, 1.0),
    "breath_rate": (Cap.BREATHING_RATE, 1.0),
}

# property -> its value -> the levels that follow from it. A value that stands for "unknown" has no row on purpose.
ENUMS: Mapping[str, Mapping[str, tuple[tuple[Cap, bool], ...]]] = {
    # OWON FDS315. low_posture says nothing about a fall: it is kneeling, or lying on the floor after one.
    "status": {
        "unoccupied": ((Cap.PRESENCE, False), (Cap.BED_OCCUPANCY, False), (Cap.FALL, False)),
        "occupied": ((Cap.PRESENCE, True), (Cap.BED_OCCUPANCY, False), (Cap.FALL, False)),
        "sitting": ((Cap.PRESENCE, True), (Cap.FALL, False)),
        "on_the_bed": ((Cap.PRESENCE, True), (Cap.BED_OCCUPANCY, True), (Cap.FALL, False)),
        "low_posture": ((Cap.PRESENCE, True),),
        "falling": ((Cap.PRESENCE, True), (Cap.FALL, True)),
    },
    # HEIMAN HS2FD-EF1-3.0
    "fall_status": {
        "normal": ((Cap.FALL, False), (Cap.FALL_SUSPECTED, False)),
        "fall_warning": ((Cap.FALL_SUSPECTED, True),),
        "fall_alarm": ((Cap.FALL, True),),
    },
    # Tuya MIR-HE200-TY
    "fall_down_status": {
        "none": ((Cap.FALL, False), (Cap.FALL_SUSPECTED, False)),
        "maybe_fall": ((Cap.FALL_SUSPECTED, True),),
        "fall": ((Cap.FALL, True),),
    },
}

# `status` is a common word; these values of it are the radar's own and safe on any model.
STATUS_MODELS = frozenset({"FDS315"})
NO_DWELL_WORDS = frozenset({"", "0", "none", "no", "normal", "off", "false"})

# The last topic level when zigbee2mqtt runs with `output: attribute`.
ATTRIBUTE_NAMES = (
    frozenset(BOOLEANS) | frozenset(NUMBERS) | frozenset(ENUMS) | {"action", "voltage", "last_seen", "test"}
)
