"""家庭经济状况核对 (R-021, 社会救助法 40–44): who allowed it, for which case and until when; then the questions.

Only grown-up members of the case's family who have allowed it are asked about, for this case, within the days of
their permission. Everything else is refused and reported (社会救助法 70): see ``unrelated``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select, update

from backend.assistance import means_providers, sheets
from backend.assistance.abilities import FULL_AGE
from backend.assistance.errors import AuthorisationMissingError, MeansOpenError, QueryUnrelatedError
from backend.assistance.facts import HouseholdFacts, PersonFacts, age_on
from backend.assistance.means_rules import OPEN, QUERY
from backend.assistance.models import Authorisation, MeansQuery
from backend.cases.models import Case, CaseEvent, CaseTask
from backend.cases.records import form_of, note
from backend.cases.registry import matter_of_case
from backend.cases.tasks import HANDLE, LIVE, today
from backend.cases.telling import tell_applicant
from backend.core import audit, params
from backend.core.db import Work
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import claim
from backend.notices.staff_telling import nearest, tell_staff
from backend.people.service import Viewer
from backend.residents.models import Person
from backend.residents.telling import tell_resident

BRANCH = "means"
BEGUN, ASKED = "means_begin", "means_ask"
PORTION = 20
PRIORITY, DAY_S = 5, 86_400.0
NEAR = ("applicant", "spouse")  # counted wherever they live
FILE = Path(__file__).with_name("params") / "means.yaml"


@cache
def means_params() -> params.Parameters:
    """The dated numbers of checking."""
    return params.load(FILE)


# -- who


@dataclass(frozen=True, slots=True)
class Adult:
    """A grown-up of the family. ``person``: None for somebody whose identity number is not known yet."""

    member: PersonFacts
    person: Person | None


def adults_of(work: Work, case: Case) -> list[Adult]:
    """Whose permission a check needs: the living grown-ups who count, as the case's sheet has them."""
    sheet, day = sheets.sheet_of(work, case.id), today(work)
    members = adults_in(sheets.read(sheet.facts), day) if sheet else []
    ids = {one.key: key for one in members if (key := sheets.person_id_of(one)) is not None}
    rows = work.session.scalars(select(Person).where(Person.id.in_(ids.values())))
    known = {one.id: one for one in rows}
    adults = [Adult(one, known.get(ids[one.key]) if one.key in ids else None) for one in members]
    return [one for one in adults if one.person is None or one.person.died_on is None]


def adults_in(facts: HouseholdFacts, day: date) -> list[PersonFacts]:
    """The grown-ups of a family who count on a day."""
    return [one for one in facts.members if _counts(one, day)]


def _counts(one: PersonFacts, day: date) -> bool:
    there = one.died_on is None and one.away == "none" and (one.lives_together or one.relation in NEAR)
    return there and age_on(one.birth_date, day) >= FULL_AGE


def require_adult(work: Work, case: Case, person_id: UUID) -> Person:
    """Raises ``QueryUnrelatedError`` for anybody who is no grown-up of this case's family."""
    found = next((one.person for one in adults_of(work, case) if one.person and one.person.id == person_id), None)
    if found is None or not case.live:
        raise QueryUnrelatedError
    return found


# -- permission


def authorisation_of(work: Work, case_id: UUID, person_id: UUID) -> Authorisation | None:
    """What the person has said in this case, withdrawn or not."""
    mine = select(Authorisation).where(Authorisation.case_id == case_id, Authorisation.person_id == person_id)
    return work.session.scalars(mine.execution_options(populate_existing=True)).first()


def holds(given: Authorisation | None, day: date) -> bool:
    """Whether it allows questions on a day; the last day is included."""
    return given is not None and given.withdrawn_at is None and given.valid_until >= day


def authorise(work: Work, case: Case, person_id: UUID, *, how: str) -> Authorisation:
    """A grown-up allows the check: ``app`` by themself, ``form`` with their own application, ``paper`` signed.

    Again after a withdrawal or the last day it holds anew. Raises ``QueryUnrelatedError``.
    """
    require_adult(work, case, person_id)
    until = today(work) + timedelta(days=int(means_params().at("means_authorisation_days", today(work)).value))
    row = {
        "id": new_id(), "case_id": case.id, "person_id": person_id, "how": how, "given_at": work.now,
        "valid_until": until,
    }  # fmt: skip
    held = authorisation_of(work, case.id, person_id)
    renewed = held is None or not holds(held, today(work))
    if held is None:
        insert_new(work, Authorisation, row, unique=("case_id", "person_id"))
    elif renewed:
        held.how, held.given_at, held.valid_until, held.withdrawn_at = how, work.now, until, None
    given = _given(work, case.id, person_id)
    if renewed:
        _ask_if_begun(work, case, given)
        audit.record(work, "means.authorise", f"case:{case.id}", person=str(person_id), how=how, until=str(until))
    return given


def _given(work: Work, case_id: UUID, person_id: UUID) -> Authorisation:
    work.session.flush()
    found = authorisation_of(work, case_id, person_id)
    if found is None:
        raise LookupError("an authorisation that was just written")
    return found


def withdraw(work: Work, case: Case, person_id: UUID) -> Authorisation:
    """Taken back: what is still open is not asked any more, and the application cannot go on without it.

    Raises ``AuthorisationMissingError`` if there is nothing to take back.
    """
    given = authorisation_of(work, case.id, person_id)
    if given is None or given.withdrawn_at is not None:
        raise AuthorisationMissingError
    given.withdrawn_at = work.now
    end_queries(work, MeansQuery.authorisation_id == given.id)
    note(work, case.id, "means_withdraw", "有家人撤回了核对授权，申请暂时办不下去；重新授权后接着办")
    audit.record(work, "means.withdraw", f"case:{case.id}", person=str(person_id))
    tell_applicant(
        work, case, "有家人撤回了核对授权，申请暂时办不下去，请和家人商量", f"means_withdraw:{person_id}:{work.now}"
    )
    tell_officers(work, case, "means_withdrawn", f"{person_id}:{work.now}")
    return given


def require_all_allowed(work: Work, case: Case) -> None:
    """To be asked before a case is decided. Raises ``AuthorisationMissingError`` while somebody's is withdrawn."""
    taken = select(Authorisation.person_id).where(
        Authorisation.case_id == case.id, Authorisation.withdrawn_at.is_not(None)
    )
    away = set(work.session.scalars(taken))
    if away and any(one.person and one.person.id in away for one in adults_of(work, case)):
        raise AuthorisationMissingError


def end_queries(work: Work, which: Any) -> int:
    """What is open and meant is not asked any more; how many."""
    ended = update(MeansQuery).where(which, MeansQuery.state.in_(OPEN))
    values = {"state": QUERY.next("asked", "expire")}
    return work.execute_dml(ended.values(values).execution_options(synchronize_session="fetch"))


def tell_officers(work: Work, case: Case, template: str, key: str) -> None:
    """Those of the county who check."""
    people = nearest(work, "officer", case.territory)
    tell_staff(
        work, people, template, f"{case.id}:{key}", priority=PRIORITY, deadline_s=DAY_S, number=case.number
    )  # fmt: skip


# -- begun


def means_task(work: Work, case_id: UUID) -> CaseTask | None:
    """The open task of checking, if the case is at it."""
    mine = select(CaseTask).where(CaseTask.case_id == case_id, CaseTask.branch == BRANCH, CaseTask.state.in_(LIVE))
    return work.session.scalars(mine).first()


def _begun(task: type[CaseTask] | CaseTask) -> Any:
    """An event that says it: since the task was opened."""
    return exists().where(
        CaseEvent.case_id == task.case_id, CaseEvent.action == BEGUN, CaseEvent.at >= task.opened_at
    )  # fmt: skip


def begin_due(work: Work) -> int:
    """Begin where a task of checking has been opened and nobody has begun; how many.

    The cases are locked, not their tasks: whoever works on a case locks it first.
    """
    waiting = exists().where(
        CaseTask.case_id == Case.id, CaseTask.branch == BRANCH, CaseTask.state.in_(LIVE), ~_begun(CaseTask)
    )
    rows = work.session.scalars(claim(work, select(Case).where(waiting).order_by(Case.id).limit(PORTION))).all()
    for case in rows:
        begin(work, case)
    return len(rows)


def begin(work: Work, case: Case) -> None:
    """Ask about everybody who has allowed it, and ask the others for their permission; once for each task."""
    task = means_task(work, case.id)
    if task is None or work.session.scalar(select(_begun(task))):
        return
    note(work, case.id, BEGUN, "开始核对家庭经济状况；有家人还没有授权的，会另外告诉本人")
    work.session.flush()
    if _signed_with_the_form(case) and authorisation_of(work, case.id, case.applicant_id) is None:
        authorise(work, case, case.applicant_id, how="form")
    for adult in adults_of(work, case):
        given = authorisation_of(work, case.id, adult.person.id) if adult.person else None
        if given is not None and holds(given, today(work)):
            ask(work, case, given)
        elif adult.person is not None:
            _ask_for_permission(work, case, adult.person)


def _signed_with_the_form(case: Case) -> bool:
    """The applicant allowed it by themself, with the application that they filled and handed in on their own phone."""
    alone = case.agent_id is None and case.entered_by is None and case.source == "online"
    return alone and form_of(case).get("consent") is True


def _ask_for_permission(work: Work, case: Case, person: Person) -> None:
    tell_resident(
        work, person.id, key=f"case:{case.id}:means", template="means_permission",
        facts={"matter": matter_of_case(case).title, "number": case.number}, sms=True,
        page=f"/pages/assistance/permission?case={case.id}",
    )  # fmt: skip


def _ask_if_begun(work: Work, case: Case, given: Authorisation) -> None:
    task = means_task(work, case.id)
    if task is not None and work.session.scalar(select(_begun(task))):
        ask(work, case, given)


def ask(work: Work, case: Case, given: Authorisation, only: Sequence[str] = ()) -> int:
    """A new round of questions about one person, unless one is under way; how many. ``only``: these sources."""
    mine = (MeansQuery.case_id == case.id, MeansQuery.person_id == given.person_id)
    if work.session.scalar(select(func.count()).where(*mine, MeansQuery.state.in_(OPEN))):
        return 0
    number = (work.session.scalar(select(func.max(MeansQuery.round)).where(*mine)) or 0) + 1
    rows = [
        {"id": new_id(), "case_id": case.id, "person_id": given.person_id, "authorisation_id": given.id,
         "source": source, "round": number, "state": "waiting", "tries": 0, "next_try_at": work.now}
        for source in means_providers.sources() if not only or source in only
    ]  # fmt: skip
    if rows:
        insert_new(work, MeansQuery, rows, unique=("case_id", "person_id", "source", "round"))
        note(work, case.id, ASKED, None, round=number, sources=[row["source"] for row in rows])
        audit.record(work, "means.ask", f"case:{case.id}", person=str(given.person_id), round=number)
    return len(rows)


# -- by hand


def sign(work: Work, viewer: Viewer, case: Case, person_id: UUID) -> Authorisation:
    """A clerk has the signed paper in hand. Raises ``NotAllowedError``, ``QueryUnrelatedError``."""
    viewer.require(HANDLE, case.territory)
    return authorise(work, case, person_id, how="paper")


def recheck(work: Work, viewer: Viewer, case: Case, person_id: UUID, only: Sequence[str] = ()) -> int:
    """Ask again about one person, after an explanation or a silence; how many questions.

    Raises ``NotAllowedError``, ``MeansOpenError`` while answers are out, and ``QueryUnrelatedError`` for anybody who
    is not of this family or has not allowed it: the asker is then reported (``unrelated``).
    """
    viewer.require(HANDLE, case.territory)
    require_adult(work, case, person_id)
    given = authorisation_of(work, case.id, person_id)
    if given is None or not holds(given, today(work)):
        raise QueryUnrelatedError
    made = ask(work, case, given, only)
    if not made:
        raise MeansOpenError
    return made


def unrelated(work: Work, case: Case, person_id: UUID | None) -> None:
    """Report that somebody wanted to ask about a person they may not ask about (社会救助法 70): lasting, and told.

    In a unit of work of its own: the refused one has left nothing behind.
    """
    note(work, case.id, "means_unrelated")
    audit.record(work, "means.unrelated", f"case:{case.id}", person=str(person_id))
    people = [*nearest(work, "lead", case.territory), *nearest(work, "officer", case.territory)]
    tell_staff(
        work, people, "means_unrelated", f"{case.id}:{work.actor.id}:{work.now}", priority=PRIORITY,
        deadline_s=DAY_S, number=case.number, name=work.actor.name,
    )  # fmt: skip
