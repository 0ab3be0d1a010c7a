"""What care agreements and assessments hold about a person, and what goes when they ask to be forgotten."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from backend.assistance import agreements, self_care
from backend.assistance.care_models import CareAgreement, CareAssessment
from backend.assistance.care_terms import ENDED_ZH, KIND_ZH, TIER_ZH, TITLE_ZH, Terms
from backend.assistance.visit_findings import ITEMS_ZH
from backend.cases.tasks import today
from backend.core.db import Work
from backend.residents import retention
from backend.residents.holdings import Erasable, Holding, Kept, Line

RULE = "assistance_case"
GROUND = "履行法定职责所必需（个人信息保护法第13条第1款第3项；社会救助法第16条；特困人员认定办法）"
FORGOTTEN = Terms(carer="已按规定删除", duties=("company",), signer="已删除", carer_signer="已删除", township="已删除")
NO_NAME = "已按规定删除"


def _agreements(work: Work, person_id: UUID) -> list[Line]:
    return [_agreement(work, one) for one in agreements.of_person(work, person_id)]


def _agreement(work: Work, one: CareAgreement) -> Line:
    said = agreements.terms(one)
    looks = [f"{row.reviewed_on}：{row.words}" for row in agreements.reviews_of(work, one.id)]
    return {
        "协议": TITLE_ZH[one.kind], "怎么供养": KIND_ZH[one.kind], "照料档次": TIER_ZH[one.tier],
        "谁来照料": said.carer,
        "照料什么": "、".join(said.duties_zh()), "期限": f"{one.starts_on}到{one.ends_on}",
        "现在": "正在执行" if one.ended_why is None else f"已结束：{ENDED_ZH.get(one.ended_why, one.ended_why)}",
        "去看过": "；".join(looks) or "还没有",
    }  # fmt: skip


def _assessed(work: Work, person_id: UUID) -> Sequence[CareAssessment]:
    mine = select(CareAssessment).where(CareAssessment.person_id == person_id)
    return work.session.scalars(mine.order_by(CareAssessment.assessed_on.desc(), CareAssessment.id)).all()


def _assessments(work: Work, person_id: UUID) -> list[Line]:
    return [
        {"日期": str(one.assessed_on), "谁评估的": one.assessor, "自己能做到": _able(one)}
        for one in _assessed(work, person_id)
    ]  # fmt: skip


def _able(one: CareAssessment) -> str:
    items = self_care.items_of(one)
    return "、".join(words for name, words in ITEMS_ZH.items() if getattr(items, name)) or "六项都要人帮"


# -- to be forgotten


def _live(work: Work, person_id: UUID) -> list[str]:
    return ["正在执行的照料、供养协议"] if agreements.live_of(work, person_id) else []


def _kept(work: Work, person_id: UUID) -> list[Kept]:
    ends = [one.ended_on or today(work) for one in agreements.of_person(work, person_id)]
    ends += [one.assessed_on for one in _assessed(work, person_id)]
    found = retention.kept(RULE, max(ends), today(work)) if ends else None
    return [found] if found else []


def _erase(work: Work, person_id: UUID) -> None:
    """What the archive's time has left behind: who cared, what was promised, what was seen."""
    day = today(work)
    for one in agreements.of_person(work, person_id):
        if one.ended_on is not None and retention.kept(RULE, one.ended_on, day) is None:
            one.terms = FORGOTTEN.model_dump_json()
            for row in agreements.reviews_of(work, one.id):
                row.words = NO_NAME
    for seen in _assessed(work, person_id):
        if retention.kept(RULE, seen.assessed_on, day) is None:
            work.session.delete(seen)


HOLDINGS = (
    Holding(
        "care_agreements",
        "照料和供养协议",
        "有人照料您，照料得好不好有人看",
        GROUND,
        "协议结束后十年（救助档案）",
        _agreements,
    ),
    Holding("care_assessments", "生活自理能力评估", "定照料护理的档次", GROUND, "评估后十年（救助档案）", _assessments),
)
ERASABLES = (Erasable("十年以前的照料协议和自理能力评估", _live, _kept, _erase),)
