"""Home visits (低保审核确认办法 11, 15, 16): two investigators, each on their own account, and the family sign.

Whoever changes the findings takes every signature off again: nobody has signed what they did not see. Finishing the
visit of a case finishes its open visit task, with the outcome in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from backend.assistance import branches, leads, near_relatives, self_care
from backend.assistance.errors import (
    CountyVisitError,
    NoVisitTaskError,
    SameInvestigatorError,
    VisitChangedError,
    VisitIncompleteError,
    VisitOverError,
)
from backend.assistance.leads_models import Lead, Visit
from backend.assistance.visit_findings import Findings
from backend.cases import publishing
from backend.cases import service as cases
from backend.cases.models import Case
from backend.cases.records import form_of, fresh, lock
from backend.cases.rules import good_reason
from backend.cases.tasks import HANDLE, VIEW
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.notices.staff_telling import nearest, tell_staff
from backend.people.models import Staff
from backend.people.service import Viewer

BRANCH = "visit"
PRIORITY, DEADLINE_S = 5, 86_400.0
UNSIGNED: dict[str, Any] = {
    "first_signed_at": None, "second_id": None, "second_signed_at": None, "family_signer": None,
    "family_signed_at": None, "family_refusal": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit as the case desk shows it. ``family``: who signed, or why they would not; ``missing``: before it ends."""

    id: UUID
    visited_at: datetime
    finished_at: datetime | None
    first: str
    first_signed: bool
    second: str | None
    family: str | None
    findings: Findings
    version: int
    missing: tuple[str, ...]


# -- beginning


def begin_for_case(work: Work, viewer: Viewer, case_id: UUID) -> Visit:
    """Go to the family of a case whose visit task is open; the visit that is under way if there is one.

    Raises ``NotFoundError``, ``NotAllowedError``, ``NoVisitTaskError``.
    """
    case = cases.find(work, case_id, viewer=viewer)
    viewer.require(HANDLE, case.territory)
    lock(work, case_id)
    running = _running(work, Visit.case_id == case_id)
    if running is not None:
        return running
    if branches.task_of(work, case_id, BRANCH) is None:
        raise NoVisitTaskError
    row = _begin(work, viewer, case.territory, case_id=case_id)
    if requires_county(work, case_id):
        tell_staff(
            work, nearest(work, "officer", case.territory), "visit_county", str(row.id), priority=PRIORITY,
            deadline_s=DEADLINE_S, number=case.number,
        )  # fmt: skip
    return row


def begin_for_lead(work: Work, viewer: Viewer, lead_id: UUID) -> Visit:
    """Go and see what a lead is about; from now on it is being visited. Raises what ``leads.set_out`` raises."""
    work.session.scalars(for_update(work, select(Lead).where(Lead.id == lead_id))).first()
    row = leads.set_out(work, viewer, lead_id)
    return _running(work, Visit.lead_id == lead_id) or _begin(work, viewer, row.division_path, lead_id=lead_id)


def _running(work: Work, whose: ColumnElement[bool]) -> Visit | None:
    return work.session.scalars(select(Visit).where(whose, Visit.finished_at.is_(None))).first()


def _begin(work: Work, viewer: Viewer, path: str, **whose: UUID) -> Visit:
    row = Visit(
        id=new_id(), first_id=viewer.staff_id, division_path=path, findings=Findings().model_dump_json(), version=0,
        visited_at=work.now, **whose,
    )  # fmt: skip
    work.session.add(row)
    audit.record(work, "visit.begin", f"visit:{row.id}")
    return row


def may_begin(work: Work, case_id: UUID) -> bool:
    """Whether the case's family is to be visited and nobody has set out yet."""
    return branches.task_of(work, case_id, BRANCH) is not None and _running(work, Visit.case_id == case_id) is None


# -- what the county must see


def requires_county(work: Work, case_id: UUID) -> bool:
    """Whether an officer of the county must be one of the two: a declared near relative (低保审核确认办法 11), or an
    objection to what was published (20).
    """
    return related(work, fresh(work, case_id)) or publishing.objected(work, case_id)


def related(work: Work, case: Case) -> bool:
    """Whether somebody of the case's family is a declared near relative of an official."""
    rows = (row for value in form_of(case).values() if isinstance(value, list) for row in value)
    numbers = [str(row["id_number"]) for row in rows if isinstance(row, dict) and row.get("id_number")]
    return near_relatives.concerns(work, case.id, case.applicant_id, numbers)


def _county_wanted(work: Work, row: Visit) -> bool:
    return row.case_id is not None and requires_county(work, row.case_id)


def _of_county(work: Work, staff_id: UUID) -> bool:
    staff = work.session.get_one(Staff, staff_id)
    return any(one.role == "officer" and one.division.level == "county" for one in staff.roles)


# -- finding


def find(work: Work, viewer: Viewer, visit_id: UUID, action: str = VIEW, *, locked: bool = False) -> Visit:
    """A visit in the viewer's part of the county. Raises ``NotFoundError``."""
    mine = select(Visit).where(Visit.id == visit_id, viewer.sees(Visit.division_path, action))
    row = work.session.scalars(for_update(work, mine) if locked else mine).first()
    if row is None:
        raise NotFoundError(visit=visit_id)
    return row


def of_case(work: Work, case_id: UUID) -> list[VisitView]:
    """Every visit of a case, oldest first; names of staff in one query."""
    return _views(work, Visit.case_id == case_id)


def of_lead(work: Work, lead_id: UUID) -> list[VisitView]:
    """Every visit of a lead, oldest first."""
    return _views(work, Visit.lead_id == lead_id)


def _views(work: Work, whose: ColumnElement[bool]) -> list[VisitView]:
    rows = work.session.scalars(select(Visit).where(whose).order_by(Visit.visited_at, Visit.id)).all()
    wanted = {one for row in rows for one in (row.first_id, row.second_id)} if rows else set()
    names = {one.id: one.name for one in work.session.scalars(select(Staff).where(Staff.id.in_(wanted)))}
    return [_view(work, row, names) for row in rows]


def view(work: Work, row: Visit) -> VisitView:
    """One visit with the names of its investigators."""
    return _views(work, Visit.id == row.id)[0]


def _view(work: Work, row: Visit, names: dict[UUID, str]) -> VisitView:
    family = f"拒绝签字：{row.family_refusal}" if row.family_refusal else row.family_signer
    return VisitView(
        row.id, row.visited_at, row.finished_at, names[row.first_id], row.first_signed_at is not None,
        names[row.second_id] if row.second_id else None, family, findings(row), row.version, tuple(_missing(work, row)),
    )  # fmt: skip


def findings(row: Visit) -> Findings:
    return Findings.model_validate_json(row.findings)


def _missing(work: Work, row: Visit) -> list[str]:
    signed = {
        "第一位调查人签字": row.first_signed_at, "第二位调查人签字": row.second_signed_at,
        "家属签字": row.family_signed_at or row.family_refusal,
    }  # fmt: skip
    return _lacking(work, row) + [words for words, there in signed.items() if there is None]


# -- writing and signing


def save(work: Work, viewer: Viewer, visit_id: UUID, found: Findings, *, version: int) -> Visit:
    """Keep the findings, whole or not; every signature is taken off again. Raises ``VisitChangedError``."""
    row = _open(work, viewer, visit_id)
    if found == findings(row):
        return row
    return _change(work, row, "save", version, findings=found.model_dump_json(), **UNSIGNED)


def _open(work: Work, viewer: Viewer, visit_id: UUID) -> Visit:
    row = find(work, viewer, visit_id, HANDLE, locked=True)
    if row.finished_at is not None:
        raise VisitOverError
    return row


def _change(work: Work, row: Visit, action: str, version: int, **values: Any) -> Visit:
    changed = work.execute_dml(
        update(Visit)
        .where(Visit.id == row.id, Visit.version == version, Visit.finished_at.is_(None))
        .values(version=version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if not changed:
        raise VisitChangedError
    work.session.refresh(row)
    audit.record(work, f"visit.{action}", f"visit:{row.id}")
    return row


def sign(work: Work, viewer: Viewer, visit_id: UUID, *, version: int) -> Visit:
    """An investigator signs on their own account: who began as the first, anybody else of the place as the second.

    Raises ``VisitIncompleteError``, ``SameInvestigatorError``, ``CountyVisitError``, ``VisitChangedError``.
    """
    row = _open(work, viewer, visit_id)
    _require_whole(_lacking(work, row))
    if viewer.staff_id == row.first_id:
        if row.first_signed_at is not None:
            raise SameInvestigatorError
        return _change(work, row, "sign", version, first_signed_at=work.now)
    if row.second_id not in (None, viewer.staff_id):
        raise VisitChangedError
    _require_county(work, row, viewer.staff_id)
    return _change(work, row, "sign", version, second_id=viewer.staff_id, second_signed_at=work.now)


def _require_county(work: Work, row: Visit, second_id: UUID) -> None:
    if _county_wanted(work, row) and not any(_of_county(work, one) for one in (row.first_id, second_id)):
        raise CountyVisitError


def family_signs(
    work: Work, viewer: Viewer, visit_id: UUID, *, version: int, name: str = "", refusal: str = ""
) -> Visit:  # fmt: skip
    """The family puts their name to it, or would not, for a reason that is written down. Raises ``BadInputError``."""
    row = _open(work, viewer, visit_id)
    _require_whole(_lacking(work, row))
    signer, why = name.strip()[:40], good_reason(refusal)
    if bool(signer) == (why is not None):
        raise BadInputError(field="家属签字", why="请家属写姓名；家属不签的，写明原因")
    signed = None if why else work.now
    return _change(
        work, row, "family", version, family_signer=signer or None, family_refusal=why, family_signed_at=signed
    )


def _require_whole(missing: Sequence[str]) -> None:
    if missing:
        raise VisitIncompleteError(missing="、".join(missing))


def finish(work: Work, viewer: Viewer, visit_id: UUID, *, version: int) -> Visit:
    """The visit is over; the open visit task of its case is done by the viewer, with the outcome in words.

    Raises ``VisitIncompleteError``, ``CountyVisitError``, ``VisitChangedError``, and those of ``steps.finish``.
    """
    row = _in_order(work, viewer, visit_id)
    _require_whole(_missing(work, row))
    if row.second_id is not None:
        _require_county(work, row, row.second_id)
    _change(work, row, "finish", version, finished_at=work.now)
    if row.case_id is not None:
        _keep_self_care(work, viewer, row)
        branches.finish(work, viewer, row.case_id, BRANCH, findings(row).words())
    return row


def _keep_self_care(work: Work, viewer: Viewer, row: Visit) -> None:
    """Both investigators signed what they saw the person do."""
    items, seen = findings(row).self_care, view(work, row)
    if items is not None and asks_self_care(work, row):
        self_care.from_visit(work, viewer, row, items, f"{seen.first}、{seen.second}")


def asks_self_care(work: Work, row: Visit) -> bool:
    """Whether the six items are part of this visit: 特困 is decided on them."""
    return row.case_id is not None and self_care.asked_of(work.session.get_one(Case, row.case_id))


def _lacking(work: Work, row: Visit) -> list[str]:
    """An assessor may have looked at the six items already."""
    wanted = asks_self_care(work, row) and not (row.case_id and self_care.of_case(work, row.case_id))
    return findings(row).lacking(self_care=wanted)


def _in_order(work: Work, viewer: Viewer, visit_id: UUID) -> Visit:
    """The visit, its case locked before it: everybody takes them in this order, or two may wait for each other."""
    seen = find(work, viewer, visit_id, HANDLE)
    if seen.case_id is not None:
        lock(work, seen.case_id)
    return _open(work, viewer, visit_id)
