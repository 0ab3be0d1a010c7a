"""Milesight's codes and words: data only.

Sources: the payload tables of Milesight-IoT/SensorDecoders and their decoders in TheThingsNetwork/lorawan-devices.
Where the two disagree on the VS373 (0 = fall, status 1 alarm / 2 resolved / 3 ignored), the decoder is followed;
Milesight's own page on the same events agrees with it.
"""

from collections.abc import Mapping

from backend.devices.vocabulary import Capability as Cap

Levels = tuple[tuple[Cap, bool], ...]

PRESSES: Mapping[int, str] = {1: "short", 2: "long", 3: "double"}

DETECTION_WORDS = ("normal", "vacant", "in_bed", "out_of_bed", "fall")
DETECTION: Mapping[str, Levels] = {
    "normal": ((Cap.PRESENCE, True), (Cap.FALL, False)),
    "vacant": ((Cap.PRESENCE, False), (Cap.FALL, False), (Cap.BED_OCCUPANCY, False)),
    "in_bed": ((Cap.PRESENCE, True), (Cap.FALL, False), (Cap.BED_OCCUPANCY, True)),
    "out_of_bed": ((Cap.PRESENCE, True), (Cap.FALL, False), (Cap.BED_OCCUPANCY, False)),
    "fall": ((Cap.PRESENCE, True), (Cap.FALL, True)),
}

TARGET_WORDS = ("normal", "motionless", "abnormal", "lying_down")
# "abnormal" has no published meaning; lying down outside a bed is somebody on the floor.
TARGET: Mapping[str, Levels] = {
    "normal": ((Cap.INACTIVITY, False), (Cap.FALL_SUSPECTED, False)),
    "motionless": ((Cap.INACTIVITY, True),),
    "lying_down": ((Cap.FALL_SUSPECTED, True),),
}

BREATHING_WORDS = ("", "no_data_input", "normal", "tachypnea", "bradypnea", "undetectable")
BREATHING: Mapping[str, Levels] = {
    "normal": ((Cap.VITAL_ABNORMAL, False),),
    "tachypnea": ((Cap.VITAL_ABNORMAL, True),),
    "bradypnea": ((Cap.VITAL_ABNORMAL, True),),
}

ALARM_WORDS = (
    "fall",
    "motionless",
    "dwell",
    "out_of_bed",
    "occupied",
    "vacant",
    "bradypnea",
    "tachypnea",
    "lying_down",
)
# alarm type -> (capability, its state when the alarm is raised)
ALARMS: Mapping[str, tuple[Cap, bool]] = {
    "fall": (Cap.FALL, True),
    "motionless": (Cap.INACTIVITY, True),
    "dwell": (Cap.INACTIVITY, True),
    "out_of_bed": (Cap.BED_EXIT, True),
    "occupied": (Cap.PRESENCE, True),
    "vacant": (Cap.PRESENCE, False),
    "bradypnea": (Cap.VITAL_ABNORMAL, True),
    "tachypnea": (Cap.VITAL_ABNORMAL, True),
    "lying_down": (Cap.FALL_SUSPECTED, True),
}
ALARM_SYNONYMS: Mapping[str, str] = {
    "bradynea": "bradypnea",  # the published decoder's own spelling
    "human_in_place": "motionless",
    "fall_alarm": "fall",
    "dwell_alarm": "dwell",
    "out_of_bed_alarm": "out_of_bed",
    "lying_alarm": "lying_down",
}
ALARM_STATUS_WORDS: Mapping[int, str] = {
    1: "alarm_triggered",
    2: "alarm_deactivated",
    3: "alarm_ignored",
    4: "respiratory_status",
}
RESOLVED = frozenset({"alarm_deactivated", "alarm_ignored"})
NO_ALARM_ID = 0xFFFF

# Answers and device facts on channels FF and FE: type -> number of bytes to skip.
SYSTEM_LENGTHS: Mapping[int, int] = {
    0x01: 1,  # IPSO version
    0x02: 2,
    0x03: 2,  # report interval
    0x04: 1,
    0x06: 9,  # alarm thresholds
    0x08: 6,  # short serial number
    0x09: 2,  # hardware version
    0x0A: 2,  # firmware version
    0x0B: 1,  # device status
    0x0F: 1,  # LoRaWAN class
    0x10: 1,
    0x11: 4,
    0x16: 8,  # serial number
    0x27: 1,
    0x28: 1,
    0x2F: 1,
    0x35: 8,
    0x3E: 1,
    0x40: 1,
    0x42: 1,
    0x64: 1,
    0x68: 1,
    0x69: 1,
    0x6A: 3,
    0x6D: 1,
    0x74: 1,
    0x79: 6,
    0x84: 1,
    0x8E: 3,
    0x96: 8,
    0xEA: 3,
    0xFE: 1,  # reset event
    0xFF: 2,  # TSL version
}
