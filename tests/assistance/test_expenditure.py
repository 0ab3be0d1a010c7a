"""临时救助 支出型 from the form to the payment: the whole procedure, and only what it needs."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from backend.assistance.models import Benefit, Entitlement
from backend.cases import service
from backend.cases.errors import FormFaultsError
from backend.cases.models import Publication
from backend.core.clock import ManualClock
from scheduler.assistance_jobs import compute_month
from tests.conftest import WorkFactory
from tests.support import aid
from tests.support.cases import EMERGENCY, FORM, Window, build_window, done, draft, investigated

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SPENT: dict[str, Any] = {
    "aid": "expenditure", "what_happened": "住院三个月", "happened_on": "2026-11-01", "kind": "illness",
    "urban": "rural", "necessary": "5000", "members": FORM["members"], "consent": True, "savings": "1000",
    "houses": 1, "vehicles": 0, "companies": 0,
}  # fmt: skip


@pytest.fixture
def window(work: WorkFactory) -> Window:
    with work() as w:
        return build_window(w)


def test_help_with_spending_goes_its_whole_way_and_is_paid(
    work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    with work(window["clerk"].actor) as w:
        case = aid.accepted(w, window, SPENT, "temporary_aid")
        assert (case.step, case.due_on) == ("investigation", date(2027, 1, 4))  # thirty working days, not three
        case = done(w, window, investigated(w, window, case), "opinion", "agree")
        shown = w.session.scalars(select(Publication)).one()
        assert (case.state, shown.members, shown.amount) == ("published", 2, "2500.00")
    made = aid.decided(window, clock, case, "2026-12-01")
    with work() as w:
        assert made.outcome == "granted"
        row = w.session.scalars(select(Benefit)).one()
        assert (row.programme, row.category, row.person_id) == ("temporary", "expenditure", window.applicant)
    compute_month()
    with work() as w:
        assert [one.amount for one in w.session.scalars(select(Entitlement))] == [Decimal("2500.00")]


@pytest.mark.parametrize("missing", ["necessary", "members", "consent"])
def test_each_kind_asks_what_it_needs_and_nothing_of_the_other(work: WorkFactory, window: Window, missing: str) -> None:
    with work() as w:
        case = draft(w, window, "temporary_aid", form={name: SPENT[name] for name in SPENT if name != missing})
        with pytest.raises(FormFaultsError):
            service.submit(w, case, version=case.version)
        urgent = service.save(w, case, EMERGENCY | {missing: SPENT[missing]}, version=case.version)
        assert service.submit(w, urgent, version=urgent.version).state == "submitted"
