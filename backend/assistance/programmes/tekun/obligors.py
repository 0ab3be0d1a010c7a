"""Whether those whom the law obliges to support somebody are able to (特困人员认定办法 8). Pure."""

from backend.assistance.abilities import is_severe
from backend.assistance.facts import HouseholdFacts, Obligor, age_on
from backend.assistance.working import Sheet

OBLIGORS = "特困人员认定办法第8条"


def check_obligors(facts: HouseholdFacts, sheet: Sheet) -> None:
    """Put on the sheet who can support the person; unknown means are a need, never a guess."""
    if facts.person.obligors is None:
        sheet.need("obligors", "赡养、抚养、扶养义务人的情况。请告诉我们有没有配偶、子女、父母。")
        return
    able = [one for one in facts.person.obligors if _can_support(one, facts, sheet)]
    for one in able:
        words = f"{one.name}有能力履行赡养、抚养义务。对方不管的，请找村（社区）或法律援助。"
        sheet.against("able_obligor", OBLIGORS, words)
    if not able and not sheet.waits:
        sheet.because("no_obligor", OBLIGORS, "没有义务人，或者义务人没有履行义务的能力。")


def _can_support(one: Obligor, facts: HouseholdFacts, sheet: Sheet) -> bool:
    """False as well where it is not known yet: then a need is on the sheet."""
    age, ages = age_on(one.birth_date, sheet.day), sheet.value("obligor_ages")
    if "tekun" in one.holds or ("dibao" in one.holds and age >= ages["with_dibao"]):
        return False
    if one.state != "present":
        return not _property_ok(one, sheet)
    if age >= ages["with_low_income"] or is_severe(one.disability):
        return not (_low_income(one, facts, sheet) and _property_ok(one, sheet))
    return True


def _low_income(one: Obligor, facts: HouseholdFacts, sheet: Sheet) -> bool:
    """Below last year's local disposable income per head; yuan a year."""
    if one.income is None:
        sheet.need("obligor_means", f"义务人{one.name}的收入核对结果。请等核对完成。")
        return True
    return one.income < sheet.amount("disposable_income_urban" if facts.urban else "disposable_income_rural")


def _property_ok(one: Obligor, sheet: Sheet) -> bool:
    if one.property_ok is None:
        sheet.need("obligor_means", f"义务人{one.name}的财产核对结果。请等核对完成。")
        return True
    return one.property_ok
