"""Telling residents: always into the inbox of the mini-program, and by WeChat and SMS where there is a way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.phone import is_mobile
from backend.notices import service as notices
from backend.notices.channels.base import ChannelName
from backend.notices.service import Recipient
from backend.notices.texts import Words, word
from backend.residents.masking import mask_name
from backend.residents.models import Consent, InboxItem, Person, WeChatAccount


def tell_resident(
    work: Work,
    person_id: UUID,
    *,
    key: str,
    template: str,
    facts: Mapping[str, Any],
    page: str | None = None,
    priority: int = 5,
    deadline_s: float = 86_400,
    sms: bool = False,
    not_before: datetime | None = None,
) -> None:
    """Tell a person something once (``key`` is unique for the person), in the caller's transaction.

    The message is in their inbox as soon as this commits, opening ``page`` of the mini-program; the notice goes out
    by WeChat if they have an account, and by SMS with ``sms``, or if they have no account. Somebody without any way
    finds it in the inbox one day; the dead and the erased are told nothing. Raises ``texts.MissingFactError``.
    """
    person = work.session.get(Person, person_id)
    if person is None or person.died_on is not None or person.erased_at is not None:
        return
    words = word(template, facts, work.now)
    whole_key = f"{person_id}:{key}"
    if not _into_inbox(work, person_id, whole_key, template, words, page):
        return
    recipient = _recipient(work, person, _account_of(work, person_id), sms=sms)
    if recipient.usable_ways():
        notices.tell(
            work, recipient, key=f"resident:{whole_key}", template=template, facts=facts, page=page,
            priority=priority, deadline_s=deadline_s, not_before=not_before,
        )  # fmt: skip


def _into_inbox(work: Work, person_id: UUID, key: str, template: str, words: Words, page: str | None) -> bool:
    """Whether this is news; a second message with the same key is not written."""
    row = {
        "id": new_id(), "person_id": person_id, "dedup_key": key, "template": template, "title": words.title,
        "body": words.body, "page": page, "created_at": work.now,
    }  # fmt: skip
    return bool(insert_new(work, InboxItem, row, unique=("dedup_key",)))


def _account_of(work: Work, person_id: UUID) -> WeChatAccount | None:
    mine = select(WeChatAccount).where(WeChatAccount.person_id == person_id, WeChatAccount.unbound_at.is_(None))
    return work.session.scalars(mine).first()


def _wants_no_texts(work: Work, account: WeChatAccount) -> bool:
    """Whether they took back their consent to texts; who was never asked gets those that matter."""
    said = select(Consent.withdrawn_at).where(Consent.account_id == account.id, Consent.purpose == "sms")
    answers = work.session.scalars(said).all()
    return bool(answers) and None not in answers


def _texts(work: Work, account: WeChatAccount | None, *, sms: bool) -> bool:
    return account is None or (sms and not _wants_no_texts(work, account))


def _recipient(work: Work, person: Person, account: WeChatAccount | None, *, sms: bool) -> Recipient:
    addresses = {}
    if account is not None:
        addresses[ChannelName.WECHAT.value] = account.openid
    phone = person.phone or (account.phone if account is not None else None)
    if phone is not None and is_mobile(phone) and _texts(work, account, sms=sms):
        addresses[ChannelName.SMS.value] = phone
    return Recipient("resident", str(person.id), mask_name(person.name), tuple(addresses), addresses)
