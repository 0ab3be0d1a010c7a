"""特困 is decided on what two investigators or an assessor saw, never on what somebody says of themselves."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.assistance import branches, handling, self_care, sheets, visits
from backend.assistance.benefits import Hearing
from backend.assistance.errors import (
    HearingNeededError,
    NoSelfCareTaskError,
    NoSupportError,
    VerdictNotReadyError,
    VisitIncompleteError,
)
from backend.assistance.models import Benefit
from backend.assistance.visit_findings import ITEMS_ZH, Findings
from backend.cases.models import Case
from backend.cases.records import fresh
from backend.core.clock import ManualClock
from backend.core.errors import BadInputError, NotAllowedError
from tests.conftest import WorkFactory
from tests.support import aid, payments, tekun
from tests.support.cases import Window, done
from tests.support.payments import Caseload

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here depends on it

TODAY = date(2026, 11, 22)
FORM = {
    "urban": "rural", "placement": "scattered", "monthly_income": "0", "has_relatives": False, "consent": True,
    "savings": "2000", "houses": 1, "vehicles": 0, "companies": 0, **tekun.ALONE,
}  # fmt: skip
SEEN = Findings(
    met="self", met_name="王秀英", living="poor", income="没有收入", care="some", agrees="same", conclusion="建议给予",
    alone=tekun.items(1).model_dump(),
)  # fmt: skip


@pytest.fixture
def case_id(work: WorkFactory, window: Window) -> UUID:
    """王秀英 says that she can do everything alone."""
    with work() as w:
        case = aid.accepted(w, window, FORM, "tekun")
        aid.checked(w, window, case)
        return case.id


def test_what_somebody_says_of_themselves_grants_nothing_until_an_assessor_has_looked(
    work: WorkFactory, window: Window, case_id: UUID
) -> None:
    with work() as w:
        case = w.session.get_one(Case, case_id)
        verdict = sheets.judge(w, case)
        assert (verdict.ready, [one.code for one in verdict.needs if not one.after]) == (False, ["self_care"])
        for branch, who in (("visit", "clerk"), ("means", "officer2"), ("self_care", "clerk")):
            case = done(w, window, case, "investigation", branch=branch, who=who)
        with pytest.raises(VerdictNotReadyError):
            done(w, window, case, "opinion", "agree")
        for assessor, day in (("赵", TODAY), ("县医院", TODAY + timedelta(days=1))):
            with pytest.raises(BadInputError):
                self_care.record(w, window["clerk"], case, tekun.items(4), assessor, day)
        with pytest.raises(NotAllowedError):
            self_care.record(w, window["lead"], case, tekun.items(4), "县医院", TODAY)
        self_care.record(w, window["clerk"], case, tekun.items(4), "县医院", TODAY)
        assert (sheets.judge(w, case).category, sheets.judge(w, case).monthly) == ("unable", Decimal(1301))
        done(w, window, fresh(w, case_id), "opinion", "agree")


def test_two_investigators_on_a_visit_see_the_six_items_and_both_tasks_are_done(
    work: WorkFactory, window: Window, case_id: UUID
) -> None:
    with work() as w:
        row = visits.begin_for_case(w, window["clerk"], case_id)
        five = SEEN.model_copy(update={"alone": dict.fromkeys(list(ITEMS_ZH)[:5], True)})
        row = visits.save(w, window["clerk"], row.id, five, version=row.version)
        with pytest.raises(VisitIncompleteError) as missing:
            visits.sign(w, window["clerk"], row.id, version=row.version)
        assert missing.value.facts["missing"] == "生活自理能力六项"
        row = visits.save(w, window["clerk"], row.id, SEEN, version=row.version)
        for name in ("clerk", "clerk2"):
            row = visits.sign(w, window[name], row.id, version=row.version)
        row = visits.family_signs(w, window["clerk"], row.id, version=row.version, name="王秀英")
        visits.finish(w, window["clerk"], row.id, version=row.version)
        (kept,) = self_care.of_case(w, case_id)
        assert (kept.assessor, self_care.items_of(kept)) == ("姓名clerk、姓名clerk2", tekun.items(1))
        assert [branches.task_of(w, case_id, one) is None for one in ("visit", "self_care", "means")] == [
            True, True, False,
        ]  # fmt: skip
        assert sheets.judge(w, w.session.get_one(Case, case_id)).category == "partly"


def test_only_a_running_case_of_tekun_is_assessed(work: WorkFactory, window: Window) -> None:
    with work() as w:
        other = aid.accepted(w, window)
        with pytest.raises(NoSelfCareTaskError):
            self_care.record(w, window["clerk"], other, tekun.items(), "县医院", TODAY)


# -- while somebody is supported


@pytest.fixture
def load(work: WorkFactory) -> Caseload:
    with work() as w:
        return payments.build(w)


def now(w: WorkFactory, who: UUID) -> tuple[str, Decimal]:
    with w() as work:
        live = select(Benefit).where(Benefit.person_id == who, Benefit.state == "active")
        row = work.session.scalars(live).one()
        return row.category, row.monthly


def test_somebody_who_can_do_less_is_paid_more_by_the_countys_decision(
    work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    with work() as w:
        row = tekun.supported(w, load, failed=1)
        who = row.person_id
        assert who is not None
        assert self_care.waiting(w, row) is None
        assert self_care.decide(w, load["officer"], row.id) is None
        self_care.reassess(w, load["clerk"], row.id, tekun.items(4), "县医院", TODAY)
        assert (row.review_on, self_care.waiting(w, row) is not None) == (TODAY, True)
        with pytest.raises(NotAllowedError):
            self_care.decide(w, load["clerk"], row.id)
        made = self_care.decide(w, load["officer"], row.id)
        assert made is not None
        assert made.reason == "2026-11-22重新评估了生活自理能力，六项自理能力有4项做不到。"
    assert now(work, who) == ("unable", Decimal("1301.00"))


def test_a_lower_tier_is_a_cut_and_needs_that_the_person_was_heard(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        row = tekun.supported(w, load, failed=4)
        benefit_id, who = row.id, row.person_id
        self_care.reassess(w, load["clerk"], benefit_id, tekun.items(0), "县医院", TODAY)
    with work() as w, pytest.raises(HearingNeededError):
        self_care.decide(w, load["officer"], benefit_id)
    with work() as w:
        handling.hear(w, load["clerk"], benefit_id, Hearing(TODAY, "张干事", "同意"))
        self_care.decide(w, load["officer"], benefit_id)
    assert who is not None
    assert now(work, who) == ("able", Decimal("1051.00"))
    with work() as w, pytest.raises(NoSupportError):
        self_care.reassess(w, load["clerk"], benefit_id, tekun.items(0), "县医院", TODAY)
