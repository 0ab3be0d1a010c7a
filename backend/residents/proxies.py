"""Who may act for whom (亲友代办)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work
from backend.residents.errors import NoProxyError
from backend.residents.models import Proxy


def may_act(work: Work, agent_id: UUID, principal_id: UUID, scope: str, now: datetime) -> Proxy:
    """The live proxy that covers ``scope``. Raises ``NoProxyError``, also when there is no such person."""
    found = work.session.scalars(
        select(Proxy).where(
            Proxy.principal_id == principal_id,
            Proxy.agent_id == agent_id,
            Proxy.state == "active",
            Proxy.valid_until > now,
        )
    ).first()
    if found is None or scope not in found.scopes:
        raise NoProxyError
    return found
