"""孤儿: a child whose parents are dead or were never found (国办发〔2010〕54号). Pure."""

from backend.assistance import circumstances, personal
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.facts import HouseholdFacts
from backend.assistance.programmes import children
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

LAW = "国办发〔2010〕54号"
GONE = ("dead", "unknown")


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    family = circumstances.of(facts)
    personal.check_alive(sheet, family, LAW)
    children.check_age(sheet, family, "orphan_continue_study", LAW)
    _check_parents(sheet, family)
    if sheet.refused or sheet.waits:
        return sheet.verdict()
    return children.granted(sheet, family, "orphan_first_month", "orphan_decide_days", LAW)


def _check_parents(sheet: Sheet, facts: FamilyFacts) -> None:
    child = facts.child
    if child is not None and any(one.state not in GONE for one in child.parents):
        words = "父母中有人在世或者下落可查，不按孤儿认定。父母不能抚养的，可以申请事实无人抚养儿童保障。"
        sheet.against("parent_left", LAW, words)
    elif child is None or not child.all_parents:
        sheet.need("parents", "父亲和母亲各自的情况（去世证明或者查找结果）")
