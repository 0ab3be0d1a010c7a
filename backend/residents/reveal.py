"""Masked by default: one field is shown once, to whoever may, with a reason; and the person can see who looked.

Bodies of the audit carry codes and ids. The clerk's own words are kept there sealed: they may name somebody.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.audit import AuditEntry
from backend.core.crypto import keyring
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.people.models import Staff
from backend.people.service import Viewer
from backend.residents.models import Person
from backend.residents.proxy_rules import checked_evidence

REVEAL, SERVE = "person.reveal", "person.serve"
FIELDS = {"name": "姓名", "id_number": "证件号码", "phone": "联系电话", "address": "地址", "birth_date": "出生日期"}
REASONS = {
    "verify": "当面核对身份",
    "contact": "联系本人",
    "registration": "办理登记",
    "rights": "处理更正或投诉",
    "emergency": "紧急情况",
}
ROLES = {
    "officer": "民政局工作人员", "registrar": "婚姻登记员", "clerk": "窗口工作人员", "lead": "值班班长",
    "duty": "值班人员", "admin": "系统管理员",
}  # fmt: skip
LOOKS = {"person.read": "查看资料", "person.revealed": "查看完整的", "person.exported": "导出资料"}
WHYS_TO_OPEN = {"serve": "窗口办事"} | REASONS


def reveal(work: Work, viewer: Viewer, person_id: UUID, *, field: str, reason: str, note: str, case: str = "") -> str:
    """One field of one person, whole. Raises ``BadInputError`` without a reason, ``NotAllowedError``."""
    viewer.require(REVEAL)
    if field not in FIELDS or reason not in REASONS:
        raise BadInputError(field="查看理由", why="请从列表中选择")
    words = checked_evidence(note, "说明")
    person = work.session.get(Person, person_id)
    if person is None or person.erased_at is not None:
        raise NotFoundError
    sealed = keyring().seal(words[:200], "audit.note").hex()
    audit.record(
        work, "person.revealed", f"person:{person_id}", field=field, why=reason, note=sealed, case=case[:64]
    )  # fmt: skip
    value = getattr(person, field)
    return str(value) if value else "没有登记"


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at a record: ``who`` is the office and the post, never the clerk's name."""

    at: datetime
    who: str
    what: str
    why: str


def looks_at(work: Work, person_id: UUID, limit: int = 50) -> Sequence[Look]:
    """Who looked at a person's record, newest first, from the audit chain."""
    mine = select(AuditEntry).where(AuditEntry.subject == f"person:{person_id}", AuditEntry.action.in_(LOOKS))
    rows = work.session.scalars(mine.order_by(AuditEntry.seq.desc()).limit(limit))
    return [_look(work, row) for row in rows]


def _look(work: Work, row: AuditEntry) -> Look:
    body = json.loads(row.body)
    what = LOOKS[row.action] + FIELDS.get(str(body.get("field")), "")
    why = "本人申请" if row.action == "person.exported" else WHYS_TO_OPEN.get(str(body.get("why")), "办理业务")
    return Look(row.at, _post(work, row.actor), what, why)


def _post(work: Work, actor: str) -> str:
    """``青山镇 窗口工作人员`` of ``staff:<id>``; ``本人`` of a resident."""
    kind, _, key = actor.partition(":")
    if kind == "resident":
        return "本人"
    staff = work.session.get(Staff, UUID(key)) if kind == "staff" else None
    if staff is None or not staff.roles:
        return "系统"
    role = staff.roles[0]
    return f"{role.division.name} {ROLES.get(role.role, '工作人员')}"
