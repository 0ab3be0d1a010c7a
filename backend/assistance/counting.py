"""Who belongs to the family and what it has each month: shared by 低保, 边缘, 刚性支出 and 临时救助. Pure.

Incomes and deductions are exact fractions of yuan until the end; what is shown line by line adds up to the total.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from backend.assistance.abilities import FULL_AGE, is_severe
from backend.assistance.facts import CostKind, HouseholdFacts, IncomeKind, PersonFacts, age_on, months_between
from backend.assistance.money import apportioned, cents
from backend.assistance.verdicts import LineKind
from backend.assistance.working import Sheet

INCOME_WORDS: dict[IncomeKind, str] = {
    "wage": "工资", "farming": "种养收入", "business": "经营收入", "property": "财产收入", "transfer": "转移收入",
    "support": "赡养、抚养费", "pension": "养老金", "central_basic_pension": "城乡居民基础养老金",
    "medical_insurance": "基本医疗保险报销", "veterans_support": "优待抚恤金", "birth_planning_award": "计生奖励扶助",
    "scholarship": "奖学金", "bravery_award": "见义勇为奖励", "government_aid": "政府救助",
    "disability_subsidy": "残疾人补贴", "old_age_allowance": "高龄津贴", "care_insurance": "护理保险待遇",
    "other": "其他收入",
}  # fmt: skip
COST_WORDS: dict[CostKind, str] = {
    "job": "必要就业成本", "illness": "重病增加的支出", "disability": "残疾增加的支出", "living": "基本生活支出",
    "medical": "自付医疗费", "education": "教育支出", "rehabilitation": "残疾康复支出", "other": "其他必要支出",
}  # fmt: skip
AWAY_WORDS = {"prison": "在监狱服刑", "detox": "在强制隔离戒毒", "missing": "已宣告失踪"}
STUDIES_THAT_COUNT = ("compulsory", "senior", "vocational", "undergraduate")
PROPERTY_WORDS = {"houses": "住房", "vehicles": "机动车", "companies": "企业"}


@dataclass(frozen=True, slots=True)
class Item:
    """An income (``amount`` > 0) or a deduction (< 0), yuan a month, exact."""

    kind: LineKind
    words: str
    amount: Fraction
    source: str


@dataclass(frozen=True, slots=True)
class Measured:
    """``income``: of all counted members a month after deductions; ``gross``: before them. Yuan, exact.

    ``per_head``: of the income; nothing when nobody counts.
    """

    members: tuple[PersonFacts, ...]
    left_out: tuple[tuple[PersonFacts, str], ...]
    items: tuple[Item, ...]
    not_counted: tuple[Item, ...]
    gross: Fraction
    income: Fraction
    per_head: Fraction

    @property
    def size(self) -> int:
        return len(self.members)


def standard_of(facts: HouseholdFacts, sheet: Sheet) -> Decimal:
    """The local 低保 standard, yuan a month per person. Raises ``params.NoValueError`` for a month without one."""
    return sheet.amount("dibao_standard_urban" if facts.urban else "dibao_standard_rural")


def measure(
    facts: HouseholdFacts, sheet: Sheet, only: PersonFacts | None = None, *, with_tekun: bool = False
) -> Measured:
    """Count the family on the day of the sheet.

    ``only``: this member alone, whoever else lives there. ``with_tekun``: whoever has 特困 counts as well.
    """
    out = [] if only else [(one, why) for one in facts.members if (why := why_left_out(one, sheet, with_tekun))]
    absent = {one.key for one, _ in out}
    members = (only,) if only else tuple(one for one in facts.members if one.key not in absent)
    incomes = [(counts, item) for one in members for counts, item in _incomes(one, sheet)]
    items = [item for counts, item in incomes if counts]
    gross = left = sum((item.amount for item in items), Fraction(0))
    for item in [item for one in members for item in _deductions(one, sheet)]:
        taken = min(item.amount, left)
        left -= taken
        items.append(Item("deduction", item.words, -taken, item.source))
    not_counted = tuple(item for counts, item in incomes if not counts)
    per_head = left / len(members) if members else left
    return Measured(members, tuple(out), tuple(items), not_counted, gross, left, per_head)


def why_left_out(person: PersonFacts, sheet: Sheet, with_tekun: bool = False) -> str:
    """Why somebody of the register is not counted (低保审核确认办法 7), in words; empty when counted."""
    if person.died_on is not None and person.died_on <= sheet.day:
        return "已去世"
    if person.away in AWAY_WORDS:
        return AWAY_WORDS[person.away]
    if is_clergy_apart(person, sheet):
        return "是长期离开家庭生活的宗教教职人员"
    if "tekun" in person.holds and not with_tekun:
        return "已享受特困供养"
    return "" if _belongs(person, sheet) else _apart_words(person)


def is_clergy_apart(person: PersonFacts, sheet: Sheet) -> bool:
    """Clergy who have lived apart for the years of article 7: three full years count."""
    if person.away != "religious" or person.away_since is None:
        return False
    return months_between(person.away_since, sheet.day) >= 12 * int(sheet.value("religious_years_away"))


def _belongs(person: PersonFacts, sheet: Sheet) -> bool:
    if person.relation in ("applicant", "spouse") or person.lives_together:
        return True
    return person.relation == "child" and (
        age_on(person.birth_date, sheet.day) < FULL_AGE
        or (person.student in STUDIES_THAT_COUNT and person.full_time)
        or is_severe(person.disability)
        or person.bedridden
    )


def _apart_words(person: PersonFacts) -> str:
    return "已成年并独立生活" if person.relation == "child" else "没有长期共同居住"


def _incomes(person: PersonFacts, sheet: Sheet) -> Iterator[tuple[bool, Item]]:
    excluded = sheet.value("excluded_incomes")
    for one in person.incomes:
        yield one.kind not in excluded, Item("income", _said(person, INCOME_WORDS[one.kind]), one.monthly, one.source)


def _deductions(person: PersonFacts, sheet: Sheet) -> Iterator[Item]:
    if not person.costs or not sheet.profile["job_costs"]:
        return
    wage = sum((one.monthly for one in person.incomes if one.kind == "wage"), Fraction(0))
    spent = {
        kind: sum((one.monthly for one in person.costs if one.kind == kind), Fraction(0))
        for kind in ("job", "illness", "disability")
    }
    if spent["job"]:
        share = sheet.take("job_cost_share")
        most = wage * Fraction(sheet.amount("job_cost_share"))
        yield Item("deduction", _said(person, COST_WORDS["job"]), min(spent["job"], most), share.source)
    for kind in ("illness", "disability"):
        if spent[kind]:
            share = sheet.take("illness_cost_share")
            part = spent[kind] * Fraction(sheet.amount("illness_cost_share"))
            yield Item("deduction", _said(person, COST_WORDS[kind]), part, share.source)


def _said(person: PersonFacts, words: str) -> str:
    return f"{person.name}{words}" if person.name else words


def write(found: Measured, sheet: Sheet) -> None:
    """Put the count and the income on the sheet, line by line; the lines add up to the total."""
    if sheet.brief:
        return
    for person, why in found.left_out:
        sheet.line("note", f"{person.name}{why}，不计入家庭人口", source=sheet.profile.article("household"))
    for item in found.not_counted:
        sheet.line(
            "note", f"{item.words}每月{cents(item.amount)}元，按规定不计入收入", source=sheet.profile.article("income")
        )
    for item, amount in zip(found.items, apportioned([one.amount for one in found.items]), strict=True):
        sheet.line(item.kind, f"{item.words}，每月", amount, item.source)
    sheet.line("sum", "家庭月收入", cents(found.income))
    sheet.line("sum", f"人均月收入（{found.size}人）", cents(found.per_head))


def nobody_counts(found: Measured, sheet: Sheet) -> bool:
    """Whether the family has no counted member left: then nothing else is asked."""
    if found.size:
        return False
    sheet.against("nobody", sheet.profile.article("household"), "家里没有可以计入的成员。请核对家庭成员，再提交一次。")
    return True


def check_assets(facts: HouseholdFacts, size: int, standard: Decimal, months: str, sheet: Sheet) -> None:
    """Put what speaks against the family's property on the sheet; unknown property is a need, never a pass.

    ``months``: the parameter that limits financial assets per head, in months of the standard; at the limit is fine.
    """
    has, limits, article = facts.assets, sheet.value("property_limits"), sheet.profile.article("property")
    if has.financial is None or None in (has.houses, has.vehicles, has.companies):
        sheet.need("means_check", "家庭财产的核对结果。请等核对完成，不用自己去开证明。")
        return
    most = sheet.amount(months) * standard * size
    if has.financial > most:
        words = f"存款等金融资产{has.financial}元，超过{cents(most)}元的限额。数目不对的，请提出异议重新核对。"
        sheet.against("over_financial", article, words)
    for kind, name in PROPERTY_WORDS.items():
        if getattr(has, kind) > limits[kind]:
            words = f"{name}有{getattr(has, kind)}，超过{limits[kind]}的限额。情况不符的，请提出异议重新核对。"
            sheet.against(f"over_{kind}", article, words)
