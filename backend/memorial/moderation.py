"""Everything anybody may show to others goes through here: submitted, checked, decided by written rules, on record.

``submit`` only writes it down; a job asks the machine after the commit (``moderation_checks``), so that nobody waits
for WeChat and a WeChat that is down shows nothing. Whose it is hears of it by ``on_decided``.
"""

from collections.abc import Callable, Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, false, or_, select, update

from backend.content_check import Verdict
from backend.core import audit
from backend.core.crypto import new_token, token_digest
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.memorial import moderation_book as book
from backend.memorial import moderation_rules as rules
from backend.memorial.models import Hall
from backend.memorial.moderation_rules import QUEUED, REFUSED, REMOVED, SHOWN, WAITING, WITHDRAWN
from backend.memorial.rules import OPENNESS
from backend.memorial.tribute_models import AuthorityReport, ModerationDecision, ModerationItem

Told = Literal["waiting", "shown", "refused", "removed"]
Decided = Callable[[Work, UUID, Told], None]
Picture = Callable[[Work, UUID], tuple[bytes, str]]

_DECIDED: dict[str, Decided] = {}
_PICTURES: dict[str, Picture] = {}
_RUSHES: dict[str, Callable[[], Select[UUID]]] = {}
_TOLD: dict[str, Told] = {SHOWN: "shown", REFUSED: "refused", REMOVED: "removed", rules.APPEALED: "removed"}


def on_decided(kind: str, told: Decided) -> None:
    """``told(work, subject_id, "waiting" | "shown" | "refused" | "removed")`` in the transaction of each decision."""
    _DECIDED[kind] = told


def on_picture(kind: str, give: Picture) -> None:
    """``give(work, subject_id)``: the bytes and media type of a picture or a sound, for the moderator and WeChat."""
    _PICTURES[kind] = give


def on_rush(kind: str, which: Callable[[], Select[UUID]]) -> None:
    """``which()``: the ids of those things that people wait for now; moderators see them before all others."""
    _RUSHES[kind] = which


def rush_first() -> ColumnElement[int]:
    """The order in which they come first, for machines and for people."""
    return case((in_a_rush(), 0), else_=1)


def in_a_rush() -> ColumnElement[bool]:
    """The SQL condition for the items that come first."""
    kinds = (
        (ModerationItem.subject_kind == kind) & ModerationItem.subject_id.in_(which())
        for kind, which in _RUSHES.items()
    )
    return or_(false(), *kinds)


def submit(
    work: Work,
    subject_kind: str,
    subject_id: UUID,
    what: str,
    author: UUID | None,
    *,
    media: bool = False,
    audience: str = "public",
    hall_id: UUID | None = None,
) -> ModerationItem:
    """Ask that something may be shown: ``what`` are the words, or with ``media`` either ``picture`` or ``sound``.

    ``author``: whose WeChat account is asked in whose name; None (a clerk) waits for a person. Whatever was submitted
    about the same thing before and is not decided yet counts no more. Nothing is shown by this.
    """
    withdraw(work, subject_kind, subject_id, only=WAITING)
    row = ModerationItem(
        id=new_id(), subject_kind=subject_kind, subject_id=subject_id, hall_id=hall_id, author_id=author,
        content=what if media else "text", words=None if media else what, audience=audience, state=rules.CHECKING,
        submitted_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row


def withdraw(
    work: Work, subject_kind: str, subject_id: UUID, *, only: Sequence[str] = (*WAITING, SHOWN)
) -> None:  # fmt: skip
    """Whose it is took it back or changed it: nobody needs to look any more. What was refused or removed stays so."""
    mine = select(ModerationItem).where(
        ModerationItem.subject_kind == subject_kind, ModerationItem.subject_id == subject_id,
        ModerationItem.state.in_(only),
    )  # fmt: skip
    for row in work.session.scalars(for_update(work, mine.order_by(ModerationItem.id))):
        row.state = WITHDRAWN


def widen(work: Work, hall_id: UUID, audience: str) -> set[tuple[str, UUID]]:
    """The hall is shown to more people: what was looked at for fewer waits again, and whose it is is told.

    What stands there refused or appealed is from now on looked at for the wider circle. Returns (subject kind, id) of
    what was shown and must not be seen until it is shown again.
    """
    narrow = OPENNESS[: OPENNESS.index(audience)]
    known = select(ModerationItem).where(ModerationItem.hall_id == hall_id, ModerationItem.state.in_((*WAITING, SHOWN)))
    by_subject: dict[tuple[str, UUID], list[ModerationItem]] = {}
    for row in work.session.scalars(for_update(work, known.order_by(ModerationItem.submitted_at, ModerationItem.id))):
        by_subject.setdefault((row.subject_kind, row.subject_id), []).append(row)
    held = {
        subject
        for subject, rows in by_subject.items()
        if any(row.state == SHOWN and row.audience in narrow for row in rows)
    }
    for rows in by_subject.values():
        _ask_again(work, rows, narrow, audience)
    later = (ModerationItem.hall_id == hall_id, ModerationItem.state.in_((REFUSED, REMOVED, rules.APPEALED)))
    stale = update(ModerationItem).where(*later, ModerationItem.audience.in_(narrow))
    work.execute_dml(stale.values(audience=audience))
    return held


def _ask_again(work: Work, rows: Sequence[ModerationItem], narrow: Sequence[str], audience: str) -> None:
    """The versions of one thing, the newest last: only that one is asked about again."""
    stale, newest = [row for row in rows if row.audience in narrow], rows[-1]
    for row in stale:
        row.state = WITHDRAWN
    if newest in stale:
        media = newest.content != "text"
        submit(
            work, newest.subject_kind, newest.subject_id, newest.content if media else newest.words or "",
            newest.author_id, media=media, audience=audience, hall_id=newest.hall_id,
        )  # fmt: skip
    if stale:
        _DECIDED[newest.subject_kind](work, newest.subject_id, "waiting")


def locked(work: Work, item_id: UUID) -> ModerationItem:
    """One item, after its hall: families lock what is theirs in this order too. Raises ``NotFoundError``."""
    mine = select(ModerationItem).where(ModerationItem.id == item_id)
    hall = select(Hall.id).where(Hall.id == mine.with_only_columns(ModerationItem.hall_id).scalar_subquery())
    work.session.execute(for_update(work, hall))
    row = work.session.scalars(for_update(work, mine).execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFoundError(item=str(item_id))
    return row


def shown_item(work: Work, subject_kind: str, subject_id: UUID) -> ModerationItem:
    """The version of a thing that others see now. Raises ``NotFoundError``."""
    mine = select(ModerationItem).where(
        ModerationItem.subject_kind == subject_kind, ModerationItem.subject_id == subject_id,
        ModerationItem.state == SHOWN,
    )  # fmt: skip
    row = work.session.scalars(mine).first()
    if row is None:
        raise NotFoundError(subject=str(subject_id))
    return row


def judged(work: Work, row: ModerationItem, verdict: Verdict) -> None:
    """The machine has spoken, or will not: what is clear is shown, everything else waits for a person.

    An answer that comes after a person has decided, or after the thing was taken back, changes nothing.
    """
    row.verdict = verdict
    if row.state != rules.CHECKING:
        return
    row.code_digest = None  # whoever fetched the picture to check it has done so
    _look_for_all(work, row)
    first = book.person_first(row.audience, row.content)
    state = rules.after_machine(verdict, person_first=first, suspected=bool(rules.suspected(row.words, book.look())))
    move(work, row, state, "show" if state == SHOWN else "queue")


def _look_for_all(work: Work, row: ModerationItem) -> None:
    """Whoever opened the hall while this was being written did not see it yet: it is judged for whom it will be."""
    now = work.session.scalars(select(Hall.privacy).where(Hall.id == row.hall_id)).first()
    if now is not None and OPENNESS.index(now) > OPENNESS.index(row.audience):
        row.audience = now


def move(
    work: Work, row: ModerationItem, state: str, action: str, *, rule: str | None = None, words: str = "",
    staff_id: UUID | None = None,
) -> None:  # fmt: skip
    """Write a decision down and let whose it is know."""
    if state == SHOWN:
        withdraw(work, row.subject_kind, row.subject_id, only=(SHOWN,))  # the version before this one
    row.state = state
    if state in (QUEUED, rules.APPEALED):
        row.queued_at = work.now
    else:
        row.decided_at, row.decided_by, row.rule = work.now, staff_id, rule
    note(work, row, action, rule=rule, words=words, staff_id=staff_id)
    if rule == book.SLANDER:
        _for_the_authority(work, row)
    work.session.flush()
    _DECIDED[row.subject_kind](work, row.subject_id, _TOLD.get(state, "waiting"))


def note(
    work: Work, row: ModerationItem, action: str, *, rule: str | None = None, words: str = "",
    staff_id: UUID | None = None,
) -> None:  # fmt: skip
    """One line of an item's story; what a person did is audited too."""
    work.session.add(
        ModerationDecision(
            id=new_id(), item_id=row.id, action=action, rule=rule, words=words, staff_id=staff_id, at=work.now
        )
    )
    if staff_id is not None:
        audit.record(work, f"moderation.{action}", f"moderation:{row.id}", rule=rule)


def _for_the_authority(work: Work, row: ModerationItem) -> None:
    known = work.session.scalars(select(AuthorityReport.id).where(AuthorityReport.item_id == row.id)).first()
    if known is None:
        work.session.add(AuthorityReport(id=new_id(), item_id=row.id, found_at=work.now))


# -- pictures


def open_for_checking(row: ModerationItem) -> str:
    """A new code under which WeChat may fetch the picture while it is being checked."""
    code = new_token()
    row.code_digest = token_digest(code)
    return code


def being_checked(work: Work, code: str) -> tuple[bytes, str]:
    """The picture under such a code. Raises ``NotFoundError`` once it has been judged."""
    mine = select(ModerationItem).where(
        ModerationItem.code_digest == token_digest(code), ModerationItem.state == rules.CHECKING
    )
    row = work.session.scalars(mine).first()
    if row is None:
        raise NotFoundError(code="picture")
    return picture(work, row)


def picture(work: Work, row: ModerationItem) -> tuple[bytes, str]:
    """Bytes and media type. Raises ``NotFoundError`` for an item of words."""
    if row.content == "text":
        raise NotFoundError(item=str(row.id))
    return _PICTURES[row.subject_kind](work, row.subject_id)
