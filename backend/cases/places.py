"""Where a case belongs: its township, its county, and which of the two decides (R-035)."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from backend.core import params
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.people.models import Division
from backend.people.service import ancestors

FILE = Path(__file__).with_name("params.yaml")


def number(name: str, day: date) -> Any:
    """The number that holds on ``day``. Raises ``params.NoValueError``."""
    return params.load(FILE).at(name, day).value


def township_of(work: Work, code: str) -> Division:
    """The township at or above a division. Raises ``BadInputError``: a county as a whole accepts nothing."""
    found = work.session.get(Division, code)
    codes = ancestors(found.path) if found is not None else []
    towns = select(Division).where(Division.code.in_(codes), Division.level == "town")
    town = work.session.scalars(towns).first()
    if town is None:
        raise BadInputError(field="所在镇街", why="请从列表中选一个镇街")
    return town


def townships(work: Work) -> Sequence[Division]:
    """Every township that takes applications, in the order of their codes."""
    return work.session.scalars(select(Division).where(Division.level == "town").order_by(Division.code)).all()


def county_path(territory: str) -> str:
    """The county above a township's path."""
    return territory.partition("/")[0] + "/"


def decision_level(territory: str, day: date) -> str:
    """``township`` or ``county``: who decides the cases of this township on a day."""
    table = number("decision_level", day)
    return str(table.get(ancestors(territory)[0], table["default"]))
