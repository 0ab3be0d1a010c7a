"""Telling residents: always into the inbox of the mini-program, and by WeChat and SMS where there is a way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, select

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

_KNOWN = (
    select(
        Person.id, Person.name, Person.phone, WeChatAccount.id.label("account_id"), WeChatAccount.openid,
        WeChatAccount.phone.label("account_phone"),
    )
    .outerjoin(WeChatAccount, and_(WeChatAccount.person_id == Person.id, WeChatAccount.unbound_at.is_(None)))
    .where(Person.id == bindparam("person"), Person.died_on.is_(None), Person.erased_at.is_(None))
)  # fmt: skip


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
    known = _known(work, person_id)
    if known is None:
        return
    words = word(template, facts, work.now)
    whole_key = f"{person_id}:{key}"
    if not _into_inbox(work, person_id, whole_key, template, words, page):
        return
    recipient = _recipient(work, known, sms=sms)
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


def _known(work: Work, person_id: UUID) -> Row[*tuple[Any, ...]] | None:
    """The living person, and their account if they have one."""
    return work.session.execute(_KNOWN, {"person": person_id}).first()


def _wants_no_texts(work: Work, account_id: UUID) -> bool:
    """Whether they took back their consent to texts; who was never asked gets those that matter."""
    said = select(Consent.withdrawn_at).where(Consent.account_id == account_id, Consent.purpose == "sms")
    answers = work.session.scalars(said).all()
    return bool(answers) and None not in answers


def _texts(work: Work, account_id: UUID | None, *, sms: bool) -> bool:
    return account_id is None or (sms and not _wants_no_texts(work, account_id))


def _recipient(work: Work, known: Row[*tuple[Any, ...]], *, sms: bool) -> Recipient:
    addresses = {}
    if known.account_id is not None:
        addresses[ChannelName.WECHAT.value] = known.openid
    phone = known.phone or known.account_phone
    if phone is not None and is_mobile(phone) and _texts(work, known.account_id, sms=sms):
        addresses[ChannelName.SMS.value] = phone
    return Recipient("resident", str(known.id), mask_name(known.name), tuple(addresses), addresses)
