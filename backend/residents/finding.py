"""Finding somebody at the counter: by a whole number or name, never by browsing; every search is written down."""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from backend.core import audit, phone
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.people.service import Viewer
from backend.residents.indexes import id_index, name_index, phone_index
from backend.residents.models import Person

SERVE = "person.serve"
MOST = 10  # more people of one name than this are told apart by their number
ID_SHAPE = re.compile(r"\d{17}[\dX]|[A-Z]{1,3}\d{5,12}")


def find(work: Work, viewer: Viewer, text: str) -> Sequence[Person]:
    """Whoever has exactly this identity number, telephone number or name; at most ten.

    Raises ``NotAllowedError``, and ``BadInputError`` for an empty search or a name that too many bear.
    """
    viewer.require(SERVE)
    by, which = _index_of(text)
    mine = select(Person).where(which, Person.erased_at.is_(None)).order_by(Person.created_at, Person.id)
    rows = work.session.scalars(mine.limit(MOST + 1)).all()
    audit.record(work, "person.searched", f"staff:{viewer.staff_id}", by=by, hits=len(rows))
    if len(rows) > MOST:
        raise BadInputError(field="姓名", why="同名的人太多，请改用身份证号查找")
    return rows


def _index_of(text: str) -> tuple[str, ColumnElement[bool]]:
    clean = re.sub(r"\s+", " ", text.strip())
    bare = re.sub(r"[\s-]", "", clean).upper()
    if not bare:
        raise BadInputError(field="查找内容", why="请输入完整的身份证号、手机号或姓名")
    if ID_SHAPE.fullmatch(bare):
        return "id_number", Person.id_index == id_index(bare)
    try:
        return "phone", Person.phone_index == phone_index(phone.normalise(bare))
    except ValueError:
        return "name", Person.name_index == name_index(clean)
