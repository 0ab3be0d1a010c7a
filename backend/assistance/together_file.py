"""The county's table of what may be held together, read from ``together.yaml``."""

from functools import cache
from pathlib import Path

from backend.assistance.together import Table
from backend.core import strict_yaml

FILE = Path(__file__).with_name("together.yaml")


@cache
def table() -> Table:
    """Read once. Raises ``ValueError`` (``TableError``) if the file contradicts itself."""
    return Table.of(strict_yaml.load(FILE))
