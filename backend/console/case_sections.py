"""What a case is judged on: the family as a tree that is also a list, the sum under today's law, and its warnings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.assistance.facts import HouseholdFacts, PersonFacts, age_on
from backend.cases.models import Case
from backend.core.db import Work
from backend.people.service import Viewer

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


def sections(_work: Work, _case: Case, _me: Viewer) -> dict[str, Any]:
    return {"family": [], "verdict": None, "notices": [], "sheet_problem": ""}
