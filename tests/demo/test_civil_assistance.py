"""Social assistance of the demonstration: every state an officer works with is there, and the money adds up."""

from decimal import Decimal

from sqlalchemy import func, select

from backend.assistance import float_ledger
from backend.assistance.accounts import failures, without
from backend.assistance.entitlements import recompute
from backend.assistance.models import Benefit, Entitlement, PaymentBatch
from backend.assistance.reviews import due
from backend.cases.models import Case
from backend.core.db import reading
from backend.demo.civil_assistance import assistance
from backend.demo.civil_moments import viewer_of
from tests.support.phone import Demonstration


def test_families_receive_money_that_can_be_worked_out_again(shown: Demonstration) -> None:
    with reading() as w:
        live = w.session.execute(select(Benefit.programme, func.count()).group_by(Benefit.programme))
        assert {programme: count for programme, count in live} == {  # noqa: C416 - a Result is no mapping
            "dibao": len(assistance().families), "old_age": 3, "funeral_fee_waiver": 1,
        }  # fmt: skip
        rows = list(w.session.scalars(select(Entitlement.id)))
        assert rows
        assert [one for one in rows if not recompute(w, one).same] == []


def test_a_month_was_paid_but_for_one_family_and_a_batch_waits_for_the_second_officer(shown: Demonstration) -> None:
    with reading() as w:
        batches = w.session.scalars(select(PaymentBatch).order_by(PaymentBatch.number)).all()
        assert [(one.programme, one.state, one.failed_lines) for one in batches] == [
            ("dibao", "settled", 1), ("old_age", "settled", 0), ("old_age", "made", 0),
        ]  # fmt: skip
        [lost] = failures(w, batches[0].id)
        assert (lost.why, lost.again) == ("账号已销户", "failed")
        assert len(without(w, viewer_of(w, "bureau"))) == 1
        assert batches[0].made_by != batches[0].approved_by


def test_applications_wait_at_their_steps_one_review_is_due_and_the_floats_are_right(shown: Demonstration) -> None:
    with reading() as w:
        open_cases = w.session.execute(select(Case.step).where(Case.live)).scalars()
        assert set(open_cases) >= {"acceptance", "investigation", "opinion", "publication"}
        assert [one.monthly for one in due(w, viewer_of(w, "clerk2"))] == [Decimal("1410.00")]
        assert float_ledger.differences(w) == []
        assert float_ledger.balance(w, "500999101") == Decimal("19250.00")
