"""节地生态安葬奖补: paid once for each dead person whose ashes take little or no land (R-114). Pure."""

from datetime import date

from backend.assistance import circumstances
from backend.assistance.circumstances import Funeral
from backend.assistance.facts import FactsError, HouseholdFacts
from backend.assistance.holding import no_money
from backend.assistance.programmes import funerals
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    family = circumstances.of(facts)
    funeral = family.funeral or Funeral()
    died = funerals.check_death(sheet, family)
    funerals.check_registered(sheet, funeral, funerals.REWARD)
    _check_burial(sheet, funeral, died)
    funerals.check_in_time(sheet, family, funeral.buried_on, "ecological_burial_apply_months")
    funerals.check_not_given(sheet, funeral, "ecological")
    no_money(sheet, family)
    return funerals.paid_once(sheet, "ecological", "ecological_burial_decision_days")


def _check_burial(sheet: Sheet, funeral: Funeral, died: date | None) -> None:
    if funeral.resting is None or funeral.buried_on is None:
        sheet.need("burial", "怎么安葬的、哪一天安葬的")
        return
    if funeral.buried_on > sheet.day or (died is not None and funeral.buried_on < died):
        raise FactsError("安葬日期要在去世以后、今天以前，请核对安葬日期。")
    if funeral.resting not in sheet.value("ecological_burial_kinds"):
        sheet.against(
            "not_ecological", funerals.REWARD, "这种安葬方式不在本县的奖补范围里。以后迁到生态安葬的，可以再申请。"
        )
    elif not funeral.burial_shown:
        sheet.need("burial_shown", "安葬证明（本县陵园登记里没有查到，请拍一张或到窗口）")
