"""重度残疾人护理补贴: grade 1 or 2 who needs care for six months or more (国发〔2015〕52号 二（一）). Pure.

The family's income plays no part.
"""

from backend.assistance import circumstances, personal
from backend.assistance.facts import Disability, HouseholdFacts
from backend.assistance.programmes import disability
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

WORST_TWO = 2


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    family = circumstances.of(facts)
    found = disability.certificate(sheet, family)
    if not family.person.needs_long_term_care:
        sheet.against("no_long_care", disability.LAW, "补贴给需要长期照护（六个月以上）的人。需要照护时，请再申请。")
    if found is None:
        return sheet.verdict()
    key = _amount_key(sheet, found)
    if key is None:
        sheet.against("not_severe", disability.LAW, "补贴给残疾等级一级、二级的人。病情加重的，可以到残联重新评级。")
    if sheet.refused or key is None:
        return sheet.verdict()
    full = personal.standard(sheet, "disability_care_amount", key, "重度残疾人护理补贴，每月")
    return disability.granted(sheet, family, full, key, found.until)


def _amount_key(sheet: Sheet, found: Disability) -> str | None:
    """Which amount of the table: by grade, or ``extended`` where the county has opened it to others."""
    if found.grade <= WORST_TWO:
        return f"grade_{found.grade}"
    return "extended" if f"{found.kind}_{found.grade}" in sheet.value("disability_care_extensions") else None
