"""What the two subsidies for poor old people share: age, standing, ability, months (财社〔2014〕113号). Pure."""

from datetime import date
from decimal import Decimal

from backend.assistance import personal
from backend.assistance.circumstances import Ability, FamilyFacts, birthday
from backend.assistance.profiles import same_day_later
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

LAW = "财社〔2014〕113号"
LEVELS = {"able": "能力完好", "mild": "轻度失能", "moderate": "中度失能", "severe": "重度失能", "total": "完全失能"}


def check(sheet: Sheet, facts: FamilyFacts) -> str | None:
    """Alive, registered here, old and poor; the standing that makes the person poor, None when none does."""
    personal.check_alive(sheet, facts, LAW)
    personal.check_registered_here(sheet, facts, LAW)
    check_age(sheet, facts, LAW)
    poor = personal.standing(facts, sheet.value("elder_standings"))
    if poor is None:
        sheet.against("not_poor", LAW, "补贴给经济困难的老人。家里困难的，可以先申请低保，我们帮您一起办。")
    return poor


def check_age(sheet: Sheet, facts: FamilyFacts, article: str) -> None:
    old = sheet.value("elder_age")
    if personal.age(sheet, facts) < old:
        day = birthday(facts.person.birth_date, old)
        sheet.against("too_young", article, f"从{old}周岁起可以申请，您到{day:%Y年%m月%d日}就可以来办。")


def ability(sheet: Sheet, facts: FamilyFacts) -> Ability | None:
    """The level of an assessment that still counts; else a need on the sheet. The last day of its validity counts."""
    elder = facts.elder
    if elder is None or elder.ability is None or elder.assessed_on is None:
        sheet.need("assessment", "老年人能力评估，我们安排评估员上门，不收费")
        return None
    if valid_until(sheet, elder.assessed_on) < sheet.day:
        sheet.need("assessment", "上次能力评估已经过期，我们安排评估员再上门一次")
        return None
    return elder.ability


def valid_until(sheet: Sheet, assessed_on: date) -> date:
    return same_day_later(assessed_on, sheet.value("elder_ability_valid_months"))


def granted(sheet: Sheet, facts: FamilyFacts, full: Decimal, category: str) -> Verdict:
    """Looked at again when the assessment ends at the latest."""
    assessed = facts.elder.assessed_on if facts.elder is not None else None
    ends = None if assessed is None else valid_until(sheet, assessed)
    return personal.pay(
        sheet, facts, full, "每月补贴", category=category, due_days=sheet.value("elder_days"),
        first_month=personal.first_month(sheet, facts, "elder_first_month"),
        review_after=personal.look_again(sheet, "elder_review_months", ends),
    )  # fmt: skip
