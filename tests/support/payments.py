"""A county with households, decisions and benefits, ready to be paid."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.assistance import benefits
from backend.assistance.assessment import assess
from backend.assistance.benefits import Award
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.facts import Income, PersonFacts, Property
from backend.assistance.models import Benefit, Household, HouseholdMember
from backend.assistance.verdicts import Verdict
from backend.cases.models import Case, Decision
from backend.core.clock import local
from backend.core.db import Work
from backend.core.ids import new_id
from backend.people.service import Viewer
from tests.support import cases
from tests.support.cases import TOWN_PATH, Window
from tests.support.residents import person
from tests.support.world import VILLAGE

PLACE = f"{TOWN_PATH}{VILLAGE}/"
NOTHING_OWNED = Property(financial=Decimal(0), houses=1, vehicles=0, companies=0)


@dataclass
class Caseload:
    """Who handles money, and what was built."""

    window: Window
    households: list[UUID] = field(default_factory=list)

    def __getitem__(self, name: str) -> Viewer:
        return self.window[name]


def build(work: Work) -> Caseload:
    return Caseload(cases.build_window(work))


def family(wage: str = "500", members: int = 2, *, urban: bool = True, **more: Any) -> FamilyFacts:
    """A family of grown-ups, of whom the first earns ``wage`` yuan a month."""
    people = [
        PersonFacts(
            key=f"m{place}", name="王秀英", birth_date=date(1970, 1, 1),
            relation="applicant" if place == 0 else "spouse",
            incomes=(Income(kind="wage", amount=Decimal(wage)),) if place == 0 else (),
        )
        for place in range(members)
    ]  # fmt: skip
    return FamilyFacts(members=tuple(people), urban=urban, applicant="m0", assets=NOTHING_OWNED, **more)


def household(work: Work, load: Caseload, number: int, *, account: str | None = "", urban: bool = True) -> UUID:
    """A household with an account (``None``: without one) and one member of the register."""
    row = Household(
        id=new_id(), number=f"HH{number:05d}", division_code=VILLAGE, division_path=PLACE, urban=urban,
        address="示范路1号", bank_account=f"62284{number:012d}" if account == "" else account,
        bank_holder="王秀英", created_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    who = person(work, "王秀英", serial=100 + number)
    work.session.add(
        HouseholdMember(
            id=new_id(), household_id=row.id, person_id=who, position=1, relation="applicant",
            facts=family().members[0].model_dump_json(), since=date(2026, 1, 1),
        )
    )  # fmt: skip
    work.session.flush()
    load.households.append(row.id)
    return row.id


def decision(work: Work, load: Caseload, outcome: str = "granted") -> UUID:
    """A decision of a closed case: only its id matters here."""
    case = Case(
        id=new_id(), number=f"T{new_id().hex[-20:]}", matter="dibao", matter_version="1",
        applicant_id=load.window.applicant, source="desk", territory=TOWN_PATH, state="closed", live=False, form="{}",
        created_at=work.now, ended_at=work.now,
    )  # fmt: skip
    work.session.add(case)
    work.session.flush()
    row = Decision(
        id=new_id(), case_id=case.id, sequence=1, number=f"D{new_id().hex[-20:]}", outcome=outcome,
        reason=None if outcome == "granted" else "收入变化", profile="test", facts="{}", calculation="{}",
        parameters=[], decided_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row.id


def verdict_of(work: Work, facts: FamilyFacts, programme: str = "dibao") -> Verdict:
    return assess(programme, facts, local(work.now).date())


def award(
    work: Work, load: Caseload, home: UUID, facts: FamilyFacts | None = None, verdict: Verdict | None = None
) -> Award:
    """What the rules of today give this family, decided now."""
    known = facts or family()
    found = verdict or verdict_of(work, known)
    return Award(decision(work, load), found, known, PLACE, household_id=home)


def since(award: Award, month: date) -> Award:
    """The same, given from this month on."""
    return replace(award, verdict=replace(award.verdict, first_month=month))


def granted(work: Work, load: Caseload, number: int = 1, wage: str = "500", **home: Any) -> Benefit:
    """A new household with 低保: 770 × 2 - wage."""
    facts = family(wage, urban=home.get("urban", True))
    found = benefits.grant(work, award(work, load, household(work, load, number, **home), facts))
    work.session.flush()
    return found


def only(work: Work) -> Benefit:
    """The one benefit there is."""
    return work.session.scalars(select(Benefit)).one()


def answer_file(batch_number: str, amounts: Mapping[int, str], failed: Mapping[int, str] | None = None) -> bytes:
    """A return file of the rural commercial bank: line → amount, and line → why it failed."""
    lost = failed or {}
    rows = ["流水号,金额,处理结果,失败原因"]
    for line, amount in amounts.items():
        result = "失败" if line in lost else "成功"
        rows.append(f"{batch_number}-{line:05d},{amount},{result},{lost.get(line, '')}")
    return "\r\n".join(rows).encode("gb18030")
