"""Anybody, named or not, says that something shown breaks a rule, and reads the answer under a code of their own."""

from uuid import UUID

from sqlalchemy import select

from backend.core.crypto import new_token, token_digest
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.memorial import moderation
from backend.memorial import moderation_book as book
from backend.memorial.tribute_models import ModerationReport

LONGEST = 300
NOT_YET = "收到了，工作人员会尽快看。请过一天再来查。"


def report(work: Work, subject_kind: str, subject_id: UUID, rule: str, words: str) -> str:
    """The code under which the answer can be read. Nothing disappears by a report: a person looks at it.

    Raises ``NotFoundError`` for what is not shown, ``BadInputError``.
    """
    row = moderation.shown_item(work, subject_kind, subject_id)
    book.rule(rule)
    if len(words.strip()) > LONGEST:
        raise BadInputError(field="说明", why=f"最多 {LONGEST} 个字")
    code = new_token()
    work.session.add(
        ModerationReport(
            id=new_id(), item_id=row.id, rule=rule, words=words.strip(), code_digest=token_digest(code), at=work.now
        )
    )
    return code


def answer(work: Work, code: str) -> str:
    """What became of a report. Raises ``NotFoundError``."""
    mine = select(ModerationReport).where(ModerationReport.code_digest == token_digest(code))
    row = work.session.scalars(mine).first()
    if row is None:
        raise NotFoundError(report="code")
    return row.answer or NOT_YET
