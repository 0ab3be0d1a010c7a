"""One family over three years, to the cent: from the application to the end of the 渐退期, with a clock that is moved.

陈桂英 (born 1938) lives with her daughter 王秀英 (born 1960) and her grandson 李小宝 (born 2006-12-01) in the town.
The sums are counted by hand from the county's urban standards: 735 yuan (2023-09), 750 (2024-09), 770 (2025-07).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import func, select

from backend.assistance import benefits, entitlements, households, payments, reviews, service, sheets
from backend.assistance.assessment import assess
from backend.assistance.benefits import Hearing
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.errors import HearingNeededError
from backend.assistance.models import Benefit, Entitlement, Household, HouseholdMember
from backend.assistance.profiles import months_later, profile_named
from backend.cases import forms
from backend.cases.models import Decision
from backend.core.clock import ManualClock, local
from backend.core.db import Work
from backend.notices.models import Notice
from backend.residents.models import InboxItem, Person
from scheduler.assistance_jobs import adjust_benefits, compute_month, review_benefits
from tests.conftest import WorkFactory
from tests.support import aid
from tests.support.cases import Window, build_window
from tests.support.payments import answer_file

BANK = "rural_commercial"
WORKS, GRAN, CHILD = 0, 1, 2  # places in the family's form
FAMILY = [
    aid.row("王秀英", date(1960, 5, 1), 1, "self", "600", income_kind="wage"),
    aid.row("陈桂英", date(1938, 3, 1), 2, "parent", "115", income_kind="pension"),
    aid.row("李小宝", date(2006, 12, 1), 5, "child", study="senior"),
]


@dataclass
class Story:
    """The family's county, its clock, and what the bank has paid out, month by month."""

    work: WorkFactory
    window: Window
    clock: ManualClock

    def until(self, month: str) -> None:
        """Live on: on the second of each month, up to this one, the money is computed, paid and answered for."""
        last = date.fromisoformat(f"{month}-01")
        while (this := self._next()) <= last:
            aid.go_to(self.clock, str(this.replace(day=2)))
            review_benefits()
            compute_month()
            adjust_benefits()
            compute_month()
            self._pay(this)

    def _next(self) -> date:
        with self.work() as w:
            done = w.session.scalar(select(func.max(Entitlement.month)).where(Entitlement.state == "paid"))
        return months_later(done, 1) if done else date(2023, 11, 1)

    def _pay(self, month: date) -> None:
        officer, other = self.window["officer"], self.window["officer2"]
        with self.work(officer.actor) as w:
            batch = payments.make(w, officer, "dibao", month, BANK)
            payments.approve(w, other, batch.id)
            payments.send(w, officer, batch.id)
            payments.settle(w, officer, batch.id, answer_file(batch.number, {1: str(batch.total)}))

    def change(self, day: str, told: Callable[[FamilyFacts], FamilyFacts], why: str, said: str | None = None) -> None:
        """On a day the family's facts are others; heard, if somebody wrote down what they said."""
        aid.go_to(self.clock, day)
        officer = self.window["officer"]
        heard = Hearing(date.fromisoformat(day), "officer", said) if said else None
        with self.work(officer.actor) as w:
            row = live(w)
            facts = told(benefits.facts_of(row.basis))
            service.change_of_circumstance(w, officer, row.id, facts, why, hearing=heard)


def live(w: Work) -> Benefit:
    return w.session.scalars(select(Benefit).where(Benefit.state.in_(benefits.LIVE))).one()


def member(w: Work, place: int) -> UUID:
    rows = w.session.scalars(select(HouseholdMember).order_by(HouseholdMember.position)).all()
    names = {w.session.get_one(Person, one.person_id).name: one.person_id for one in rows}
    return names[str(FAMILY[place]["name"])]


@pytest.fixture
def story(work: WorkFactory, clock: ManualClock) -> Story:
    clock._now = datetime(2023, 10, 9, 1, tzinfo=UTC)
    with work() as w:
        return Story(work, build_window(w), clock)


def granted(story: Story) -> None:
    """3 × 735 - 600 - 115 = 1490.00 a month, from the month after the decision."""
    with story.work(story.window["clerk"].actor) as w:
        case = aid.published(w, story.window, aid.form(urban="urban", address="示范路1号", members=FAMILY))
    aid.decided(story.window, story.clock, case, "2023-10-17")
    with story.work() as w:
        home = w.session.scalars(select(Household)).one()
        home.bank_account, home.bank_holder = "62284000000000001", "王秀英"
        row = live(w)
        assert (row.monthly, row.first_month, row.review_on) == (
            Decimal("1490.00"),
            date(2023, 11, 1),
            date(2024, 10, 17),
        )


def grows_up(story: Story) -> None:
    """A standard rises by itself; the boy is eighteen and starts work: less money, with a reason."""
    story.until("2024-12")  # 3 × 750 - 715 = 1535.00 from September
    story.change("2024-12-05", lambda facts: aid.earning(facts, CHILD, "700"), "income")
    with story.work() as w:
        row = live(w)
        # Before 2026-07-01 no hearing was asked for: 2250 - 600 - 115 - 700 = 835.00 from January.
        assert (row.monthly, row.first_month) == (Decimal("835.00"), date(2025, 1, 1))


def loses_grandmother(story: Story) -> None:
    """In July 2026 she dies: the review is brought forward, the cut waits for the hearing."""
    story.until("2026-07")  # 2310 - 1415 = 895.00 since July 2025
    clerk = story.window["clerk"]
    with story.work(clerk.actor) as w:
        row = live(w)
        assert [one.benefit_id for one in reviews.due(w, clerk)] == [row.id]  # a year after the last decision
        reviews.confirm(w, clerk, row.id, sheets.verdict_on(w, "dibao", benefits.facts_of(row.basis)))
        assert row.review_on == date(2027, 7, 2)
    aid.go_to(story.clock, "2026-07-15")
    with story.work(clerk.actor) as w:
        households.record_death(w, member(w, GRAN), date(2026, 7, 14))
    review_benefits()
    with story.work() as w:
        assert live(w).review_on == date(2026, 7, 15)
    with pytest.raises(HearingNeededError):
        story.change("2026-07-20", lambda facts: facts, "death_in_family")
    story.change("2026-07-20", lambda facts: facts, "death_in_family", said="老人走了，我们知道了")
    with story.work() as w:
        row = live(w)
        # 2 × 770 - 600 - 700 = 240.00 from August.
        assert (row.monthly, row.members, row.first_month) == (Decimal("240.00"), 2, date(2026, 8, 1))


def earns_enough(story: Story) -> None:
    """900 yuan a head is over the standard, by work and below one and a half of it: half a year more of the old sum."""
    story.until("2026-09")
    story.change("2026-09-10", lambda facts: aid.earning(facts, CHILD, "1200"), "work")
    with story.work() as w:
        row = live(w)
        assert (row.state, row.monthly) == ("phasing_out", Decimal("240.00"))
        assert (row.first_month, row.last_month) == (date(2026, 10, 1), date(2027, 2, 1))
    story.until("2027-02")
    aid.go_to(story.clock, "2027-03-02")
    compute_month()
    compute_month()


PAID = [  # months, yuan each
    (10, "1490.00"),  # 2023-11 … 2024-08
    (4, "1535.00"),  # 2024-09 … 2024-12
    (6, "835.00"),  # 2025-01 … 2025-06
    (13, "895.00"),  # 2025-07 … 2026-07
    (7, "240.00"),  # 2026-08 … 2027-02, the last five of them while it phases out
]


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_family_over_three_years_to_the_cent(story: Story) -> None:
    granted(story)
    grows_up(story)
    loses_grandmother(story)
    earns_enough(story)
    with story.work() as w:
        paid = w.session.scalars(
            select(Entitlement.amount).where(Entitlement.state == "paid").order_by(Entitlement.month)
        ).all()
        assert [str(one) for one in paid] == [amount for months, amount in PAID for _ in range(months)]
        # 14900 + 6140 + 5010 + 11635 + 1680
        assert sum(paid) == Decimal("39365.00")
        assert w.session.scalars(select(Benefit.state)).all() == ["ended"] * 6
        assert w.session.scalars(select(Entitlement).where(Entitlement.state.in_(["due", "batched"]))).all() == []
        _decided_and_explained(w)
        _worked_out_again(w)


def _decided_and_explained(w: Work) -> None:
    """Each change was a decision of its own, told to the family, in words that add up."""
    made = w.session.scalars(select(Decision).order_by(Decision.sequence)).all()
    assert [(one.outcome, one.automatic) for one in made] == [
        ("granted", False), ("changed", True), ("changed", False), ("changed", True), ("changed", False),
        ("changed", False),
    ]  # fmt: skip
    assert "全家每月低保金：1490.00元" in forms.opened(made[0].calculation)["words"]
    assert made[1].reason == "救助标准提高，从2024年09月起每月由1490.00元提高到1535.00元。"
    told = select(func.count()).select_from(InboxItem).where(InboxItem.template == "case_decided")
    assert w.session.scalar(told) == len(made)
    assert w.session.scalar(select(func.count()).select_from(Notice)) != 0


def _worked_out_again(w: Work) -> None:
    """Every decision and every month, from what was frozen: the same yuan."""
    for one in w.session.scalars(select(Decision)):
        facts = FamilyFacts.model_validate(forms.opened(one.facts))
        day, profile = local(one.decided_at).date(), profile_named(one.profile)
        assert str(assess("dibao", facts, day, profile=profile).monthly) == forms.opened(one.calculation)["amount"]
    for month in w.session.scalars(select(Entitlement.id).where(Entitlement.kind == "regular")):
        assert entitlements.recompute(w, month).same
    assert sheets.facts_of(w, w.session.scalars(select(Decision.case_id)).first() or UUID(int=0)).previous is not None
