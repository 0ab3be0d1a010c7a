"""近亲属备案 (低保审核确认办法 11, R-044): officials declare near relatives who may apply; then the county visits too.

A relative is found by the blind index of their number, and by nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select

from backend.assistance.errors import RelativeDeclaredError
from backend.assistance.leads_models import NearRelative
from backend.assistance.models import FactSheet, HouseholdMember
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.people.service import Viewer, county
from backend.residents.documents import read, read_name
from backend.residents.indexes import id_index, name_index
from backend.residents.models import Person

KEEP = "relative.keep"
LISTED = 500
RELATIONS: dict[str, str] = {
    "spouse": "配偶", "parent": "父母", "child": "子女", "sibling": "兄弟姐妹", "grandparent": "祖父母、外祖父母",
    "grandchild": "孙子女、外孙子女", "in_law": "岳父母、公婆、儿媳、女婿",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Declared:
    """Who declared (name and office) which relative (name and number of the identity card), and the relation."""

    staff_name: str
    office: str
    person_name: str
    id_number: str
    relation: str


def declare(work: Work, viewer: Viewer, said: Declared) -> UUID:
    """Keep one declaration. Raises ``RelativeDeclaredError`` for the same again, ``BadInputError``."""
    viewer.require(KEEP, county(work).path)
    document = read("resident_id", said.id_number, local(work.now).date())
    office = said.office.strip()
    if said.relation not in RELATIONS or not 0 < len(office) <= 128:  # noqa: PLR2004 - the column's length
        raise BadInputError(field="单位和关系", why="请填写单位，并从列表中选关系")
    staff_name = read_name(said.staff_name)
    row = {
        "id": new_id(), "person_index": id_index(document.number), "person_name": read_name(said.person_name),
        "staff_name": staff_name, "staff_name_index": name_index(staff_name), "office": office,
        "relation": said.relation, "declared_at": work.now,
    }  # fmt: skip
    made = insert_new(work, NearRelative, row, unique=("person_index", "staff_name_index"))
    if not made:
        raise RelativeDeclaredError
    audit.record(work, "relative.declare", f"relative:{row['id']}")
    return UUID(str(row["id"]))


def remove(work: Work, viewer: Viewer, relative_id: UUID, why: str) -> None:
    """A declaration that was wrong or no longer holds. Raises ``NotFoundError`` and ``BadInputError``."""
    viewer.require(KEEP, county(work).path)
    row = work.session.get(NearRelative, relative_id)
    if row is None:
        raise NotFoundError(relative=relative_id)
    if not why.strip():
        raise BadInputError(field="原因", why="请写明为什么取消备案")
    work.session.delete(row)
    audit.record(work, "relative.remove", f"relative:{relative_id}", why_length=len(why.strip()))


def listed(work: Work, viewer: Viewer) -> Sequence[NearRelative]:
    """All declarations, newest first, for the county's officers only; that they looked is kept."""
    viewer.require(KEEP, county(work).path)
    audit.record(work, "relative.list", "relative:all")
    mine = select(NearRelative).order_by(NearRelative.declared_at.desc(), NearRelative.id).limit(LISTED)
    return work.session.scalars(mine).all()


def concerns(work: Work, case_id: UUID, applicant_id: UUID, numbers: Iterable[str] = ()) -> bool:
    """Whether the applicant, somebody of the household of this case, or one of these numbers (of the form) is a
    declared near relative.
    """
    sheet = select(FactSheet.household_id).where(FactSheet.case_id == case_id).scalar_subquery()
    members = select(HouseholdMember.person_id).where(
        HouseholdMember.household_id == sheet, HouseholdMember.until.is_(None)
    )
    family = select(Person.id_index).where((Person.id == applicant_id) | Person.id.in_(members))
    named = [id_index("".join(one.split()).upper()) for one in numbers]
    found = NearRelative.person_index.in_(family) | NearRelative.person_index.in_(named)
    return bool(work.session.scalar(select(exists().where(found))))
