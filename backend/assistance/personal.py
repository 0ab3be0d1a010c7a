"""What the programmes for one person have in common: alive, registered, from which month, when to look again. Pure."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.facts import FactsError, age_on
from backend.assistance.holding import left_to_pay
from backend.assistance.money import cents
from backend.assistance.profiles import months_later, same_day_later
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet, table


def applied_on(sheet: Sheet, facts: FamilyFacts) -> date:
    """Raises ``FactsError`` for an application from the future."""
    day = facts.applied_on or sheet.day
    if day > sheet.day:
        raise FactsError("申请日期晚于今天，请核对申请日期。")
    return day


def check_alive(sheet: Sheet, facts: FamilyFacts, article: str) -> None:
    if facts.person.died_on is not None and facts.person.died_on <= sheet.day:
        sheet.against("died", article, "本人已经去世，不能再申请这项待遇。可以咨询免除基本丧葬服务费。")


def check_registered_here(sheet: Sheet, facts: FamilyFacts, article: str) -> None:
    """The county pays for its own registered people."""
    elder = facts.elder
    if elder is None or elder.local is None:
        sheet.need("registration", "本人的户籍所在地")
    elif not elder.local:
        sheet.against("not_local", article, "本人户籍不在本县，请向户籍所在地申请，我们可以帮您转过去。")


def age(sheet: Sheet, facts: FamilyFacts) -> int:
    return age_on(facts.person.birth_date, sheet.day)


def standing(facts: FamilyFacts, allowed: Collection[str]) -> str | None:
    """The first of the allowed programmes that the person or the household holds.

    Somebody in 特困 is poor enough for anything; whether it goes together is for the table to say.
    """
    return next((name for name in (*allowed, "tekun") if name in facts.all_held), None)


def first_month(sheet: Sheet, facts: FamilyFacts, parameter: str) -> date:
    """``same``: the month of the application; ``next``: the month after the decision. First day of the month."""
    month = applied_on(sheet, facts).replace(day=1)
    return month if sheet.value(parameter) == "same" else months_later(sheet.day, 1)


def look_again(sheet: Sheet, parameter: str, *earlier: date | None) -> date:
    """The day to look again: after the months of the parameter, or on an earlier day still to come."""
    usual = same_day_later(sheet.day, sheet.value(parameter))
    return min([usual, *(day for day in earlier if day is not None and day > sheet.day)])


def standard(sheet: Sheet, parameter: str, key: str, words: str) -> Decimal:
    """One amount of a table of amounts, written on the sheet with its source; yuan a month."""
    amount = cents(table(sheet.value(parameter))[key])
    sheet.line("standard", words, amount, sheet.take(parameter).source)
    return amount


def pay(sheet: Sheet, facts: FamilyFacts, full: Decimal, words: str, **found: Any) -> Verdict:
    """The verdict over ``full`` yuan a month less what is held beside it."""
    monthly = left_to_pay(sheet, facts, full)
    if not sheet.refused:
        sheet.line("sum", words, monthly)
    return sheet.verdict(monthly=monthly, **found)
