"""What one-window cases hold about a person, and what goes when they ask to be forgotten."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from backend.cases import forms, tasks
from backend.cases.models import Case
from backend.cases.records import form_of
from backend.cases.registry import matter_of_case
from backend.cases.states import CASE_ZH
from backend.core.clock import local
from backend.core.db import Work
from backend.residents import retention
from backend.residents.holdings import Erasable, Holding, Kept, Line

RULE = "assistance_case"


def _cases(work: Work, person_id: UUID) -> Sequence[Case]:
    mine = select(Case).where(or_(Case.applicant_id == person_id, Case.agent_id == person_id))
    return work.session.scalars(mine.order_by(Case.created_at.desc(), Case.id.desc())).all()


def _collect(work: Work, person_id: UUID) -> list[Line]:
    return [_line(case, own=case.applicant_id == person_id) for case in _cases(work, person_id)]


def _line(case: Case, *, own: bool) -> Line:
    """An agent sees that they acted, not what the applicant wrote."""
    matter = matter_of_case(case)
    line = {
        "编号": case.number, "事项": matter.title, "状态": CASE_ZH[case.state],
        "开始日期": local(case.created_at).date().isoformat(), "身份": "申请人" if own else "代办人",
    }  # fmt: skip
    return line | (dict(forms.shown(matter.form, form_of(case))) if own else {})


def _live(work: Work, person_id: UUID) -> list[str]:
    running = [one for one in _cases(work, person_id) if one.live and one.applicant_id == person_id]
    return [f"正在办理的{matter_of_case(one).title}" for one in running]


def _kept(work: Work, person_id: UUID) -> list[Kept]:
    """From the end of the newest case on; the file is one of the archive's."""
    ended = [one.ended_at for one in _cases(work, person_id) if one.ended_at is not None]
    found = retention.kept(RULE, max(ended), tasks.today(work)) if ended else None
    return [found] if found else []


def _erase(work: Work, person_id: UUID) -> None:
    """Nothing while the archive's time runs, and the person has been told so; after it the forms go."""
    for case in _cases(work, person_id):
        if case.ended_at is not None and retention.kept(RULE, case.ended_at, tasks.today(work)) is None:
            case.form = "{}"


HOLDINGS = (
    Holding(
        "cases", "救助申请", "依法受理和审核确认救助申请",
        "履行法定职责所必需（个人信息保护法第13条第1款第3项；社会救助法）",
        "办结后十年（救助档案）", _collect,
    ),
)  # fmt: skip
ERASABLES = (Erasable("十年以前的救助申请表", _live, _kept, _erase),)
