"""A case as people read it: the applicant's timeline in plain words, and the desk's whole page. Moments are local.

Reading everything takes a fixed number of queries, whatever the history (``load``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from backend.cases import appeals, forms
from backend.cases.models import Appeal, Case, CaseEvent, CasePaper, CaseTask, Decision, Publication, Referral
from backend.cases.records import form_of
from backend.cases.referrals import DEPARTMENTS
from backend.cases.registry import Matter, matter_of_case
from backend.cases.rules import ROLE_ZH, is_near, left_words
from backend.cases.states import (
    APPEAL_ZH,
    APPLICANT,
    CASE,
    CASE_ZH,
    OBJECTION_ZH,
    OUTCOME_ZH,
    REFERRAL_ZH,
    TASK_ZH,
)
from backend.cases.steps import outcomes_of
from backend.cases.tasks import LIVE, OBJECTION_STEP, may_do, today
from backend.core.clock import local
from backend.core.db import Work
from backend.people.models import Staff
from backend.people.service import Viewer
from backend.residents.masking import mask_id, mask_phone
from backend.residents.models import Person

SHOWN_EVENTS = 300
WAITING_FOR_YOU = "等您补齐后提交"


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything of a case, read once."""

    case: Case
    matter: Matter
    applicant: Person
    agent: Person | None
    tasks: Sequence[tuple[CaseTask, str | None]]
    events: Sequence[CaseEvent]
    papers: Sequence[CasePaper]
    referrals: Sequence[Referral]
    publications: Sequence[Publication]
    decisions: Sequence[Decision]
    appeals: Sequence[Appeal]
    today: date


def load(work: Work, case: Case) -> Whole:
    """Six queries, and not one more for a longer history; of the events the newest only."""
    found = _decisions(work, case.id)
    return Whole(
        case=case, matter=matter_of_case(case), applicant=case.applicant, agent=case.agent, tasks=_tasks(work, case.id),
        events=_events(work, case.id), papers=_papers(work, case.id), referrals=_referrals(work, case.id),
        publications=_publications(work, case.id), decisions=list(dict.fromkeys(one for one, _ in found)),
        appeals=[one for _, one in found if one is not None], today=today(work),
    )  # fmt: skip


def _tasks(work: Work, case_id: UUID) -> list[tuple[CaseTask, str | None]]:
    mine = select(CaseTask, Staff.name).outerjoin(Staff, Staff.id == CaseTask.assignee_id)
    rows = work.session.execute(mine.where(CaseTask.case_id == case_id).order_by(CaseTask.opened_at, CaseTask.id))
    return [(task, name) for task, name in rows]


def _events(work: Work, case_id: UUID) -> list[CaseEvent]:
    mine = select(CaseEvent).where(CaseEvent.case_id == case_id)
    newest = work.session.scalars(mine.order_by(CaseEvent.at.desc(), CaseEvent.id.desc()).limit(SHOWN_EVENTS))
    return list(reversed(newest.all()))


def _papers(work: Work, case_id: UUID) -> Sequence[CasePaper]:
    mine = select(CasePaper).where(CasePaper.case_id == case_id, CasePaper.removed_at.is_(None))
    return work.session.scalars(mine.order_by(CasePaper.added_at, CasePaper.id)).all()


def _referrals(work: Work, case_id: UUID) -> Sequence[Referral]:
    mine = select(Referral).where(Referral.case_id == case_id)
    return work.session.scalars(mine.order_by(Referral.sent_at, Referral.id)).all()


def _publications(work: Work, case_id: UUID) -> Sequence[Publication]:
    mine = select(Publication).where(Publication.case_id == case_id).options(joinedload(Publication.objections))
    return work.session.scalars(mine.order_by(Publication.first_day, Publication.id)).unique().all()


def _decisions(work: Work, case_id: UUID) -> list[tuple[Decision, Appeal | None]]:
    mine = select(Decision, Appeal).outerjoin(Appeal, Appeal.decision_id == Decision.id)
    rows = work.session.execute(mine.where(Decision.case_id == case_id).order_by(Decision.sequence, Appeal.id))
    return [(decision, appeal) for decision, appeal in rows]


# -- words


def step_title(case: Case, task: CaseTask) -> str:
    """The step, or the branch of it, in the matter's own words."""
    if task.step == OBJECTION_STEP:
        return "核实公示异议"
    step = next((one for one in matter_of_case(case).steps if one.code == task.step), None)
    branch = next((one for one in step.branches if one.code == task.branch), None) if step else None
    return branch.title if branch else step.title if step else task.step


def now_words(whole: Whole) -> str:
    """Where it is, who has it, until when: one sentence for the applicant."""
    case, live = whole.case, [task for task, _ in whole.tasks if task.state in LIVE]
    if case.state in ("draft", "returned"):
        return WAITING_FOR_YOU
    if not live:
        return _published_words(whole) if case.state == "published" else CASE_ZH[case.state]
    return "；".join(_task_words(case, task) for task in live)


def _task_words(case: Case, task: CaseTask) -> str:
    until = f"，最迟 {task.due_on.month}月{task.due_on.day}日办完" if task.due_on else ""
    return f"{ROLE_ZH.get(task.role, task.role)}正在办“{step_title(case, task)}”{until}"


def _published_words(whole: Whole) -> str:
    last = next((one.last_day for one in reversed(whole.publications) if one.ended_at is None), None)
    return f"正在公示，到{last.month}月{last.day}日结束" if last else CASE_ZH["published"]


# -- the applicant


def brief(work: Work, case: Case) -> dict[str, Any]:
    """One line of "my applications"."""
    return {
        "id": case.id, "number": case.number, "matter": case.matter, "title": matter_of_case(case).title,
        "state": case.state, "state_zh": CASE_ZH[case.state], "version": case.version,
        "created_at": local(case.created_at), "due_on": case.due_on, "left": left_words(case.due_on, today(work)),
    }  # fmt: skip


def for_applicant(work: Work, case: Case) -> dict[str, Any]:
    """The applicant's page: form, timeline, who has it now, what is missing, papers, decisions."""
    whole = load(work, case)
    missing = next((one for one in reversed(whole.events) if one.action == "return"), None)
    return brief(work, case) | {
        "now": now_words(whole),
        "form": form_of(case),
        "actions": sorted(APPLICANT & set(CASE.actions(case.state))),
        "missing": missing.shown if missing is not None and case.state == "returned" else None,
        "timeline": [{"at": local(one.at), "what": one.shown} for one in whole.events if one.shown],
        "papers": [_paper(whole, one) for one in whole.papers],
        "decisions": [decision_out(whole, one) for one in whole.decisions],
        "by": "亲友代办" if case.agent_id else "窗口代填" if case.entered_by else "本人",
    }


def _paper(whole: Whole, one: CasePaper) -> dict[str, Any]:
    spec = whole.matter.paper(one.kind)
    return {
        "id": one.id, "kind": one.kind, "title": spec.title if spec else one.kind, "name": one.file_name,
        "size": one.size, "media_type": one.media_type, "scan": one.scan, "added_at": local(one.added_at),
    }  # fmt: skip


def decision_out(whole: Whole, one: Decision) -> dict[str, Any]:
    """A decision as a letter and a page need it; ``calculation`` is the sealed JSON opened."""
    mine = [appeal for appeal in whole.appeals if appeal.decision_id == one.id]
    return {
        "id": one.id, "number": one.number, "sequence": one.sequence, "outcome": one.outcome,
        "outcome_zh": OUTCOME_ZH[one.outcome], "reason": one.reason, "article": one.article,
        "profile": one.profile, "calculation": forms.opened(one.calculation), "decided_at": local(one.decided_at),
        "told_at": local(one.told_at) if one.told_at else None, "automatic": one.automatic,
        "appeal_until": appeals.last_day(one),
        "appeals": [
            {"id": appeal.id, "state": appeal.state, "state_zh": APPEAL_ZH[appeal.state], "due_on": appeal.due_on,
             "raised_at": local(appeal.raised_at), "grounds": appeal.grounds, "finding": appeal.finding}
            for appeal in mine
        ],
    }  # fmt: skip


# -- the desk


def for_desk(work: Work, case: Case, viewer: Viewer) -> dict[str, Any]:
    """The desk's page: the person, the form in words, tasks with what this viewer may do, the whole record."""
    whole = load(work, case)
    return brief(work, case) | {
        "applicant": _person(whole.applicant),
        "agent": whole.agent.name if whole.agent else None,
        "source": case.source,
        "step": case.step,
        "now": now_words(whole),
        "form": [{"label": label, "words": words} for label, words in forms.shown(whole.matter.form, form_of(case))],
        "tasks": [_task(whole, task, name, viewer) for task, name in whole.tasks],
        "events": [_event(one) for one in whole.events],
        "papers": [_paper(whole, one) for one in whole.papers],
        "referrals": [_referral(one) for one in whole.referrals],
        "publications": [_publication(one) for one in whole.publications],
        "decisions": [decision_out(whole, one) for one in whole.decisions],
    }


def _person(one: Person) -> dict[str, Any]:
    return {
        "id": one.id, "name": one.name, "id_number": mask_id(one.id_number), "phone": mask_phone(one.phone),
        "birth_date": one.birth_date, "died_on": one.died_on,
    }  # fmt: skip


def _task(whole: Whole, task: CaseTask, name: str | None, viewer: Viewer) -> dict[str, Any]:
    step = next((one for one in whole.matter.steps if one.code == task.step), None)
    live = task.state in LIVE
    outcomes = outcomes_of(step) if step is not None and step.kind == "work" else {}
    words = step.outcome_words if step else {}
    return {
        "id": task.id, "step": task.step, "branch": task.branch, "title": step_title(whole.case, task),
        "kind": step.kind if step else task.step, "role_zh": ROLE_ZH.get(task.role, task.role), "state": task.state,
        "state_zh": TASK_ZH[task.state], "assignee": name, "due_on": task.due_on,
        "left": left_words(task.due_on, whole.today) if live else "", "late": live and _late(task, whole.today),
        "soon": live and is_near(task.due_on, whole.today),
        "escalated": task.escalated_at is not None, "yours": live and may_do(viewer, task),
        "outcome": task.outcome, "note": task.note, "article": step.article if step else "",
        "outcomes": [{"code": code, "words": words.get(code, "办完")} for code in outcomes] if live else [],
    }  # fmt: skip


def _late(task: CaseTask, day: date) -> bool:
    return task.due_on is not None and day > task.due_on


def _event(one: CaseEvent) -> dict[str, Any]:
    return {"at": local(one.at), "action": one.action, "actor": one.actor, "shown": one.shown, "detail": one.detail}


def _referral(one: Referral) -> dict[str, Any]:
    return {
        "id": one.id, "department": DEPARTMENTS.get(one.department, one.department), "question": one.question,
        "state": one.state, "state_zh": REFERRAL_ZH[one.state], "sent_at": local(one.sent_at), "due_on": one.due_on,
        "answer": one.answer, "answered_by": one.answered_by,
    }  # fmt: skip


def _publication(one: Publication) -> dict[str, Any]:
    return {
        "id": one.id, "first_day": one.first_day, "last_day": one.last_day, "members": one.members,
        "amount": one.amount, "ended_at": local(one.ended_at) if one.ended_at else None,
        "objections": [
            {"id": row.id, "text": row.text, "contact": row.contact, "state": row.state,
             "state_zh": OBJECTION_ZH[row.state], "finding": row.finding}
            for row in one.objections
        ],
    }  # fmt: skip
