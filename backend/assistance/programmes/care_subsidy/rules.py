"""养老服务补贴: poor and either disabled by age or very old (财社〔2014〕113号; R-184, R-185). Pure."""

from backend.assistance import circumstances, personal
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.facts import HouseholdFacts
from backend.assistance.programmes import elders
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    family = circumstances.of(facts)
    elders.check(sheet, family)
    key = _amount_key(sheet, family)
    if sheet.refused or key is None:
        return sheet.verdict()
    words = {"high_age": "高龄老人"} | elders.LEVELS
    full = personal.standard(sheet, "care_subsidy_amounts", key, f"养老服务补贴，{words[key]}，每月")
    return elders.granted(sheet, family, full, key)


def _amount_key(sheet: Sheet, facts: FamilyFacts) -> str | None:
    """Which amount of the table; None while the assessment is missing or when nothing applies."""
    level = elders.ability(sheet, facts)
    high = sheet.value("care_subsidy_high_age")
    if level != "able":
        return level
    if personal.age(sheet, facts) >= high:
        return "high_age"
    sheet.against("able", elders.LAW, f"评估为能力完好，满{high}周岁后可以申请。身体有变化时，请再申请评估。")
    return None
