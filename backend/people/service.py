"""What staff do with their accounts: sign in, sign out; and how a request becomes a person with grants."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, false, or_, select, update
from sqlalchemy.sql.elements import ColumnElement, SQLColumnExpression

from backend.core import audit
from backend.core.crypto import new_token, token_digest
from backend.core.db import Actor, Work
from backend.core.errors import DomainError, NotAllowedError
from backend.core.locks import for_update
from backend.people.models import Division, Staff, StaffSession
from backend.people.rules import SESSION_LASTS, Grant, allows, lock_after_failure

_HASHER = PasswordHasher()
# Verified when the name is unknown, so that a stranger cannot tell names from the time an answer takes.
_NOBODY = _HASHER.hash("nobody has this password")


class WrongPasswordError(DomainError):
    code = "people.wrong_password"


class LockedOutError(DomainError):
    code = "people.locked_out"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in member of staff and what they may see."""

    staff_id: UUID
    name: str
    username: str
    grants: tuple[Grant, ...]
    session_id: UUID
    csrf: str

    @property
    def actor(self) -> Actor:
        return Actor("staff", str(self.staff_id), self.name)

    @property
    def roles(self) -> list[str]:
        return sorted({grant.role for grant in self.grants})

    def may(self, action: str, path: str | None = None) -> bool:
        return allows(self.grants, action, path)

    def require(self, action: str, path: str | None = None) -> None:
        """Refuse (``NotAllowedError``) unless a grant covers the action at this place."""
        if not self.may(action, path):
            raise NotAllowedError(action=action)

    def sees(self, column: SQLColumnExpression[str], action: str) -> ColumnElement[bool]:
        """The SQL condition for rows whose division path lies in a subtree where the viewer may ``action``."""
        paths = [grant.path for grant in self.grants if allows([grant], action)]
        return or_(*(column.startswith(path, autoescape=True) for path in paths), false())


@dataclass(frozen=True, slots=True)
class SignIn:
    """The result of trying: a token, or the error to raise after the failure has been committed."""

    token: str | None
    error: DomainError | None


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def sign_in(work: Work, username: str, password: str, *, demo_allowed: bool) -> SignIn:
    """Check a name and a password; count failures; lock after five for a quarter of an hour."""
    staff = work.session.scalars(for_update(work, select(Staff).where(Staff.username == username))).first()
    if staff is None or not staff.active or (staff.demo and not demo_allowed):
        _matches(_NOBODY, password)
        return SignIn(None, WrongPasswordError())
    if staff.locked_until is not None and staff.locked_until > work.now:
        return SignIn(None, LockedOutError(until=staff.locked_until))
    if not _matches(staff.password_hash, password):
        return SignIn(None, _count_failure(work, staff))
    staff.failed_logins, staff.locked_until = 0, None
    return SignIn(_open_session(work, staff), None)


def _count_failure(work: Work, staff: Staff) -> DomainError:
    staff.failed_logins += 1
    staff.locked_until = lock_after_failure(staff.failed_logins, work.now)
    audit.record(work, "staff.sign_in_failed", f"staff:{staff.id}", failures=staff.failed_logins)
    if staff.locked_until is None:
        return WrongPasswordError()
    staff.failed_logins = 0
    return LockedOutError(until=staff.locked_until)


def _open_session(work: Work, staff: Staff) -> str:
    token = new_token()
    work.session.add(
        StaffSession(
            staff_id=staff.id,
            token_digest=token_digest(token),
            csrf=new_token(),
            created_at=work.now,
            expires_at=work.now + SESSION_LASTS,
        )
    )
    work.actor = Actor("staff", str(staff.id), staff.name)
    audit.record(work, "staff.sign_in", f"staff:{staff.id}")
    return token


def viewer_of(work: Work, token: str) -> Viewer | None:
    """Whose token this is, if it is live."""
    row = work.session.scalars(
        select(StaffSession).where(
            StaffSession.token_digest == token_digest(token),
            StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > work.now,
        )
    ).first()
    if row is None or not row.staff.active:
        return None
    grants = tuple(Grant(role.role, role.division.path) for role in row.staff.roles)
    return Viewer(row.staff.id, row.staff.name, row.staff.username, grants, row.id, row.csrf)


def sign_out(work: Work, session_id: UUID) -> None:
    _revoke(work, StaffSession.id == session_id)
    audit.record(work, "staff.sign_out", f"session:{session_id}")


def revoke_sessions(work: Work, staff_id: UUID) -> int:
    """End every session of a member of staff at once (lost phone, dismissal); return how many."""
    count = _revoke(work, StaffSession.staff_id == staff_id)
    audit.record(work, "staff.sessions_revoked", f"staff:{staff_id}", count=count)
    return count


def _revoke(work: Work, which: ColumnElement[bool]) -> int:
    return work.execute_dml(
        update(StaffSession).where(which, StaffSession.revoked_at.is_(None)).values(revoked_at=work.now)
    )


def forget_sessions(work: Work, keep: timedelta = timedelta(days=30)) -> int:
    """Delete sign-ins that ended long ago; the audit keeps that they were."""
    before = work.now - keep
    return work.execute_dml(
        delete(StaffSession).where(or_(StaffSession.expires_at < before, StaffSession.revoked_at < before))
    )


def division(work: Work, code: str) -> Division:
    return work.session.get_one(Division, code)


def county(work: Work) -> Division:
    """The root of the tree."""
    return work.session.scalars(select(Division).where(Division.parent_code.is_(None))).one()


def ancestors(path: str) -> list[str]:
    """The codes from a node up to the county, nearest first."""
    return [part for part in reversed(path.split("/")) if part]
