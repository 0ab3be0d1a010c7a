"""What the house's registers say of how two people are related: marriages, and families on assistance.

Asked by those who would else want a paper; nothing is said beyond the relation that was claimed.
"""

from datetime import timedelta

from backend.assistance import households
from backend.core.db import Work
from backend.marriage import standing
from backend.memorial.rules import NEAR_ZH
from backend.residents.models import Person

BACK = {
    "spouse": "spouse", "child": "parent", "parent": "child", "grandchild": "grandparent",
    "grandparent": "grandchild", "sibling": "sibling",
}  # fmt: skip


def proof(work: Work, one: Person, other: Person, relation: str) -> str | None:
    """Words of what shows that ``one`` is the ``relation`` of ``other`` (a key of 民法典 1045); None: nothing does."""
    if one.id_index is None or other.id_index is None or one.id == other.id:
        return None
    if relation == "spouse" and (since := standing.couple_since(work, one.id_index, other.id_index)):
        return f"婚姻登记：{since.year}年{since.month}月{since.day}日登记"
    if _in_household(work, one, other) == relation:
        return f"社会救助家庭档案：是{NEAR_ZH[relation]}"
    return None


def _in_household(work: Work, one: Person, other: Person) -> str | None:
    """What ``one`` is to ``other`` by the head of a family to which both belonged the day before the death."""
    if other.died_on is None:
        return None
    for home in households.shared(work, one.id, other.id):
        there = households.members_on(home, other.died_on - timedelta(days=1))
        relations = {member.person_id: member.relation for member in there}
        if relations.get(other.id) == "applicant":
            return relations.get(one.id)
        if relations.get(one.id) == "applicant":
            return BACK.get(relations.get(other.id, ""))
    return None
