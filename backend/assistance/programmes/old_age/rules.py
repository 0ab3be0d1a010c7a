"""高龄津贴: by age alone, for those registered in the county (R-185; amounts are the county's). Pure."""

from datetime import date

from backend.assistance import circumstances, personal
from backend.assistance.circumstances import FamilyFacts, birthday
from backend.assistance.facts import HouseholdFacts
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

LAW = "老年人权益保障法第33条"


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    family = circumstances.of(facts)
    personal.check_alive(sheet, family, LAW)
    personal.check_registered_here(sheet, family, LAW)
    ages = sorted(int(age) for age in sheet.value("old_age_amounts"))
    reached = [age for age in ages if age <= personal.age(sheet, family)]
    if not reached:
        born = birthday(family.person.birth_date, ages[0])
        sheet.against("too_young", LAW, f"高龄津贴从{ages[0]}周岁发起，到{born:%Y年%m月%d日}就可以申请。")
    if sheet.refused or sheet.waits:
        return sheet.verdict()
    full = personal.standard(sheet, "old_age_amounts", str(reached[-1]), f"满{reached[-1]}周岁，每月")
    return personal.pay(
        sheet, family, full, "每月高龄津贴", category=f"from_{reached[-1]}", due_days=sheet.value("old_age_days"),
        first_month=personal.first_month(sheet, family, "old_age_first_month"),
        review_after=personal.look_again(sheet, "old_age_review_months", *_more_from(ages, family)),
    )  # fmt: skip


def _more_from(ages: list[int], facts: FamilyFacts) -> list[date]:
    """The birthdays on which the amount changes."""
    return [birthday(facts.person.birth_date, age) for age in ages]
