"""遗体火化奖补: paid once for each dead person who was cremated (R-114). Pure."""

from backend.assistance import circumstances
from backend.assistance.circumstances import Funeral
from backend.assistance.facts import HouseholdFacts
from backend.assistance.holding import no_money
from backend.assistance.programmes import funerals
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    family = circumstances.of(facts)
    funeral = family.funeral or Funeral()
    died = funerals.check_death(sheet, family)
    funerals.check_registered(sheet, funeral, funerals.REWARD)
    if not funeral.cremated:
        sheet.against("not_cremated", funerals.REWARD, "火化了的才有这项奖补。火化以后可以再申请。")
    elif not funeral.cremation_shown:
        sheet.need("cremation_shown", "火化证明（殡仪馆登记里没有查到，请拍一张或到窗口）")
    funerals.check_in_time(sheet, family, died, "cremation_reward_apply_months")
    funerals.check_not_given(sheet, funeral, "cremated")
    no_money(sheet, family)
    return funerals.paid_once(sheet, "cremated", "cremation_reward_decision_days")
