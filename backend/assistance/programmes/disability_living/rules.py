"""困难残疾人生活补贴: a disabled member of a poor family (国发〔2015〕52号 二（一）). Pure."""

from backend.assistance import circumstances, personal
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.facts import HouseholdFacts, age_on
from backend.assistance.programmes import disability
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

FULL_AGE, OLD = 18, 60
SEVERAL = 2


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    family = circumstances.of(facts)
    found = disability.certificate(sheet, family)
    category = _why_poor(sheet, family)
    if category is None:
        sheet.against("not_poor", disability.LAW, "补贴给低保家庭里的残疾人。家里困难的，可以先申请低保。")
    if sheet.refused or found is None or category is None:
        return sheet.verdict()
    full = personal.standard(sheet, "disability_living_amount", "each", "困难残疾人生活补贴，每月")
    return disability.granted(sheet, family, full, category, found.until)


def _why_poor(sheet: Sheet, facts: FamilyFacts) -> str | None:
    """The standing of the family or the extension that lets the person in; None for neither."""
    held = personal.standing(facts, sheet.value("disability_living_standings"))
    if held is not None:
        return held
    met = {"several_disabled": _several_disabled(facts), "dependent_on_elder": _depends_on_elders(sheet, facts)}
    return next((name for name in sheet.value("disability_living_extensions") if met[name]), None)


def _several_disabled(facts: FamilyFacts) -> bool:
    """一户多残."""
    return sum(one.disability is not None for one in facts.members) >= SEVERAL


def _depends_on_elders(sheet: Sheet, facts: FamilyFacts) -> bool:
    """依老养残: a grown disabled person without work whom only old people look after."""
    others = [one for one in facts.members if one.key != facts.applicant]
    grown = not facts.person.works and personal.age(sheet, facts) >= FULL_AGE
    return grown and bool(others) and all(age_on(one.birth_date, sheet.day) >= OLD for one in others)
