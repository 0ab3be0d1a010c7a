"""居家适老化改造: who, with whose consent, who first, how much (R-188). Pure.

``category``: ``first`` for the very old, disabled or no longer able of the poorest families, ``next`` for the others.
"""

from decimal import Decimal

from backend.assistance import circumstances, personal
from backend.assistance.circumstances import FamilyFacts, Home
from backend.assistance.facts import HouseholdFacts
from backend.assistance.holding import no_money
from backend.assistance.money import NOTHING, cents
from backend.assistance.profiles import same_day_later
from backend.assistance.programmes import elders
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

LAW = "民政事业发展“十四五”规划：居家适老化改造"
POOREST = ("tekun", "dibao")
WORKS = {
    "floor": "地面防滑、消除高差", "door": "门改造", "bedroom": "卧室改造", "bathroom": "卫生间改造",
    "kitchen": "厨房改造", "light": "照明改造", "aids": "辅助器具", "alarm": "紧急呼叫、安全监测",
}  # fmt: skip


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    family = circumstances.of(facts)
    home = family.home or Home()
    personal.check_alive(sheet, family, LAW)
    elders.check_age(sheet, family, LAW)
    poor = personal.standing(family, sheet.value("home_adaptation_standings"))
    if poor is None:
        sheet.against("not_poor", LAW, "补助先给困难家庭的老人。您可以自费改造，我们帮您做方案。")
    _check_home(sheet, home)
    _check_consents(sheet, home)
    if sheet.refused or sheet.waits or poor is None:
        return sheet.verdict()
    return _granted(sheet, family, home, poor)


def _granted(sheet: Sheet, facts: FamilyFacts, home: Home, poor: str) -> Verdict:
    no_money(sheet, facts)
    once = _subsidy(sheet, home)
    sheet.need("acceptance", "改造完成后的验收照片和老人签字", after=True)
    category = "first" if poor in POOREST and _needs_most(sheet, facts) else "next"
    if category == "first":
        sheet.because("first", LAW, "高龄、失能或者残疾，优先安排。")
    return sheet.verdict(category=category, once=once, stages=(once,), due_days=sheet.value("home_adaptation_days"))


def _check_home(sheet: Sheet, home: Home) -> None:
    if home.to_be_demolished:
        sheet.against("demolition", LAW, "房子近期要拆迁，暂时不改造。搬好新家后，请再申请。")
    months = sheet.value("home_adaptation_again_months")
    if home.adapted_on is not None and sheet.day < (again := same_day_later(home.adapted_on, months)):
        sheet.against("adapted", LAW, f"这一户已经补助过，{again:%Y年%m月%d日}起可以再申请。设施坏了，请联系我们维修。")
    if not home.works:
        sheet.need("plan", "改造方案（一户一策），我们安排人上门量尺寸")


def _check_consents(sheet: Sheet, home: Home) -> None:
    """The owner's always; the neighbours' only where something shared is touched."""
    if home.owner_agrees is None:
        sheet.need("owner", "房屋产权人的书面同意")
    elif not home.owner_agrees:
        sheet.against("owner", LAW, "房屋产权人没有同意，不能动工。产权人同意后，请再申请。")
    if not any(one.shared for one in home.works):
        return
    if home.neighbours_agree is None:
        sheet.need("neighbours", "相邻权人的书面同意（动到公共部位）")
    elif not home.neighbours_agree:
        sheet.against("neighbours", LAW, "邻居没有同意动公共部位。可以改方案，只改家里的部分。")


def _subsidy(sheet: Sheet, home: Home) -> Decimal:
    """The whole plan up to the cap; the family pays what is over it."""
    for one in home.works:
        sheet.line("spending", WORKS[one.kind], cents(one.price))
    total = sum((one.price for one in home.works), NOTHING)
    cap = cents(sheet.amount("home_adaptation_cap"))
    sheet.line("standard", "每户最高补助", cap, sheet.take("home_adaptation_cap").source)
    once = cents(min(total, cap))
    if total > once:
        sheet.line("note", "超过最高补助的部分，由家里承担", cents(total - once))
    sheet.line("sum", "补助", once)
    return once


def _needs_most(sheet: Sheet, facts: FamilyFacts) -> bool:
    able = facts.elder is None or facts.elder.ability in (None, "able")
    high = personal.age(sheet, facts) >= sheet.value("home_adaptation_high_age")
    return high or not able or facts.person.disability is not None
