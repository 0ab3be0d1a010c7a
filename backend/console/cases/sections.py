"""What a case is judged on: the family as a tree that is also a list, the sum under today's law, and its warnings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.assistance import agreements, means, means_status, notices_of_params, sheets, visits
from backend.assistance.benefits import LIVE
from backend.assistance.facts import HouseholdFacts, PersonFacts, age_on
from backend.assistance.means_status import AdultStatus
from backend.assistance.models import Benefit
from backend.cases.models import Case, Decision
from backend.cases.registry import matter_of_case
from backend.cases.tasks import today
from backend.core.db import Work
from backend.core.errors import DomainError
from backend.problems import problem_of

RELATIONS = {
    "applicant": "申请人", "spouse": "配偶", "child": "子女", "parent": "父母", "grandchild": "孙子女",
    "grandparent": "祖父母", "sibling": "兄弟姐妹", "other_dependant": "其他家人",
}  # fmt: skip
GENERATIONS = (
    ("祖辈", {"grandparent"}), ("父辈", {"parent"}), ("同辈", {"applicant", "spouse", "sibling", "other_dependant"}),
    ("子女", {"child"}), ("孙辈", {"grandchild"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the tree. ``marks``: what the desk should see at once."""

    name: str
    relation: str
    age: int
    marks: tuple[str, ...]


def tree(facts: HouseholdFacts, day: date) -> list[tuple[str, list[Member]]]:
    """The generations from the oldest, each with its members; empty ones are left out."""
    found = [
        (title, [_member(one, day) for one in facts.members if one.relation in relations])
        for title, relations in GENERATIONS
    ]
    return [(title, members) for title, members in found if members]


def _member(one: PersonFacts, day: date) -> Member:
    return Member(one.name or "没有写姓名", RELATIONS[one.relation], age_on(one.birth_date, day), tuple(_marks(one)))


def _marks(one: PersonFacts) -> Iterable[str]:
    if one.died_on is not None:
        yield f"{one.died_on} 去世"
    if one.disability is not None:
        yield f"残疾 {one.disability.grade} 级"
    if one.severe_illness:
        yield "重病"
    if not one.lives_together:
        yield "不住在一起"


JUDGED = ("in_progress", "published")  # afterwards the decision itself says what it was made on


def sections(work: Work, row: Case) -> dict[str, Any]:
    """The family's sheet and, while it is still open, what today's law says about it, and what is not checked yet."""
    found: dict[str, Any] = {
        "family": [], "verdict": None, "notices": [], "sheet_problem": "", "amendable": False, "of_household": False,
        "means": [], "related": False, "agreement_of": None,
    }  # fmt: skip
    if matter_of_case(row).hooks != "assistance" or row.accepted_at is None:
        return found
    found["of_household"] = sheets.is_households(sheets.programme_of(row))
    if row.state not in JUDGED:
        found["agreement_of"] = _supported(work, row)
        sheet = sheets.sheet_of(work, row.id)
        return found | ({"family": tree(sheets.read(sheet.facts), today(work))} if sheet else {})
    found["related"] = row.state == "in_progress" and visits.related(work, row)
    try:
        judged = sheets.judged(work, row)
    except DomainError as error:
        return found | {"sheet_problem": problem_of(error.code, error.facts)[1]["detail"], "amendable": True}
    notices = notices_of_params.of_verdict(judged.verdict, today(work))
    return found | {
        "family": tree(judged.facts, today(work)), "verdict": judged.verdict, "notices": notices,
        "amendable": row.state in sheets.AMENDABLE, "means": _means(work, row, judged.facts),
    }  # fmt: skip


def _means(work: Work, row: Case, facts: HouseholdFacts) -> list[AdultStatus]:
    """While the case is worked on, of a matter for which means are checked at all."""
    checked = any(one.code == means.BRANCH for step in matter_of_case(row).steps for one in step.branches)
    return means_status.status(work, row.id, facts) if checked and row.state == "in_progress" else []


def _supported(work: Work, row: Case) -> UUID | None:
    """The benefit of 特困 that the case gave and that still runs: it has an agreement."""
    if sheets.programme_of(row) != agreements.PROGRAMME:
        return None
    mine = select(Benefit.id).join(Decision, Decision.id == Benefit.decision_id).where(Decision.case_id == row.id)
    return work.session.scalars(mine.where(Benefit.state.in_(LIVE))).first()
