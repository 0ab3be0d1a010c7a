"""The questions themselves: due and not asked, put outside any transaction, asked again with growing pauses.

Nothing waits for ever: a source that cannot be reached ends as failed, one that stays silent as expired, and a report
says so in words.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from backend.assistance import means, means_providers
from backend.assistance.means import ASKED, PORTION
from backend.assistance.means_report import report
from backend.assistance.means_rules import MOST_TRIES, OPEN, QUERY, pause_after
from backend.assistance.means_sources import Declined, Later, Question, Records, Reply, SourceUnavailableError
from backend.assistance.models import Authorisation, MeansQuery
from backend.cases.models import Case, CaseEvent, CaseTask
from backend.cases.records import note
from backend.cases.registry import matter_of_case
from backend.cases.tasks import LIVE, today
from backend.core.db import Work
from backend.core.locks import claim, for_update
from backend.residents.models import Person
from backend.residents.telling import tell_resident

DONE = "means_done"


@dataclass(frozen=True, slots=True)
class Order:
    """A question that was claimed, in the state it had."""

    source: str
    state: str
    question: Question


def _over(work: Work) -> Any:
    """No question is put any more: the permission or the case has ended, or the silence has lasted too long."""
    day = today(work)
    longest = timedelta(days=int(means.means_params().at("means_answer_days", day).value))
    given = exists().where(
        Authorisation.id == MeansQuery.authorisation_id,
        Authorisation.withdrawn_at.is_(None), Authorisation.valid_until >= day,
    )  # fmt: skip
    live = exists().where(Case.id == MeansQuery.case_id, Case.live)
    return or_(~given, ~live, func.coalesce(MeansQuery.asked_at, work.now) <= work.now - longest)


def _due(work: Work, which: Any) -> Sequence[MeansQuery]:
    mine = select(MeansQuery).where(MeansQuery.state.in_(OPEN), MeansQuery.next_try_at <= work.now, which)
    ordered = mine.order_by(MeansQuery.next_try_at, MeansQuery.id).limit(PORTION)
    return work.session.scalars(claim(work, ordered)).all()


def expire(work: Work) -> int:
    """End what is over; a portion, how many."""
    rows = _due(work, _over(work))
    for query in rows:
        query.state = QUERY.next(query.state, "expire")
    return len(rows)


def take(work: Work) -> list[Order]:
    """Claim what is due; if this process dies now, it is due again after the pause."""
    return [_order(work, query) for query in _due(work, ~_over(work))]


def _order(work: Work, query: MeansQuery) -> Order:
    person, case = work.session.get_one(Person, query.person_id), work.session.get_one(Case, query.case_id)
    given = work.session.get_one(Authorisation, query.authorisation_id)
    query.tries, query.asked_at = query.tries + 1, query.asked_at or work.now
    query.next_try_at = work.now + pause_after(query.tries)
    question = Question(
        query.id, person.name, person.id_number or "", case.number, given.valid_until, query.tries, query.reference
    )
    return Order(query.source, query.state, question)


def put(order: Order) -> Reply | None:
    """Ask the source, outside any transaction; None if it cannot be reached."""
    source = means_providers.sources().get(order.source)
    try:
        return None if source is None else source.ask(order.question)
    except SourceUnavailableError:
        return None


def keep(work: Work, order: Order, reply: Reply | None) -> None:
    """Write what came, unless the question has ended or was put again meanwhile."""
    mine = select(MeansQuery).where(
        MeansQuery.id == order.question.query_id, MeansQuery.state == order.state,
        MeansQuery.tries == order.question.tries,
    )  # fmt: skip
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None:
        return
    row.state = QUERY.next(row.state, _action(row, reply))
    if isinstance(reply, Records):
        row.reply, row.answered_at = _sealed(reply), work.now
    elif isinstance(reply, Later):
        row.reference = reply.reference


def _action(row: MeansQuery, reply: Reply | None) -> str:
    if isinstance(reply, Records):
        return "answer"
    if isinstance(reply, Declined):
        return "fail"
    if isinstance(reply, Later):
        return "ask" if row.state == "waiting" else "retry"
    return "fail" if row.state == "waiting" and row.tries >= MOST_TRIES else "retry"


def _sealed(reply: Records) -> str:
    return json.dumps([{"kind": one.kind, "amount": str(one.amount)} for one in reply.facts])


# -- all have answered, or will not


def finish(work: Work) -> int:
    """Tell the officers and the family once nothing is out any more; a portion, how many cases."""
    asking, here = aliased(CaseEvent), CaseEvent.case_id == Case.id
    last = select(func.max(asking.at)).where(asking.case_id == Case.id, asking.action == ASKED)
    since = last.correlate(Case).scalar_subquery()
    told = exists().where(here, CaseEvent.action == DONE, CaseEvent.at >= since)
    out = exists().where(MeansQuery.case_id == Case.id, MeansQuery.state.in_(OPEN))
    asked = exists().where(MeansQuery.case_id == Case.id)
    task = exists().where(CaseTask.case_id == Case.id, CaseTask.branch == means.BRANCH, CaseTask.state.in_(LIVE))
    due = select(Case).where(task, asked, ~out, ~told).order_by(Case.id).limit(PORTION)
    rows = work.session.scalars(claim(work, due)).all()
    for case in rows:
        _tell(work, case)
    return len(rows)


def _tell(work: Work, case: Case) -> None:
    found = report(work, case.id)
    note(work, case.id, DONE, "核对结果已经回来，工作人员会接着办", complete=found.complete)
    means.tell_officers(work, case, "means_done", str(work.now))
    differing: Sequence[UUID] = [one.person_id for one in found.adults if one.person_id and one.differences]
    heads = [case.applicant_id] if found.differences else []
    for person_id in dict.fromkeys([*differing, *heads]):
        tell_resident(
            work, person_id, key=f"case:{case.id}:differs:{work.now}", template="means_differs",
            facts={"matter": matter_of_case(case).title, "number": case.number}, sms=True,
            page=f"/pages/assistance/means?case={case.id}",
        )  # fmt: skip
