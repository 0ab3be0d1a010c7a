"""Finding a case at the desk: by its whole number or the applicant's whole name; every search is written down."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select

from backend.cases.models import Case
from backend.cases.registry import matter_of_case
from backend.cases.states import CASE_ZH
from backend.cases.tasks import VIEW
from backend.core import audit, numbers
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.people.service import Viewer
from backend.residents.indexes import name_index
from backend.residents.masking import mask_id, mask_name
from backend.residents.models import Person

MOST = 30


@dataclass(frozen=True, slots=True)
class FoundCase:
    """One case that was found; name and number of the person are masked."""

    case_id: UUID
    number: str
    matter: str
    applicant: str
    id_number: str
    state_zh: str
    live: bool
    begun: date


def find_cases(work: Work, viewer: Viewer, text: str) -> list[FoundCase]:
    """The newest thirty in the viewer's place. Raises ``NotAllowedError`` and, for nothing typed, ``BadInputError``."""
    viewer.require(VIEW)
    by, which = _by(text.strip())
    mine = select(Case, Person).join(Person, Person.id == Case.applicant_id).where(which)
    mine = mine.where(viewer.sees(Case.territory, VIEW)).order_by(Case.created_at.desc(), Case.id).limit(MOST)
    found = [_line(case, person) for case, person in work.session.execute(mine)]
    audit.record(work, "case.searched", f"staff:{viewer.staff_id}", by=by, hits=len(found))
    return found


def _by(text: str) -> tuple[str, ColumnElement[bool]]:
    if not text:
        raise BadInputError(field="查找内容", why="请输入申请编号或申请人的完整姓名")
    number = numbers.normal(text)
    return ("number", Case.number == number) if number else ("name", Person.name_index == name_index(text))


def _line(case: Case, person: Person) -> FoundCase:
    return FoundCase(
        case.id, case.number, matter_of_case(case).title, mask_name(person.name), mask_id(person.id_number),
        CASE_ZH[case.state], case.live, local(case.created_at).date(),
    )  # fmt: skip
