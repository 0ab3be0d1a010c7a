"""重点救助 (分类施保): something more for those in a 低保 family who need more (重庆低保条例 21). Pure."""

from collections.abc import Iterator
from decimal import Decimal

from backend.assistance.abilities import FULL_AGE, is_severe, valid_disability
from backend.assistance.counting import Measured
from backend.assistance.facts import PersonFacts, age_on
from backend.assistance.money import NOTHING
from backend.assistance.working import Sheet, table

OLD = 70
EXTRA_WORDS = {"old": "高龄", "disabled": "重度残疾", "ill": "重病", "minor": "未成年", "student": "在校学生"}


def extra_money(found: Measured, sheet: Sheet) -> Decimal:
    """Yuan a month for the household: the largest one for each member; nothing where the table is empty."""
    amounts = table(sheet.value("dibao_extra"))
    if not amounts:
        return NOTHING
    return sum((_most(one, amounts, sheet) for one in found.members), NOTHING)


def _most(person: PersonFacts, amounts: dict[str, Decimal], sheet: Sheet) -> Decimal:
    kinds = [kind for kind in _kinds(person, sheet) if kind in amounts]
    if not kinds:
        return NOTHING
    best = max(kinds, key=lambda kind: amounts[kind])
    source = sheet.take("dibao_extra").source
    sheet.line("standard", f"{person.name}{EXTRA_WORDS[best]}增发，每月", amounts[best], source)
    return amounts[best]


def _kinds(person: PersonFacts, sheet: Sheet) -> Iterator[str]:
    age = age_on(person.birth_date, sheet.day)
    if age >= OLD:
        yield "old"
    if is_severe(valid_disability(person, sheet)):
        yield "disabled"
    if person.severe_illness:
        yield "ill"
    if age < FULL_AGE:
        yield "minor"
    if person.student != "none":
        yield "student"
