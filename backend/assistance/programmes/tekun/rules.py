"""特困人员: no working ability, no income, nobody able to support them (特困人员认定办法 4–9; 社会救助法 16). Pure.

About one person (``facts.person``). Paid from the next month: the basic living standard, and the care
amount of the self-care tier.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from backend.assistance.abilities import disabled_for_work, valid_disability
from backend.assistance.counting import INCOME_WORDS, check_assets, measure, standard_of
from backend.assistance.facts import HouseholdFacts, PersonFacts, age_on
from backend.assistance.money import cents
from backend.assistance.profiles import months_later, same_day_later
from backend.assistance.programmes.tekun.obligors import check_obligors
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet, table

ABILITY = "特困人员认定办法第5条"
INCOME = "特困人员认定办法第6条"
CHOICE = "特困人员认定办法第9条"
TIER_WORDS = {"able": "生活能够自理", "partly": "生活部分不能自理", "unable": "生活完全不能自理"}
AT_SCHOOL = ("compulsory", "senior", "vocational")


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    person = facts.person
    _check_alive(person, sheet)
    _check_ability(person, sheet)
    _check_income(facts, sheet)
    check_assets(facts, max(measure(facts, sheet).size, 1), standard_of(facts, sheet), "dibao_financial_months", sheet)
    check_obligors(facts, sheet)
    tier = _tier(person, sheet)
    _ask_for_agreement(person, tier, sheet)
    first, last = months_later(sheet.day, 1), _last_month(person, sheet)
    if last is not None and last < first:
        sheet.against("ends_first", ABILITY, "本月满年龄，来不及发放就到期了。生活有困难，请申请低保或临时救助。")
    months = int(sheet.value("tekun_review_months"))
    return sheet.verdict(
        category=tier, monthly=_amount(tier, sheet), first_month=first, last_month=last,
        review_after=same_day_later(sheet.day, months),
    )  # fmt: skip


def _check_alive(person: PersonFacts, sheet: Sheet) -> None:
    if person.died_on is not None and person.died_on <= sheet.day:
        sheet.against("dead", ABILITY, "本人已去世。请家属到窗口办理后续事项。")


def _check_ability(person: PersonFacts, sheet: Sheet) -> None:
    age, ages = age_on(person.birth_date, sheet.day), sheet.value("working_age")
    if _is_minor(person, sheet):
        _check_choice(person, sheet)
        sheet.because("minor", ABILITY, "未成年人，没有劳动能力。")
    elif age >= ages["until"]:
        sheet.because("old", ABILITY, f"年满{ages['until']}周岁。")
    elif _finishes_school(person, sheet):
        sheet.because("at_school", sheet.profile.article("minors_finish_school"), "成年后还在上学，继续供养。")
    elif disabled_for_work(valid_disability(person, sheet, decisive=True), sheet):
        sheet.because("disabled", ABILITY, "残疾的类别和等级属于无劳动能力。")
    elif not sheet.waits:
        sheet.against("able_to_work", ABILITY, "本人有劳动能力，不能认定特困。生活有困难，请申请低保或临时救助。")


def _check_choice(person: PersonFacts, sheet: Sheet) -> None:
    if person.chose_child_support or person.holds & {"orphan", "unsupported_child"}:
        sheet.against("chose_child_support", CHOICE, "已选择孤儿或事实无人抚养儿童保障。想改选，请到窗口说明。")


def _is_minor(person: PersonFacts, sheet: Sheet) -> bool:
    return age_on(person.birth_date, sheet.day) < int(sheet.value("tekun_minor_until"))


def _finishes_school(person: PersonFacts, sheet: Sheet) -> bool:
    """Only somebody who was supported as a minor and is still in compulsory or senior-secondary school."""
    if not sheet.profile["minors_finish_school"]:
        return False
    return "tekun" in person.holds and person.student in AT_SCHOOL


def _check_income(facts: HouseholdFacts, sheet: Sheet) -> None:
    """No income means: below the 低保 standard, without what article 6 leaves out."""
    excluded, standard = sheet.value("tekun_excluded_incomes"), standard_of(facts, sheet)
    counted = [one for one in facts.person.incomes if one.kind not in excluded]
    for one in counted:
        sheet.line("income", f"{facts.person.name}{INCOME_WORDS[one.kind]}，每月", cents(one.monthly), one.source)
    income = sum((one.monthly for one in counted), Fraction(0))
    sheet.line("sum", "本人月收入", cents(income))
    if income >= standard:
        sheet.against("has_income", INCOME, "本人月收入不低于低保标准，不算无生活来源。收入变少了，可以再申请。")
    else:
        sheet.because("no_income", INCOME, "本人月收入低于低保标准，属于无生活来源。")


def _tier(person: PersonFacts, sheet: Sheet) -> str:
    """``able``, ``partly`` or ``unable`` by how many of the six items fail; unknown items are asked for."""
    if person.self_care is None:
        sheet.need("self_care", "生活自理能力评估（吃饭、穿衣、上下床、如厕、走动、洗澡）。工作人员会上门来做。")
        return ""
    failed, limits = person.self_care.failed, sheet.value("tekun_care_items")
    tier = "unable" if failed >= limits["unable"] else "partly" if failed >= limits["partly"] else "able"
    source = sheet.take("tekun_care_items").source
    sheet.line("note", f"六项自理能力有{failed}项做不到：{TIER_WORDS[tier]}", source=source)
    return tier


def _ask_for_agreement(person: PersonFacts, tier: str, sheet: Sheet) -> None:
    """Whoever cannot care for themselves gets a named carer in writing; a home signs for those who live there."""
    if person.placement == "institution":
        sheet.need("placement_agreement", "与供养服务机构签订供养服务协议。由乡镇（街道）来办。", after=True)
    elif tier in ("partly", "unable"):
        sheet.need("care_agreement", "与照料人签订照料护理协议。由乡镇（街道）来办。", after=True)


def _amount(tier: str, sheet: Sheet) -> Decimal | None:
    """None when there is nothing to pay: a refused family reads no sum."""
    if sheet.refused or not tier:
        return None
    living, care = basic_living(sheet), table(sheet.value("tekun_care"))[tier]
    sheet.line("standard", "特困基本生活标准，每月", cents(living), sheet.take("tekun_standard").source)
    sheet.line("standard", "照料护理，每月", cents(care), sheet.take("tekun_care").source)
    sheet.line("sum", "每月共", cents(living + care))
    return cents(living + care)


def basic_living(sheet: Sheet) -> Decimal:
    """Yuan a month: as published, but never below 1.3 times the urban standard in whole yuan, as notices round it."""
    least = floor(sheet.amount("dibao_standard_urban") * sheet.amount("tekun_multiple"))
    return max(sheet.amount("tekun_standard"), Decimal(least))


def _last_month(person: PersonFacts, sheet: Sheet) -> date | None:
    """A minor's support ends after the month of the 18th birthday, unless it goes on to the end of school."""
    if not _is_minor(person, sheet):
        return None
    if person.student in AT_SCHOOL and sheet.profile["minors_finish_school"]:
        return None
    until = int(sheet.value("tekun_minor_until"))
    return date(person.birth_date.year + until, person.birth_date.month, 1)
