"""The numbers of ``params/halls.yaml`` as they hold today."""

from pathlib import Path

from backend.core import params
from backend.core.clock import local
from backend.core.db import Work

FILE = Path(__file__).with_name("params") / "halls.yaml"


def number(work: Work, name: str) -> int:
    """What holds on the local day of this unit of work."""
    return int(params.load(FILE).at(name, local(work.now).date()).value)
