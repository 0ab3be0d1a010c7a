"""经济困难失能老年人护理补贴: poor, old, and assessed as one of the levels of the table (财社〔2014〕113号). Pure."""

from backend.assistance import circumstances, personal
from backend.assistance.facts import HouseholdFacts
from backend.assistance.programmes import elders
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    family = circumstances.of(facts)
    elders.check(sheet, family)
    level = elders.ability(sheet, family)
    if level is not None and level not in sheet.value("disabled_elder_amounts"):
        words = f"评估为{elders.LEVELS[level]}，还不到护理补贴的等级。可以问问养老服务补贴；身体有变化时，请再评估。"
        sheet.against("not_disabled_enough", elders.LAW, words)
    if sheet.refused or level is None:
        return sheet.verdict()
    full = personal.standard(sheet, "disabled_elder_amounts", level, f"护理补贴，{elders.LEVELS[level]}，每月")
    return elders.granted(sheet, family, full, level)
