"""How long silence is normal, what proves a device, when it must be tested. Pure."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from backend.devices.vocabulary import Capability

MISSED_INTERVALS = 2  # one missed report happens on any radio; two are news
SOS_SILENCE_LIMIT_S = 26 * 3600  # zigbee2mqtt gives a sleeping button 25 h, and one hour to be late
MAINS_INTERVAL_S = 300
GATEWAY_INTERVAL_S = 600  # zigbee2mqtt says bridge/health every ten minutes; its death its will tells at once
INSTALL_WINDOW = timedelta(hours=2)  # the installer is still there: a press in it is the live test, and pages nobody
BATTERY_INTERVAL_S = 24 * 3600
NEVER_REPORTED_AFTER = timedelta(hours=24)
BATTERY_STALE_AFTER = timedelta(days=3)
CARE_HOME_TEST = timedelta(days=7)  # JGJ/T 484: an elder's call button is checked every week
HOME_TEST = timedelta(days=30)
GATEWAY_WORK = timedelta(hours=4)  # so long a gateway's maintenance excuses the silence of its devices
TEST_MODE_MINUTES = range(1, 121)
INTERVAL_S = range(30, 7 * 86_400 + 1)
IDENTIFIER = re.compile(r"[^\s\x00-\x1f\x7f+#][^\x00-\x1f\x7f+#]{0,199}")


def default_interval_s(kind: str, power: str, capabilities: Collection[str]) -> int:
    """Seconds between signs of life when nobody said otherwise."""
    if kind == "gateway":
        return GATEWAY_INTERVAL_S
    if power == "mains":
        return MAINS_INTERVAL_S
    return cap_interval_s(BATTERY_INTERVAL_S, capabilities)


def cap_interval_s(interval_s: int, capabilities: Collection[str]) -> int:
    """An SOS button is missed after 26 hours at the latest, whatever interval was asked for."""
    if Capability.SOS in capabilities:
        return min(interval_s, SOS_SILENCE_LIMIT_S // MISSED_INTERVALS)
    return interval_s


def silence_limit(interval_s: int) -> timedelta:
    return timedelta(seconds=interval_s * MISSED_INTERVALS)


def is_proof(kind: str, capabilities: Collection[str], heard: Collection[str]) -> bool:
    """Whether a live message proves that the installation works.

    A button is proven by a press only: its battery report says nothing about the press. Anything else is proven
    by any message.
    """
    if kind == "gateway" or Capability.SOS not in capabilities:
        return True
    return Capability.SOS in heard or Capability.TEST in heard


def next_test(site_kind: str | None, tested_at: datetime) -> datetime:
    """When the next press test is due: weekly in a care home, monthly in a family."""
    return tested_at + (CARE_HOME_TEST if site_kind == "care_home" else HOME_TEST)


def battery_now(battery: float | None, battery_at: datetime | None, now: datetime) -> float | None:
    """The charge in per cent, or None: a value of last week says nothing about today."""
    if battery is None or battery_at is None or now - battery_at > BATTERY_STALE_AFTER:
        return None
    return battery
