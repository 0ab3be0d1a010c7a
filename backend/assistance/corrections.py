"""Money beside the regular months: arrears, recoveries, fraud. Asked for by one officer, written by another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from backend.assistance import benefits, entitlements, reviews
from backend.assistance.errors import FineTooHighError, SecondPersonError
from backend.assistance.handling import open_hearing
from backend.assistance.models import Benefit, Correction
from backend.assistance.money import NOTHING, cents
from backend.assistance.payments import PAY
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.core.states import Machine
from backend.people.service import Viewer

KINDS = ("top_up", "recovery", "sanction")
CORRECTION = Machine({"proposed": {"approve": "approved", "refuse": "refused"}, "approved": {}, "refused": {}})


@dataclass(frozen=True, slots=True)
class Asked:
    """``kind`` of ``KINDS``; ``amount`` > 0; ``fine`` only with a ``sanction``. Yuan."""

    kind: str
    amount: Decimal
    reason: str
    fine: Decimal = NOTHING


def propose(work: Work, viewer: Viewer, benefit_id: UUID, asked: Asked) -> Correction:
    """Write down what is asked for; nothing is paid or taken before another officer approves.

    Raises ``BadInputError``, ``FineTooHighError``, ``HearingNeededError``, ``CutReasonMissingError``.
    """
    benefit = benefits.locked(work, benefit_id)
    viewer.require(PAY, benefit.division_path)
    _require_sense(work, benefit, asked)
    row = Correction(
        id=new_id(), benefit_id=benefit_id, kind=asked.kind, amount=asked.amount, fine=asked.fine,
        reason=asked.reason.strip(), state="proposed", proposed_by=viewer.staff_id, proposed_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    audit.record(work, "correction.propose", f"benefit:{benefit_id}", kind=asked.kind, amount=str(asked.amount))
    return row


def _require_sense(work: Work, benefit: Benefit, asked: Asked) -> None:
    if asked.kind not in KINDS:
        raise BadInputError(field="kind", why="没有这种补发或扣回")
    entitlements.require_amount(asked.amount, asked.reason)
    if asked.fine != cents(abs(asked.fine)) or (asked.fine and asked.kind != "sanction"):
        raise BadInputError(field="fine", why="罚款不能小于零，最多两位小数")
    if asked.kind == "sanction":
        today = local(work.now).date()
        benefits.require_lawful_cut(today, asked.reason, open_hearing(benefit, today))
        if asked.fine > (most := reviews.fine_limit(today, asked.amount)):
            raise FineTooHighError(most=str(most))


def approve(work: Work, viewer: Viewer, correction_id: UUID) -> Correction:
    """By somebody else than who asked: its rows are written. Raises ``SecondPersonError``, ``WrongStateError``."""
    row = _locked(work, viewer, correction_id)
    if row.proposed_by == viewer.staff_id:
        raise SecondPersonError
    state = CORRECTION.next(row.state, "approve")
    WRITERS[row.kind](work, viewer, row)
    row.state, row.settled_by, row.settled_at = state, viewer.staff_id, work.now
    audit.record(work, "correction.approve", f"benefit:{row.benefit_id}", correction=str(row.id))
    return row


def refuse(work: Work, viewer: Viewer, correction_id: UUID) -> Correction:
    """Not done: by another, or taken back by who asked. Raises ``WrongStateError``."""
    row = _locked(work, viewer, correction_id)
    row.state, row.settled_by, row.settled_at = CORRECTION.next(row.state, "refuse"), viewer.staff_id, work.now
    audit.record(work, "correction.refuse", f"benefit:{row.benefit_id}", correction=str(row.id))
    return row


def of_benefit(work: Work, benefit_id: UUID) -> Sequence[Correction]:
    """The newest first."""
    mine = select(Correction).where(Correction.benefit_id == benefit_id)
    return work.session.scalars(mine.order_by(Correction.proposed_at.desc(), Correction.id)).all()


def waiting(work: Work, viewer: Viewer) -> Sequence[Correction]:
    """What waits for a second officer, the oldest first."""
    found = (
        select(Correction)
        .join(Benefit, Benefit.id == Correction.benefit_id)
        .where(Correction.state == "proposed", viewer.sees(Benefit.division_path, PAY))
    )
    return work.session.scalars(found.order_by(Correction.proposed_at, Correction.id)).all()


def _top_up(work: Work, _viewer: Viewer, row: Correction) -> None:
    entitlements.top_up(work, row.benefit_id, row.amount, row.reason)


def _recover(work: Work, _viewer: Viewer, row: Correction) -> None:
    entitlements.recover(work, row.benefit_id, row.amount, row.reason)


def _sanction(work: Work, viewer: Viewer, row: Correction) -> None:
    heard = open_hearing(benefits.locked(work, row.benefit_id), local(work.now).date())
    reviews.sanction(work, viewer, row.benefit_id, row.amount, row.fine, row.reason, heard)


WRITERS: Mapping[str, Callable[[Work, Viewer, Correction], None]] = {
    "top_up": _top_up, "recovery": _recover, "sanction": _sanction,
}  # fmt: skip


def _locked(work: Work, viewer: Viewer, correction_id: UUID) -> Correction:
    mine = select(Correction).where(Correction.id == correction_id).execution_options(populate_existing=True)
    row = work.session.scalars(for_update(work, mine)).one_or_none()
    if row is None:
        raise NotFoundError(correction=str(correction_id))
    viewer.require(PAY, benefits.locked(work, row.benefit_id).division_path)
    return row
