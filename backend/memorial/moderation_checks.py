"""Asking the machine, outside any transaction: WeChat's check of words at once, of pictures by a push later.

An item is marked as asked before WeChat is: a process that dies meanwhile leaves it to be asked again, once; then a
person looks. Pictures go through ``notices.media``, which receives the pushes.
"""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import or_, select

from backend import content_check, wechat
from backend.content_check import NAMES, Verdict
from backend.core.db import Work
from backend.core.locks import claim
from backend.memorial import moderation
from backend.memorial.moderation_rules import ASK_AGAIN_AFTER, CHECKING, MOST_TRIES
from backend.memorial.tribute_models import ModerationItem
from backend.notices import media
from backend.residents.models import WeChatAccount

PORTION, COLLECTED = 20, 500
PATH = "/api/v1/memorial/checking/"  # where WeChat fetches a picture


@dataclass(frozen=True, slots=True)
class Question:
    """What the machine is to be asked; ``code`` opens the picture, ``openid`` is None where there is nobody's name."""

    item_id: UUID
    content: str
    words: str = field(repr=False)
    openid: str | None = field(repr=False)
    code: str | None = field(repr=False)


def subject_of(item_id: UUID) -> str:
    """How ``notices.media`` knows an item."""
    return f"moderation:{item_id}"


def due(work: Work) -> list[Question]:
    """The next items to ask about, marked as asked; those that nobody answered twice go to a person."""
    _give_up(work)
    ready = or_(ModerationItem.asked_at.is_(None), ModerationItem.asked_at <= work.now - ASK_AGAIN_AFTER)
    oldest = select(ModerationItem).where(ModerationItem.state == CHECKING, ModerationItem.tries < MOST_TRIES, ready)
    order = (moderation.rush_first(), ModerationItem.submitted_at)
    rows = work.session.scalars(claim(work, oldest.order_by(*order).limit(PORTION))).all()
    return [_ask(work, row) for row in rows]


def _give_up(work: Work) -> None:
    silent = select(ModerationItem.id).where(
        ModerationItem.state == CHECKING, ModerationItem.tries >= MOST_TRIES,
        ModerationItem.asked_at <= work.now - ASK_AGAIN_AFTER,
    )  # fmt: skip
    for item_id in work.session.scalars(silent.order_by(ModerationItem.submitted_at).limit(PORTION)).all():
        answered(work, item_id, "review")


def _ask(work: Work, row: ModerationItem) -> Question:
    row.tries, row.asked_at = row.tries + 1, work.now
    code = moderation.open_for_checking(row) if row.content != "text" else None
    return Question(row.id, row.content, row.words or "", _openid(work, row.author_id), code)


def _openid(work: Work, person_id: UUID | None) -> str | None:
    mine = select(WeChatAccount.openid).where(
        WeChatAccount.person_id == person_id, WeChatAccount.unbound_at.is_(None)
    )  # fmt: skip
    return work.session.scalars(mine.order_by(WeChatAccount.last_seen_at.desc()).limit(1)).first()


def ask_about_words(question: Question) -> Verdict:
    """Not inside a transaction. Where WeChat cannot be asked in anybody's name, our own words alone never pass."""
    found = content_check.check_text(question.openid, question.words, NAMES)
    unasked = question.openid is None or not wechat.configured()
    return "review" if found == "pass" and unasked else found


def ask_about_media(question: Question, public_url: str) -> str | None:
    """Its trace id; None when nobody could be asked. Not inside a transaction."""
    if question.openid is None or not public_url:
        return None
    address = f"{public_url.rstrip('/')}{PATH}{question.code}"
    return content_check.submit_media(question.openid, address, sound=question.content == "sound")


def answered(work: Work, item_id: UUID, verdict: Verdict) -> None:
    moderation.judged(work, moderation.locked(work, item_id), verdict)


def collect(work: Work) -> int:
    """Pictures whose verdict has come by push since, or about which nobody could be asked; how many."""
    open_ones = select(ModerationItem.id).where(
        ModerationItem.state == CHECKING, ModerationItem.content != "text", ModerationItem.asked_at.is_not(None)
    )
    waiting = work.session.scalars(open_ones.order_by(ModerationItem.asked_at).limit(COLLECTED)).all()
    found = [(one, media.verdict_of(work, subject_of(one))) for one in waiting]
    judged = [(one, verdict) for one, verdict in found if verdict is not None]
    for one, verdict in judged:
        answered(work, one, verdict)
    return len(judged)
