"""Tributes and moderation as people read them: visitors, those who wrote, and moderators."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work
from backend.memorial import moderation_book as book
from backend.memorial import moderation_rules, tributes
from backend.memorial.models import Hall
from backend.memorial.moderation_desk import Waiting
from backend.memorial.moderation_rules import REFUSED, REMOVED, STATE_ZH, WITHDRAWN
from backend.memorial.tribute_models import AuthorityReport, ModerationDecision, ModerationItem, Tribute
from backend.memorial.tribute_rules import KINDS, SONGS, WRITTEN
from backend.residents.masking import mask_name
from backend.residents.models import Person

PRIVATE, TAKEN_BACK = "只有您自己看得到", "已收回"
SUBJECT_ZH = {
    "tribute": "留言或信", "hall_story": "生平", "hall_relative": "家人的名字", "hall_media": "照片或声音",
    "hall_caption": "照片的说明", "condolence": "告别留言",
}  # fmt: skip
LISTED = 50


def choices() -> dict[str, Any]:
    return {
        "kinds": KINDS, "songs": SONGS, "rules": {code: one.title for code, one in book.rules().items()},
        "longest": WRITTEN,
    }  # fmt: skip


def of_hall(work: Work, hall: Hall) -> dict[str, Any]:
    """Counts and words, without any rank; in a hall of the family names are whole, elsewhere the surname alone."""
    rows = tributes.shown(work, hall.id)
    names = _names(work, {row.person_id for row in rows})
    whole = hall.privacy == "family"
    return {
        "counts": tributes.counts(work, hall.id),
        "shown": [
            {"id": row.id, "kind": row.kind, "day": row.day, "words": row.words,
             "who": names[row.person_id] if whole else mask_name(names[row.person_id])}
            for row in rows
        ],
    }  # fmt: skip


def _names(work: Work, people: Iterable[UUID]) -> dict[UUID, str]:
    found = select(Person.id, Person.name).where(Person.id.in_(list(people)))
    return dict(work.session.execute(found).all())


def own(work: Work, rows: Sequence[Tribute]) -> list[dict[str, Any]]:
    states = _states(work, [row.id for row in rows])
    return [
        {"id": row.id, "kind": row.kind, "kind_zh": KINDS[row.kind], "day": row.day, "words": row.words,
         "song": row.song, "shared": row.shared, "standing": _standing(row, states)}
        for row in rows
    ]  # fmt: skip


def _states(work: Work, tribute_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Tribute → where its newest item stands."""
    found = select(ModerationItem.subject_id, ModerationItem.state).where(
        ModerationItem.subject_kind == tributes.SUBJECT, ModerationItem.subject_id.in_(tribute_ids)
    )
    return dict(work.session.execute(found.order_by(ModerationItem.submitted_at, ModerationItem.id)).all())


def _standing(row: Tribute, states: dict[UUID, str]) -> str | None:
    if row.kind not in WRITTEN:
        return None
    if row.words is None:
        return TAKEN_BACK
    return STATE_ZH[states.get(row.id, REFUSED)] if row.shared else PRIVATE


# -- what somebody wanted to show


def own_items(work: Work, person_id: UUID) -> list[dict[str, Any]]:
    """What somebody wanted to show to others, newest first, with the rule where it is not shown."""
    mine = select(ModerationItem).where(ModerationItem.author_id == person_id, ModerationItem.state != WITHDRAWN)
    rows = work.session.scalars(mine.order_by(ModerationItem.submitted_at.desc()).limit(LISTED)).all()
    appeals = select(ModerationDecision.item_id).where(
        ModerationDecision.item_id.in_([row.id for row in rows]), ModerationDecision.action == "appeal"
    )
    appealed = set(work.session.scalars(appeals))
    return [own_item(work, row, appealed=row.id in appealed) for row in rows]


def own_item(work: Work, row: ModerationItem, *, appealed: bool) -> dict[str, Any]:
    hall = work.session.get(Hall, row.hall_id) if row.hall_id else None
    return {
        "id": row.id, "subject_id": row.subject_id, "what_zh": SUBJECT_ZH.get(row.subject_kind, "内容"),
        "hall": hall.title if hall else None,
        "content": row.content, "words": row.words, "state": row.state, "at": row.submitted_at,
        "state_zh": STATE_ZH[row.state], "why": book.rule(row.rule).words if row.rule else None,
        "may_appeal": row.state in (REFUSED, REMOVED) and not appealed,
    }  # fmt: skip


# -- for moderators


def queue(work: Work, waiting: Sequence[Waiting]) -> list[dict[str, Any]]:
    titles = hall_titles(work, [one.item for one in waiting])
    return [_queued(one, titles) for one in waiting]


def _queued(one: Waiting, titles: dict[UUID, str]) -> dict[str, Any]:
    row = one.item
    return {
        "id": row.id, "subject": row.subject_kind, "content": row.content, "words": row.words,
        "audience": row.audience, "hall": titles.get(row.hall_id) if row.hall_id else None, "state": row.state,
        "verdict": row.verdict, "rule": row.rule, "reports": one.reports, "since": one.since, "rush": one.rush,
        "suspected": moderation_rules.suspected(row.words, book.look()),
    }  # fmt: skip


def hall_titles(work: Work, rows: Sequence[ModerationItem]) -> dict[UUID, str]:
    """Hall → title, of the halls these stand in."""
    ids = {row.hall_id for row in rows if row.hall_id}
    found = select(Hall.id, Hall.title).where(Hall.id.in_(ids))
    return dict(work.session.execute(found).all())


def authority(row: AuthorityReport, item: ModerationItem) -> dict[str, Any]:
    return {
        "id": row.id, "item_id": item.id, "words": item.words, "found_at": row.found_at, "told_at": row.told_at,
        "reference": row.reference,
    }  # fmt: skip
