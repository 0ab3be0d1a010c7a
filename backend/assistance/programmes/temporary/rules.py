"""临时救助: urgent money first, papers after; or a share of spending that could not be avoided (2018 and 2026). Pure.

Urgent help is given where the emergency is, to whoever is in it: nobody's register and income are asked. One amount
for the household, rounded once at the end (halves up), paid in stages that add up to it.
"""

from decimal import Decimal
from fractions import Fraction

from backend.assistance.counting import Measured, check_assets, measure, nobody_counts, standard_of, write
from backend.assistance.facts import Emergency, HouseholdFacts
from backend.assistance.money import NOTHING, Exact, cents, instalments
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

URGENT = "临时救助意见（小额先行救助）"
PLACE = "2018年临时救助意见（急难发生地）"
EXPENDITURE = "2018年临时救助意见（支出型）"
TOWNSHIP = "2018年临时救助意见（乡镇审批）"
ALREADY_CHECKED = {"dibao": "低保", "tekun": "特困", "edge": "低保边缘", "rigid_expense": "刚性支出困难"}
TOO_OLD = "事情发生的日期在申请以后，请核对日期。"


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    found, what = measure(facts, sheet, with_tekun=True), facts.emergency
    if what is None:
        sheet.need("emergency", "遇到了什么困难、什么时候、需要多少钱。请告诉工作人员。")
        return sheet.verdict()
    if what.happened_on > sheet.day:
        sheet.against("not_yet", PLACE, TOO_OLD)
        return sheet.verdict()
    return (_urgent if what.kind == "urgent" else _expenditure)(facts, what, found, sheet)


# -- 急难型


def _urgent(facts: HouseholdFacts, what: Emergency, found: Measured, sheet: Sheet) -> Verdict:
    heads = max(found.size, 1) if sheet.value("temporary_urgent_per") == "person" else 1
    most = sheet.amount("temporary_urgent_months") * standard_of(facts, sheet) * heads
    if what.asked is None:
        sheet.need("asked", "眼下急需多少钱。请告诉工作人员一个数目。")
        return sheet.verdict()
    if what.asked == NOTHING:
        sheet.against("nothing_asked", URGENT, "没有写需要的金额。请写上眼下急需的数目。")
    source = sheet.take("temporary_urgent_months").source
    sheet.line("spending", "眼下急需", what.asked)
    sheet.line("standard", "小额快救最多", cents(most), source)
    sheet.because(
        "urgent",
        sheet.profile.article("pay_first") if sheet.profile["pay_first"] else URGENT,
        "情况紧急，先给钱，手续后补。",
    )
    sheet.because("place", PLACE, "由事情发生地的乡镇（街道）办理，不问户口在哪里。")
    return _paid_first(what, cents(min(what.asked, most)), sheet)


def _paid_first(what: Emergency, once: Decimal, sheet: Sheet) -> Verdict:
    days = int(sheet.value("temporary_papers_days"))
    sheet.need("papers", f"{days}个工作日内补上情况说明和登记。由经办人来补，不用您跑。", after=True)
    if what.asked is not None and what.asked > once:
        sheet.need("follow_up", "钱还不够的部分，请经办人接着按支出型临时救助办理。", after=True)
    sheet.line("sum", "先行救助", once)
    return sheet.verdict(
        category="urgent", once=once, stages=(once,), pay_first=True, decided_by="township",
        due_days=int(sheet.value("temporary_urgent_days")),
    )  # fmt: skip


# -- 支出型


def _expenditure(facts: HouseholdFacts, what: Emergency, found: Measured, sheet: Sheet) -> Verdict:
    standard = standard_of(facts, sheet)
    if nobody_counts(found, sheet):
        return sheet.verdict()
    _check_family(facts, found, standard, sheet)
    if what.necessary is None:
        sheet.need("necessary", "必要支出的数目。请把票据交给工作人员核对。")
        return sheet.verdict()
    once = _share(what, found, standard, sheet)
    if once == NOTHING:
        sheet.against("nothing_spent", EXPENDITURE, "没有自己负担的必要支出。有新的票据，请补上后再申请。")
    if what.stages > int(sheet.value("temporary_stages")):
        words = f"最多分{sheet.value('temporary_stages')}次发。请改少次数。"
        sheet.against("too_many_stages", EXPENDITURE, words)
    return sheet.verdict(
        category="expenditure", once=once, stages=instalments(once, what.stages), members=found.size,
        decided_by=_level(once, standard, sheet),
    )  # fmt: skip


def _check_family(facts: HouseholdFacts, found: Measured, standard: Decimal, sheet: Sheet) -> None:
    """Families whose means are known by another recognition are not checked again: only the spending is."""
    known = [name for programme, name in ALREADY_CHECKED.items() if programme in facts.holds]
    if known:
        sheet.because("known_family", EXPENDITURE, f"已认定为{known[0]}，只核实必要支出。")
        return
    write(found, sheet)
    most = standard * sheet.amount("temporary_income_multiple")
    sheet.line(
        "standard", "支出型临时救助的收入线，每人每月", cents(most), sheet.take("temporary_income_multiple").source
    )
    if found.per_head >= Fraction(most):
        sheet.against("over_line", EXPENDITURE, "人均月收入不低于救助的线。遇到急难，可以申请急难型救助。")
    check_assets(facts, found.size, standard, "edge_financial_months", sheet)


def _share(what: Emergency, found: Measured, standard: Decimal, sheet: Sheet) -> Decimal:
    """A share of the spending, at most some months of the standard for every member; more after a meeting."""
    months = "temporary_discussed_months" if what.discussed else "temporary_cap_months"
    most: Exact = sheet.amount(months) * standard * found.size
    share = sheet.take("temporary_share")
    part = Fraction(what.necessary or 0) * Fraction(sheet.amount("temporary_share"))
    sheet.line("spending", "自己负担的必要支出", what.necessary)
    sheet.line("note", f"按必要支出的{cents(sheet.amount('temporary_share') * 100)}%计算", source=share.source)
    sheet.line("standard", "这次最多", cents(most), sheet.take(months).source)
    if what.discussed:
        sheet.because("discussed", EXPENDITURE, "经“一事一议”会商，提高了限额。")
    once = min(cents(part), cents(most))
    sheet.line("sum", "临时救助金", once)
    return once


def _level(once: Decimal, standard: Decimal, sheet: Sheet) -> str:
    """Who decides: the township up to its limit, the county above."""
    most = sheet.amount("temporary_township_months") * standard
    sheet.because("level", TOWNSHIP, f"不超过{cents(most)}元由乡镇（街道）决定，超过的由县民政局决定。")
    return "township" if once <= most else "county"
