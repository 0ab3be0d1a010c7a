"""贫困重度残疾人居家照护补助: cared for at home by a relative who applies; decided by the township (R-085). Pure."""

from backend.assistance import circumstances, personal
from backend.assistance.abilities import is_severe
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.facts import HouseholdFacts
from backend.assistance.programmes import disability
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

PLAN = "渝北区民政事业发展“十四五”规划：贫困重度残疾人照护"


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    family = circumstances.of(facts)
    found = disability.certificate(sheet, family)
    if found is not None and not is_severe(found):
        sheet.against("not_severe", PLAN, "居家照护补助给重度残疾人。病情加重的，可以到残联重新评级。")
    category = personal.standing(family, sheet.value("home_care_standings"))
    if category is None:
        sheet.against("not_poor", PLAN, "居家照护补助给困难家庭。家里困难的，可以先申请低保，我们帮您一起办。")
    _check_relative(sheet, family)
    if sheet.refused or sheet.waits or found is None:
        return sheet.verdict()
    full = personal.standard(sheet, "home_care_amount", "each", "居家照护补助，每月")
    return personal.pay(
        sheet, family, full, "每月补助", category=category or "", decided_by="township",
        due_days=sheet.value("home_care_days"),
        first_month=personal.first_month(sheet, family, "disability_first_month"),
        review_after=personal.look_again(sheet, "disability_review_months", found.until),
    )  # fmt: skip


def _check_relative(sheet: Sheet, facts: FamilyFacts) -> None:
    if facts.cared_by_relative is None:
        sheet.need("relative", "在家照护的亲属是谁、是否愿意申请")
    elif not facts.cared_by_relative:
        sheet.against("no_relative", PLAN, "这项补助给在家由亲属照护的人。住在机构的，请问机构有哪些补贴。")
