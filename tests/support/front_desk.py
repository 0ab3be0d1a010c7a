"""Residents with a phone in their hand, for tests that are not about logging in."""

from datetime import timedelta
from uuid import UUID

from backend.core.crypto import new_token, token_digest
from backend.core.db import Work
from backend.core.ids import new_id
from backend.residents.models import ResidentSession
from tests.support.residents import account, person


def sign_in(work: Work, person_id: UUID | None) -> str:
    """An access token of an account that is bound to this person, or to nobody yet."""
    token = new_token()
    row = ResidentSession(
        id=new_id(), account_id=account(work, person_id), family=new_id(), access_digest=token_digest(token),
        refresh_digest=token_digest(new_token()), created_at=work.now, access_until=work.now + timedelta(days=90),
        refresh_until=work.now + timedelta(days=90),
    )  # fmt: skip
    work.session.add(row)
    return token


def sign_in_resident(work: Work, name: str, phone: str, serial: int) -> tuple[UUID, str]:
    """A new person, signed in: their id and their token."""
    found = person(work, name, serial=serial, phone=phone)
    return found, sign_in(work, found)
