"""公墓维护管理费 (R-116): each cemetery's fees as a ledger that only grows; its balance never falls below zero.

Families pay in, upkeep is paid out of it, every movement has its voucher and its purpose; the bureau sees every line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.memorial import cemeteries
from backend.memorial.burial_errors import FeeShortError, FeeVoucherUsedError
from backend.memorial.burial_models import Cemetery, CemeteryFee
from backend.memorial.burial_rules import FEES, NOTHING, cents
from backend.people.service import Viewer

PAGE, LONGEST_PURPOSE, LONGEST_VOUCHER = 100, 200, 64


@dataclass(frozen=True, slots=True)
class Fee:
    """One movement: its kind (``burial_rules.FEES``), yuan (> 0), what for, the voucher, the plot it was paid for.

    ``term_id`` and ``covers``, first and last day: what a holder paid in advance (``plots.pay``).
    """

    kind: str
    amount: Decimal
    purpose: str
    voucher: str
    plot_id: UUID | None = None
    term_id: UUID | None = None
    covers: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What supervision looks at: yuan paid in, yuan used, what is left, and whether the sum is the balance."""

    paid_in: Decimal
    used: Decimal
    balance: Decimal
    right: bool


def enter(work: Work, viewer: Viewer, code: str, fee: Fee) -> CemeteryFee:
    """Append one movement, under the lock of the cemetery.

    Raises ``FeeShortError``, ``FeeVoucherUsedError``, ``BadInputError``, ``NotFoundError``, ``NotAllowedError``.
    """
    cemetery = cemeteries.find(work, viewer, code, cemeteries.HANDLE)
    _require_sense(fee)
    work.session.execute(for_update(work, select(Cemetery.id).where(Cemetery.id == cemetery.id))).all()
    last = _last(work, cemetery.id)
    before, sequence = (last.balance, last.sequence + 1) if last else (NOTHING, 1)
    amount = fee.amount * FEES[fee.kind]
    if before + amount < NOTHING:
        raise FeeShortError(balance=str(before))
    _require_new(work, cemetery.id, fee)
    row = CemeteryFee(
        id=new_id(), cemetery_id=cemetery.id, sequence=sequence, kind=fee.kind, amount=amount,
        balance=before + amount, purpose=fee.purpose.strip(), voucher=fee.voucher.strip(), plot_id=fee.plot_id,
        term_id=fee.term_id, covers_from=fee.covers[0] if fee.covers else None,
        covers_until=fee.covers[1] if fee.covers else None, at=work.now, by=viewer.staff_id,
    )  # fmt: skip
    work.session.add(row)
    audit.record(work, f"cemetery_fee.{fee.kind}", f"cemetery_fee:{code}:{sequence}", amount=str(amount))
    return row


def _require_sense(fee: Fee) -> None:
    if fee.kind not in FEES:
        raise BadInputError(field="收支", why="没有这种收支")
    if fee.amount <= NOTHING or fee.amount != cents(fee.amount):
        raise BadInputError(field="金额", why="金额要大于零，最多两位小数")
    if not 0 < len(fee.purpose.strip()) <= LONGEST_PURPOSE:
        raise BadInputError(field="用途", why="请写明收了什么、用在哪里")
    if not 0 < len(fee.voucher.strip()) <= LONGEST_VOUCHER:
        raise BadInputError(field="凭证号", why=f"请填写凭证号，最多{LONGEST_VOUCHER}个字")


def _require_new(work: Work, cemetery_id: UUID, fee: Fee) -> None:
    same = select(CemeteryFee.id).where(
        CemeteryFee.cemetery_id == cemetery_id, CemeteryFee.kind == fee.kind,
        CemeteryFee.voucher == fee.voucher.strip(),
    )  # fmt: skip
    if work.session.scalars(same).first() is not None:
        raise FeeVoucherUsedError(voucher=fee.voucher)


def _last(work: Work, cemetery_id: UUID) -> CemeteryFee | None:
    mine = select(CemeteryFee).where(CemeteryFee.cemetery_id == cemetery_id)
    return work.session.scalars(mine.order_by(CemeteryFee.sequence.desc()).limit(1)).first()


def account(work: Work, cemetery_id: UUID) -> Account:
    """The whole ledger in three sums; ``right`` is False only if somebody wrote by hand."""
    whole = select(CemeteryFee.kind, func.sum(CemeteryFee.amount)).where(CemeteryFee.cemetery_id == cemetery_id)
    sums = {kind: Decimal(total) for kind, total in work.session.execute(whole.group_by(CemeteryFee.kind))}
    paid_in = cents(sum((sums.get(kind, NOTHING) for kind, sign in FEES.items() if sign > 0), NOTHING))
    used = cents(-sum((sums.get(kind, NOTHING) for kind, sign in FEES.items() if sign < 0), NOTHING))
    last = _last(work, cemetery_id)
    balance = last.balance if last else NOTHING
    return Account(paid_in, used, balance, paid_in - used == balance)


def ledger(work: Work, cemetery_id: UUID) -> Sequence[CemeteryFee]:
    """The newest movements first; whoever asks has found the cemetery through ``cemeteries.find``."""
    mine = select(CemeteryFee).where(CemeteryFee.cemetery_id == cemetery_id)
    return work.session.scalars(mine.order_by(CemeteryFee.sequence.desc()).limit(PAGE)).all()
