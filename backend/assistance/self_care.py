"""The six items of self-care (特困人员认定办法): what the applicant says of themselves decides no tier.

Two investigators see it on a visit, or an assessor says so; only that goes into the verdict. Afterwards a report that
somebody can do less, or more, is assessed anew and decided on.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from backend.assistance import benefits, branches, changes, handling, sheets
from backend.assistance.care_models import CareAssessment
from backend.assistance.errors import NoSelfCareTaskError, NoSupportError
from backend.assistance.facts import SelfCare
from backend.assistance.leads_models import Visit
from backend.assistance.models import Benefit
from backend.assistance.payments import PAY
from backend.cases.models import Case, Decision
from backend.cases.records import lock, note
from backend.cases.tasks import HANDLE
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.people.service import Viewer

BRANCH = "self_care"
PROGRAMME = "tekun"
SEEN = "self_care_seen"
SHORTEST, LONGEST = 2, 80


def asked_of(case: Case) -> bool:
    """Whether this case is decided on the six items."""
    return sheets.programme_of(case) == PROGRAMME


def record(work: Work, viewer: Viewer, case: Case, items: SelfCare, assessor: str, day: date) -> None:
    """What an assessor found; the open task of assessing is done by it. Again: the newest one counts.

    Raises ``NotAllowedError``, ``NoSelfCareTaskError``, ``BadInputError``.
    """
    viewer.require(HANDLE, case.territory)
    lock(work, case.id)
    if not asked_of(case) or case.state != "in_progress":
        raise NoSelfCareTaskError
    _keep(work, viewer, case, items, _assessor(work, assessor, day), day)
    branches.finish(work, viewer, case.id, BRANCH, _words(items), others=False)


def from_visit(work: Work, viewer: Viewer, visit: Visit, items: SelfCare, names: str) -> None:
    """The same as two investigators saw it on a visit that is over."""
    if visit.case_id is None:
        return
    case = work.session.get_one(Case, visit.case_id)
    _keep(work, viewer, case, items, names, local(visit.visited_at).date(), visit.id)
    branches.finish(work, viewer, case.id, BRANCH, _words(items), others=False)


def _assessor(work: Work, assessor: str, day: date) -> str:
    said = assessor.strip()
    if not SHORTEST <= len(said) <= LONGEST:
        raise BadInputError(field="谁评估的", why="请写评估人的姓名或评估机构的名称")
    if day > local(work.now).date():
        raise BadInputError(field="评估日期", why="这一天还没有到")
    return said


def _keep(
    work: Work, viewer: Viewer, case: Case, items: SelfCare, assessor: str, day: date, visit_id: UUID | None = None
) -> None:  # fmt: skip
    row = CareAssessment(
        id=new_id(), case_id=case.id, person_id=case.applicant_id, visit_id=visit_id, items=items.model_dump_json(),
        assessor=assessor, assessed_on=day, recorded_by=viewer.staff_id, recorded_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    note(work, case.id, SEEN, None)
    audit.record(work, "self_care.record", f"case:{case.id}", visit=None if visit_id is None else str(visit_id))


def _words(items: SelfCare) -> str:
    return f"六项自理能力有{items.failed}项做不到。"


def of_case(work: Work, case_id: UUID) -> list[CareAssessment]:
    """Every assessment of a case, the newest first."""
    mine = select(CareAssessment).where(CareAssessment.case_id == case_id)
    ordered = mine.order_by(
        CareAssessment.assessed_on.desc(), CareAssessment.recorded_at.desc(), CareAssessment.id.desc()
    )
    return list(work.session.scalars(ordered))


def items_of(row: CareAssessment) -> SelfCare:
    return SelfCare.model_validate_json(row.items)


# -- while somebody is supported


def reassess(work: Work, viewer: Viewer, benefit_id: UUID, items: SelfCare, assessor: str, day: date) -> None:
    """The township has looked again at what somebody can do alone; another tier is due for the county's decision.

    Raises ``NoSupportError``, ``NotAllowedError``, ``BadInputError``.
    """
    row = _supported(work, benefit_id)
    viewer.require(HANDLE, row.division_path)
    case = work.session.get_one(Case, work.session.get_one(Decision, row.decision_id).case_id)
    _keep(work, viewer, case, items, _assessor(work, assessor, day), day)
    if items != benefits.facts_of(row.basis).person.self_care:
        row.review_on = min(row.review_on, local(work.now).date())


def waiting(work: Work, row: Benefit) -> CareAssessment | None:
    """An assessment that says something else than the benefit was decided on; None where nothing is to be decided."""
    case_id = work.session.get_one(Decision, row.decision_id).case_id
    newest = next(iter(of_case(work, case_id)), None)
    same = newest is None or items_of(newest) == benefits.facts_of(row.basis).person.self_care
    return None if same else newest


def decide(work: Work, viewer: Viewer, benefit_id: UUID) -> Decision | None:
    """Pay by what was assessed last. A lower tier is a cut: the family was heard before (``handling.hear``).

    Raises ``NoSupportError``, ``HearingNeededError``, ``NotAllowedError`` and those of ``change_of_circumstance``.
    """
    row = _supported(work, benefit_id)
    viewer.require(PAY, row.division_path)
    found = waiting(work, row)
    if found is None:
        return None
    items = items_of(found)
    said = f"{found.assessed_on}重新评估了生活自理能力，{_words(items)}"
    facts = benefits.facts_of(row.basis).assessed(items)
    return changes.change_of_circumstance(
        work, viewer, benefit_id, facts, BRANCH, reason=said, hearing=handling.open_hearing(row, local(work.now).date())
    )


def _supported(work: Work, benefit_id: UUID) -> Benefit:
    row = work.session.get(Benefit, benefit_id)
    if row is None or row.programme != PROGRAMME or row.state not in benefits.LIVE:
        raise NoSupportError
    return row
