"""To which bank account a household's money goes: told by the family, corrected after a payment failed."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from backend.assistance.models import Benefit, Entitlement, Household, PaymentBatch, PaymentFailure
from backend.assistance.payees import with_homes
from backend.assistance.payments import PAY, WAITING
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.locks import for_update
from backend.people.service import Viewer, county

ACCOUNT = re.compile(r"\d{10,32}")
LONGEST_HOLDER = 64
PAGE = 200


@dataclass(frozen=True, slots=True)
class Failure:
    """A payment of a batch that did not arrive. ``tail``: the last four signs of the account as it is now.

    ``again``: the state of its months today: ``failed`` waits, ``batched`` and ``paid`` are in a later batch.
    """

    line: int
    household_id: UUID
    household: str
    amount: Decimal
    why: str
    corrected_at: datetime | None
    tail: str
    again: str


@dataclass(frozen=True, slots=True)
class WithoutAccount:
    """A household whose money waits because nobody knows where it goes. Yuan."""

    household_id: UUID
    household: str
    amount: Decimal


def correct(work: Work, viewer: Viewer, household_id: UUID, *, holder: str, account: str, why: str) -> Household:
    """Keep another account; what failed goes to it with the next batch. Raises ``BadInputError``."""
    viewer.require(PAY, county(work).path)
    mine = select(Household).where(Household.id == household_id).execution_options(populate_existing=True)
    row = work.session.scalars(for_update(work, mine)).one_or_none()
    if row is None:
        raise NotFoundError(household=str(household_id))
    row.bank_holder, row.bank_account = _checked_holder(holder), read_account(account)
    if not why.strip():
        raise BadInputError(field="依据", why="请写明依据，例如看过本人的存折")
    open_ = (PaymentFailure.household_id == household_id, PaymentFailure.corrected_at.is_(None))
    work.execute_dml(update(PaymentFailure).where(*open_).values(corrected_at=work.now))
    audit.record(work, "household.account", f"household:{household_id}", tail=(row.bank_account or "")[-4:])
    return row


def keep_first(work: Work, household: Household, holder: str, account: str) -> None:
    """The account that somebody named when they asked; one that is known already stays. Raises ``BadInputError``."""
    if household.bank_account is not None:
        return
    household.bank_holder, household.bank_account = _checked_holder(holder), read_account(account)
    audit.record(work, "household.account", f"household:{household.id}", tail=household.bank_account[-4:])


def _checked_holder(text: str) -> str:
    clean = " ".join(text.split())
    if not 1 < len(clean) <= LONGEST_HOLDER:
        raise BadInputError(field="户名", why="请填写存折或银行卡上的姓名")
    return clean


def read_account(text: str) -> str:
    """The digits alone. Raises ``BadInputError``."""
    clean = re.sub(r"[\s-]", "", text)
    if not ACCOUNT.fullmatch(clean):
        raise BadInputError(field="账号", why="账号是10到32位数字")
    return clean


def failures(work: Work, batch_id: UUID) -> list[Failure]:
    """Of one batch, in the order of its lines."""
    rows = select(PaymentFailure, Household).join(Household, Household.id == PaymentFailure.household_id)
    found = work.session.execute(rows.where(PaymentFailure.batch_id == batch_id).order_by(PaymentFailure.line)).all()
    if not found:
        return []
    now = _states_now(work, work.session.get_one(PaymentBatch, batch_id))
    return [
        Failure(
            one.line, home.id, home.number, one.amount, one.why, one.corrected_at, (home.bank_account or "")[-4:],
            now.get(home.id, "paid"),
        )
        for one, home in found
    ]  # fmt: skip


def _states_now(work: Work, batch: PaymentBatch) -> dict[UUID, str]:
    """Households of the programme whose money still is on its way; who is not here has been paid since."""
    found: Any = (
        select(Household.id, Entitlement.state)
        .select_from(Entitlement)
        .join(Benefit, Benefit.id == Entitlement.benefit_id)
        .where(Benefit.programme == batch.programme, Entitlement.month <= batch.month)
        .where(Entitlement.state.in_(("failed", "batched")))
    )
    return {home: state for home, state in work.session.execute(with_homes(found))}  # noqa: C416 - dict() does not know a Row


def without(work: Work, viewer: Viewer) -> list[WithoutAccount]:
    """Households whose money waits for an account, the largest sum first. Raises ``NotAllowedError``."""
    viewer.require(PAY, county(work).path)
    total = func.sum(Entitlement.amount)
    found: Any = (
        select(Household.id, Household.number, total)
        .select_from(Entitlement)
        .join(Benefit, Benefit.id == Entitlement.benefit_id)
        .where(Entitlement.state.in_(WAITING), Household.bank_account.is_(None))
        .group_by(Household.id, Household.number)
        .having(total > 0)
        .order_by(total.desc(), Household.number)
        .limit(PAGE)
    )
    return [WithoutAccount(*row) for row in work.session.execute(with_homes(found))]


def paid_sum(work: Work, batch_id: UUID) -> Decimal:
    """Yuan of a batch that have arrived."""
    mine = (Entitlement.batch_id == batch_id, Entitlement.state == "paid")
    return Decimal(work.session.scalar(select(func.sum(Entitlement.amount)).where(*mine)) or 0)
