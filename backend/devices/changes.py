"""Tell every process that the register changed."""

from backend.core import versions
from backend.core.db import Work
from backend.core.wakes import DEVICES, wake

TOPIC = "devices"


def bump(work: Work) -> None:
    """Called last by whatever changes a device: caches compare the stamp, pages hear the wake-up."""
    versions.bump(work, TOPIC)
    wake(work, DEVICES)
