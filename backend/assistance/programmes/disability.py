"""What the two subsidies for disabled people share (国发〔2015〕52号; 跨省通办). Pure."""

from datetime import date
from decimal import Decimal

from backend.assistance import personal
from backend.assistance.abilities import valid_disability
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.facts import Disability
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

LAW = "国发〔2015〕52号"
ELSEWHERE = "残疾人两项补贴跨省通办通知"  # read second-hand only
SENT_ON = "户口在外地，材料由我们转到户籍地，由户籍地决定和发钱。请等户籍地的通知。"


def certificate(sheet: Sheet, facts: FamilyFacts) -> Disability | None:
    """The valid disability of the person, or reasons and needs on the sheet."""
    personal.check_alive(sheet, facts, LAW)
    if facts.local is False:
        sheet.against("sent_on", ELSEWHERE, SENT_ON)
    if facts.person.disability is None:
        sheet.against("no_certificate", LAW, "还没有残疾证，请先到残联办理残疾证，再来申请。")
        return None
    return valid_disability(facts.person, sheet, decisive=True)


def granted(sheet: Sheet, facts: FamilyFacts, full: Decimal, category: str, until: date | None) -> Verdict:
    """Paid from the month of the application; looked at again each year or when the certificate ends."""
    return personal.pay(
        sheet, facts, full, "每月补贴", category=category,
        first_month=personal.first_month(sheet, facts, "disability_first_month"),
        review_after=personal.look_again(sheet, "disability_review_months", until),
        due_days=_days(sheet, facts), decided_by=sheet.value("disability_decided_by"),
    )  # fmt: skip


def _days(sheet: Sheet, facts: FamilyFacts) -> int:
    """Working days for the place of registration to decide, counted from when the papers have reached it."""
    decide: int = sheet.value("disability_decide_days")
    if facts.elsewhere:
        push, tell = sheet.value("cross_province_push_days"), sheet.value("cross_province_tell_days")
        words = f"受理地{push}个工作日内转到户籍地，户籍地{decide}个工作日内决定，{tell}个工作日内告诉您。"
        sheet.because("cross_province", ELSEWHERE, words)
    return decide
