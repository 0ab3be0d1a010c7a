"""低保边缘家庭: below 1.5 times the standard, and not 低保 or 特困 (社会救助法 21; 低保审核确认办法). Pure.

A recognition: it opens the doors of single-person 低保, temporary and medical help, and pays nothing of its own.
"""

from fractions import Fraction

from backend.assistance.counting import Measured, check_assets, measure, nobody_counts, standard_of, write
from backend.assistance.facts import HouseholdFacts
from backend.assistance.money import cents
from backend.assistance.profiles import same_day_later
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

HELD = {"dibao": "低保", "tekun": "特困供养"}


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    found = measure(facts, sheet)
    write(found, sheet)
    if nobody_counts(found, sheet):
        return sheet.verdict()
    _check_held(facts, sheet)
    _check_line(facts, found, sheet)
    check_assets(facts, found.size, standard_of(facts, sheet), "edge_financial_months", sheet)
    months = int(sheet.value("edge_review_months"))
    return sheet.verdict(category="edge", members=found.size, review_after=same_day_later(sheet.day, months))


def _check_held(facts: HouseholdFacts, sheet: Sheet) -> None:
    for programme, name in HELD.items():
        if programme in facts.holds:
            sheet.against(
                "holds_more",
                sheet.profile.article("edge"),
                f"家里已享受{name}，不用再认定边缘家庭。有困难请找村（社区）。",
            )


def _check_line(facts: HouseholdFacts, found: Measured, sheet: Sheet) -> None:
    standard, multiple = standard_of(facts, sheet), sheet.amount("edge_multiple")
    line = standard * multiple
    sheet.line("standard", "低保边缘的收入线，每人每月", cents(line), sheet.take("edge_multiple").source)
    if found.per_head >= Fraction(line):
        sheet.against(
            "over_line", sheet.profile.article("edge"), "人均月收入不低于低保边缘的线。收入变少了，随时可以再申请。"
        )
    elif found.per_head < standard and _would_pass_as_dibao(facts, found, sheet):
        sheet.against(
            "dibao_first", sheet.profile.article("edge"), "人均收入低于低保标准，可以享受低保。请直接申请低保。"
        )
    else:
        sheet.because("under_line", sheet.profile.article("edge"), "人均月收入低于低保边缘的线。")


def _would_pass_as_dibao(facts: HouseholdFacts, found: Measured, sheet: Sheet) -> bool:
    """By its property too: a family within the looser limit of 边缘 only has nothing to gain from asking for 低保."""
    trial = Sheet("dibao", sheet.numbers, sheet.day, sheet.profile)
    check_assets(facts, found.size, standard_of(facts, trial), "dibao_financial_months", trial)
    return not trial.refused
