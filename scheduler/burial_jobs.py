"""Cemeteries: holders are told before their term ends."""

from backend.memorial import cemeteries
from scheduler.portions import in_portions


def plot_endings() -> int:
    return in_portions(cemeteries.remind_ends)
