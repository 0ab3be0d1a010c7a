"""The sheet of a case: what is known about the family, first as declared, then as whoever found out corrects it.

A verdict is always worked out from the sheet with what the registers know on the day laid over it: who has died, what
is received already. So a clerk sees, and a decision freezes, the same facts.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select, update

from backend.assistance import benefits, deaths, households
from backend.assistance.assessment import assess
from backend.assistance.care_models import CareAssessment
from backend.assistance.circumstances import FamilyFacts, Held
from backend.assistance.declaring import Applicant, day_in, reader_of
from backend.assistance.errors import (
    FactsFaultError,
    HeldTogetherError,
    RefusedByRuleError,
    SheetChangedError,
    SheetFixedError,
    StandardMissingError,
    VerdictNotReadyError,
)
from backend.assistance.facts import FactsError, HouseholdFacts, PersonFacts, SelfCare
from backend.assistance.households import NewMember
from backend.assistance.law import book
from backend.assistance.models import Benefit, FactSheet, Household
from backend.assistance.money import NOTHING, cents
from backend.assistance.together import ImpossibleError, NoRowError
from backend.assistance.together_file import table
from backend.assistance.verdicts import Verdict, frozen
from backend.cases.models import Case
from backend.cases.records import form_of, note, sealed
from backend.cases.registry import Calculation
from backend.cases.tasks import HANDLE, today
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.params import NoValueError
from backend.people.models import Division
from backend.people.service import Viewer, ancestors
from backend.residents import persons
from backend.residents.models import Person

PROGRAMME_OF = {"temporary_aid": "temporary"}  # every other matter is called as its programme
AMENDABLE = ("in_progress", "closed")
REGISTER = "待遇台账"


def programme_of(case: Case) -> str:
    """The programme whose rules decide a matter."""
    return PROGRAMME_OF.get(case.matter, case.matter)


def is_households(programme: str) -> bool:
    """Whether it is the household that receives it; else one person."""
    return table().names[programme].household


# -- from the form


def applicant_of(work: Work, person_id: UUID) -> Applicant:
    """Raises ``BadInputError`` where the register does not know the day of birth."""
    person = work.session.get_one(Person, person_id)
    if person.birth_date is None:
        raise BadInputError(field="出生日期", why="登记里没有，请先在个人信息里补上")
    return Applicant(person.name, person.birth_date, person.sex, person.id_number)


def declared(work: Work, case: Case) -> FamilyFacts:
    """The form as it was filled, as facts. Raises ``FactsFaultError``."""
    day = local(case.submitted_at or work.now).date()
    try:
        return reader_of(programme_of(case))(form_of(case), applicant_of(work, case.applicant_id), day)
    except ValueError as error:
        raise FactsFaultError(why=why_not(error)) from error


def why_not(error: ValueError) -> str:
    """What is wrong with facts, for whoever fills them in."""
    if isinstance(error, ValidationError):
        inner = error.errors()[0].get("ctx", {}).get("error")
        return str(inner) if isinstance(inner, FactsError) else "有一项填得不对，请核对后再填。"
    return str(error) if isinstance(error, FactsError) else "有一项填得不对，请核对后再填。"


def _people(work: Work, case: Case) -> dict[tuple[str, str], UUID]:
    """Name and birthday → person, of everybody the form names with an identity number, and of the applicant."""
    one = work.session.get_one(Person, case.applicant_id)
    found = {(one.name, str(one.birth_date)): one.id}
    rows = [row for row in form_of(case).get("members", ()) if row.get("id_number")]
    for row in sorted(rows, key=lambda row: str(row["id_number"])):
        known = persons.find_or_create_person(
            work, name=row["name"], id_kind="resident_id", id_number=row["id_number"]
        )  # fmt: skip
        found[(row["name"], str(day_in(row.get("birth_date"))))] = known.id
    return found


def _keyed(facts: FamilyFacts, people: dict[tuple[str, str], UUID]) -> FamilyFacts:
    """Whoever is known to the register has their person's id as the key, so that the register can be asked again."""
    keys = {one.key: str(people.get((one.name, str(one.birth_date)), one.key)) for one in facts.members}
    members = tuple(one.model_copy(update={"key": keys[one.key]}) for one in facts.members)
    return facts.model_copy(update={"members": members, "applicant": keys[facts.applicant]})


def person_id_of(member: PersonFacts) -> UUID | None:
    """The person of the register behind a member; None for somebody who is only named."""
    try:
        return UUID(member.key)
    except ValueError:
        return None


def open_sheet(work: Work, case: Case) -> FactSheet:
    """The case's sheet, made from the declared form when it is first asked for; a family is found or founded.

    Raises ``FactsFaultError``, those of ``households`` and of ``persons.find_or_create_person``.
    """
    there = sheet_of(work, case.id)
    if there is not None:
        return there
    facts, programme = _keyed(declared(work, case), _people(work, case)), programme_of(case)
    home = _home(work, case, facts) if is_households(programme) else households.of_person(work, case.applicant_id)
    row = FactSheet(
        case_id=case.id, programme=programme, household_id=home.id if home else None, version=0,
        facts=text_of(facts), changes="[]", changed_at=work.now, changed_by=None,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row


def _home(work: Work, case: Case, facts: FamilyFacts) -> Household:
    since = today(work)
    known = [(person_id_of(one), one) for one in facts.members]
    members = [NewMember(key, one.relation, one, since) for key, one in known if key is not None]
    there = households.of_person(work, case.applicant_id)
    if there is not None:
        return households.set_members(work, there, members, since)
    address = form_of(case).get("address") or work.session.get_one(Person, case.applicant_id).address or ""
    return households.found(
        work, division_code=place_of(work, case), urban=facts.urban, address=address, members=members
    )  # fmt: skip


def place_of(work: Work, case: Case) -> str:
    """The applicant's village if it lies in the township, else the township."""
    code = work.session.get_one(Person, case.applicant_id).division_code
    home = work.session.get(Division, code) if code else None
    return home.code if home is not None and home.path.startswith(case.territory) else ancestors(case.territory)[0]


# -- the sheet


def sheet_of(work: Work, case_id: UUID) -> FactSheet | None:
    """The case's sheet as the database has it now; None before it was accepted."""
    mine = select(FactSheet).where(FactSheet.case_id == case_id)
    return work.session.scalars(mine.execution_options(populate_existing=True)).first()


def facts_of(work: Work, case_id: UUID) -> FamilyFacts:
    """What stands on the sheet. Raises ``LookupError`` for a case without one."""
    found = sheet_of(work, case_id)
    if found is None:
        raise LookupError(f"no sheet for case {case_id}")
    return read(found.facts)


def read(text: str) -> FamilyFacts:
    """What ``text_of`` wrote."""
    return FamilyFacts.model_validate_json(text)


def text_of(facts: HouseholdFacts) -> str:
    """Facts as they are kept."""
    return facts.model_dump_json(exclude_defaults=True)


def amend(work: Work, viewer: Viewer, case: Case, facts: FamilyFacts, *, version: int, why: str) -> FactSheet:
    """Correct the sheet: what a visit or a check of means has found out. ``why`` is kept sealed with who and when.

    Raises ``NotAllowedError``, ``SheetFixedError`` (published or not accepted), ``SheetChangedError`` (``version``).
    """
    viewer.require(HANDLE, case.territory)
    if case.state not in AMENDABLE:
        raise SheetFixedError(state=case.state)
    row = open_sheet(work, case)
    said = [*json.loads(row.changes), {"at": work.now.isoformat(), "by": viewer.name, "why": why.strip()[:500]}]
    _swap(work, row, version, facts=text_of(facts), changes=sealed(said), changed_by=viewer.staff_id)
    note(work, case.id, "amend_facts", None, version=version + 1)
    audit.record(work, "sheet.amend", f"case:{case.id}", version=version + 1)
    return open_sheet(work, case)


def _swap(work: Work, row: FactSheet, version: int, **values: Any) -> None:
    mine = (FactSheet.case_id == row.case_id, FactSheet.version == version)
    changed = update(FactSheet).where(*mine).values(version=version + 1, changed_at=work.now, **values)
    if not work.execute_dml(changed.execution_options(synchronize_session=False)):
        raise SheetChangedError(version=version)


# -- judged


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with exactly the facts it was worked out from, for whom (one of the two ids)."""

    facts: FamilyFacts
    verdict: Verdict
    household_id: UUID | None
    person_id: UUID | None


def calculation_of(found: Judged) -> Calculation:
    """What a decision freezes: the facts, the verdict, every parameter with its source, the words for the family."""
    verdict = found.verdict
    amount = verdict.monthly if verdict.monthly is not None else verdict.once
    used = [asdict(one) | {"since": str(one.since), "review_by": str(one.review_by)} for one in verdict.parameters]
    return Calculation(
        verdict.profile, found.facts.model_dump(mode="json", exclude_defaults=True),
        {"verdict": json.loads(frozen(verdict))}, used, max(verdict.members, 1),
        None if amount is None else str(amount), verdict.explain(),
    )  # fmt: skip


def require_grantable(verdict: Verdict) -> None:
    """Raises ``RefusedByRuleError`` with the first reason, ``VerdictNotReadyError`` with everything that is missing."""
    against = [one for one in verdict.reasons if one.against]
    if against:
        raise RefusedByRuleError(why=f"{against[0].words}（{against[0].article}）。")
    require_known(verdict)


def require_known(verdict: Verdict) -> None:
    """Raises ``VerdictNotReadyError`` while something must be found out first."""
    if not verdict.ready:
        raise VerdictNotReadyError(needs="；".join(one.words.rstrip("。") for one in verdict.needs if not one.after))


def judge(work: Work, case: Case) -> Verdict:
    """The sheet under today's law. Raises ``StandardMissingError``, ``HeldTogetherError``, ``FactsFaultError``."""
    return judged(work, case).verdict


def judged(work: Work, case: Case) -> Judged:
    """The same with the facts behind it; the sheet is opened if nobody has. Raises as ``judge``."""
    row = open_sheet(work, case)
    facts = known_today(work, read(row.facts), row.programme, row.household_id)
    facts = deaths.as_registered(work, case, facts)
    if row.programme == "tekun":  # what somebody says of themselves opens a case, and decides no tier
        facts = facts.assessed(self_care_seen(work, case.id))
    whose = row.household_id if is_households(row.programme) else None
    person = None if whose else person_id_of(facts.person) or case.applicant_id
    return Judged(facts, verdict_on(work, row.programme, facts), whose, person)


def self_care_seen(work: Work, case_id: UUID) -> SelfCare | None:
    """The six items as two investigators or an assessor saw them last; None while nobody has looked."""
    mine = select(CareAssessment.items).where(CareAssessment.case_id == case_id)
    newest = mine.order_by(
        CareAssessment.assessed_on.desc(), CareAssessment.recorded_at.desc(), CareAssessment.id.desc()
    ).limit(1)  # fmt: skip
    found = work.session.scalar(newest)
    return SelfCare.model_validate_json(found) if found else None


def verdict_on(work: Work, programme: str, facts: FamilyFacts) -> Verdict:
    """What the rules say today; a number nobody has entered stops loudly and kindly."""
    try:
        return assess(programme, facts, today(work))
    except NoValueError as error:
        raise StandardMissingError(title=book().title(error.name), month=f"{error.day:%Y年%m月}") from error
    except (ImpossibleError, NoRowError) as error:
        raise HeldTogetherError(why="登记的待遇不可能同时享受") from error
    except ValueError as error:
        raise FactsFaultError(why=why_not(error)) from error


def known_today(work: Work, facts: FamilyFacts, programme: str, household_id: UUID | None) -> FamilyFacts:
    """The facts with what the registers say on the day: deaths, and what is received beside ``programme``."""
    ids = {one.key: key for one in facts.members if (key := person_id_of(one)) is not None}
    people = {one.id: one for one in work.session.scalars(select(Person).where(Person.id.in_(ids.values())))}
    found = benefits.live(work, household_id, ids.values()) if household_id else of_persons(work, list(ids.values()))
    rows = [one for one in found if one.programme != programme]
    members = tuple(_member_today(one, people.get(ids.get(one.key, UUID(int=0))), rows) for one in facts.members)
    holds = facts.holds | {one.programme for one in rows if one.household_id is not None}
    about = next(one for one in members if one.key == facts.applicant)
    held = _held(facts, rows, person_id_of(about))
    return facts.model_copy(update={"members": members, "holds": holds, "held": held})


def of_persons(work: Work, ids: list[UUID]) -> list[Benefit]:
    """What these people receive in their own name."""
    mine = select(Benefit).where(Benefit.person_id.in_(ids), Benefit.state.in_(benefits.LIVE))
    return list(work.session.scalars(mine.order_by(Benefit.id)))


def _member_today(one: PersonFacts, person: Person | None, rows: list[Benefit]) -> PersonFacts:
    if person is None:
        return one
    holds = one.holds | {row.programme for row in rows if row.person_id == person.id}
    return one.model_copy(update={"holds": holds, "died_on": person.died_on or one.died_on})


def _held(facts: FamilyFacts, rows: list[Benefit], person_id: UUID | None) -> tuple[Held, ...]:
    """What the person gets each month: our own register goes before what somebody remembered."""
    ours = {row.programme: _share(row) for row in rows if row.household_id is not None or row.person_id == person_id}
    told = [one for one in facts.held if one.programme not in ours]
    return (*told, *(Held(programme=name, monthly=share, source=REGISTER) for name, share in sorted(ours.items())))


def _share(row: Benefit) -> Any:
    """Of a household's benefit this person's part."""
    return cents(row.monthly / row.members) if row.household_id and row.monthly > NOTHING else row.monthly
