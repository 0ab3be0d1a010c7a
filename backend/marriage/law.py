"""The dated numbers of ``params.yaml`` in the shapes the rules take."""

from datetime import date
from pathlib import Path

from backend.core import params
from backend.marriage.rules import Law
from backend.marriage.timing import Lengths

FILE = Path(__file__).with_name("params.yaml")


def value(name: str, day: date) -> params.Dated:
    """One number with its source. Raises ``params.NoValueError`` for a day without one."""
    return params.load(FILE).at(name, day)


def law_on(day: date) -> Law:
    """What holds for a visit on ``day``, with the sources to be frozen beside a verdict."""
    names = ("age_male", "age_female", "full_age_on", "leap_birthday", "no_record_countries")
    found = {name: value(name, day) for name in names}
    month, number = map(int, found["leap_birthday"].value.split("-"))
    return Law(
        ages={"male": found["age_male"].value, "female": found["age_female"].value},
        full_age_on=found["full_age_on"].value,
        leap_birthday=(month, number),
        no_record_countries=frozenset(found["no_record_countries"].value),
        sources={name: one.source for name, one in found.items()},
    )


def lengths_on(received_on: date) -> Lengths:
    """The lengths of the two periods for an application received on that day."""
    cooling, window, rolls = (
        value(name, received_on).value for name in ("cooling_days", "window_days", "cooling_rolls")
    )
    return Lengths(cooling, window, rolls)
