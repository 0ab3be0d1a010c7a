"""What residents do at the front door: log in, stay logged in, log out; and how a token becomes an account."""

from sqlalchemy import select

from backend.core.crypto import token_digest
from backend.core.db import Work
from backend.residents.models import ResidentSession, WeChatAccount
from backend.residents.rules import Assurance, assurance_of


def session_of(work: Work, token: str) -> ResidentSession | None:
    """The live session of an access token."""
    return work.session.scalars(
        select(ResidentSession).where(
            ResidentSession.access_digest == token_digest(token),
            ResidentSession.revoked_at.is_(None),
            ResidentSession.access_until > work.now,
        )
    ).first()


def assurance(account: WeChatAccount) -> Assurance:
    """What counts for an account now."""
    bound = account.person if account.unbound_at is None else None
    return assurance_of(proved=bound.assurance if bound else None, has_phone=account.phone is not None)
