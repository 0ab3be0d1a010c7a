"""Whom to call for an elder, and by which ways."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from backend.core import phone
from backend.core.db import Work
from backend.eldercare.models import Contact


@dataclass(frozen=True, slots=True)
class ContactToCall:
    """A relative or neighbour with the channels that reach them, best first; ``addresses`` by channel name."""

    id: UUID
    name: str
    relation: str
    ways: tuple[str, ...]
    addresses: Mapping[str, str] = field(repr=False)


def contacts_to_call(work: Work, elder_id: UUID) -> list[ContactToCall]:
    """The contacts who want to be told, in the elder's order."""
    rows = work.session.scalars(
        select(Contact).where(Contact.elder_id == elder_id, Contact.notify).order_by(Contact.position)
    )
    return [_to_call(row) for row in rows]


def _to_call(contact: Contact) -> ContactToCall:
    addresses = {"wechat": contact.openid} if contact.openid else {}
    if phone.is_mobile(contact.phone):
        addresses["sms"] = contact.phone
    addresses["voice"] = contact.phone
    return ContactToCall(contact.id, contact.name, contact.relation, tuple(addresses), addresses)
