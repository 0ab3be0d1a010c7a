"""What only some programmes ask: a child's parents, an elder's ability, a funeral's bill, a home to adapt. Pure.

``FamilyFacts`` is the household's facts with these beside them, so that one shape can be filled in, frozen with a
decision and read again whatever the programme. ``None`` means "not known yet", as in ``facts.py``.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from backend.assistance.facts import Disability, FactsError, HouseholdFacts, Shape, Words
from backend.assistance.money import Yuan

ParentState = Literal[
    "present", "dead", "declared_missing", "unknown", "lost", "prison", "detox", "restricted", "guardianship_revoked",
    "deported",
]  # fmt: skip
Ability = Literal["able", "mild", "moderate", "severe", "total"]
BillKind = Literal["transport", "refrigeration", "body_bag", "cremation", "urn", "farewell", "storage", "other"]
Burial = Literal["none", "ordinary", "ecological"]
Resting = Literal["tomb", "wall", "niche", "tree", "lawn", "flower", "sea"]
Reward = Literal["ecological", "cremated"]
AdaptationKind = Literal["floor", "door", "bedroom", "bathroom", "kitchen", "light", "aids", "alarm"]


class Parent(Shape):
    """One parent. ``unknown``: was never found. ``since``: first day of the state. ``term_months``: of a sentence.

    ``severe_illness``: one of the diseases on the county's list.
    """

    state: ParentState = "present"
    since: date | None = None
    term_months: Annotated[int, Field(ge=0, le=1200)] | None = None
    disability: Disability | None = None
    severe_illness: bool = False


class Child(Shape):
    """``parents``: both, as far as known; ``lone_adopter``: adopted by one person, so there is only one.

    ``roaming``: lives away from the registered home, or moves about (流浪、流动).
    """

    parents: Annotated[tuple[Parent, ...], Field(max_length=2)] = ()
    lone_adopter: bool = False
    roaming: bool = False

    @property
    def all_parents(self) -> bool:
        return len(self.parents) == (1 if self.lone_adopter else 2)


class Elder(Shape):
    """``ability``: the level of GB/T 42195-2022, assessed on ``assessed_on``. ``local``: registered in the county."""

    local: bool | None = None
    ability: Ability | None = None
    assessed_on: date | None = None

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if self.ability is not None and self.assessed_on is None:
            raise FactsError("请填写能力评估的日期。")
        return self


class Bill(Shape):
    """One line of the funeral's bill. ``days``: of refrigeration, which ``amount`` covers together."""

    kind: BillKind
    amount: Yuan
    days: Annotated[int, Field(ge=1, le=3650)] = 1


class Funeral(Shape):
    """``local``: the dead person was registered in the county. ``preferential``: 重点优抚对象. ``rural``: 农村居民.

    ``paid``: the family has paid the bill already, so the money goes back to them. ``resting``, ``buried_on``: how
    and when the ashes were buried. ``shown``: what a register or a paper seen by a clerk proves. ``rewarded``: what
    was given for this dead person before, whoever asked.
    """

    local: bool | None = None
    preferential: bool = False
    martyr: bool = False
    rural: bool = False
    bills: tuple[Bill, ...] = ()
    paid: bool = False
    cremated: bool = False
    burial: Burial = "none"
    resting: Resting | None = None
    buried_on: date | None = None
    burial_shown: bool = False
    cremation_shown: bool = False
    rewarded: frozenset[Reward] = frozenset()


class Work(Shape):
    """One thing to be done in the home; yuan with material and labour. ``shared``: it touches what neighbours share."""

    kind: AdaptationKind
    price: Yuan
    shared: bool = False


class Home(Shape):
    """The plan for one home (一户一策). Consents: None = not asked yet. ``adapted_on``: when it was last subsidised."""

    works: tuple[Work, ...] = ()
    owner_agrees: bool | None = None
    neighbours_agree: bool | None = None
    to_be_demolished: bool = False
    adapted_on: date | None = None


class Held(Shape):
    """What the person gets of another programme each month, of a household's benefit their own share; yuan."""

    programme: str
    monthly: Yuan
    source: Words = ""


class FamilyFacts(HouseholdFacts):
    """Facts for every programme. ``applied_on``: when the application came in; None = the day of the verdict.

    ``elsewhere``: one of ours who handed it in outside the place of registration (跨省通办). ``local``: registered in
    this county; somebody else's papers are sent on. ``cared_by_relative``: at home, by a relative who wants the subsidy
    for it. ``chosen``: programmes the person chose where only one of two may be held.
    """

    applied_on: date | None = None
    elsewhere: bool = False
    local: bool | None = None
    cared_by_relative: bool | None = None
    child: Child | None = None
    elder: Elder | None = None
    funeral: Funeral | None = None
    home: Home | None = None
    held: tuple[Held, ...] = ()
    chosen: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _held_once(self) -> Self:
        names = [one.programme for one in self.held]
        if len(set(names)) != len(names):
            raise FactsError("同一项待遇的金额填了两次，请删去一次。")
        return self

    @property
    def all_held(self) -> dict[str, Decimal | None]:
        """Programme → yuan a month for this person; None where only the name is known."""
        named: dict[str, Decimal | None] = dict.fromkeys(sorted(self.person.holds | self.holds))
        return named | {one.programme: one.monthly for one in self.held}


def of(facts: HouseholdFacts) -> FamilyFacts:
    """The same facts, with nothing known beside them if they came without."""
    if isinstance(facts, FamilyFacts):
        return facts
    return FamilyFacts.model_construct(**dict(facts))


def birthday(birth_date: date, age: int) -> date:
    """The day on which somebody is ``age``; born on 29 February: 1 March of a common year."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return date(birth_date.year + age, 3, 1)
