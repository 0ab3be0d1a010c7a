"""A county of families on 低保, written straight into the tables: each with its people, its case and its decision."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from backend.assistance.benefits import Award, basis_text
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.models import Benefit, FactSheet, Household, HouseholdMember
from backend.assistance.sheets import text_of
from backend.assistance.verdicts import Verdict
from backend.cases.models import Case, Decision
from backend.core.db import Base, Work, unit_of_work
from backend.core.ids import new_id
from backend.people.service import Viewer
from backend.residents.indexes import name_index
from backend.residents.models import Person
from tests.support import payments as county
from tests.support.cases import TOWN_PATH
from tests.support.world import VILLAGE

Row = dict[str, Any]
DECIDED = datetime(2026, 11, 22, tzinfo=UTC)
AT_ONCE = 500
RECHECKED = 10  # every tenth family has facts that are newer than its benefit, and too much by them
LOW = Decimal("1.00")  # less than today's law gives any of them: so each is raised


def build(households: int) -> Viewer:
    """Families of one to four with one income; the officer who pays them."""
    with unit_of_work() as work:
        load = county.build(work)
        verdict = county.verdict_of(work, county.family())
    chance = random.Random(1)  # noqa: S311 - a load, not a secret
    for first in range(0, households, AT_ONCE):
        some = [_Family(number, chance, verdict) for number in range(first, min(first + AT_ONCE, households))]
        with unit_of_work() as work:
            for table, rows in TABLES.items():
                _write(work, table, [row for one in some for row in rows(one)])
    return load["officer"]


def _write(work: Work, table: type[Base], rows: Sequence[Row]) -> None:
    if rows:
        work.session.execute(insert(table), rows)


class _Family:
    """One family and the rows it has in every table."""

    def __init__(self, number: int, chance: random.Random, verdict: Verdict) -> None:
        self.number, self.verdict = number, verdict
        self.home, self.case, self.decision = new_id(), new_id(), new_id()
        told = county.family(str(chance.randrange(0, 600)), chance.randrange(1, 5), urban=chance.random() < 0.15)
        self.people = [new_id() for _ in told.members]
        self.facts = _known(told, self.people)

    def household(self) -> list[Row]:
        return [
            {
                "id": self.home, "number": f"HH{self.number:06d}", "division_code": VILLAGE,
                "division_path": county.PLACE, "urban": self.facts.urban, "address": "示范路1号",
                "bank_account": f"62284{self.number:012d}", "bank_holder": "王秀英", "created_at": DECIDED,
            }
        ]  # fmt: skip

    def persons(self) -> list[Row]:
        index = name_index("王秀英")
        return [
            {"id": one, "name": "王秀英", "name_index": index, "birth_date": date(1970, 1, 1), "created_at": DECIDED}
            for one in self.people
        ]  # fmt: skip

    def members(self) -> list[Row]:
        return [
            {
                "id": new_id(), "household_id": self.home, "person_id": person, "position": place,
                "relation": one.relation, "facts": one.model_dump_json(exclude_defaults=True),
                "since": date(2026, 1, 1),
            }
            for place, (person, one) in enumerate(zip(self.people, self.facts.members, strict=True), 1)
        ]  # fmt: skip

    def cases(self) -> list[Row]:
        return [
            {
                "id": self.case, "number": f"DB{self.number:07d}", "matter": "dibao", "matter_version": "2026-1",
                "applicant_id": self.people[0], "source": "desk", "territory": TOWN_PATH, "state": "closed",
                "live": False, "form": "{}", "created_at": DECIDED, "ended_at": DECIDED,
            }
        ]  # fmt: skip

    def decisions(self) -> list[Row]:
        return [
            {
                "id": self.decision, "case_id": self.case, "sequence": 1, "number": f"D{self.number:07d}",
                "outcome": "granted", "profile": self.verdict.profile, "facts": "{}", "calculation": "{}",
                "parameters": [], "decided_at": DECIDED,
            }
        ]  # fmt: skip

    def benefits(self) -> list[Row]:
        award = Award(self.decision, self.verdict, self.facts, county.PLACE)
        return [
            {
                "id": new_id(), "programme": "dibao", "household_id": self.home, "division_path": county.PLACE,
                "decision_id": self.decision, "state": "active", "category": "household", "monthly": LOW,
                "members": len(self.people), "basis": basis_text(award), "first_month": date(2026, 12, 1),
                "review_on": date(2027, 11, 22), "assessed_on": date(2025, 1, 1), "changed_at": DECIDED,
            }
        ]  # fmt: skip

    def sheets(self) -> list[Row]:
        rich = _known(county.family("9000", len(self.people)), self.people)
        row = {
            "case_id": self.case, "programme": "dibao", "household_id": self.home, "facts": text_of(rich),
            "changes": "[]", "changed_at": DECIDED + timedelta(days=1),
        }  # fmt: skip
        return [row] if self.number % RECHECKED == 0 else []


def _known(facts: FamilyFacts, people: Sequence[UUID]) -> FamilyFacts:
    """Everybody is a person of the register."""
    pairs = zip(facts.members, people, strict=True)
    members = tuple(one.model_copy(update={"key": str(person)}) for one, person in pairs)
    return facts.model_copy(update={"members": members, "applicant": str(people[0])})


TABLES: dict[type[Base], Callable[[_Family], list[Row]]] = {  # in the order in which one names the other
    Household: _Family.household, Person: _Family.persons, HouseholdMember: _Family.members, Case: _Family.cases,
    Decision: _Family.decisions, Benefit: _Family.benefits, FactSheet: _Family.sheets,
}  # fmt: skip
