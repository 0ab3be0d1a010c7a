"""A difference is explained by the person it is about, looked into by the staff, and asked about again if need be."""

from uuid import UUID

from sqlalchemy import select

from backend.assistance import means
from backend.assistance.errors import NoDifferenceError
from backend.assistance.means_models import OPEN_EXPLANATION, MeansObjection
from backend.assistance.means_report import report
from backend.cases.errors import ReasonNeededError
from backend.cases.models import Case
from backend.cases.records import note
from backend.cases.registry import matter_of_case
from backend.cases.rules import good_reason
from backend.cases.tasks import HANDLE
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import for_update
from backend.people.service import Viewer
from backend.residents.telling import tell_resident


def object_to(work: Work, case: Case, person_id: UUID, kind: str, words: str) -> MeansObjection:
    """Explain a difference; again while nobody has looked: the newer words stand.

    What the whole family owns is explained by the applicant. Raises ``NoDifferenceError``, ``ReasonNeededError``.
    """
    said = good_reason(words)
    if said is None:
        raise ReasonNeededError
    if kind not in _differing(work, case, person_id):
        raise NoDifferenceError
    row = {
        "id": new_id(), "case_id": case.id, "person_id": person_id, "kind": kind, "words": said, "state": "open",
        "raised_at": work.now,
    }  # fmt: skip
    made = insert_new(
        work, MeansObjection, row, unique=("case_id", "person_id", "kind"), where=OPEN_EXPLANATION
    )  # fmt: skip
    found = _open(work, case.id, person_id, kind)
    if made:
        note(work, case.id, "means_explain", "收到您对核对结果的说明", kind=kind)
        means.tell_officers(work, case, "means_explained", str(found.id))
    found.words = said
    return found


def _differing(work: Work, case: Case, person_id: UUID) -> set[str]:
    found = report(work, case.id)
    mine = [row.difference.kind for one in found.adults if one.person_id == person_id for row in one.differences]
    family = [row.difference.kind for row in found.differences] if person_id == case.applicant_id else []
    return {*mine, *family}


def _open(work: Work, case_id: UUID, person_id: UUID, kind: str) -> MeansObjection:
    mine = select(MeansObjection).where(
        MeansObjection.case_id == case_id, MeansObjection.person_id == person_id, MeansObjection.kind == kind,
        MeansObjection.state == "open",
    )  # fmt: skip
    return work.session.scalars(mine).one()


def settle(
    work: Work, viewer: Viewer, case: Case, objection_id: UUID, *, upheld: bool, finding: str
) -> MeansObjection:  # fmt: skip
    """What came of the explanation, told to the person; once.

    Raises ``NotFoundError`` (also when it is settled), ``NotAllowedError``, ``ReasonNeededError``.
    """
    viewer.require(HANDLE, case.territory)
    mine = select(MeansObjection).where(
        MeansObjection.id == objection_id, MeansObjection.case_id == case.id, MeansObjection.state == "open"
    )
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None:
        raise NotFoundError(objection=str(objection_id))
    words = good_reason(finding)
    if words is None:
        raise ReasonNeededError
    row.state, row.finding = "upheld" if upheld else "dismissed", words
    row.settled_at, row.settled_by = work.now, viewer.staff_id
    audit.record(work, "means.settle", f"case:{case.id}", objection=str(row.id), upheld=upheld)
    tell_resident(
        work, row.person_id, key=f"means_settled:{row.id}", template="means_settled", sms=True,
        facts={"matter": matter_of_case(case).title, "number": case.number, "what": words},
        page=f"/pages/assistance/means?case={case.id}",
    )  # fmt: skip
    return row
