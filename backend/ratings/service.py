"""好差评 (R-007): inviting somebody who has finished a matter, rating it once, and what bad ratings start."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core import audit, calendar_store
from backend.core.clock import local
from backend.core.db import Work, is_sqlite
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.people.service import county
from backend.ratings.due import due_day
from backend.ratings.errors import AlreadyRatedError, NotInvitedError
from backend.ratings.models import CallbackTask, Rating, RatingInvitation
from backend.ratings.rules import ITEMS, LEVELS, is_bad

LONGEST_COMMENT = 300
LISTED = 50


def invite(
    work: Work,
    person_id: UUID,
    subject_kind: str,
    subject_id: str,
    title: str,
    office_id: UUID | None = None,
    staff_id: UUID | None = None,
    *,
    division_path: str | None = None,
) -> UUID | None:
    """Let somebody rate a matter they have finished; None if they are invited already.

    Call it in the transaction that finishes the matter. ``subject_kind`` and ``subject_id`` name the matter in the
    caller's own words (``booking``, its id), ``title`` is what the person reads. ``division_path`` decides which
    staff see the rating: the whole county's if it is left out.
    """
    row = {
        "id": new_id(), "person_id": person_id, "subject_kind": subject_kind, "subject_id": str(subject_id),
        "title": title, "office_id": office_id, "staff_id": staff_id, "invited_at": work.now,
        "division_path": division_path or county(work).path,
    }  # fmt: skip
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    matter = ["subject_kind", "subject_id", "person_id"]
    statement = insert(RatingInvitation).values(**row).on_conflict_do_nothing(index_elements=matter)
    return work.session.scalars(statement.returning(RatingInvitation.id)).one_or_none()


def invitations(work: Work, person_id: UUID) -> Sequence[RatingInvitation]:
    """What somebody may rate and has not, newest first."""
    mine = select(RatingInvitation).where(RatingInvitation.person_id == person_id, RatingInvitation.closed_at.is_(None))
    return work.session.scalars(mine.order_by(RatingInvitation.invited_at.desc()).limit(LISTED)).all()


def rate(
    work: Work,
    person_id: UUID,
    invitation_id: UUID,
    level: int,
    items: Mapping[str, int] | None = None,
    comment: str | None = None,
) -> Rating:
    """Rate a finished matter, once. A bad rating opens its call-back in the same transaction.

    ``items`` are levels by aspect (``rules.ITEMS``), each may be left out. Raises ``NotInvitedError``,
    ``AlreadyRatedError`` and ``BadInputError``.
    """
    _check(level, items or {})
    invitation = _open_invitation(work, person_id, invitation_id)
    invitation.closed_at = work.now
    row = Rating(
        id=new_id(), invitation_id=invitation.id, subject_kind=invitation.subject_kind,
        subject_id=invitation.subject_id, person_id=person_id, title=invitation.title, level=level,
        items=dict(items or {}), comment=_comment(comment), office_id=invitation.office_id,
        staff_id=invitation.staff_id, division_path=invitation.division_path, at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    if is_bad(level):
        _open_callback(work, row)
    audit.record(work, "rating.give", f"rating:{row.id}", level=level)
    return row


def _check(level: int, items: Mapping[str, int]) -> None:
    if level not in LEVELS:
        raise BadInputError(field="评价", why="请在五个等级里选一个")
    if not set(items) <= set(ITEMS) or not set(items.values()) <= set(LEVELS):
        raise BadInputError(field="分项评价", why="请在五个等级里选一个，或者不选")


def _comment(text: str | None) -> str | None:
    words = (text or "").strip()
    if len(words) > LONGEST_COMMENT:
        raise BadInputError(field="意见", why=f"最多写 {LONGEST_COMMENT} 个字")
    return words or None


def _open_invitation(work: Work, person_id: UUID, invitation_id: UUID) -> RatingInvitation:
    """The invitation, locked: of two taps at once the second finds it closed."""
    mine = select(RatingInvitation).where(RatingInvitation.id == invitation_id, RatingInvitation.person_id == person_id)
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None:
        raise NotInvitedError
    if row.closed_at is not None:
        raise AlreadyRatedError
    return row


def _open_callback(work: Work, rating: Rating) -> None:
    due, provisional = due_day(calendar_store.current(work), local(work.now).date())
    task = CallbackTask(
        id=new_id(), rating_id=rating.id, due_on=due, provisional=provisional, opened_at=work.now, state="open"
    )
    work.session.add(task)
