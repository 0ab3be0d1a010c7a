"""Which topics belong to an account: a device may speak only as itself. Pure."""

import re
from collections.abc import Sequence

from backend.devices.broker_credentials import AclEntry

# The first level of everybody else's topics, and the empty one of "/sys/…".
RESERVED = frozenset({"care", "application", "sys", ""})
BASE = re.compile(r"[^\s/+#$][^\s/+#]*(/[^\s/+#]+)*")


def needs_account(source: str, kind: str, publishes: Sequence[str] = ()) -> bool:
    """Whether a device talks to our broker itself; Zigbee and LoRa devices speak through their gateway's account."""
    return kind == "gateway" or source in ("care", "alink", "onenet") or bool(publishes)


def entries(source: str, kind: str, external_id: str, publishes: Sequence[str] = ()) -> tuple[AclEntry, ...]:
    """The account's own topics beside the pattern that every account has (``care/v1/<account>/…``).

    ``external_id``: of a zigbee2mqtt gateway its base topic, of a ChirpStack server the application id.
    """
    if kind == "gateway" and source == "chirpstack":
        device = f"application/{external_id}/device/+"
        return AclEntry("write", f"{device}/event/+"), AclEntry("read", f"{device}/command/+")
    if kind == "gateway" and source != "care":
        return (AclEntry("readwrite", f"{external_id}/#"),)
    if source == "alink":
        return (AclEntry("readwrite", f"/sys/{external_id}/#"),)
    if source == "onenet":
        return (AclEntry("readwrite", f"$sys/{external_id}/#"),)
    return tuple(AclEntry("write", topic) for topic in publishes)


def is_base(text: str) -> bool:
    """Whether a gateway may have this base topic: nobody else's first level, no wildcard."""
    return BASE.fullmatch(text) is not None and text.partition("/")[0] not in RESERVED


def overlap(one: str, other: str) -> bool:
    """Whether one base topic contains the other."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def names_itself(topic: str, external_id: str) -> bool:
    """Whether a vendor's topic has the device's id as one of its levels and no wildcard."""
    return external_id in topic.split("/") and not re.search(r"[+#\s]", topic)
