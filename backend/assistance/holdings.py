"""What social assistance holds about a person: their family, what they allowed to be asked, and what came of it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from backend.assistance import benefits, households
from backend.assistance.means_models import MeansObjection
from backend.assistance.means_report import facts_in
from backend.assistance.means_rules import QUERY_ZH, SOURCE_TITLES, TITLES, in_words
from backend.assistance.means_views import RELATION_ZH
from backend.assistance.models import Authorisation, Household, HouseholdMember, MeansQuery
from backend.cases.models import Case
from backend.cases.tasks import today
from backend.core.clock import local
from backend.core.db import Work
from backend.residents import retention
from backend.residents.holdings import Erasable, Holding, Kept, Line

RULE = "assistance_case"
NO_FACTS = "{}"


def _memberships(work: Work, person_id: UUID) -> Sequence[HouseholdMember]:
    mine = select(HouseholdMember).where(HouseholdMember.person_id == person_id)
    return work.session.scalars(mine.order_by(HouseholdMember.since.desc(), HouseholdMember.id)).all()


def _family(work: Work, person_id: UUID) -> list[Line]:
    return [
        {"家庭编号": work.session.get_one(Household, one.household_id).number, "关系": RELATION_ZH[one.relation],
         "加入日期": str(one.since), "离开日期": str(one.until) if one.until else "现在还是一家人"}
        for one in _memberships(work, person_id)
    ]  # fmt: skip


def _queries(work: Work, person_id: UUID) -> Sequence[tuple[MeansQuery, Case, Authorisation]]:
    mine = (
        select(MeansQuery, Case, Authorisation)
        .join(Case, Case.id == MeansQuery.case_id)
        .join(Authorisation, Authorisation.id == MeansQuery.authorisation_id)
        .where(MeansQuery.person_id == person_id)
    )
    rows = work.session.execute(mine.order_by(Case.created_at.desc(), MeansQuery.source, MeansQuery.round))
    return [(query, case, given) for query, case, given in rows]


def _checks(work: Work, person_id: UUID) -> list[Line]:
    return [
        {"申请编号": case.number, "授权日期": str(local(given.given_at).date()), "授权到": str(given.valid_until),
         "部门": SOURCE_TITLES.get(query.source, query.source), "状态": QUERY_ZH[query.state], "核对到": _found(query)}
        for query, case, given in _queries(work, person_id)
    ]  # fmt: skip


def _found(query: MeansQuery) -> str:
    words = [f"{TITLES[one.kind]} {in_words(one.kind, one.amount)}" for one in facts_in(query)]
    return "，".join(words) or "没有记录"


# -- to be forgotten


def _live(work: Work, person_id: UUID) -> list[str]:
    home = households.of_person(work, person_id)
    held = benefits.live(work, home.id, [person_id]) if home else []
    return ["正在享受的社会救助"] if held else []


def _kept(work: Work, person_id: UUID) -> list[Kept]:
    """From the day on which somebody left the family; while they belong to it, from today."""
    day = today(work)
    found = [retention.kept(RULE, one, day) for one in _ends(work, person_id)]
    lasting = [one for one in found if one is not None]
    return [max(lasting, key=lambda one: one.until)] if lasting else []


def _ends(work: Work, person_id: UUID) -> list[date]:
    left = [one.until or today(work) for one in _memberships(work, person_id)]
    return left + [local(case.ended_at or work.now).date() for _query, case, _given in _queries(work, person_id)]


def _erase(work: Work, person_id: UUID) -> None:
    """What the archive's time has left behind: the facts of a former member, the answers, the explanations."""
    for one in _memberships(work, person_id):
        if one.until is not None and retention.kept(RULE, one.until, today(work)) is None:
            one.facts = NO_FACTS
    for query, case, _given in _queries(work, person_id):
        if case.ended_at is not None and retention.kept(RULE, case.ended_at, today(work)) is None:
            query.reply = None
            _forget_explanations(work, case.id, person_id)


def _forget_explanations(work: Work, case_id: UUID, person_id: UUID) -> None:
    mine = select(MeansObjection).where(MeansObjection.case_id == case_id, MeansObjection.person_id == person_id)
    for one in work.session.scalars(mine):
        one.words, one.finding = "", None


GROUND = "履行法定职责所必需（个人信息保护法第13条第1款第3项；社会救助法第40至42条）"
HOLDINGS = (
    Holding("household", "社会救助家庭", "算清一家人能得到多少救助", GROUND, "离开家庭后十年（救助档案）", _family),
    Holding(
        "means", "家庭经济状况核对", "核实申请救助的家庭有多少收入和财产", GROUND, "办结后十年（救助档案）", _checks
    ),
)
ERASABLES = (Erasable("十年以前的家庭情况和核对结果", _live, _kept, _erase),)
