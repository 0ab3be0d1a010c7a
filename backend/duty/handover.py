"""交接班: the one on duty hands the open alarms on, the next one accepts them (GB 38600-2019: with a record).

Until somebody accepts, whoever opened the handover stays on duty, two hours at most: no alarm falls between two people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import aliased

from backend.core.db import Work
from backend.core.errors import NotAllowedError, NotFoundError
from backend.duty import posts, rules
from backend.duty.errors import HandoverPendingError, HandoverSettledError, HandoverToSelfError, NotOnDutyError
from backend.duty.models import Handover
from backend.duty.posts import Post
from backend.duty.rules import Interval
from backend.duty.states import HANDOVER, state_of
from backend.duty.timetable import load, on_duty
from backend.people.models import Staff
from backend.people.rules import Grant, allows

AlarmLine = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HandoverView:
    """``state`` is pending, accepted or cancelled; ``actions`` what can be done now; ``open_alarms`` as given."""

    id: UUID
    division_code: str
    role: str
    from_id: UUID
    from_name: str
    to_name: str | None
    opened_at: datetime
    accepted_at: datetime | None
    state: str
    actions: list[str]
    note: str
    open_alarms: list[AlarmLine]


def open_handover(
    work: Work, division_code: str, role: str, *, note: str = "", open_alarms: Sequence[AlarmLine] = ()
) -> Handover:
    """Offer one's duty to whoever accepts it. ``open_alarms``: JSON objects, each with at least ``id``."""
    post, giver = posts.lock(work, division_code, role), posts.me(work)
    if giver not in {present.staff_id for present in on_duty(work, division_code, role)}:
        raise NotOnDutyError
    if any(row.from_id == giver and row.role == role for row in pending_handovers(work, division_code)):
        raise HandoverPendingError
    row = Handover(
        division_code=division_code,
        role=role,
        from_id=giver,
        opened_at=work.now,
        open_alarms=list(open_alarms),
        note=note,
    )
    work.session.add(row)
    work.session.flush()
    posts.note(work, "duty.handover_opened", post, role=role, handover=row.id, alarms=_ids(row.open_alarms))
    return row


def accept_handover(work: Work, handover_id: UUID, *, open_alarms: Sequence[AlarmLine] | None = None) -> Handover:
    """Take the duty over: of several who try, one wins; the others get ``HandoverSettledError``.

    A second tap of the one who won changes nothing. ``open_alarms``, if given, replaces the list by what the
    accepting person was shown.
    """
    row = find_handover(work, handover_id)
    post, taker = posts.lock(work, row.division_code, row.role), posts.me(work)
    posts.qualified(work, post, taker)
    if taker == row.from_id:
        raise HandoverToSelfError
    work.session.refresh(row)
    if row.to_id == taker:
        return row
    _settle(work, row, "accept", accepted_at=work.now, to_id=taker)
    if open_alarms is not None:
        row.open_alarms = list(open_alarms)
    posts.note(work, "duty.handover_accepted", post, role=row.role, handover=row.id, alarms=_ids(row.open_alarms))
    _hand_on(work, post, row.from_id, taker)
    return row


def cancel_handover(work: Work, handover_id: UUID) -> Handover:
    """Take the offer back: whoever made it, or somebody who may edit the roster here."""
    row = find_handover(work, handover_id)
    post = posts.lock(work, row.division_code, row.role)
    if posts.me(work) != row.from_id and not _edits(work, post):
        raise NotAllowedError(action="handover.cancel")
    _settle(work, row, "cancel", cancelled_at=work.now)
    posts.note(work, "duty.handover_cancelled", post, role=row.role, handover=row.id)
    return row


def pending_handovers(work: Work, division_code: str) -> list[HandoverView]:
    """What waits to be accepted here, the oldest first."""
    query = _with_names().where(
        Handover.division_code == division_code, Handover.accepted_at.is_(None), Handover.cancelled_at.is_(None)
    )
    return [_view(*row) for row in work.session.execute(query.order_by(Handover.opened_at))]


def recent_handovers(work: Work, division_code: str, limit: int = 20) -> list[HandoverView]:
    """The handover record, the newest first."""
    query = _with_names().where(Handover.division_code == division_code).order_by(Handover.opened_at.desc())
    return [_view(*row) for row in work.session.execute(query.limit(limit))]


def handover_view(work: Work, handover_id: UUID) -> HandoverView:
    """One handover with its names and what can be done with it."""
    row = work.session.execute(_with_names().where(Handover.id == handover_id)).one()
    return _view(*row)


def _with_names() -> Select[Handover, str, str]:
    giver, taker = aliased(Staff), aliased(Staff)
    return (
        select(Handover, giver.name, taker.name)
        .join(giver, giver.id == Handover.from_id)
        .outerjoin(taker, taker.id == Handover.to_id)
    )


def _view(row: Handover, giver: str, taker: str | None) -> HandoverView:
    state = state_of(row)
    return HandoverView(
        row.id,
        row.division_code,
        row.role,
        row.from_id,
        giver,
        taker,
        row.opened_at,
        row.accepted_at,
        state,
        HANDOVER.actions(state),
        row.note,
        row.open_alarms,
    )


def find_handover(work: Work, handover_id: UUID) -> Handover:
    row = work.session.get(Handover, handover_id)
    if row is None:
        raise NotFoundError(handover=handover_id)
    return row


def _settle(work: Work, row: Handover, action: str, **values: datetime | UUID) -> None:
    """Compare and swap: only a handover that is still pending in the database changes."""
    change = update(Handover).where(
        Handover.id == row.id, Handover.accepted_at.is_(None), Handover.cancelled_at.is_(None)
    )
    possible = action in HANDOVER.actions(state_of(row))
    changed = possible and work.execute_dml(change.values(**values)) == 1
    work.session.refresh(row)
    if not changed:
        state = state_of(row)
        raise HandoverSettledError(state=state, action=action, possible=HANDOVER.actions(state))


def _hand_on(work: Work, post: Post, giver: UUID, taker: UUID) -> None:
    """Make the roster say what was agreed: the taker has the rest of the giver's shift, or the present one."""
    window = Interval(work.now, work.now + rules.UNTIL_AHEAD)
    plan = load(work, post.division_code, post.role, window, handovers=False)
    present = {span.person: span.ends for span in rules.on_duty(plan.patterns, plan.overrides, work.now)}
    if giver in present:
        rest = Interval(work.now, present[giver])
        posts.write_override(work, post, "replace", taker, rest, "交接班", replaces_id=giver)
    elif taker not in present:
        rest = Interval(work.now, rules.next_change(plan.patterns, plan.overrides, work.now))
        posts.write_override(work, post, "add", taker, rest, "交接班")


def _edits(work: Work, post: Post) -> bool:
    grants = [Grant(role, path) for role, path in posts.person(work, posts.me(work)).grants]
    return allows(grants, "roster.edit", post.path)


def _ids(alarms: Sequence[AlarmLine]) -> list[str]:
    return [str(alarm["id"]) for alarm in alarms if "id" in alarm]
