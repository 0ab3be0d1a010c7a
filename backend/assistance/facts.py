"""What the rules of assistance ask about a family. Pure: validated shapes, no database.

Everybody fills the same shapes: the form on the phone, the clerk at the desk, the means check. ``None`` means "not
known yet", which a rule answers with a need, never with a guess. Amounts are yuan, never negative; a foreign amount
needs its rate and the source of the rate.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.assistance.money import Yuan

Relation = Literal["applicant", "spouse", "child", "parent", "grandchild", "grandparent", "sibling", "other_dependant"]
IncomeKind = Literal[
    "wage", "farming", "business", "property", "transfer", "support", "pension", "central_basic_pension",
    "medical_insurance", "veterans_support", "birth_planning_award", "scholarship", "bravery_award", "government_aid",
    "disability_subsidy", "old_age_allowance", "care_insurance", "other",
]  # fmt: skip
CostKind = Literal["job", "illness", "disability", "living", "medical", "education", "rehabilitation", "other"]
Impairment = Literal["visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple"]
Study = Literal["none", "compulsory", "senior", "vocational", "undergraduate", "postgraduate"]
Away = Literal["none", "religious", "prison", "detox", "missing"]
Key = Annotated[str, Field(min_length=1, max_length=64)]
Words = Annotated[str, Field(max_length=200)]


class FactsError(ValueError):
    """Facts that cannot be: the words are for the clerk and say what to do."""


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Income(Shape):
    """``amount`` came in over ``months`` (1 = a month's wage, 12 = a year's harvest, already net of its expenses)."""

    kind: IncomeKind
    amount: Yuan
    months: Annotated[int, Field(ge=1, le=12)] = 1
    source: Words = ""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "CNY"
    rate: Annotated[Decimal, Field(gt=0, allow_inf_nan=False, max_digits=12)] | None = None
    rate_source: Words = ""

    @model_validator(mode="after")
    def _in_yuan(self) -> Self:
        if self.currency != "CNY" and (self.rate is None or not self.rate_source):
            raise FactsError("外币收入要写明汇率和汇率的出处，请补上后再保存。")
        return self

    @property
    def monthly(self) -> Fraction:
        """Yuan a month, exact."""
        whole, parts = self.amount.as_integer_ratio()
        yuan = Fraction(whole, parts * self.months)
        return yuan if self.rate is None else yuan * Fraction(self.rate)


class Cost(Shape):
    """What was spent by the family itself over ``months``. ``cap``: what counts at most (a public school's fee)."""

    kind: CostKind
    amount: Yuan
    months: Annotated[int, Field(ge=1, le=12)] = 1
    source: Words = ""
    cap: Yuan | None = None

    @property
    def monthly(self) -> Fraction:
        whole, parts = (self.amount if self.cap is None else min(self.amount, self.cap)).as_integer_ratio()
        return Fraction(whole, parts * self.months)


class Disability(Shape):
    """As on the certificate: grade 1 is the most severe. ``until``: the last day of the certificate, None = no end."""

    kind: Impairment
    grade: Annotated[int, Field(ge=1, le=4)]
    until: date | None = None


class SelfCare(Shape):
    """The six items of 特困人员认定办法: True = can do it alone."""

    eating: bool
    dressing: bool
    bed: bool
    toilet: bool
    walking: bool
    bathing: bool

    @property
    def failed(self) -> int:
        return 6 - sum((self.eating, self.dressing, self.bed, self.toilet, self.walking, self.bathing))


class Obligor(Shape):
    """Somebody whom the law obliges to support a person (特困人员认定办法 8). ``income``: a year, per head; yuan."""

    name: Words = ""
    birth_date: date
    state: Literal["present", "no_capacity", "missing", "prison"] = "present"
    holds: frozenset[str] = frozenset()
    income: Yuan | None = None
    property_ok: bool | None = None
    disability: Disability | None = None


class PersonFacts(Shape):
    """One member. ``key`` is stable within the household; ``relation`` is to the head of it, who is the ``applicant``;
    ``holds``: programmes this person receives already.

    ``refusals``: suitable jobs refused in a row. ``chose_child_support``: a child for whom the support of orphans or of
    unsupported children was chosen. ``income_stable``: whether the income hardly changes within a year.
    ``needs_long_term_care``: has needed care for six months or more.
    """

    key: Key
    name: Words = ""
    birth_date: date
    died_on: date | None = None
    relation: Relation = "applicant"
    lives_together: bool = True
    works: bool = False
    income_stable: bool = True
    incomes: tuple[Income, ...] = ()
    costs: tuple[Cost, ...] = ()
    disability: Disability | None = None
    severe_illness: bool = False
    bedridden: bool = False
    needs_long_term_care: bool = False
    student: Study = "none"
    full_time: bool = True
    away: Away = "none"
    away_since: date | None = None
    self_care: SelfCare | None = None
    obligors: tuple[Obligor, ...] | None = None
    placement: Literal["scattered", "institution"] = "scattered"
    refusals: Annotated[int, Field(ge=0, le=99)] = 0
    chose_child_support: bool = False
    holds: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _after_birth(self) -> Self:
        later = (self.died_on, self.away_since, self.disability.until if self.disability else None)
        if any(day is not None and day < self.birth_date for day in later):
            raise FactsError("有日期早于出生日期，请核对出生、离家、去世和残疾证的日期。")
        if self.away == "religious" and self.away_since is None:
            raise FactsError("请填写宗教教职人员离开家庭的日期。")
        return self


class Property(Shape):
    """Of the whole family together, whoever applies, without what one needs to live. None: not checked yet.

    ``financial``: deposits, securities, funds, insurance, money lent, internet assets; yuan.
    ``houses``: homes including the one lived in. ``vehicles``: without those a disabled person needs.
    """

    financial: Yuan | None = None
    houses: Annotated[int, Field(ge=0)] | None = None
    vehicles: Annotated[int, Field(ge=0)] | None = None
    companies: Annotated[int, Field(ge=0)] | None = None


class Previous(Shape):
    """A benefit the household has had: ``over_since``: first day of the month its income rose above the line."""

    programme: str
    monthly: Yuan
    over_since: date
    by_work: bool = True


class Emergency(Shape):
    """What happened, for 临时救助. ``asked``: the money needed; ``necessary``: own spending that could not be avoided.

    ``discussed``: a meeting on this one case has agreed to more than the usual limit (一事一议).
    """

    kind: Literal["urgent", "expenditure"]
    cause: Literal["fire", "accident", "illness", "job_loss", "education", "disaster", "other"]
    happened_on: date
    place: Words = ""
    asked: Yuan | None = None
    necessary: Yuan | None = None
    discussed: bool = False
    stages: Annotated[int, Field(ge=1, le=12)] = 1


class HouseholdFacts(Shape):
    """A family on one day. ``apply_as``: the whole household, one member as 单人户, or one member apart (分户).

    ``applicant``: the key of the member who applies or for whom one applies. ``holds``: the household's programmes.
    """

    members: Annotated[tuple[PersonFacts, ...], Field(min_length=1, max_length=60)]
    urban: bool
    township: str = ""
    apply_as: Literal["household", "single", "separate"] = "household"
    applicant: Key
    assets: Property = Property()
    holds: frozenset[str] = frozenset()
    previous: Previous | None = None
    emergency: Emergency | None = None

    @model_validator(mode="after")
    def _one_of_them_applies(self) -> Self:
        keys = [member.key for member in self.members]
        if len(set(keys)) != len(keys):
            raise FactsError("同一个人在家庭成员里出现了两次，请删去一次。")
        if self.applicant not in keys:
            raise FactsError("申请人不在家庭成员里，请先把申请人加进来。")
        return self

    def member(self, key: str) -> PersonFacts:
        return next(one for one in self.members if one.key == key)

    @property
    def person(self) -> PersonFacts:
        """Who applies: the one whom a person's programme (特困, a subsidy) is about."""
        return self.member(self.applicant)

    def assessed(self, items: SelfCare | None) -> Self:
        """The same family with what was seen of the applicant's self-care; None while nobody has looked."""
        members = (
            one.model_copy(update={"self_care": items}) if one.key == self.applicant else one for one in self.members
        )
        return self.model_copy(update={"members": tuple(members)})


def age_on(birth_date: date, day: date) -> int:
    """Full years, reached on the birthday; somebody born on 29 February on 1 March of a common year."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def months_between(start: date, day: date) -> int:
    """Full months from ``start`` to ``day``: the same day of the month completes one."""
    return (day.year - start.year) * 12 + day.month - start.month - (day.day < start.day)
