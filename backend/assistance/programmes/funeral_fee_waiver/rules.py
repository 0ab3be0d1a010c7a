"""惠民殡葬: the basic services are free for some, and saving land is rewarded for all (R-113, R-114). Pure.

The person of the facts is who has died. One sum, waived at the funeral parlour or paid back to the family.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from backend.assistance import circumstances, personal
from backend.assistance.circumstances import Bill, FamilyFacts, Funeral, Reward
from backend.assistance.facts import HouseholdFacts
from backend.assistance.holding import no_money
from backend.assistance.money import NOTHING, apportioned, cents
from backend.assistance.profiles import same_day_later
from backend.assistance.programmes import funerals
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

LAW = "渝民发〔2009〕134号、渝民发〔2010〕2号"
ITEMS = {
    "transport": "遗体普通接运", "refrigeration": "遗体冷藏", "body_bag": "尸袋", "cremation": "普通火化",
    "urn": "骨灰盒", "farewell": "告别", "storage": "骨灰寄存", "other": "其他项目",
}  # fmt: skip


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    family = circumstances.of(facts)
    funeral = family.funeral or Funeral()
    _check_in_time(sheet, family, funerals.check_death(sheet, family))
    funerals.check_registered(sheet, funeral, LAW)
    category = _category(sheet, family, funeral)
    if category is None and not _rewarded(funeral):
        sheet.against("not_listed", LAW, "免除费用的对象里没有找到。家里困难的，可以申请临时救助；生态安葬有补贴。")
    if category is not None and not funeral.bills:
        sheet.need("bills", "殡仪馆的费用清单")
    if sheet.refused or sheet.waits:
        return sheet.verdict()
    return _granted(sheet, family, funeral, category)


def _granted(sheet: Sheet, facts: FamilyFacts, funeral: Funeral, category: str | None) -> Verdict:
    no_money(sheet, facts)
    waived = _waived(sheet, funeral) if category is not None else NOTHING
    once = waived + _rewards(sheet, funeral)
    if once == NOTHING:
        sheet.against("nothing_free", LAW, "清单里没有免费项目，也没有奖补。有新的费用清单时，请再申请。")
        return sheet.verdict()
    sheet.line("sum", "退还给家属，加上奖补，一共" if funeral.paid else "在殡仪馆免除，加上奖补，一共", once)
    return sheet.verdict(category=category or "reward", once=once, stages=(once,), due_days=sheet.value("funeral_days"))


def _check_in_time(sheet: Sheet, facts: FamilyFacts, died: date | None) -> None:
    months = sheet.value("funeral_apply_months")
    if died is not None and personal.applied_on(sheet, facts) > same_day_later(died, months):
        sheet.against("too_late", LAW, f"去世已超过{months}个月，不能再办这项。生活困难的，可以申请临时救助。")


def _category(sheet: Sheet, facts: FamilyFacts, funeral: Funeral) -> str | None:
    """The first of the county's categories that the dead person belonged to."""
    belongs = set(facts.all_held) | {"everybody"}
    belongs |= {name for name in ("preferential", "martyr", "rural") if getattr(funeral, name)}
    return next((name for name in sheet.value("funeral_categories") if name in belongs), None)


def _waived(sheet: Sheet, funeral: Funeral) -> Decimal:
    """What is free of each line of the bill; the lines add up to the sum to the cent."""
    sheet.take("funeral_refrigeration_days")  # frozen even if nothing was cooled yet: a later order is billed by it
    parts = [_free(sheet, bill) for bill in funeral.bills]
    source = sheet.take("funeral_items").source
    for bill, amount in zip(funeral.bills, apportioned(parts), strict=True):
        if amount:
            sheet.line("deduction", f"{ITEMS[bill.kind]}免除", amount, source)
        if own := cents(bill.amount - amount):
            why = "超出免费范围" if amount else "不在免费项目里"
            sheet.line("note", f"{ITEMS[bill.kind]}{why}，家属自付", own, source)
    return sum(apportioned(parts), NOTHING)


def _free(sheet: Sheet, bill: Bill) -> Fraction:
    items = sheet.value("funeral_items")
    if bill.kind not in items:
        return Fraction(0)
    free = Fraction(bill.amount)
    if bill.kind == "refrigeration":
        free = free * min(bill.days, sheet.value("funeral_refrigeration_days")) / bill.days
    cap = items[bill.kind]
    return free if cap is None else min(free, Fraction(cap))


def _rewarded(funeral: Funeral) -> list[Reward]:
    """What is due beside the bill and was not given for this dead person before."""
    met: dict[Reward, bool] = {"ecological": funeral.burial == "ecological", "cremated": funeral.cremated}
    return [name for name, yes in met.items() if yes and name not in funeral.rewarded]


def _rewards(sheet: Sheet, funeral: Funeral) -> Decimal:
    return sum((funerals.reward(sheet, name) for name in _rewarded(funeral)), NOTHING)
