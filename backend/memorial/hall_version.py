"""The version of a hall: whoever keeps its page asks for it, so that what was taken away is gone with the commit."""

from sqlalchemy import ColumnElement, update

from backend.core.db import Work
from backend.memorial.models import Hall


def touch(work: Work, of: ColumnElement[bool]) -> None:
    """What anybody keeps of the pages of these halls is old now.

    Raised by the database: of two changes at once both count.
    """
    work.execute_dml(update(Hall).where(of).values(version=Hall.version + 1, changed_at=work.now))
