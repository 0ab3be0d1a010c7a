"""A write that a thumb can tap twice happens once: the second tap gets the first one's answer.

The key is claimed in the transaction of the effect, so both exist or neither does; a second tap waits at the
unique index until the first one has ended. A refusal leaves nothing behind: the same key may try again.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Index, String, Table, bindparam, delete, select, tuple_, update
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted, keyring
from backend.core.db import Actor, Base, Work, glance, unit_of_work
from backend.core.errors import DomainError
from backend.core.inserting import insert_new

KEPT = timedelta(days=7)
KEY = re.compile(r"[!-~]{8,80}")

Answer = tuple[int, dict[str, Any]]
Verb = Callable[[Work], Answer]


class KeyMismatchError(DomainError):
    """The key was used before, for another request."""

    code = "idempotency.mismatch"


class BadKeyError(DomainError):
    """Keys are 8 to 80 visible ASCII characters."""

    code = "idempotency.bad_key"


class IdempotentAnswer(Base):
    """What a request with a key was answered; ``owner`` is the actor as ``kind:id``, keys of others do not meet."""

    __tablename__ = "idempotent_answer"
    __table_args__ = (Index("ix_idempotent_answer_created_at", "created_at"),)

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    owner: Mapped[str] = mapped_column(String(80), primary_key=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[str] = mapped_column(Encrypted("idempotent_answer.answer"))
    created_at: Mapped[datetime]


_SEEN = select(IdempotentAnswer.status).where(
    IdempotentAnswer.owner == bindparam("owner"), IdempotentAnswer.key == bindparam("key")
)

_TABLE = cast("Table", IdempotentAnswer.__table__)
_KEEP = (
    update(_TABLE)
    .where(_TABLE.c.key == bindparam("which"), _TABLE.c.owner == bindparam("whose"))
    .values(status=bindparam("status"), answer=bindparam("answer"))
)

_KNOWN = select(IdempotentAnswer.key).where(IdempotentAnswer.key.in_(bindparam("keys", expanding=True)))


def run_once(actor: Actor, key: str | None, fingerprint: str, verb: Verb) -> Answer:
    """Run ``verb`` in one unit of work and return its answer (status, JSON object); the same key runs it once only.

    ``fingerprint`` says what is asked (method, path, body). Raises ``KeyMismatchError``, ``BadKeyError`` and
    whatever the verb raises. Without a key the verb just runs.
    """
    if key is not None and not KEY.fullmatch(key):
        raise BadKeyError
    with unit_of_work(actor) as work:
        return verb(work) if key is None else _once(work, key, _digest(fingerprint), verb)


def seen(work: Work, actor: Actor, key: str | None) -> bool:
    """Whether this key has an answer already: then an early look at what stands in the way would look too late."""
    owner = f"{actor.kind}:{actor.id}"
    return key is not None and work.session.scalar(_SEEN, {"owner": owner, "key": key}) is not None


def known(keys: Collection[str]) -> Collection[str]:
    """Those that anybody's request had an answer for: a look by those who do not know yet who asks."""
    with glance() as connection:
        return set(connection.scalars(_KNOWN, {"keys": list(keys)}))


def _once(work: Work, key: str, digest: str, verb: Verb) -> Answer:
    owner = f"{work.actor.kind}:{work.actor.id}"
    if not _claim(work, owner, key, digest):
        return _stored(work, owner, key, digest)
    status, body = verb(work)
    text = json.dumps(body, ensure_ascii=False)
    work.session.execute(_KEEP, {"whose": owner, "which": key, "status": status, "answer": text})
    return status, body


def _claim(work: Work, owner: str, key: str, digest: str) -> bool:
    row = {"owner": owner, "key": key, "request_digest": digest, "status": 0, "answer": "", "created_at": work.now}
    return bool(insert_new(work, IdempotentAnswer, row, unique=("key", "owner"), returning="status"))


def _stored(work: Work, owner: str, key: str, digest: str) -> Answer:
    found = work.session.get_one(IdempotentAnswer, (key, owner))
    if not hmac.compare_digest(found.request_digest, digest):
        raise KeyMismatchError
    return found.status, cast("dict[str, Any]", json.loads(found.answer))


def _digest(fingerprint: str) -> str:
    """Keyed: bodies may hold an ID number, which a plain digest would give away to whoever tries them all."""
    return hmac.new(keyring().index_key, f"idempotency\0{fingerprint}".encode(), hashlib.sha256).hexdigest()


def forget(work: Work, limit: int = 5000) -> int:
    """Delete up to ``limit`` answers older than a week; call again until 0."""
    key = (IdempotentAnswer.owner, IdempotentAnswer.key)
    old = select(*key).where(IdempotentAnswer.created_at < work.now - KEPT).limit(limit)
    return work.execute_dml(delete(IdempotentAnswer).where(tuple_(*key).in_(old)))
