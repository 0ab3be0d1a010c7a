"""What leads and home visits hold about a person, and what goes when they ask to be forgotten.

Who is in need never reads here who said so, and who said so never reads what came of it.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from backend.assistance import leads, visits
from backend.assistance.leads import OPEN, STATE_ZH, About, Finder
from backend.assistance.leads_models import Lead, Visit
from backend.cases import service as cases
from backend.cases.tasks import today
from backend.core.clock import local
from backend.core.db import Work
from backend.residents import retention
from backend.residents.holdings import Erasable, Holding, Kept, Line

RULE = "assistance_case"
FORGOTTEN = "内容已按规定删除"
GROUND = "履行法定职责所必需（个人信息保护法第13条第1款第3项；社会救助法第39条）"


def _about(work: Work, person_id: UUID) -> Sequence[Lead]:
    mine = select(Lead).where(Lead.person_id == person_id)
    return work.session.scalars(mine.order_by(Lead.created_at.desc(), Lead.id.desc())).all()


def _said(work: Work, person_id: UUID) -> Sequence[Lead]:
    mine = select(Lead).where(Lead.reported_by == person_id)
    return work.session.scalars(mine.order_by(Lead.created_at.desc(), Lead.id.desc())).all()


def _visited(work: Work, person_id: UUID) -> Sequence[Visit]:
    ids = [case.id for case in cases.of_applicant(work, person_id)]
    mine = select(Visit).where(Visit.case_id.in_(ids), Visit.finished_at.is_not(None))
    return work.session.scalars(mine.order_by(Visit.visited_at.desc(), Visit.id)).all()


def _leads(work: Work, person_id: UUID) -> list[Line]:
    needed = [
        {"日期": _day(row), "身份": "需要帮助的人", "状态": STATE_ZH[row.state]} for row in _about(work, person_id)
    ]
    said = [
        {"日期": _day(row), "身份": "反映情况的人", "内容": leads.about(row).words} for row in _said(work, person_id)
    ]
    return [*needed, *said]


def _day(row: Lead) -> str:
    return local(row.created_at).date().isoformat()


def _visits(work: Work, person_id: UUID) -> list[Line]:
    return [
        {"日期": local(row.visited_at).date().isoformat(), "调查结果": visits.findings(row).words()}
        for row in _visited(work, person_id)
    ]


# -- to be forgotten


def _live(work: Work, person_id: UUID) -> list[str]:
    return ["正在走访的困难情况"] if any(row.state in OPEN for row in _about(work, person_id)) else []


def _kept(work: Work, person_id: UUID) -> list[Kept]:
    ends = [row.closed_at for row in (*_about(work, person_id), *_said(work, person_id)) if row.closed_at is not None]
    ends += [row.finished_at for row in _visited(work, person_id) if row.finished_at is not None]
    found = retention.kept(RULE, max(ends), today(work)) if ends else None
    return [found] if found else []


def _erase(work: Work, person_id: UUID) -> None:
    """Who said something is forgotten at once; what was seen of a need once the archive's time is over."""
    for row in _said(work, person_id):
        row.reported_by, row.found_by = None, Finder().model_dump_json()
    for row in _about(work, person_id):
        if row.closed_at is not None and retention.kept(RULE, row.closed_at, today(work)) is None:
            row.about, row.name_index = About(words=FORGOTTEN).model_dump_json(), None


HOLDINGS = (
    Holding("leads", "困难线索", "有人困难时，有人上门看望", GROUND, "办结后十年（救助档案）", _leads),
    Holding("visits", "入户调查", "核实申请救助的家庭的情况", GROUND, "办结后十年（救助档案）", _visits),
)
ERASABLES = (Erasable("您反映困难线索时留下的姓名和电话", _live, _kept, _erase),)
