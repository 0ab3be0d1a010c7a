"""Registrars' certificates (婚姻登记员证, R-099): given, revoked, and told of before they end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import claim, for_update
from backend.marriage.errors import LicenceEndedError, LicenceKnownError
from backend.marriage.models import RegistrarLicence
from backend.marriage.telling import zh
from backend.notices.staff_telling import nearest, tell_staff
from backend.people.models import Division, Staff, StaffRole
from backend.people.service import Viewer

LICENCE = "marriage.licence"
WARN_AHEAD = timedelta(days=30)
LONGEST_NUMBER = 64
AT_ONCE = 100
PRIORITY, DEADLINE_S = 6, 86_400.0
STATES = {"valid": "有效", "ending": "快到期", "future": "还没开始", "ended": "已过期", "revoked": "已停用"}


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate as the list shows it; ``state`` is a key of ``STATES``, ``days_left`` counts today."""

    id: UUID
    staff_id: UUID
    name: str
    number: str
    valid_from: date
    valid_until: date
    state: str
    days_left: int

    @property
    def words(self) -> str:
        return f"还有{self.days_left}天到期" if self.state == "ending" else STATES[self.state]


def state_of(row: RegistrarLicence, today: date) -> str:
    """A key of ``STATES``."""
    if row.revoked_at is not None:
        return "revoked"
    if today < row.valid_from:
        return "future"
    if today > row.valid_until:
        return "ended"
    return "ending" if row.valid_until - today <= WARN_AHEAD else "valid"


def registrars(work: Work, viewer: Viewer) -> Sequence[Staff]:
    """Who may be given a certificate: the registrars of the viewer's part of the county, by name."""
    viewer.require(LICENCE)
    theirs = (
        select(StaffRole.staff_id)
        .join(Division, Division.code == StaffRole.division_code)
        .where(StaffRole.role == "registrar", viewer.sees(Division.path, LICENCE))
    )
    return work.session.scalars(select(Staff).where(Staff.active, Staff.id.in_(theirs)).order_by(Staff.name)).all()


def listed(work: Work, viewer: Viewer) -> list[Held]:
    """Every certificate of these registrars, the one that ends first on top, what has ended last."""
    names = {one.id: one.name for one in registrars(work, viewer)}
    rows = work.session.scalars(select(RegistrarLicence).where(RegistrarLicence.staff_id.in_(names)))
    today = local(work.now).date()
    held = [_held(row, names[row.staff_id], today) for row in rows]
    return sorted(held, key=lambda one: (one.state in ("ended", "revoked"), one.valid_until, one.number))


def _held(row: RegistrarLicence, name: str, today: date) -> Held:
    left = (row.valid_until - today).days + 1
    return Held(
        row.id, row.staff_id, name, row.number, row.valid_from, row.valid_until, state_of(row, today), max(0, left)
    )


def grant(
    work: Work, viewer: Viewer, staff_id: UUID, number: str, valid_from: date, valid_until: date
) -> RegistrarLicence:
    """Write down a certificate. Raises ``NotFoundError``, ``BadInputError`` and ``LicenceKnownError``."""
    if staff_id not in {one.id for one in registrars(work, viewer)}:
        raise NotFoundError(staff=str(staff_id))
    clean = number.strip()
    if not 0 < len(clean) <= LONGEST_NUMBER:
        raise BadInputError(field="证号", why=f"请填写 1 到 {LONGEST_NUMBER} 个字")
    if valid_until < valid_from:
        raise BadInputError(field="有效期", why="结束日期不能早于开始日期")
    row = RegistrarLicence(
        id=new_id(), staff_id=staff_id, number=clean, valid_from=valid_from, valid_until=valid_until
    )  # fmt: skip
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError as error:  # the number is unique
        raise LicenceKnownError from error
    audit.record(work, "marriage.licence_granted", f"staff:{staff_id}", licence=str(row.id), until=str(valid_until))
    return row


def revoke(work: Work, viewer: Viewer, licence_id: UUID, reason: str) -> None:
    """End a certificate at once; what was signed with it stands. Raises ``NotFoundError``, ``LicenceEndedError``."""
    statement = select(RegistrarLicence).where(RegistrarLicence.id == licence_id)
    statement = statement.execution_options(populate_existing=True)
    theirs = {one.id for one in registrars(work, viewer)}
    row = work.session.scalars(for_update(work, statement)).first()
    if row is None or row.staff_id not in theirs:
        raise NotFoundError(licence=str(licence_id))
    if not reason.strip():
        raise BadInputError(field="原因", why="请写明为什么停用")
    if row.revoked_at is not None:
        raise LicenceEndedError
    row.revoked_at = work.now
    audit.record(
        work, "marriage.licence_revoked", f"staff:{row.staff_id}", licence=str(row.id), why=reason.strip()[:200]
    )


def why_not(work: Work, viewer: Viewer) -> str:
    """Why the viewer cannot sign today, in words with the next step; empty for a registrar who can."""
    today = local(work.now).date()
    mine = select(RegistrarLicence).where(RegistrarLicence.staff_id == viewer.staff_id)
    rows = work.session.scalars(mine.order_by(RegistrarLicence.valid_until)).all()
    states = {state_of(row, today): row for row in rows}
    if "valid" in states or "ending" in states:
        return ""
    return _said(states)


def _said(states: dict[str, RegistrarLicence]) -> str:
    if "future" in states:
        return f"您的登记员证从{zh(states['future'].valid_from)}起有效。请由持证的同事办理。"
    if "ended" in states:
        return f"您的登记员证已过期（到{zh(states['ended'].valid_until)}）。请由持证的同事办理，并请班长换证。"
    if "revoked" in states:
        return "您的登记员证已停用。请由持证的同事办理。"
    return "您没有登记员证。请由持证的同事办理，或请班长登记证号。"


# -- due and not told


def warn(work: Work) -> int:
    """Tell the registrar and the leads of each certificate that ends within thirty days; how many there were.

    One that was renewed meanwhile (a later certificate of the same person) is passed over without a word.
    """
    today = local(work.now).date()
    due = select(RegistrarLicence).where(
        RegistrarLicence.warned_at.is_(None),
        RegistrarLicence.revoked_at.is_(None),
        RegistrarLicence.valid_until.between(today, today + WARN_AHEAD),
    )
    rows = work.session.scalars(claim(work, due.order_by(RegistrarLicence.id).limit(AT_ONCE))).all()
    for row in rows:
        row.warned_at = work.now
        if not _renewed(work, row):
            _tell(work, row)
    return len(rows)


def _renewed(work: Work, row: RegistrarLicence) -> bool:
    later = select(RegistrarLicence.id).where(
        RegistrarLicence.staff_id == row.staff_id,
        RegistrarLicence.revoked_at.is_(None),
        RegistrarLicence.valid_until > row.valid_until,
        RegistrarLicence.valid_from <= row.valid_until + timedelta(days=1),
    )
    return work.session.scalar(later.limit(1)) is not None


def _tell(work: Work, row: RegistrarLicence) -> None:
    holder = work.session.get_one(Staff, row.staff_id)
    leads = [lead for role in holder.roles if role.role == "registrar" for lead in _leads(work, role)]
    tell_staff(
        work, [holder, *leads], "licence_ending", str(row.id), priority=PRIORITY, deadline_s=DEADLINE_S,
        name=holder.name, until=zh(row.valid_until),
    )  # fmt: skip


def _leads(work: Work, role: StaffRole) -> Sequence[Staff]:
    return nearest(work, "lead", role.division.path)
