"""One member apart: 单人户 (低保审核确认办法 8; the notice of 2022) and 分户 (重庆低保条例 11 (3)). Pure."""

from fractions import Fraction

from backend.assistance.abilities import FULL_AGE, SEVERE, disabled_for_work, is_severe, valid_disability
from backend.assistance.counting import is_clergy_apart, measure, standard_of
from backend.assistance.facts import Disability, HouseholdFacts, PersonFacts, age_on
from backend.assistance.working import Sheet

SINGLE = "低保审核确认办法第8条"
NOTICE = "2022年低保兜底通知"
OWN_FAMILY = ("spouse", "child")


def check(facts: HouseholdFacts, sheet: Sheet) -> None:
    """Put on the sheet whether this member may be counted alone; nothing for a whole household."""
    if facts.apply_as == "single":
        _check_single(facts, facts.person, sheet)
    elif facts.apply_as == "separate":
        _check_separate(facts, facts.person, sheet)


def _check_single(facts: HouseholdFacts, person: PersonFacts, sheet: Sheet) -> None:
    disability = valid_disability(person, sheet, decisive=True)
    if not sheet.profile["single_counting"]:
        sheet.against("no_single", SINGLE, "当时还没有单人户的规定。请按全家申请。")
    elif is_clergy_apart(person, sheet):
        sheet.because("clergy", SINGLE, "离开家庭生活三年以上的宗教教职人员，可以单独申请。")
    elif _adult_without_work(person, disability, sheet):
        sheet.because("adult_disabled", NOTICE, "成年无业的重度残疾人，可以单独申请。")
    elif is_severe(disability) or person.severe_illness:
        _check_edge(facts, sheet)
    elif not sheet.waits:
        sheet.against("not_severe", SINGLE, "单独申请要有重度残疾或重病。请按全家申请，或到窗口问一问。")


def _adult_without_work(person: PersonFacts, disability: Disability | None, sheet: Sheet) -> bool:
    if person.works or disability is None or disability.grade > SEVERE:
        return False
    return age_on(person.birth_date, sheet.day) >= FULL_AGE and bool(sheet.value("dibao_single_without_edge"))


def _check_edge(facts: HouseholdFacts, sheet: Sheet) -> None:
    """The whole family must be an 边缘 family: from the standard to below 1.5 times of it."""
    found, standard = measure(facts, sheet), standard_of(facts, sheet)
    if found.per_head < standard:
        sheet.against("whole_family", SINGLE, "全家人均收入低于低保标准，可以全家一起享受。请按全家申请。")
    elif found.per_head >= Fraction(standard) * Fraction(sheet.amount("edge_multiple")):
        sheet.against("not_edge", SINGLE, "全家人均收入超过了低保边缘的线。收入变少时，请再申请。")
    else:
        sheet.because("edge_member", SINGLE, "低保边缘家庭里的重残、重病人员，可以单独申请。")


def _check_separate(facts: HouseholdFacts, person: PersonFacts, sheet: Sheet) -> None:
    article = sheet.profile.article("separate_counting")
    unable = person.bedridden or disabled_for_work(valid_disability(person, sheet, decisive=True), sheet)
    if sheet.waits:
        return
    if age_on(person.birth_date, sheet.day) < FULL_AGE or not unable:
        sheet.against("not_unable", article, "分户计算要成年，并且没有劳动能力或长期卧床。请按全家申请。")
    elif _has_own_family(facts, person):
        sheet.against("own_family", article, "分户只能与父母、兄弟姐妹分开算。请与配偶、子女一起申请。")
    else:
        sheet.because("separate", article, "成年无劳动能力的残疾人或长期卧床的人，可以与父母、兄弟姐妹分开算。")


def _has_own_family(facts: HouseholdFacts, person: PersonFacts) -> bool:
    """Relations are told from the head: only the head's children and siblings live with parents and siblings."""
    if person.relation == "applicant":
        return any(one.relation in OWN_FAMILY for one in facts.members)
    return person.relation not in ("child", "sibling")
