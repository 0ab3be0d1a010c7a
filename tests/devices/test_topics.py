"""Which topics an account gets: its own, and nothing that is somebody else's."""

import pytest

from backend.devices import topics
from backend.devices.broker_credentials import AclEntry


@pytest.mark.parametrize(
    ("source", "kind", "external_id", "expected"),
    [
        ("care", "device", "d", ()),
        ("zigbee2mqtt", "gateway", "ward2", (AclEntry("readwrite", "ward2/#"),)),
        (
            "chirpstack",
            "gateway",
            "7",
            (AclEntry("write", "application/7/device/+/event/+"), AclEntry("read", "application/7/device/+/command/+")),
        ),
        ("alink", "device", "pk/dn", (AclEntry("readwrite", "/sys/pk/dn/#"),)),
        ("onenet", "device", "p1/n1", (AclEntry("readwrite", "$sys/p1/n1/#"),)),
    ],
)
def test_each_kind_of_account_has_its_own_topics(
    source: str, kind: str, external_id: str, expected: tuple[AclEntry, ...]
) -> None:
    assert topics.needs_account(source, kind)
    assert topics.entries(source, kind, external_id) == expected


@pytest.mark.parametrize("source", ["zigbee2mqtt", "chirpstack", "vendor"])
def test_what_speaks_through_a_gateway_has_no_account(source: str) -> None:
    assert not topics.needs_account(source, "device")
    assert topics.needs_account(source, "device", ["v/1/up"])


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("zigbee2mqtt", True), ("home/attic", True), ("二楼", True), ("care", False), ("care/v1", False),
        ("application/1", False), ("sys/x", False), ("$sys", False), ("/home", False), ("home/", False),
        ("home//x", False), ("a b", False), ("+", False), ("a/#", False), ("", False),
    ],
)  # fmt: skip
def test_a_gateway_may_not_have_other_peoples_first_level(text: str, *, fits: bool) -> None:
    assert topics.is_base(text) is fits


def test_bases_overlap_by_whole_levels() -> None:
    assert topics.overlap("home", "home/attic")
    assert topics.overlap("home/attic", "home")
    assert not topics.overlap("home", "home2")


def test_a_vendors_topic_names_its_device() -> None:
    assert topics.names_itself("iMEDE/8675/VitalSign", "8675")
    assert not topics.names_itself("iMEDE/86751/VitalSign", "8675")
    assert not topics.names_itself("iMEDE/+/8675", "8675")
