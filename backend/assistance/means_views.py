"""A check of means as it is shown: whole to the staff, to each of the family their own part."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from backend.assistance import households, means, means_providers, means_report
from backend.assistance.means_report import AdultLine, Explained, MeansReport, SourceLine
from backend.assistance.means_rules import SOURCE_TITLES, TITLES, in_words
from backend.assistance.models import Authorisation, FactSheet, Household
from backend.cases.models import Case
from backend.cases.registry import matter_of_case
from backend.cases.tasks import today
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.people.models import Division
from backend.residents.masking import mask_name
from backend.residents.models import Person

EXPLAINED_ZH = {None: "", "open": "已收到说明，正在核实", "upheld": "说明属实", "dismissed": "说明没有采纳"}
PERMISSION_ZH = {"none": "等您同意", "given": "已同意", "withdrawn": "已撤回", "over": "已过期，请重新同意"}
RELATION_ZH = {
    "applicant": "户主", "spouse": "配偶", "child": "子女", "parent": "父母", "grandchild": "孙子女",
    "grandparent": "祖父母", "sibling": "兄弟姐妹", "other_dependant": "其他家人",
}  # fmt: skip


def whole(found: MeansReport) -> dict[str, Any]:
    """For the staff."""
    return {
        "case_id": found.case_id, "adults": [_adult(one) for one in found.adults],
        "owned": [f"{TITLES[kind]}：{in_words(kind, amount)}" for kind, amount in found.owned.items()],
        "differences": [_difference(one) for one in found.differences], "missing": list(found.missing),
        "pending": found.pending, "complete": found.complete,
    }  # fmt: skip


def _adult(one: AdultLine) -> dict[str, Any]:
    return {
        "person_id": one.person_id, "name": one.name, "authorised": one.authorised, "why_not": one.why_not,
        "valid_until": one.valid_until, "sources": [_source(row) for row in one.sources],
        "differences": [_difference(row) for row in one.differences],
    }  # fmt: skip


def _source(row: SourceLine) -> dict[str, Any]:
    found = [f"{TITLES[one.kind]}：{in_words(one.kind, one.amount)}" for one in row.found]
    return {
        "source": row.source, "title": row.title, "state": row.state, "state_zh": row.state_zh, "round": row.round,
        "asked_at": row.asked_at, "answered_at": row.answered_at, "found": found,
    }  # fmt: skip


def _difference(one: Explained) -> dict[str, Any]:
    said = one.difference
    return {
        "kind": said.kind, "title": TITLES[said.kind], "words": said.words,
        "declared": None if said.declared is None else in_words(said.kind, said.declared),
        "found": in_words(said.kind, said.found), "objection_id": one.objection_id, "said": one.said,
        "state": one.state, "state_zh": EXPLAINED_ZH[one.state], "finding": one.finding,
    }  # fmt: skip


# -- one's own


def own_case(work: Work, person_id: UUID, case_id: UUID) -> Case:
    """A case of one's family in which one is a grown-up. Raises ``NotFoundError``."""
    case = work.session.get(Case, case_id)
    if case is None or not _concerns(work, case, person_id):
        raise NotFoundError(case=str(case_id))
    return case


def _concerns(work: Work, case: Case, person_id: UUID) -> bool:
    return any(one.person is not None and one.person.id == person_id for one in means.adults_of(work, case))


def own_permissions(work: Work, person_id: UUID) -> list[dict[str, Any]]:
    """Every running application of one's family that needs one's permission, the newest first."""
    home = households.of_person(work, person_id)
    family = FactSheet.household_id == home.id if home else Case.applicant_id == person_id
    mine = select(Case).join(FactSheet, FactSheet.case_id == Case.id).where(Case.live)
    found = work.session.scalars(
        mine.where(or_(family, Case.applicant_id == person_id)).order_by(Case.created_at.desc(), Case.id)
    )
    return [permission(work, one, person_id) for one in found.all() if _concerns(work, one, person_id)]


def permission(work: Work, case: Case, person_id: UUID) -> dict[str, Any]:
    """What one has said in a case, and who would be asked."""
    given = means.authorisation_of(work, case.id, person_id)
    state = _permission_state(work, given)
    return {
        "case_id": case.id, "number": case.number, "matter": matter_of_case(case).title,
        "applicant": mask_name(work.session.get_one(Person, case.applicant_id).name), "state": state,
        "state_zh": PERMISSION_ZH[state], "valid_until": given.valid_until if given else None,
        "sources": [SOURCE_TITLES[code] for code in means_providers.sources()],
    }  # fmt: skip


def _permission_state(work: Work, given: Authorisation | None) -> str:
    if given is None:
        return "none"
    if given.withdrawn_at is not None:
        return "withdrawn"
    return "given" if means.holds(given, today(work)) else "over"


def own_means(work: Work, case: Case, person_id: UUID) -> dict[str, Any]:
    """One's own answers; of the others whether they have allowed it; what the family owns to the applicant only."""
    found = means_report.report(work, case.id)
    mine = next((one for one in found.adults if one.person_id == person_id), None)
    family: Sequence[Explained] = found.differences if person_id == case.applicant_id else ()
    return {
        "case_id": case.id, "number": case.number, "mine": _adult(mine) if mine else None,
        "family": [
            {"name": mask_name(one.name), "authorised": one.authorised, "why_not": one.why_not}
            for one in found.adults if one.person_id != person_id
        ],
        "differences": [_difference(one) for one in family], "pending": found.pending,
    }  # fmt: skip


def household(work: Work, home: Household) -> dict[str, Any]:
    """A family as one of its members sees it."""
    members = households.members_on(home, today(work))
    names = {one.id: one.name for one in work.session.scalars(
        select(Person).where(Person.id.in_([one.person_id for one in members]))
    )}  # fmt: skip
    return {
        "number": home.number, "place": work.session.get_one(Division, home.division_code).name,
        "address": home.address, "urban": home.urban,
        "members": [
            {"name": names[one.person_id], "relation_zh": RELATION_ZH[one.relation], "since": one.since}
            for one in members
        ],
    }  # fmt: skip
