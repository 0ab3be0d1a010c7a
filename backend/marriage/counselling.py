"""Counselling as the counsellor works through it (R-097): voluntary, and the notes are the counsellor's only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from backend.booking import desk_finding
from backend.booking.matters import matter_of
from backend.booking.noshow import tells_who_came
from backend.booking.service import find as find_booking
from backend.booking.views import span
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.core.locks import for_update
from backend.marriage import desk_booking, rating
from backend.marriage.errors import TalkSettledError, TalkTakenError
from backend.marriage.models import Counselling
from backend.marriage.states import COUNSELLING as TALK
from backend.marriage.talks import COUNSELLING, TOPICS
from backend.people.models import Staff
from backend.people.service import Viewer
from backend.residents.masking import mask_name

HOLD = "counselling.hold"
OUTCOMES = {
    "eased": "谈开了",
    "again": "愿意再谈",
    "unchanged": "没有变化",
    "referred": "转介其他机构",
    "ended": "本人中途结束",
}
STATES = {"planned": "等待辅导", "held": "已辅导", "missed": "没有来"}
LONGEST_NOTES = 4000
FIGURE_DAYS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk as the list shows it; ``mine``: the viewer's own, whose notes they may read."""

    id: UUID
    time: str
    title: str
    topic: str
    names: tuple[str, ...]
    consent_at: datetime
    counsellor: str | None
    mine: bool
    state: str
    outcome: str | None
    came: bool

    @property
    def topic_zh(self) -> str:
        return TOPICS[self.topic]

    @property
    def state_zh(self) -> str:
        return STATES[self.state]

    @property
    def outcome_zh(self) -> str:
        return OUTCOMES.get(self.outcome or "", "")


@dataclass(frozen=True, slots=True)
class Share:
    """What became of the talks of the last ninety days that were due."""

    held: int
    missed: int

    @property
    def share(self) -> float | None:
        """Of the talks that were due, the part that was held; None without any."""
        due = self.held + self.missed
        return self.held / due if due else None


def of_day(work: Work, viewer: Viewer, office_code: str, day: date) -> list[Talk]:
    """The talks at an office on a day in their order. Raises ``NotFoundError`` and ``NotAllowedError``."""
    office = desk_finding.place(work, viewer, office_code, HOLD)
    booked = [one for one in desk_finding.of_day(work, office, day) if one.matter in COUNSELLING]
    mine = select(Counselling).where(Counselling.booking_id.in_([one.id for one in booked]))
    rows = {row.booking_id: row for row in work.session.scalars(mine)}
    names = _names(work, [row.counsellor_id for row in rows.values() if row.counsellor_id])
    return [
        Talk(
            row.id, span(one.starts_at, one.ends_at), matter_of(one.matter).title, row.topic,
            tuple(mask_name(party.name) for party in one.parties), row.consent_at,
            names.get(row.counsellor_id) if row.counsellor_id else None, row.counsellor_id == viewer.staff_id,
            row.state, row.outcome, one.state in ("checked_in", "serving", "done"),
        )
        for one in booked
        if one.state != "cancelled" and (row := rows.get(one.id)) is not None
    ]  # fmt: skip


def _names(work: Work, ids: Sequence[UUID]) -> dict[UUID, str]:
    return {one: name for one, name in work.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))}  # noqa: C416 - a row is no plain pair to the type checker


def take(work: Work, viewer: Viewer, talk_id: UUID) -> Counselling:
    """The viewer will be the counsellor. Raises ``TalkTakenError``, ``TalkSettledError``."""
    talk = _find(work, viewer, talk_id)
    _require_open(talk, "hold")
    talk.counsellor_id = viewer.staff_id
    audit.record(work, "counselling.taken", f"counselling:{talk.id}")
    return talk


def hold(work: Work, viewer: Viewer, talk_id: UUID, outcome: str, notes: str) -> Counselling:
    """The talk took place. ``notes`` are sealed. Raises ``TalkTakenError``, ``TalkSettledError``, ``BadInputError``."""
    talk = _find(work, viewer, talk_id)
    _require_open(talk, "hold")
    if outcome not in OUTCOMES:
        raise BadInputError(field="结果", why="请从列表中选择")
    if len(notes) > LONGEST_NOTES:
        raise BadInputError(field="记录", why=f"最多 {LONGEST_NOTES} 个字，请写短一些")
    talk.counsellor_id, talk.held_at = viewer.staff_id, work.now
    talk.notes, talk.outcome = notes.strip() or None, outcome
    talk.state = TALK.next(talk.state, "hold")
    desk_booking.finish_held(work, talk.booking_id)
    rating.invite_booked(work, viewer, "counselling", talk.id, talk.booking_id)
    audit.record(work, "counselling.held", f"counselling:{talk.id}", outcome=outcome)
    return talk


@tells_who_came
def came(work: Work, booking_id: UUID) -> bool:
    """Whoever has talked with a counsellor was there, whatever the queue says (rules B1.4)."""
    held = select(Counselling.id).where(Counselling.booking_id == booking_id, Counselling.state == "held")
    return work.session.scalar(held) is not None


def miss(work: Work, viewer: Viewer, talk_id: UUID) -> Counselling:
    """Nobody came; nothing is held against them here. Raises ``TalkTakenError``, ``TalkSettledError``."""
    talk = _find(work, viewer, talk_id)
    _require_open(talk, "miss")
    talk.counsellor_id = talk.counsellor_id or viewer.staff_id
    talk.state = TALK.next(talk.state, "miss")
    audit.record(work, "counselling.missed", f"counselling:{talk.id}")
    return talk


def notes(work: Work, viewer: Viewer, talk_id: UUID) -> str:
    """The notes, for the counsellor who wrote them and for nobody else; the look is written down."""
    talk = _find(work, viewer, talk_id)
    if talk.counsellor_id != viewer.staff_id:
        raise NotAllowedError(action="counselling.notes")
    audit.record(work, "counselling.read", f"counselling:{talk.id}")
    return talk.notes or "没有写记录"


def _find(work: Work, viewer: Viewer, talk_id: UUID) -> Counselling:
    """The talk, locked. Raises ``NotFoundError`` outside the viewer's offices."""
    viewer.require(HOLD)
    statement = select(Counselling).where(Counselling.id == talk_id).execution_options(populate_existing=True)
    talk = work.session.scalars(for_update(work, statement)).first()
    if talk is None or not desk_booking.may_at(work, viewer, find_booking(work, talk.booking_id).office_id, HOLD):
        raise NotFoundError(talk=str(talk_id))
    if talk.counsellor_id not in (None, viewer.staff_id):
        raise TalkTakenError
    return talk


def _require_open(talk: Counselling, action: str) -> None:
    if action not in TALK.actions(talk.state):
        raise TalkSettledError(state=talk.state, action=action, possible=TALK.actions(talk.state))


def share(work: Work, viewer: Viewer) -> Share:
    """Of the talks that were due in the last ninety days, in the whole house: counts only."""
    viewer.require(HOLD)
    since = work.now - FIGURE_DAYS
    counted = work.session.execute(
        select(Counselling.state, func.count()).where(Counselling.consent_at >= since).group_by(Counselling.state)
    )
    found = {state: count for state, count in counted}  # noqa: C416 - a row is no plain pair to the type checker
    return Share(found.get("held", 0), found.get("missed", 0))
