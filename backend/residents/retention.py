"""How long something must stay although its person asks for its end; the numbers stand in ``params/retention.yaml``."""

from datetime import date, datetime, timedelta
from pathlib import Path

from backend.core import params
from backend.core.clock import local
from backend.residents.holdings import Kept
from backend.residents.proxy_rules import birthday

FILE = Path(__file__).with_name("params") / "retention.yaml"


def rule(name: str, day: date) -> params.Dated:
    """The number that holds on ``day`` with its source. Raises ``params.NoValueError``."""
    return params.load(FILE).at(name, day)


def kept(name: str, since: datetime | date, today: date) -> Kept | None:
    """What must stay, until when and why, counted from ``since``; None if its time is over."""
    found, parameter = rule(name, today), params.load(FILE).root[name]
    start = local(since).date() if isinstance(since, datetime) else since
    until = birthday(start, found.value)
    return Kept(parameter.title, found.source, until) if until > today else None


def last_day_gone(name: str, today: date) -> date:
    """The last day whose things have served their time today: the same limit as ``kept``, for a query."""
    years = rule(name, today).value
    day = date(today.year - years, today.month, min(today.day, 28))
    while kept(name, day + timedelta(days=1), today) is None:
        day += timedelta(days=1)
    return day
