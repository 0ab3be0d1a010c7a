"""What people do with guide items: ask, put a question to a person, answer it with a citation (R-092)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.guides.errors import NoSuchGuideError, NoSuchQuestionError, NothingToCiteError
from backend.guides.items import GuideItem, items
from backend.guides.knowledge import answers, index
from backend.guides.models import Question
from backend.guides.rules import Found
from backend.guides.states import QUESTION
from backend.ratings import service as ratings
from backend.residents.telling import tell_resident

LONGEST_QUESTION = 200
LONGEST_ANSWER = 500
# Questions nobody waits for are kept only long enough to be handed over; answered ones as long as bookings (rules B6).
UNWANTED = timedelta(days=30)
KEPT = timedelta(days=365)
LISTED = 50
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question written down, and what the guide items say to it: empty means that only a person can say."""

    id: UUID
    found: Sequence[Found]


def guide(code: str) -> GuideItem:
    """Raises ``NoSuchGuideError``."""
    found = items().get(code)
    if found is None:
        raise NoSuchGuideError(code=code)
    return found


def ask(work: Work, text: str) -> Asked:
    """Search the guide items and write the question down, so that its asker can put it to a person."""
    asked = _words(text, LONGEST_QUESTION, "问题")
    found = index().search(asked)
    row = Question(
        id=new_id(), text=asked, found=bool(found), asked_at=work.now,
        cites=[{"guide": one.answer.guide, "heading": one.answer.heading} for one in found],
    )  # fmt: skip
    work.session.add(row)
    return Asked(row.id, found)


def _words(text: str, longest: int, field: str) -> str:
    words = text.strip()
    if not words:
        raise BadInputError(field=field, why="还没有写内容")
    if len(words) > longest:
        raise BadInputError(field=field, why=f"最多写 {longest} 个字")
    return words


def hand_over(work: Work, question_id: UUID, person_id: UUID) -> Question:
    """Put a question to a person of the bureau; doing it twice is doing it once.

    Whoever has the id of a question without an asker becomes its asker: ids are random and told to the asker only.
    Raises ``NoSuchQuestionError`` for somebody else's.
    """
    row = _locked(work, question_id)
    if row.asker_id not in (None, person_id):
        raise NoSuchQuestionError
    if row.state != "asked":
        return row
    row.state, row.asker_id, row.handed_over_at = QUESTION.next(row.state, "hand_over"), person_id, work.now
    audit.record(work, "question.hand_over", f"question:{row.id}")
    return row


def _locked(work: Work, question_id: UUID) -> Question:
    row = work.session.scalars(for_update(work, select(Question).where(Question.id == question_id))).first()
    if row is None:
        raise NoSuchQuestionError
    return row


def answer(work: Work, question_id: UUID, staff_id: UUID, text: str, cites: Sequence[tuple[str, str]]) -> Question:
    """Answer an open question with what the answer rests on: (guide code, heading) pairs, at least one.

    Raises ``NothingToCiteError`` if a citation is missing or names what no guide item says.
    """
    words = _words(text, LONGEST_ANSWER, "答复")
    if not cites or not set(cites) <= set(headings()):
        raise NothingToCiteError
    row = _locked(work, question_id)
    row.state = QUESTION.next(row.state, "answer")
    row.answer, row.answered_by, row.answered_at = words, staff_id, work.now
    row.cites = [{"guide": code, "heading": heading} for code, heading in cites]
    _tell_asker(work, row)
    if row.asker_id is not None:
        ratings.invite(work, row.asker_id, "question", str(row.id), "在线咨询", staff_id=staff_id)
    audit.record(work, "question.answer", f"question:{row.id}", cites=row.cites)
    return row


def _tell_asker(work: Work, row: Question) -> None:
    if row.asker_id is not None:
        tell_resident(
            work, row.asker_id, key=f"question_answered:{row.id}", template="question_answered",
            facts={"asked_at": row.asked_at}, page=f"pages/questions/detail?id={row.id}",
        )  # fmt: skip


def close(work: Work, question_id: UUID) -> Question:
    """End a question without an answer: it is answered otherwise, or it is none."""
    row = _locked(work, question_id)
    row.state, row.closed_at = QUESTION.next(row.state, "close"), work.now
    audit.record(work, "question.close", f"question:{row.id}")
    return row


def headings() -> list[tuple[str, str]]:
    """Everything that can be cited, as (guide code, heading), in the order of the guide items."""
    return [(one.guide, one.heading) for item in items().values() for one in answers(item)]


def questions_of(work: Work, person_id: UUID) -> Sequence[Question]:
    """What somebody has put to a person, newest first."""
    mine = select(Question).where(Question.asker_id == person_id).order_by(Question.handed_over_at.desc())
    return work.session.scalars(mine.limit(LISTED)).all()


def inbox(work: Work) -> Sequence[Question]:
    """The questions that wait for a person, the longest waiting first."""
    waiting = select(Question).where(Question.state == "open").order_by(Question.handed_over_at, Question.id)
    return work.session.scalars(waiting.limit(LISTED)).all()


def recently_answered(work: Work, limit: int = 10) -> Sequence[Question]:
    done = select(Question).where(Question.state == "answered").order_by(Question.answered_at.desc())
    return work.session.scalars(done.limit(limit)).all()


def figures(work: Work, days: int = 30) -> dict[str, Any]:
    """Of the last days: how many were asked, how many were content with the guide items, how many wait.

    Whoever asks for a person all the same has not found an answer in what was shown.
    """
    since = Question.asked_at >= work.now - timedelta(days=days)
    asked = func.count().filter(since)
    found = func.count().filter(and_(since, Question.found, Question.handed_over_at.is_(None)))
    waiting = func.count().filter(Question.state == "open")
    row = work.session.execute(select(asked.label("asked"), found.label("found"), waiting.label("waiting"))).one()
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it, underscore and all


def forget(work: Work) -> int:
    """Delete up to a thousand questions past their time; call again until 0."""
    unwanted = and_(Question.state == "asked", Question.asked_at < work.now - UNWANTED)
    over = and_(Question.state.in_(("answered", "closed")), Question.asked_at < work.now - KEPT)
    old = select(Question.id).where(or_(unwanted, over)).limit(AT_ONCE)
    return work.execute_dml(delete(Question).where(Question.id.in_(old)))
