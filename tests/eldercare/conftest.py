"""The same small county as the devices have."""

from tests.devices.conftest import county

__all__ = ["county"]
