"""Row locks that mean the same on both databases.

On SQLite a writing unit of work already holds the one write lock, so nothing needs to be added.
"""

from typing import Any, TypeVar

from sqlalchemy import Select

from backend.core.db import Work, is_sqlite

T = TypeVar("T", bound=Select[Any])


def for_update(work: Work, statement: T) -> T:
    return statement if is_sqlite(work) else statement.with_for_update()


def claim(work: Work, statement: T) -> T:
    """Lock the rows found and skip those another worker is already busy with."""
    return statement if is_sqlite(work) else statement.with_for_update(skip_locked=True)
