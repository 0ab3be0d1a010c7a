"""What the support of orphans and of children nobody cares for share: age, study, standard, months. Pure."""

from datetime import date, timedelta

from backend.assistance import personal
from backend.assistance.circumstances import FamilyFacts, birthday
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

FULL_AGE = 18
GROWN_UP_FIRST = "到发放的第一个月，孩子已满18周岁。还在上学的，请告诉我们学校；生活困难的，可以申请低保。"
WORDS = {"institution": "机构集中养育", "scattered": "家庭散居养育"}


def check_age(sheet: Sheet, facts: FamilyFacts, continues: str, article: str) -> None:
    """Under 18, or older and still in one of the kinds of study of the parameter ``continues``."""
    if personal.age(sheet, facts) < FULL_AGE:
        return
    if facts.person.student in sheet.value(continues) and facts.person.full_time:
        sheet.because("still_in_school", article, "已满18周岁，还在全日制学校就读，可以继续领取。")
    else:
        sheet.against("grown_up", article, "已满18周岁，不再按儿童保障。生活困难的，可以申请低保或者临时救助。")


def granted(sheet: Sheet, facts: FamilyFacts, start: str, days: str, article: str) -> Verdict:
    """The standard of where the child lives, until the month of the 18th birthday for those who are younger."""
    where = facts.person.placement
    full = personal.standard(sheet, "orphan_standard", where, f"{WORDS[where]}，每月标准")
    grows_up = birthday(facts.person.birth_date, FULL_AGE)
    first, last = personal.first_month(sheet, facts, start), _last_month(sheet, grows_up)
    if last is not None and last < first:
        sheet.against("grown_up_first", article, GROWN_UP_FIRST)
    return personal.pay(
        sheet, facts, full, "每月基本生活补贴", category=where, due_days=sheet.value(days),
        first_month=first, last_month=last,
        review_after=personal.look_again(sheet, _visits(facts), grows_up - timedelta(days=1)),
    )  # fmt: skip


def _last_month(sheet: Sheet, grows_up: date) -> date | None:
    """The month of the birthday is still paid; no end yet for those who are older and study."""
    return grows_up.replace(day=1) if grows_up > sheet.day else None


def _visits(facts: FamilyFacts) -> str:
    return "roaming_visit_months" if facts.child is not None and facts.child.roaming else "child_review_months"
