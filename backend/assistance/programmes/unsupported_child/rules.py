"""事实无人抚养儿童: neither parent can care for the child, and the child is no orphan (民发〔2019〕62号). Pure.

The names of these children are never published.
"""

from backend.assistance import circumstances, personal
from backend.assistance.abilities import MIND, SEVERE
from backend.assistance.circumstances import Child, FamilyFacts, Parent
from backend.assistance.facts import HouseholdFacts, months_between
from backend.assistance.programmes import children
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

LAW = "民发〔2019〕62号"
WITH_A_TERM = ("prison", "detox", "restricted", "lost")


def judge(facts: HouseholdFacts, sheet: Sheet) -> Verdict:
    family = circumstances.of(facts)
    personal.check_alive(sheet, family, LAW)
    children.check_age(sheet, family, "unsupported_continue_study", LAW)
    _check_parents(sheet, family)
    if sheet.refused or sheet.waits:
        return sheet.verdict()
    sheet.because("no_publication", f"{LAW}二", "为保护孩子的隐私，这项认定不公示。")
    return children.granted(sheet, family, "unsupported_first_month", "unsupported_decide_days", LAW)


def _check_parents(sheet: Sheet, facts: FamilyFacts) -> None:
    child = facts.child
    if child is None or not child.all_parents:
        sheet.need("parents", "父亲和母亲各自的情况")
    elif all(one.state in ("dead", "unknown") for one in child.parents):
        sheet.against("orphan", LAW, "父母都去世或者都查找不到的孩子，请申请孤儿基本生活保障，钱不会少。")
    elif any(one.state == "unknown" for one in child.parents):
        sheet.need("find_parent", "另一方父母的查找结果，请公安机关协助查找")
    else:
        _check_each(sheet, child)


def _check_each(sheet: Sheet, child: Child) -> None:
    """One may be dead; each of the others must be unable to care."""
    for one in child.parents:
        if one.state != "dead" and not _cannot_care(sheet, one):
            words = "还有一方父母能够抚养，暂时不符合条件。情况有变化时，请马上告诉我们。"
            sheet.against("parent_can_care", LAW, words)
            return


def _cannot_care(sheet: Sheet, parent: Parent) -> bool:
    if parent.severe_illness or _severely_disabled(sheet, parent):
        return True
    if parent.state not in sheet.value("unsupported_parent_states"):
        return False
    return parent.state not in WITH_A_TERM or _long_enough(sheet, parent)


def _severely_disabled(sheet: Sheet, parent: Parent) -> bool:
    """Grade 1 or 2, or any grade 3 or 4 of mind, on a valid certificate."""
    found = parent.disability
    if found is None or (found.until is not None and found.until < sheet.day):
        return False
    return found.grade <= SEVERE or found.kind in MIND


def _long_enough(sheet: Sheet, parent: Parent) -> bool:
    """By the length of the sentence, or by the time that has passed; not known: asked for."""
    months: int = sheet.value("unsupported_months")
    if parent.term_months is None and parent.since is None:
        sheet.need("since", "父母服刑、戒毒、被限制自由或者失联从哪天开始、要多久")
        return True
    passed = 0 if parent.since is None else months_between(parent.since, sheet.day)
    return max(passed, parent.term_months or 0) >= months
