"""最低生活保障: whether, how much, until when, when to look again (低保审核确认办法; 重庆低保条例; 社会救助法 3). Pure.

The benefit is for the household: standard x members - income, exact, rounded once at the end (halves up).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from backend.assistance.abilities import can_work
from backend.assistance.counting import Measured, check_assets, measure, nobody_counts, standard_of, write
from backend.assistance.facts import HouseholdFacts, Previous
from backend.assistance.money import NOTHING, cents
from backend.assistance.profiles import months_later, same_day_later
from backend.assistance.programmes.dibao import alone
from backend.assistance.programmes.dibao.extras import extra_money
from backend.assistance.verdicts import Verdict, plain_source
from backend.assistance.working import Sheet, exact

ASSETS = {  # property is asked of the whole family, whoever is counted alone
    "household": "dibao_financial_months", "separate": "dibao_financial_months", "single": "edge_financial_months",
}  # fmt: skip


class MethodNotAllowedError(ValueError):
    """The parameter names a way of paying that the profile of the day does not allow."""


class TiersError(ValueError):
    """The table of tiers would pay more for more income."""


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    person = facts.person if facts.apply_as != "household" else None
    standard, found = standard_of(facts, sheet), measure(facts, sheet, only=person)
    alone.check(facts, sheet)
    write(found, sheet)
    if nobody_counts(found, sheet):
        return sheet.verdict()
    _write_standard(facts, standard, sheet)
    family = found if person is None else measure(facts, sheet)
    check_assets(facts, max(family.size, 1), standard, ASSETS[facts.apply_as], sheet)
    kept = _kept(facts.previous, found, standard, sheet)
    if found.per_head >= standard and kept is None:
        sheet.against(
            "over_standard", sheet.profile.article("standard"), "人均月收入不低于低保标准。收入变少了，随时可以再申请。"
        )
        return sheet.verdict()
    if found.per_head >= standard and kept is not None:
        return _phasing_out(kept, found, sheet)
    return _granted(facts, found, max(_benefit(found, standard, sheet), kept.monthly if kept else NOTHING), sheet)


def _write_standard(facts: HouseholdFacts, standard: Decimal, sheet: Sheet) -> None:
    where = "城市" if facts.urban else "农村"
    used = sheet.take("dibao_standard_urban" if facts.urban else "dibao_standard_rural")
    sheet.line("standard", f"{where}低保标准，每人每月", cents(standard), used.source)


def _granted(facts: HouseholdFacts, found: Measured, monthly: Decimal, sheet: Sheet) -> Verdict:
    sheet.because("under_standard", sheet.profile.article("standard"), "人均月收入低于低保标准。")
    if monthly == NOTHING:
        sheet.against(
            "nothing_to_pay",
            sheet.profile.article("standard"),
            "按规定算下来没有可发的低保金。情况有变化时，请再申请。",
        )
    sheet.line("sum", "全家每月低保金", monthly)
    if extra := extra_money(found, sheet):
        monthly = cents(monthly + extra)
        sheet.line("sum", "全家每月共", monthly)
    return sheet.verdict(
        category=facts.apply_as, monthly=monthly, members=found.size, review_after=_review_on(facts, found, sheet)
    )


def _benefit(found: Measured, standard: Decimal, sheet: Sheet) -> Decimal:
    """Yuan a month for the household, without the own parts of those who refused work too often."""
    whole = _by_method(found, standard, sheet)
    refusers = [one for one in found.members if _has_refused(one.refusals, sheet) and can_work(one, sheet)]
    if not refusers:
        return cents(whole)
    for one in refusers:
        words = f"{one.name}连续{one.refusals}次拒绝介绍的工作，减去本人的一份。接受工作后，请告诉我们恢复。"
        sheet.because("refused_work", sheet.profile.article("work"), words)
    own = whole / found.size
    return cents(whole - own * len(refusers) * (1 - Fraction(sheet.amount("dibao_refuser_share"))))


def _has_refused(refusals: int, sheet: Sheet) -> bool:
    return refusals > 0 and refusals >= int(sheet.value("dibao_refusals"))


def _by_method(found: Measured, standard: Decimal, sheet: Sheet) -> Fraction:
    method = sheet.value("dibao_method")
    if method not in sheet.profile["methods"]:
        raise MethodNotAllowedError(method, sheet.profile.id)
    if method == "difference":
        words = f"补差：标准×{found.size}人－家庭月收入"
        sheet.line("note", words, source=sheet.profile.article("methods"))
        return Fraction(standard) * found.size - found.income
    share = _tier(found.per_head / Fraction(standard), sheet.value("dibao_tiers"))
    sheet.line("note", f"分档：每人按标准的{cents(share * 100)}%发", source=sheet.take("dibao_tiers").source)
    return share * Fraction(standard) * found.size


def _tier(income: Fraction, tiers: list[dict[str, Any]]) -> Fraction:
    """The share of the standard that an income (as a share of the standard) gets. Raises ``TiersError``."""
    table = [(Fraction(exact(one["below"])), Fraction(exact(one["pays"]))) for one in tiers]
    if any(low[0] >= high[0] or low[1] < high[1] for low, high in pairwise(table)):
        raise TiersError(tiers)
    return next((pays for below, pays in table if income < below), Fraction(0))


# -- 渐退: a family that earns more by work keeps its benefit for some months


@dataclass(frozen=True, slots=True)
class _Kept:
    """What goes on being paid each month, and the first day of its last month."""

    monthly: Decimal
    last_month: date


def _kept(previous: Previous | None, found: Measured, standard: Decimal, sheet: Sheet) -> _Kept | None:
    """None outside of the months of grace, at 1.5 times the standard and above, or when the rise is not from work."""
    if previous is None or previous.programme != "dibao" or not previous.by_work:
        return None
    last = months_later(previous.over_since, int(sheet.value("dibao_exit_months")) - 1)
    in_time = previous.over_since <= sheet.day and sheet.profile.first_month(sheet.day) <= last
    if not in_time or found.per_head >= standard * sheet.amount("dibao_exit_multiple"):
        return None
    return _Kept(cents(Fraction(previous.monthly) * Fraction(sheet.amount("dibao_exit_share"))), last)


def _phasing_out(kept: _Kept, found: Measured, sheet: Sheet) -> Verdict:
    limit = sheet.take("dibao_exit_months")
    words = f"就业后收入不再低于标准，低保金再发一段时间，最多{limit.value}个月。"
    sheet.because("phasing_out", plain_source(limit.source), words)
    sheet.line("sum", "渐退期全家每月低保金", kept.monthly)
    return sheet.verdict(
        category="phasing_out", monthly=kept.monthly, members=found.size,
        last_month=kept.last_month, review_after=months_later(kept.last_month, 1),
    )  # fmt: skip


def _review_on(facts: HouseholdFacts, found: Measured, sheet: Sheet) -> date:
    """Sooner where somebody who can work has an unstable income (低保审核确认办法 31)."""
    unstable = any(not one.income_stable and can_work(one, sheet) for one in found.members)
    months = sheet.profile["review_unstable" if unstable else "review_stable"]["urban" if facts.urban else "rural"]
    return same_day_later(sheet.day, months)
