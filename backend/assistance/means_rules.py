"""核对: what a question may become, when to ask again, and how what was found differs from what was declared. Pure.

Money is yuan a month for incomes and for water, power and gas together, yuan for deposits; the rest are counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args

from backend.assistance.facts import HouseholdFacts, PersonFacts
from backend.assistance.money import NOTHING, cents
from backend.core.states import Machine

IncomeFound = Literal["wage", "pension", "business", "aid"]
OwnedFound = Literal["financial", "houses", "vehicles", "companies"]
FoundKind = Literal[
    "wage", "pension", "business", "aid", "financial", "houses", "vehicles", "companies", "utilities"
]  # fmt: skip
INCOMES: tuple[str, ...] = get_args(IncomeFound)
OWNED: tuple[str, ...] = get_args(OwnedFound)
DECLARED_AS: Mapping[str, tuple[str, ...]] = {
    "wage": ("wage",), "pension": ("pension", "central_basic_pension"), "business": ("business",),
    "aid": ("government_aid",),
}  # fmt: skip
TITLES: Mapping[str, str] = {
    "wage": "工资", "pension": "养老金", "business": "经营收入", "aid": "其他救助金", "financial": "存款和证券",
    "houses": "住房", "vehicles": "机动车", "companies": "企业", "utilities": "水电气费",
}  # fmt: skip
UNITS: Mapping[str, str] = {"financial": "元", "houses": "套", "vehicles": "辆", "companies": "家"}
SOURCE_TITLES: Mapping[str, str] = {
    "social_insurance": "社保", "tax": "税务", "vehicles": "车辆", "real_estate": "房产", "bank": "银行",
    "securities": "证券", "utilities": "水电气", "civil_affairs": "民政",
}  # fmt: skip
# Which sources must have answered before a family's number is known: nothing is taken for zero because nobody spoke.
ANSWERED_BY: Mapping[str, tuple[str, ...]] = {
    "financial": ("bank", "securities"), "houses": ("real_estate",), "vehicles": ("vehicles",), "companies": ("tax",),
}  # fmt: skip

# A question: what happens to it, by state.
QUERY = Machine(
    {
        "waiting": {"ask": "asked", "answer": "answered", "retry": "waiting", "fail": "failed", "expire": "expired"},
        "asked": {"answer": "answered", "retry": "asked", "fail": "failed", "expire": "expired"},
        "answered": {},
        "failed": {},
        "expired": {},
    }
)
QUERY_ZH: Mapping[str, str] = {
    "waiting": "等待查询", "asked": "等待答复", "answered": "已答复", "failed": "没有查成", "expired": "超时没有答复",
}  # fmt: skip
OPEN = ("waiting", "asked")
PAUSES = (
    timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6), timedelta(days=1),
)  # fmt: skip
MOST_TRIES = 8  # of a source that does not even take the question: then somebody has to know


def pause_after(tries: int) -> timedelta:
    """How long to wait after the ``tries``-th try: longer each time, a day at most."""
    return PAUSES[min(max(tries, 1), len(PAUSES)) - 1]


@dataclass(frozen=True, slots=True)
class FoundFact:
    """One thing a source knows about one person. ``source``: its code."""

    kind: FoundKind
    amount: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What is too small to ask about: ``yuan`` or ``share`` of the declared, whichever is more.

    ``utilities``: yuan a month above which the family is asked to explain.
    """

    yuan: Decimal
    share: Decimal
    utilities: Decimal

    def allows(self, declared: Decimal, found: Decimal) -> bool:
        return abs(found - declared) <= max(self.yuan, self.share * abs(declared))


@dataclass(frozen=True, slots=True)
class Difference:
    """What the family declared (None: was not asked) and what was found; ``words`` for the family."""

    kind: FoundKind
    declared: Decimal | None
    found: Decimal
    words: str


# -- one person's incomes


def income_differences(member: PersonFacts, found: Sequence[FoundFact], tolerance: Tolerance) -> Iterator[Difference]:
    """Kind by kind; where two sources contradict each other both are named and the higher one is compared."""
    for kind in INCOMES:
        told = {one.source: one.amount for one in found if one.kind == kind}
        if not told:
            continue  # that nobody has a record is no proof against what the person said
        declared, most = declared_income(member, kind), max(told.values())
        if not tolerance.allows(min(told.values()), most):
            yield Difference(_kind(kind), declared, most, _contradiction(kind, declared, told))
        elif not tolerance.allows(declared, most):
            yield Difference(_kind(kind), declared, most, _other_than_told(kind, declared, most, told))
    used = [one for one in found if one.kind == "utilities" and one.amount > tolerance.utilities]
    for one in used:
        yield Difference("utilities", None, one.amount, _high_bill(one.amount, tolerance.utilities))


def declared_income(member: PersonFacts, kind: str) -> Decimal:
    """Yuan a month. Income of no named kind counts for a kind of which the person declared nothing."""
    of_kind = [one for one in member.incomes if one.kind in DECLARED_AS[kind]]
    counted = of_kind or [one for one in member.incomes if one.kind == "other"]
    return cents(sum((one.monthly for one in counted), start=Fraction(0)))


def _kind(name: str) -> FoundKind:
    return next(kind for kind in get_args(FoundKind) if kind == name)


def _by(sources: Mapping[str, Decimal]) -> str:
    return "、".join(SOURCE_TITLES.get(one, one) for one in sources)


def _other_than_told(kind: str, declared: Decimal, found: Decimal, told: Mapping[str, Decimal]) -> str:
    more = "比填的多" if found > declared else "比填的少"
    return f"{TITLES[kind]}：填的是每月 {declared} 元，{_by(told)}核对到每月 {found} 元，{more}。"


def _contradiction(kind: str, declared: Decimal, told: Mapping[str, Decimal]) -> str:
    each = "，".join(f"{SOURCE_TITLES.get(one, one)}核对到每月 {amount} 元" for one, amount in told.items())
    return f"{TITLES[kind]}：{each}，两边不一样；填的是每月 {declared} 元。"


def _high_bill(found: Decimal, limit: Decimal) -> str:
    return f"水电气费：平均每月 {found} 元，超过 {limit} 元，请说明一下原因。"


# -- what the family owns


def owned(kind: str, found: Sequence[FoundFact]) -> Decimal:
    """Of the whole family together."""
    return sum((one.amount for one in found if one.kind == kind), start=NOTHING)


def owned_differences(
    family: HouseholdFacts, found: Sequence[FoundFact], known: Sequence[str], tolerance: Tolerance
) -> Iterator[Difference]:
    """Deposits within the tolerance, counts exactly; only kinds in ``known`` (every source has answered for all)."""
    for kind in known:
        said, have = getattr(family.assets, kind), owned(kind, found)
        if said is None:
            continue  # nobody was asked: then what was found is simply what is known
        declared = Decimal(said)
        same = tolerance.allows(declared, have) if kind == "financial" else declared == have
        if not same:
            words = f"{TITLES[kind]}：填的是 {in_words(kind, declared)}，全家核对到 {in_words(kind, have)}。"
            yield Difference(_kind(kind), declared, have, words)


def in_words(kind: str, amount: Decimal) -> str:
    """``2 套``, ``1200.00 元``, ``每月 500.00 元``."""
    if kind in UNITS:
        return f"{cents(amount) if kind == 'financial' else int(amount)} {UNITS[kind]}"
    return f"每月 {cents(amount)} 元"
