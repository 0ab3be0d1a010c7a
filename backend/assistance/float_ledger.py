"""临时救助备用金 (R-031): each township's float as a ledger that only grows; its balance never falls below zero.

Money is advanced to a family in an emergency, vouchers follow, the county replenishes. Amounts are yuan.
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from backend.assistance.errors import FloatShortError, VoucherUsedError
from backend.assistance.models import FloatEntry
from backend.assistance.money import NOTHING, cents
from backend.assistance.payments import PAY
from backend.cases.tasks import HANDLE, VIEW
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.people.models import Division
from backend.people.service import Viewer, county

KINDS = {"replenish": 1, "advance": -1, "refund": 1, "give_back": -1}
BY_COUNTY = ("replenish", "give_back")  # money between the county and the township
PAGE = 100


@dataclass(frozen=True, slots=True)
class Voucher:
    """One movement: its kind, yuan (> 0), the number on the paper, and the case it was for."""

    kind: str
    amount: Decimal
    number: str
    case_id: UUID | None = None


def enter(work: Work, viewer: Viewer, division_code: str, voucher: Voucher) -> FloatEntry:
    """Append one movement, under the lock of the township.

    Raises ``FloatShortError``, ``VoucherUsedError``, ``BadInputError``, ``NotFoundError``, ``NotAllowedError``.
    """
    path = _locked(work, division_code)
    viewer.require(
        PAY if voucher.kind in BY_COUNTY else HANDLE, county(work).path if voucher.kind in BY_COUNTY else path
    )
    return _append(work, viewer.staff_id, division_code, voucher)


def advance(work: Work, staff_id: UUID, division_code: str, voucher: Voucher) -> FloatEntry:
    """Pay out what somebody has just decided (急难型): the decision was theirs, so nothing more is asked of them.

    Raises as ``enter``.
    """
    _locked(work, division_code)
    return _append(work, staff_id, division_code, voucher)


def _append(work: Work, staff_id: UUID, division_code: str, voucher: Voucher) -> FloatEntry:
    _require_sense(voucher)
    last = _last(work, division_code)
    before, sequence = (last.balance, last.sequence + 1) if last else (NOTHING, 1)
    amount = voucher.amount * KINDS[voucher.kind]
    if before + amount < NOTHING:
        raise FloatShortError(balance=str(before))
    _require_new(work, division_code, voucher)
    row = FloatEntry(
        id=new_id(), division_code=division_code, sequence=sequence, kind=voucher.kind, amount=amount,
        balance=before + amount, case_id=voucher.case_id, voucher=voucher.number.strip(), at=work.now,
        by=staff_id,
    )  # fmt: skip
    work.session.add(row)
    audit.record(work, f"float.{voucher.kind}", f"float:{division_code}:{sequence}", amount=str(amount))
    return row


def _locked(work: Work, division_code: str) -> str:
    """The township's path, its row locked: entries of one ledger are written one after the other."""
    mine = select(Division.path).where(Division.code == division_code, Division.level == "town")
    path = work.session.scalars(for_update(work, mine)).one_or_none()
    if path is None:
        raise NotFoundError(division=division_code)
    return path


def _require_sense(voucher: Voucher) -> None:
    if voucher.kind not in KINDS:
        raise BadInputError(field="kind", why="没有这种收支")
    if voucher.amount <= NOTHING or voucher.amount != cents(voucher.amount):
        raise BadInputError(field="amount", why="金额要大于零，最多两位小数")
    if not 0 < len(voucher.number.strip()) <= 64:  # noqa: PLR2004 - the column's length
        raise BadInputError(field="voucher", why="请填写凭证号，最多64个字")


def _require_new(work: Work, division_code: str, voucher: Voucher) -> None:
    same = select(FloatEntry.id).where(
        FloatEntry.division_code == division_code, FloatEntry.kind == voucher.kind,
        FloatEntry.voucher == voucher.number.strip(),
    )  # fmt: skip
    if work.session.scalars(same).first() is not None:
        raise VoucherUsedError(voucher=voucher.number)


def _last(work: Work, division_code: str) -> FloatEntry | None:
    mine = select(FloatEntry).where(FloatEntry.division_code == division_code)
    return work.session.scalars(mine.order_by(FloatEntry.sequence.desc()).limit(1)).first()


def balance(work: Work, division_code: str) -> Decimal:
    """What is in the float now."""
    last = _last(work, division_code)
    return last.balance if last else NOTHING


def ledger(work: Work, viewer: Viewer, division_code: str) -> list[FloatEntry]:
    """The newest movements first. Raises ``NotAllowedError`` for another township."""
    viewer.require(VIEW, work.session.get_one(Division, division_code).path)
    mine = select(FloatEntry).where(FloatEntry.division_code == division_code)
    return list(work.session.scalars(mine.order_by(FloatEntry.sequence.desc()).limit(PAGE)))


def differences(work: Work) -> list[str]:
    """Townships whose last balance is not the sum of their movements: always none, or somebody wrote by hand."""
    sums = select(FloatEntry.division_code, func.sum(FloatEntry.amount)).group_by(FloatEntry.division_code)
    return [code for code, total in work.session.execute(sums) if balance(work, code) != total]
