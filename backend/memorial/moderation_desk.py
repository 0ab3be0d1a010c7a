"""The moderators' desk: the queue, decisions by written rules, the second look of two others, the authority's list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, or_, select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.locks import for_update
from backend.memorial import halls, moderation, moderation_rules
from backend.memorial import moderation_book as book
from backend.memorial.models import Hall
from backend.memorial.moderation_rules import APPEALED, ITEM, QUEUED, SHOWN, STATE_ZH
from backend.memorial.tribute_errors import AppealedBeforeError, NewEyesError, WrongModerationStateError
from backend.memorial.tribute_models import AuthorityReport, ModerationDecision, ModerationItem, ModerationReport
from backend.people.service import Viewer
from backend.residents.telling import tell_resident

MODERATE, MEDIATE = "memorial.moderate", "memorial.mediate"
LISTED, LONGEST = 100, 500
SECOND = ("restore", "uphold")
SENT_BACK = ("refuse", "remove")
PAGE = "/pages/memorial/shown"
# In the words of the index: with parameters SQLite reads through everything that was ever submitted.
ASKED_OF_PEOPLE: BindParameter[tuple[str, ...]] = bindparam(
    None, (QUEUED, APPEALED), expanding=True, literal_execute=True
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that needs a person. ``since``: from when it waits; ``reports``: how many say it breaks a rule.

    ``rush``: people wait for it at this moment, it comes before all others.
    """

    item: ModerationItem
    since: datetime
    reports: int
    rush: bool


def queue(work: Work, viewer: Viewer, path: str | None = None) -> list[Waiting]:
    """What waits for a person or was reported in the viewer's part of the county: a farewell's first while
    it is held, then the oldest.

    ``path``: only what stands below this division. Raises ``NotAllowedError``.
    """
    viewer.require(MODERATE, path)
    reports = _reported(work)
    here = _sees(viewer, MODERATE) if path is None else Hall.territory.startswith(path, autoescape=True)
    waiting = (
        select(ModerationItem)
        .outerjoin(Hall, Hall.id == ModerationItem.hall_id)
        .where(here, ModerationItem.state.in_(ASKED_OF_PEOPLE))
    )
    order = (moderation.rush_first(), ModerationItem.queued_at, ModerationItem.id)
    rows = work.session.scalars(waiting.order_by(*order).limit(LISTED)).all()
    known = {row.id for row in rows}
    others = (
        select(ModerationItem)
        .outerjoin(Hall, Hall.id == ModerationItem.hall_id)
        .where(here, ModerationItem.id.in_([one for one in reports if one not in known]))
    )
    listed = [*rows, *work.session.scalars(others)]
    hurried = select(ModerationItem.id).where(ModerationItem.id.in_([row.id for row in listed]), moderation.in_a_rush())
    rushes = set(work.session.scalars(hurried))
    found = [_waiting(row, reports, rush=row.id in rushes) for row in listed]
    return sorted(found, key=lambda one: (not one.rush, one.since, one.item.id))[:LISTED]


def _sees(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """What stands in a hall belongs to those who serve its territory."""
    return or_(ModerationItem.hall_id.is_(None), viewer.sees(Hall.territory, action))


def find(work: Work, viewer: Viewer, item_id: UUID) -> ModerationItem:
    """One item, locked. Raises ``NotAllowedError``, ``NotFoundError`` outside the viewer's part of the county."""
    viewer.require(MODERATE)
    row = moderation.locked(work, item_id)
    if row.hall_id is not None and not viewer.may(MODERATE, halls.find(work, row.hall_id).territory):
        raise NotFoundError(item=str(item_id))
    return row


def _reported(work: Work) -> dict[UUID, tuple[datetime, int]]:
    """Item → since when it is reported, and how often."""
    opened = (
        select(ModerationReport.item_id, func.min(ModerationReport.at), func.count())
        .where(ModerationReport.answered_at.is_(None))
        .group_by(ModerationReport.item_id)
        .order_by(func.min(ModerationReport.at))
        .limit(LISTED)
    )
    return {item_id: (since, count) for item_id, since, count in work.session.execute(opened)}


def _waiting(row: ModerationItem, reports: dict[UUID, tuple[datetime, int]], *, rush: bool) -> Waiting:
    reported, count = reports.get(row.id, (None, 0))
    waits = row.queued_at if row.state in (QUEUED, APPEALED) else None
    return Waiting(row, min(at for at in (waits, reported) if at is not None), count, rush)


def decide(
    work: Work, viewer: Viewer, item_id: UUID, action: str, rule: str | None = None, words: str = ""
) -> ModerationItem:
    """``show``, ``refuse``, ``remove`` or ``keep`` (reported, and rightly shown), by a rule where something goes.

    Answers the reports about it. Raises ``NotAllowedError``, ``NotFoundError``, ``BadInputError`` (no such rule),
    ``WrongModerationStateError`` (somebody else was faster).
    """
    row, said = find(work, viewer, item_id), _short(words)
    if action == "keep":
        _require_reported(work, row)
        moderation.note(work, row, "keep", words=said, staff_id=viewer.staff_id)
    else:
        written = book.rule(rule).words if action in SENT_BACK else ""
        _move(work, viewer, row, action, rule if written else None, said)
        if written:
            _tell_author(work, row, written)
    _answer_reports(work, viewer, row)
    return row


def _require_reported(work: Work, row: ModerationItem) -> None:
    if row.id not in _reported(work):
        raise WrongModerationStateError(state_zh=STATE_ZH[row.state])


def _move(
    work: Work, viewer: Viewer, row: ModerationItem, action: str, rule: str | None, words: str
) -> None:  # fmt: skip
    if action in SECOND or action not in ITEM.actions(row.state):
        raise WrongModerationStateError(state_zh=STATE_ZH[row.state])
    state = ITEM.next(row.state, action)
    moderation.move(work, row, state, action, rule=rule, words=words, staff_id=viewer.staff_id)


def _short(words: str) -> str:
    if len(words.strip()) > LONGEST:
        raise BadInputError(field="说明", why=f"最多 {LONGEST} 个字")
    return words.strip()


def _tell_author(work: Work, row: ModerationItem, what: str) -> None:
    if row.author_id is not None:
        tell_resident(
            work, row.author_id, key=f"moderation:{row.id}:{row.state}:{work.now:%Y%m%d%H%M%S}",
            template="memorial_moderation" if row.content == "text" else "memorial_picture", facts={"what": what},
            page=PAGE,
        )  # fmt: skip


def _answer_reports(work: Work, viewer: Viewer, row: ModerationItem) -> None:
    """Whoever reported it reads what became of it."""
    told = (
        "看过了，内容没有违反规定，继续显示。谢谢您的提醒。"
        if row.state == SHOWN
        else "已经处理，现在不再显示。谢谢您的提醒。"
    )
    opened = select(ModerationReport).where(
        ModerationReport.item_id == row.id, ModerationReport.answered_at.is_(None)
    )  # fmt: skip
    for report in work.session.scalars(for_update(work, opened.order_by(ModerationReport.id))):
        report.answer, report.answered_at, report.answered_by = told, work.now, viewer.staff_id


# -- the second look


def appeal(work: Work, person_id: UUID, item_id: UUID, words: str) -> ModerationItem:
    """The author does not agree: two others look again, once.

    Raises ``NotFoundError`` (not theirs), ``BadInputError``, ``AppealedBeforeError``, ``WrongModerationStateError``.
    """
    row = moderation.locked(work, item_id)
    if row.author_id != person_id:
        raise NotFoundError(item=str(item_id))
    if not _short(words):
        raise BadInputError(field="说明", why="请写一句为什么应该显示")
    if any(one.action == "appeal" for one in story(work, row)):
        raise AppealedBeforeError
    if "appeal" not in ITEM.actions(row.state):
        raise WrongModerationStateError(state_zh=STATE_ZH[row.state])
    rule = row.rule
    moderation.move(work, row, APPEALED, "appeal", words=_short(words))
    row.rule = rule
    return row


def story(work: Work, row: ModerationItem) -> Sequence[ModerationDecision]:
    """What was decided about an item, oldest first."""
    mine = select(ModerationDecision).where(ModerationDecision.item_id == row.id)
    return work.session.scalars(mine.order_by(ModerationDecision.at, ModerationDecision.id)).all()


def look_again(work: Work, viewer: Viewer, item_id: UUID, vote: str, words: str) -> ModerationItem:
    """One of the two who look again: ``restore`` or ``uphold``, with a reason; restored only if both say so.

    Raises ``NewEyesError``, ``WrongModerationStateError``, ``BadInputError``, ``NotAllowedError``.
    """
    row, said = find(work, viewer, item_id), _short(words)
    if vote not in ITEM.actions(row.state) or vote not in SECOND:
        raise WrongModerationStateError(state_zh=STATE_ZH[row.state])
    if not said:
        raise BadInputError(field="说明", why="请写一句理由")
    before = story(work, row)
    if viewer.staff_id in {row.decided_by, *(one.staff_id for one in before)}:
        raise NewEyesError
    votes = [one.action for one in before if one.action in SECOND] + [vote]
    outcome = moderation_rules.second_outcome(votes)
    if outcome is None:
        moderation.note(work, row, vote, words=said, staff_id=viewer.staff_id)
        return row
    rule = row.rule if outcome == "uphold" else None
    moderation.move(
        work, row, ITEM.next(row.state, outcome), vote, rule=rule, words=said, staff_id=viewer.staff_id
    )  # fmt: skip
    _tell_author(
        work, row, "两位同事复核过了，现在可以显示。" if outcome == "restore" else "两位同事复核过了，还是不能显示。"
    )
    return row


# -- slander of martyrs


def for_the_authority(work: Work, viewer: Viewer) -> Sequence[tuple[AuthorityReport, ModerationItem]]:
    """What must be reported and what was, the unreported first. Raises ``NotAllowedError``."""
    viewer.require(MEDIATE)
    mine = (
        select(AuthorityReport, ModerationItem)
        .join(ModerationItem, ModerationItem.id == AuthorityReport.item_id)
        .outerjoin(Hall, Hall.id == ModerationItem.hall_id)
        .where(_sees(viewer, MEDIATE))
    )
    order = (AuthorityReport.told_at.is_not(None), AuthorityReport.found_at.desc(), AuthorityReport.id)
    return [(row, item) for row, item in work.session.execute(mine.order_by(*order).limit(LISTED))]


def reported(work: Work, viewer: Viewer, report_id: UUID, reference: str) -> AuthorityReport:
    """The officer has told the authority: when, and under which number. Raises ``BadInputError``, ``NotFoundError``."""
    viewer.require(MEDIATE)
    said = _short(reference)
    if not said:
        raise BadInputError(field="报告文号", why="请写报给了哪个部门、文号是什么")
    row = work.session.scalars(for_update(work, select(AuthorityReport).filter_by(id=report_id))).first()
    if row is None or row.told_at is not None:
        raise NotFoundError(report=str(report_id))
    find(work, viewer, row.item_id)
    row.told_at, row.told_by, row.reference = work.now, viewer.staff_id, said
    audit.record(work, "moderation.authority", f"moderation:{row.item_id}")
    return row
