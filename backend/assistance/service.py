"""What happens to a case of assistance: checked, accepted, calculated, decided; the hooks of the case engine.

The rules never decide alone except where every condition is in a register (``automatic``, R-002): a person decides on
a verdict, but cannot grant what the rules refuse or what is not yet known.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from backend.assistance import (
    benefits,
    deaths,
    entitlements,
    float_ledger,
    households,
    means,
    means_report,
    receiving,
    sheets,
    together,
)
from backend.assistance.benefits import Award
from backend.assistance.changes import adjust_all, change_of_circumstance
from backend.assistance.checking import check
from backend.assistance.circumstances import Elder, FamilyFacts
from backend.assistance.errors import (
    ArticleMissingError,
    HeldTogetherError,
    StandardMissingError,
)
from backend.assistance.facts import PersonFacts
from backend.assistance.models import Benefit
from backend.assistance.money import NOTHING
from backend.assistance.profiles import months_later, profile_on
from backend.assistance.sheets import Judged, calculation_of
from backend.assistance.together_file import table
from backend.assistance.verdicts import Reason, Verdict
from backend.cases.models import Case, Decision
from backend.cases.registry import Calculation, Hooks, Ruling
from backend.core.clock import local
from backend.core.db import Work
from backend.people.service import ancestors
from backend.residents.models import Person
from backend.residents.rules import Assurance

__all__ = ["HOOKS", "adjust_all", "change_of_circumstance", "offered"]

AUTOMATIC = ("old_age",)  # every condition of it stands in a register: age, registration, what is received beside it


# -- before the decision


def calculate(work: Work, case: Case, _form: Mapping[str, Any]) -> Calculation:
    """What the case would be decided on today. Raises as ``sheets.judged``."""
    return calculation_of(sheets.judged(work, case))


def accepted(work: Work, case: Case) -> None:
    """From now on the case has its sheet, and its family is a household of the register."""
    sheets.open_sheet(work, case)


def finishing(work: Work, case: Case, outcome: str) -> None:
    """Nobody agrees to what the rules refuse, what is not known yet, or while a permission is taken back.

    Raises as ``sheets.require_grantable`` and ``means.require_all_allowed``.
    """
    if outcome == "agree":
        means.require_all_allowed(work, case)
        means_report.require_settled(work, case)
        sheets.require_grantable(sheets.judge(work, case))
        deaths.record(work, case)


def level(work: Work, case: Case) -> str | None:
    """Who decides where the amount says so (temporary aid up to the township's limit); None: as for any case."""
    if sheets.programme_of(case) != "temporary":
        return None
    verdict = sheets.judge(work, case)
    return verdict.decided_by if verdict.eligible else None


def offered(verdict: Verdict) -> list[Reason]:
    """What a refusal can rest on: the reasons that speak against it, for a clerk to choose from."""
    return [one for one in verdict.reasons if one.against]


# -- decided by machine (秒批)


def automatic(work: Work, case: Case, _form: Mapping[str, Any]) -> Ruling | None:
    """Yes only, and only if the registers alone give what the form gives; anything else is for people."""
    programme = sheets.programme_of(case)
    person = work.session.get_one(Person, case.applicant_id)
    if programme not in AUTOMATIC or person.assurance < Assurance.REAL_NAME or person.birth_date is None:
        return None
    try:
        sure = sheets.known_today(work, _of_registers(person), programme, None)
        said = sheets.declared(work, case)
        mine, theirs = (sheets.verdict_on(work, programme, one) for one in (sure, said))
    except StandardMissingError:
        return None
    typed = set(said.all_held) - set(sure.all_held)
    if typed or not (mine.eligible and mine.ready and theirs.eligible and mine.monthly == theirs.monthly):
        return None
    return Ruling("granted", calculation_of(Judged(sure, mine, None, person.id)))


def _of_registers(person: Person) -> FamilyFacts:
    """What no applicant has typed. Everybody with a division lives in this county: there is no other here."""
    if person.birth_date is None:
        raise ValueError("no day of birth")
    me = PersonFacts(key=str(person.id), name=person.name, birth_date=person.birth_date, died_on=person.died_on)
    elder = Elder(local=True if person.division_code else None)
    return FamilyFacts(members=(me,), applicant=me.key, urban=True, elder=elder)


# -- decided


def decided(work: Work, case: Case, decision: Decision) -> None:
    """Grant what was decided; a refusal names its article. Changes and stops are made by ``changes``.

    Raises ``VerdictNotReadyError``, ``RefusedByRuleError``, ``HeldTogetherError``, ``ArticleMissingError`` and those of
    ``benefits.grant``: then nothing is decided.
    """
    if decision.outcome == "refused" and not decision.article:
        raise ArticleMissingError
    if decision.outcome == "granted":
        found = sheets.judged(work, case)
        sheets.require_grantable(found.verdict)
        receiving.prepare(work, case, found)
        award = _award(work, case, decision, found)
        make_room(work, found, award)
        deaths.give_rewards(work, case, decision, found.verdict)
        _paid_in_advance(work, case, decision, benefits.grant(work, award), found.verdict)


def _award(work: Work, case: Case, decision: Decision, found: Judged) -> Award:
    home = households.of_person(work, case.applicant_id)
    path = home.division_path if home is not None else case.territory
    verdict = _from_the_first_day(work, case, decision, found.verdict)
    return Award(decision.id, verdict, found.facts, path, found.household_id, found.person_id)


def _from_the_first_day(work: Work, case: Case, decision: Decision, verdict: Verdict) -> Verdict:
    """Granted after an appeal: from the month it should have begun in, or after the month it was stopped with."""
    if decision.sequence == 1 or verdict.monthly is None:
        return verdict
    first = select(Decision).where(Decision.case_id == case.id, Decision.sequence == 1)
    month = _month_of(work.session.scalars(first).one())
    ended = select(Benefit.last_month).join(Decision, Decision.id == Benefit.decision_id)
    last = work.session.scalars(ended.where(Decision.case_id == case.id).order_by(Benefit.last_month.desc())).first()
    return replace(verdict, first_month=months_later(last, 1) if last else month)


def _month_of(decision: Decision) -> date:
    day = local(decision.decided_at).date()
    return profile_on(day).first_month(day)


def make_room(work: Work, found: Judged, award: Award) -> None:
    """What is received already and excludes it stops the decision; what yields to it ends with the month before.

    Raises ``HeldTogetherError``.
    """
    whose = [award.person_id] if award.person_id else []
    rows = benefits.live(work, award.household_id, whose) if award.household_id else sheets.of_persons(work, whose)
    held = {one.programme: one for one in rows}
    programme, day = found.verdict.programme, found.verdict.day
    for pair in together.against(programme, held, day, table()):
        other = held[pair.other(programme)]
        if pair.rule == "excludes" and pair.lesser == programme:
            raise HeldTogetherError(why=together.advice(programme, pair, table()))
        if pair.rule == "excludes":
            last = months_later(award.verdict.first_month or benefits.months_of(award.verdict)[0], -1)
            benefits.stop(
                work, other.id, why="own_wish", reason=together.advice(programme, pair, table()), last_month=last
            )


# -- paid before the next batch


def _paid_in_advance(work: Work, case: Case, decision: Decision, row: Benefit, verdict: Verdict) -> None:
    """急难型: the township pays at once out of its float (R-031); without enough in it the next batch pays."""
    amount, town = verdict.once or NOTHING, ancestors(case.territory)[0]
    if not verdict.pay_first or decision.decided_by is None or amount > float_ledger.balance(work, town):
        return
    voucher = float_ledger.Voucher("advance", amount, decision.number, case.id)
    float_ledger.advance(work, decision.decided_by, town, voucher)
    entitlements.paid_in_advance(work, row, amount, decision.number)


HOOKS = Hooks(
    check=check, automatic=automatic, calculate=calculate, accepted=accepted, finishing=finishing, level=level,
    decided=decided,
)  # fmt: skip
