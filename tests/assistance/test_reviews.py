"""Looking again: due and told once, a tick or a decision, deaths, refusals of work, fines within the law."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.assistance import benefits, open_data, reviews
from backend.assistance.benefits import Award, Hearing
from backend.assistance.errors import FineTooHighError, HearingNeededError, ReviewChangedError
from backend.assistance.models import Benefit, HouseholdMember
from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.core.ids import new_id
from backend.notices.models import Notice
from backend.residents.models import Person
from scheduler.assistance_jobs import review_benefits
from tests.conftest import WorkFactory
from tests.support.payments import PLACE, Caseload, decision, family, granted, only, verdict_of
from tests.support.world import TOWN

HEARD = Hearing(date(2026, 6, 1), "张三", "知道错了")
TODAY = date(2026, 11, 22)


def member(work: Work) -> HouseholdMember:
    return work.session.scalars(select(HouseholdMember)).one()


@pytest.mark.parametrize(("days", "found"), [(-1, 0), (0, 1), (1, 1)])
def test_a_review_is_due_on_its_day(
    days: int, found: int, work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    clock._now = datetime(2027, 11, 22, tzinfo=UTC) + timedelta(days=days)
    with work() as w:
        assert len(reviews.due(w, load["clerk"])) == found
        assert reviews.due(w, replace(load["clerk"], grants=())) == []


def test_the_clerks_are_told_once_a_week(work: WorkFactory, load: Caseload, clock: ManualClock) -> None:
    clock._now = datetime(2027, 11, 30, tzinfo=UTC)
    review_benefits()
    review_benefits()
    with work() as w:
        told = w.session.scalars(select(Notice).where(Notice.template == "benefit_reviews")).all()
        assert {one.recipient_id for one in told} == {str(load[name].staff_id) for name in ("clerk", "clerk2")}
        assert len(told) == 2
    clock._now = datetime(2027, 12, 7, tzinfo=UTC)
    review_benefits()
    with work() as w:
        assert len(w.session.scalars(select(Notice).where(Notice.template == "benefit_reviews")).all()) == 4


def test_no_change_is_a_tick_and_a_change_needs_a_decision(
    work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    clock._now = datetime(2027, 11, 22, tzinfo=UTC)
    with work() as w:
        one = only(w)
        with pytest.raises(ReviewChangedError):
            reviews.confirm(w, load["clerk"], one.id, verdict_of(w, family("499.99")))
        with pytest.raises(NotAllowedError):
            reviews.confirm(w, load["lead"], one.id, verdict_of(w, family()))
        assert reviews.confirm(w, load["clerk"], one.id, verdict_of(w, family())).review_on == date(2028, 11, 22)


def test_a_death_brings_the_review_of_the_family_forward(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        w.session.get_one(Person, member(w).person_id).died_on = TODAY
    review_benefits()
    with work() as w:
        assert (only(w).state, only(w).review_on) == ("active", TODAY)
        assert len(reviews.due(w, load["clerk"])) == 1


@pytest.mark.parametrize("review_on", [TODAY, date(2027, 11, 22)], ids=["overdue", "next year"])
def test_the_money_of_somebody_who_died_waits_until_it_was_looked_at(
    review_on: date, work: WorkFactory, load: Caseload
) -> None:
    with work() as w:
        who = w.session.scalars(select(Person).where(Person.id == member(w).person_id)).one()
        who.died_on = TODAY
        bare = replace(verdict_of(w, family()), programme="disability_care")
        award = Award(decision(w, load), bare, family(), PLACE, person_id=who.id)
        benefits.grant(w, award).review_on = review_on
    review_benefits()
    review_benefits()
    with work() as w:
        mine = w.session.scalars(select(Benefit).where(Benefit.person_id.is_not(None))).one()
    assert (mine.state, mine.review_on) == ("suspended", TODAY)


def test_the_third_refusal_of_work_brings_the_review_and_a_job_forgets_them(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        counts = [reviews.refused_work(w, load["clerk"], member(w).id) for _ in range(2)]
        assert only(w).review_on > TODAY
        counts.append(reviews.refused_work(w, load["clerk"], member(w).id))
        assert only(w).review_on == TODAY
        reviews.took_work(w, load["clerk"], member(w).id)
        counts.append(reviews.refused_work(w, load["clerk"], member(w).id))
    assert counts == [1, 2, 3, 1]


def test_work_is_noted_by_ones_own_township_for_somebody_who_is_there(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        with pytest.raises(NotAllowedError):
            reviews.refused_work(w, load["lead"], member(w).id)
        with pytest.raises(NotFoundError):
            reviews.took_work(w, load["clerk"], new_id())


@pytest.mark.parametrize(
    ("moment", "fine", "lawful"),
    [
        (datetime(2026, 7, 1, tzinfo=UTC), "2000.00", True),
        (datetime(2026, 7, 1, tzinfo=UTC), "2000.01", False),
        (datetime(2026, 6, 30, tzinfo=UTC), "3000.00", True),
        (datetime(2026, 6, 30, tzinfo=UTC), "3000.01", False),
    ],
)
def test_a_fine_is_within_the_law_of_the_day(
    moment: datetime, fine: str, lawful: bool, work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    clock._now = moment
    with work() as w:
        if not lawful:
            with pytest.raises(FineTooHighError) as refused:
                reviews.sanction(w, load["officer"], only(w).id, Decimal(1000), Decimal(fine), "隐瞒收入", HEARD)
            assert Decimal(refused.value.facts["most"]) == Decimal(fine) - Decimal("0.01")
            return
        found = reviews.sanction(w, load["officer"], only(w).id, Decimal(1000), Decimal(fine), "隐瞒收入", HEARD)
    assert [str(amount) for _month, amount in found.parts] == ["312.00", "312.00", "312.00", "64.00"]


def test_nobody_is_fined_unheard_below_zero_or_by_a_clerk(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        one = only(w).id
        with pytest.raises(HearingNeededError):
            reviews.sanction(w, load["officer"], one, Decimal(1000), Decimal(0), "隐瞒收入", None)
        with pytest.raises(BadInputError):
            reviews.sanction(w, load["officer"], one, Decimal(1000), Decimal(-1), "隐瞒收入", HEARD)
        with pytest.raises(NotAllowedError):
            reviews.sanction(w, load["clerk"], one, Decimal(1000), Decimal(0), "隐瞒收入", HEARD)


# -- open data


@pytest.mark.parametrize(("households", "shown"), [(4, None), (5, 5), (6, 6)])
def test_a_township_with_fewer_than_five_households_is_not_counted_in_public(
    households: int, shown: int | None, work: WorkFactory, load: Caseload
) -> None:
    with work() as w:
        for number in range(2, households + 1):
            granted(w, load, number)
        found = open_data.published(w)
    row = found["counts"][0]
    assert (row["township"], row["households"]) == (TOWN, shown)
    assert row["monthly"] == (None if shown is None else str(Decimal("1040.00") * households))
    assert "王秀英" not in str(found) + open_data.as_csv(found)
    assert next(one for one in found["standards"] if one["name"] == "dibao_standard_urban")["value"] == 770


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"a": 9, "b": 8}, set()),
        ({"a": 9, "b": 4}, {"a", "b"}),
        ({"a": 9, "b": 4, "c": 7}, {"b", "c"}),
        ({"a": 4, "b": 3, "c": 70}, {"a", "b"}),
        ({"a": 4}, {"a"}),
    ],
)
def test_a_hidden_count_cannot_be_worked_out_from_the_total(counts: dict[str, int], hidden: set[str]) -> None:
    assert open_data.hidden_of(counts, 5) == hidden
