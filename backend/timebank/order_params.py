"""The numbers of ``params/orders.yaml`` as they hold today."""

from pathlib import Path
from typing import Any

from backend.core import params
from backend.core.clock import local
from backend.core.db import Work
from backend.timebank.order_rules import Limits

FILE = Path(__file__).with_name("params") / "orders.yaml"


def value(work: Work, name: str) -> Any:
    """What holds on the local day of this unit of work."""
    return params.load(FILE).at(name, local(work.now).date()).value


def limits(work: Work) -> Limits:
    west, south, east, north = value(work, "order_county_box")
    least, most = value(work, "order_minutes")
    return Limits(
        (least, most), value(work, "order_days_ahead"), value(work, "order_window_minutes"), (west, south, east, north)
    )
