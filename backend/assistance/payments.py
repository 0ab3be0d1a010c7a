"""Payment batches: made by one, approved by another, sent once, answered by the bank (R-023; two-person rule).

A row belongs to one batch at a time, taken by compare-and-swap, so it is never paid twice; what failed waits for the
next batch. The file is fixed when the batch is made: if it would come out differently later, the batch is refused.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from backend.assistance import settling
from backend.assistance.bank_files import Answer, PayLine, format_of, read_answer, written
from backend.assistance.errors import FileChangedError, NothingToPayError, SecondPersonError
from backend.assistance.models import (
    Benefit,
    Entitlement,
    Household,
    HouseholdMember,
    PaymentBatch,
    PaymentFailure,
)
from backend.assistance.money import NOTHING
from backend.assistance.payees import with_homes
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import claim, for_update
from backend.core.numbers import number_for
from backend.core.states import Machine
from backend.people.models import Division
from backend.people.service import Viewer, county

PAY = "payment.handle"
WAITING = ("due", "failed")
AT_ONCE = 10_000
MOST_WORDS = 200  # of what a bank says about a failure
BATCH = Machine(
    {
        "made": {"approve": "approved", "cancel": "cancelled"},
        "approved": {"send": "sent", "cancel": "cancelled"},
        "sent": {"settle": "settled"},
        "settled": {},
        "cancelled": {},
    }
)


@dataclass(frozen=True, slots=True)
class _Due:
    """A row that waits, with where its money goes; ``account`` None: nobody knows."""

    id: UUID
    amount: Decimal
    home: UUID | None
    number: str
    holder: str | None
    account: str | None
    line: int | None


def make(work: Work, viewer: Viewer, programme: str, month: date, bank: str) -> PaymentBatch:
    """Put everything that waits for payment up to ``month`` into a batch. Raises ``NothingToPayError``.

    Left out, still due: families without an account, and what is owed beyond what a family gets now.
    Raises ``BadInputError`` for a month that has not begun: the parts of a recovery wait there.
    """
    viewer.require(PAY, _one_at_a_time(work))
    format_of(bank)
    if month.replace(day=1) > local(work.now).date():
        raise BadInputError(field="月份", why="这个月还没有到，请选本月或以前的月份")
    rows = _payable(_due(work, programme, month.replace(day=1)))
    if not rows:
        raise NothingToPayError(programme=programme)
    batch = _batch(work, viewer, programme, month.replace(day=1), bank)
    _take(work, batch, rows)
    lines = _lines(batch.number, rows)
    batch.lines, batch.total = len(lines), sum((line.amount for line in lines), NOTHING)
    batch.file_digest = _digest(_file(batch, lines))
    audit.record(work, "payment.make", f"batch:{batch.number}", lines=batch.lines, total=str(batch.total))
    return batch


def _one_at_a_time(work: Work) -> str:
    """Makers queue at the county's row, so that numbers are given once; its path."""
    root = select(Division.path).where(Division.code == county(work).code)
    return work.session.scalars(for_update(work, root)).one()


def _batch(work: Work, viewer: Viewer, programme: str, month: date, bank: str) -> PaymentBatch:
    today, start = local(work.now).date(), local(work.now).replace(hour=0, minute=0, second=0, microsecond=0)
    made_today = select(func.count()).select_from(PaymentBatch).where(PaymentBatch.made_at >= start)
    batch = PaymentBatch(
        id=new_id(), number=number_for("PC", today, (work.session.scalar(made_today) or 0) + 1), month=month,
        programme=programme, bank=bank, lines=0, total=NOTHING, made_by=viewer.staff_id, made_at=work.now, state="made",
    )  # fmt: skip
    work.session.add(batch)
    work.session.flush()
    return batch


def _due(work: Work, programme: str, month: date) -> list[_Due]:
    waiting = (
        select(Entitlement.id)
        .join(Benefit, Benefit.id == Entitlement.benefit_id)
        .where(Benefit.programme == programme, Entitlement.month <= month, Entitlement.state.in_(WAITING))
        .order_by(Entitlement.id)
    )
    ids = set(work.session.scalars(claim(work, waiting)))
    found = with_homes(_columns().where(Benefit.programme == programme, Entitlement.state.in_(WAITING)))
    return [one for row in work.session.execute(found) if (one := _Due(*row)).id in ids]


def _columns() -> Any:
    """Rows in the order of the file: by household, then as they came to be."""
    return (
        select(
            Entitlement.id, Entitlement.amount, Household.id, Household.number, Household.bank_holder,
            Household.bank_account, Entitlement.line,
        )
        .select_from(Entitlement)
        .join(Benefit, Benefit.id == Entitlement.benefit_id)
        .order_by(Household.number, Entitlement.month, Entitlement.id)
    )  # fmt: skip


def _payable(rows: Iterable[_Due]) -> list[_Due]:
    """Per household with an account: all that is given, and of what is owed as much as leaves something to pay."""
    with_account = (row for row in rows if row.account and row.holder)
    covered = (_covered(list(group)) for _home, group in groupby(with_account, key=lambda row: row.home))
    paid = (group for group in covered if group)  # who only owes has no line: the bank's answers are counted by them
    return [replace(row, line=line) for line, group in enumerate(paid, 1) for row in group]


def _covered(rows: Sequence[_Due]) -> list[_Due]:
    given = [row for row in rows if row.amount > 0]
    left = sum((row.amount for row in given), NOTHING)
    for row in rows:
        if row.amount < 0 and left + row.amount > 0:
            left += row.amount
            given.append(row)
    return given


def _take(work: Work, batch: PaymentBatch, rows: Sequence[_Due]) -> None:
    """The compare-and-swap: every row must still be waiting, or somebody else pays it."""
    taken = 0
    for start in range(0, len(rows), AT_ONCE):
        ids = [row.id for row in rows[start : start + AT_ONCE]]
        mine = (Entitlement.id.in_(ids), Entitlement.state.in_(WAITING))
        taken += work.execute_dml(update(Entitlement).where(*mine).values(state="batched", batch_id=batch.id))
    if taken != len(rows):
        raise FileChangedError(batch=batch.number)
    work.session.execute(update(Entitlement), [{"id": row.id, "line": row.line} for row in rows])


def _lines(number: str, rows: Iterable[_Due]) -> list[PayLine]:
    """One payment per household, in the order of their numbers."""
    made = []
    for line, group in groupby(sorted(rows, key=lambda row: row.line or 0), key=lambda row: row.line):
        mine = list(group)
        amount = sum((row.amount for row in mine), NOTHING)
        made.append(PayLine(f"{number}-{line:05d}", mine[0].holder or "", mine[0].account or "", amount))
    return made


def _rows_of(work: Work, batch: PaymentBatch) -> list[_Due]:
    found = with_homes(_columns().where(Entitlement.batch_id == batch.id, Entitlement.state == "batched"))
    return [_Due(*row) for row in work.session.execute(found)]


def _file(batch: PaymentBatch, lines: Sequence[PayLine]) -> bytes:
    return written(format_of(batch.bank), lines, f"{batch.month:%Y年%m月}社会救助")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _unchanged(work: Work, batch: PaymentBatch) -> tuple[bytes, list[PayLine]]:
    lines = _lines(batch.number, _rows_of(work, batch))
    data = _file(batch, lines)
    if _digest(data) != batch.file_digest:
        raise FileChangedError(batch=batch.number)
    return data, lines


# -- approved, sent, answered


def approve(work: Work, viewer: Viewer, batch_id: UUID) -> PaymentBatch:
    """By somebody else than who made it. Raises ``SecondPersonError``, ``FileChangedError``, ``WrongStateError``."""
    batch = _locked(work, viewer, batch_id)
    if batch.made_by == viewer.staff_id:
        raise SecondPersonError
    state = BATCH.next(batch.state, "approve")
    _unchanged(work, batch)
    batch.state, batch.approved_by, batch.approved_at = state, viewer.staff_id, work.now
    audit.record(work, "payment.approve", f"batch:{batch.number}", total=str(batch.total))
    return batch


def send(work: Work, viewer: Viewer, batch_id: UUID) -> bytes:
    """The file, handed over once: from now on only the bank's answer moves the batch. Raises as ``approve``."""
    batch = _locked(work, viewer, batch_id)
    state = BATCH.next(batch.state, "send")
    data, _lines_of = _unchanged(work, batch)
    batch.state, batch.sent_at = state, work.now
    audit.record(work, "payment.send", f"batch:{batch.number}", digest=batch.file_digest)
    return data


def file_again(work: Work, viewer: Viewer, batch_id: UUID) -> bytes:
    """The same file once more, for a bank that lost it; logged. Raises ``WrongStateError`` unless it was sent."""
    batch = _locked(work, viewer, batch_id)
    BATCH.next(batch.state, "settle")
    data, _lines_of = _unchanged(work, batch)
    audit.record(work, "payment.file_again", f"batch:{batch.number}", digest=batch.file_digest)
    return data


def cancel(work: Work, viewer: Viewer, batch_id: UUID) -> PaymentBatch:
    """Before it was sent: its rows wait again. Raises ``WrongStateError``."""
    batch = _locked(work, viewer, batch_id)
    batch.state = BATCH.next(batch.state, "cancel")
    mine = (Entitlement.batch_id == batch.id, Entitlement.state == "batched")
    settling.did_not_arrive(work, *mine)
    work.execute_dml(update(Entitlement).where(*mine).values(state="due", batch_id=None, line=None))
    audit.record(work, "payment.cancel", f"batch:{batch.number}")
    return batch


def settle(work: Work, viewer: Viewer, batch_id: UUID, data: bytes) -> PaymentBatch:
    """Read the bank's return file: each row is paid, or failed and waits for the next batch.

    All or nothing. Raises ``ReturnFileError``, ``WrongStateError`` (a second file for the batch).
    """
    batch = _locked(work, viewer, batch_id)
    state = BATCH.next(batch.state, "settle")
    rows = _rows_of(work, batch)
    answers = read_answer(format_of(batch.bank), data, _lines(batch.number, rows))
    mine = (Entitlement.batch_id == batch.id, Entitlement.state == "batched")
    failed = _keep_failures(work, batch, rows, answers)
    for start in range(0, len(failed), AT_ONCE):
        lost = Entitlement.line.in_(failed[start : start + AT_ONCE])
        settling.did_not_arrive(work, *mine, lost)
        work.execute_dml(update(Entitlement).where(*mine, lost).values(state="failed"))
    work.execute_dml(update(Entitlement).where(*mine).values(state="paid"))
    batch.state, batch.settled_at = state, work.now
    batch.failed_lines = sum(not answer.paid for answer in answers)
    batch.paid_lines = len(answers) - batch.failed_lines
    audit.record(work, "payment.settle", f"batch:{batch.number}", paid=batch.paid_lines, failed=batch.failed_lines)
    return batch


def _keep_failures(
    work: Work, batch: PaymentBatch, rows: Sequence[_Due], answers: Sequence[Answer]
) -> list[int]:  # fmt: skip
    """Which lines failed, each kept with the bank's words until its account is right."""
    homes = {row.line: row.home for row in rows}
    sums: dict[int | None, Decimal] = {}
    for row in rows:
        sums[row.line] = sums.get(row.line, NOTHING) + row.amount
    failed = [(line, answer.why) for line, answer in enumerate(answers, 1) if not answer.paid]
    for line, why in failed:
        work.session.add(
            PaymentFailure(
                id=new_id(), batch_id=batch.id, line=line, amount=sums[line],
                household_id=homes[line] or _last_home(work, batch, line),
                why=why[:MOST_WORDS],
            )
        )  # fmt: skip
    return [line for line, _why in failed]


def _last_home(work: Work, batch: PaymentBatch, line: int) -> UUID:
    """Where somebody lived who has left or died since the file was sent: their money went there."""
    theirs = (
        select(HouseholdMember.household_id)
        .join(Benefit, Benefit.person_id == HouseholdMember.person_id)
        .join(Entitlement, Entitlement.benefit_id == Benefit.id)
        .where(Entitlement.batch_id == batch.id, Entitlement.line == line)
        .order_by(HouseholdMember.until.desc(), HouseholdMember.id.desc())
    )
    return work.session.scalars(theirs.limit(1)).one()


def _locked(work: Work, viewer: Viewer, batch_id: UUID) -> PaymentBatch:
    viewer.require(PAY, county(work).path)
    mine = select(PaymentBatch).where(PaymentBatch.id == batch_id).execution_options(populate_existing=True)
    batch = work.session.scalars(for_update(work, mine)).one_or_none()
    if batch is None:
        raise NotFoundError(batch=str(batch_id))
    return batch
