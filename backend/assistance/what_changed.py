"""A family's facts with what a review has found out: other incomes, other savings. Pure; everything else stays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import get_args

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.facts import Income, IncomeKind, PersonFacts
from backend.assistance.money import NOTHING, cents

KINDS: tuple[IncomeKind, ...] = get_args(IncomeKind)


@dataclass(frozen=True, slots=True)
class NewIncome:
    """An income that was not there before; yuan a month."""

    kind: IncomeKind
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Changed:
    """By member's place: ``amounts`` of the incomes in their order (yuan a month), and at most one ``new`` income.

    ``financial``: the family's savings, None: as before. ``source``: what shows it.
    """

    amounts: Mapping[tuple[int, int], Decimal] = field(default_factory=dict)
    new: Mapping[int, NewIncome] = field(default_factory=dict)
    financial: Decimal | None = None
    source: str = ""


def applied(facts: FamilyFacts, said: Changed) -> FamilyFacts:
    """The facts as they are now. Raises ``ValueError`` (``FactsError``) for what cannot be."""
    members = [_member(place, one, said).model_dump() for place, one in enumerate(facts.members)]
    assets = facts.assets.model_dump()
    if said.financial is not None:
        assets["financial"] = said.financial
    return FamilyFacts.model_validate(facts.model_dump() | {"members": members, "assets": assets})


def _member(place: int, person: PersonFacts, said: Changed) -> PersonFacts:
    """An income of nothing is an income no longer."""
    kept = [_income(one, said.amounts.get((place, at)), said.source) for at, one in enumerate(person.incomes)]
    incomes = [one for one in kept if one.amount > NOTHING]
    new = said.new.get(place)
    if new is not None and new.amount > NOTHING:
        incomes.append(Income(kind=new.kind, amount=new.amount, source=said.source))
    return person.model_copy(update={"incomes": tuple(incomes)})


def _income(one: Income, amount: Decimal | None, source: str) -> Income:
    """As it was, unless another amount a month was said."""
    if amount is None or amount == cents(one.monthly):
        return one
    return Income(kind=one.kind, amount=amount, source=source)
