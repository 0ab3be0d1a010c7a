"""How records and their corrections are put before people: the original, what holds, who asked and who decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work
from backend.marriage.corrections import FIELDS
from backend.marriage.record_models import Correction
from backend.people.models import Staff

STATES = {"asked": "等待审核", "approved": "已更正", "refused": "未同意"}


@dataclass(frozen=True, slots=True)
class Line:
    """One field: as it was written, and what holds if that differs."""

    label: str
    written: str
    holds: str | None


def lines_of(original: Mapping[str, str], history: Sequence[Correction]) -> list[Line]:
    """Every field with what approved corrections made of it."""
    approved = {row.field: row.after for row in history if row.state == "approved"}
    return [Line(FIELDS[name], text, approved.get(name)) for name, text in original.items()]


def staff_names(work: Work, history: Iterable[Correction]) -> dict[UUID, str]:
    """Who asked and who decided, by id."""
    ids = {one for row in history for one in (row.asked_by, row.decided_by) if one is not None}
    found = work.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    return {staff_id: name for staff_id, name in found}  # noqa: C416 - dict() does not know a Row


def changes_of(history: Sequence[Correction], names: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """The corrections as a page shows them."""
    return [
        {
            "row": row, "label": FIELDS[row.field], "state": STATES[row.state], "asked_by": names[row.asked_by],
            "decided_by": names.get(row.decided_by) if row.decided_by else None,
        }
        for row in history
    ]  # fmt: skip
