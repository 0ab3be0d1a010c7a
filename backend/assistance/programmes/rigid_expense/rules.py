"""刚性支出困难家庭: an income above the lines eaten up by spending that cannot be avoided (认定办法, 2025-01-01). Pure.

A recognition for at most twelve months, without money of its own. Spending is compared with income without division,
so that a family without any income is judged as well: any such spending is then too much.
"""

from fractions import Fraction

from backend.assistance.counting import COST_WORDS, Measured, check_assets, measure, nobody_counts, standard_of, write
from backend.assistance.facts import HouseholdFacts
from backend.assistance.money import apportioned, cents
from backend.assistance.profiles import same_day_later
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

RIGID = "刚性支出困难家庭认定办法"
HELD = {"dibao": "低保", "tekun": "特困供养", "edge": "低保边缘家庭"}
YEAR = 12


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    found = measure(facts, sheet)
    months = int(sheet.value("rigid_valid_months"))
    write(found, sheet)
    if nobody_counts(found, sheet):
        return sheet.verdict()
    _check_layer(facts, found, sheet)
    _check_income(facts, found, sheet)
    check_assets(facts, found.size, standard_of(facts, sheet), "edge_financial_months", sheet)
    _check_spending(found, sheet)
    return sheet.verdict(category="rigid_expense", members=found.size, review_after=same_day_later(sheet.day, months))


def _check_layer(facts: HouseholdFacts, found: Measured, sheet: Sheet) -> None:
    """Who is, or could be, 低保, 特困 or 边缘 belongs there."""
    for programme, name in HELD.items():
        if programme in facts.holds:
            sheet.against("holds_more", RIGID, f"家里已是{name}，不用再认定。有困难请申请临时救助。")
    if found.per_head < Fraction(standard_of(facts, sheet) * sheet.amount("edge_multiple")):
        sheet.against("edge_first", RIGID, "人均收入低于低保边缘的线。请先申请低保或低保边缘家庭。")


def _check_income(facts: HouseholdFacts, found: Measured, sheet: Sheet) -> None:
    name = "disposable_income_urban" if facts.urban else "disposable_income_rural"
    most = sheet.amount(name)
    sheet.line("standard", "上年度当地人均可支配收入", cents(most), sheet.take(name).source)
    if found.per_head * YEAR >= most:
        sheet.against("over_disposable", RIGID, "人均年收入不低于当地人均可支配收入。收入变少了，随时可以再申请。")


def _check_spending(found: Measured, sheet: Sheet) -> None:
    """All of a year's own spending of the listed kinds against a year's income before deductions."""
    kinds = sheet.value("rigid_expenses")
    costs = [(one, cost) for one in found.members for cost in one.costs if cost.kind in kinds]
    amounts = [cost.monthly * YEAR for _, cost in costs]
    spent, income = sum(amounts, Fraction(0)), found.gross * YEAR
    for (one, cost), amount in zip(costs, apportioned(amounts), strict=True):
        sheet.line("spending", f"{one.name}{COST_WORDS[cost.kind]}，全年", amount, cost.source)
    sheet.line("sum", "全年刚性支出", cents(spent))
    sheet.line("sum", "全年收入", cents(income))
    if spent > Fraction(sheet.amount("rigid_threshold")) * income:
        sheet.because("rigid_spending", RIGID, f"全年刚性支出超过了全年收入的{_percent(sheet)}。")
    else:
        words = f"全年刚性支出没有超过全年收入的{_percent(sheet)}。有漏算的支出，请补上后再申请。"
        sheet.against("under_threshold", RIGID, words)


def _percent(sheet: Sheet) -> str:
    return f"{(sheet.amount('rigid_threshold') * 100).normalize():f}%"
