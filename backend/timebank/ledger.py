"""The ledger: double entry in whole minutes (or points), for ever. Nothing else writes transfers, entries or balances.

A movement locks its accounts in the order of their ids, so movements in opposite directions wait instead of
deadlocking. A verb that posts several movements calls ``lock`` first, with all their accounts. Balances are added up
by the database under those locks, and its CHECK refuses whatever falls below a floor.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select, update

from backend.core.audit import canonical
from backend.core.clock import local
from backend.core.crypto import keyring
from backend.core.db import Work, is_sqlite
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.timebank import ledger_sql
from backend.timebank.errors import (
    AccountClosedError,
    AlreadyReversedError,
    KeyReusedError,
    PointsShortError,
    TimeShortError,
)
from backend.timebank.ledger_sql import ACCOUNT
from backend.timebank.models import TimeAccount, TimeEntry, TimeTransfer

UNITS = dict.fromkeys(("personal", "pending", "household", "pool", "escrow", "bureau"), "minute") | dict.fromkeys(
    ("points", "points_bureau"), "point"
)
UNLIMITED = ("bureau", "points_bureau")
MOST = 10_000_000
LONGEST = {"key": 128, "kind": 64, "source": 16, "source_id": 64}
REVERSAL = "reversal"


@dataclass(frozen=True, slots=True, order=True)
class AccountRef:
    """An account by what it is for; it is opened when something first moves into or out of it."""

    kind: str
    owner: str


@dataclass(frozen=True, slots=True)
class Leg:
    """What one account gets (positive) or gives (negative)."""

    account: AccountRef
    amount: int


@dataclass(frozen=True, slots=True)
class Movement:
    """What is to move: legs that add up to zero. ``key`` names the request: the same one moves once only.

    ``event_on``: the local day it is about; ``why``: words for the statement; ``policy``: dated values that decided.
    """

    key: str
    kind: str
    legs: tuple[Leg, ...]
    event_on: date
    source: str
    source_id: str
    why: str = ""
    reverses: UUID | None = None
    policy: Mapping[str, Any] = field(default_factory=dict)


BUREAU = AccountRef("bureau", "county")
POINTS_BUREAU = AccountRef("points_bureau", "county")
# Locked before all others, so that who issues time several times in one transaction never waits in a circle.
FIRST = {BUREAU: UUID(int=1), POINTS_BUREAU: UUID(int=2)}


# -- what a movement must look like


def require_sense(movement: Movement) -> None:
    """Raise ``BadInputError`` unless it has two or more whole, non-zero legs of one unit that add up to zero."""
    for name, longest in LONGEST.items():
        if not 0 < len(getattr(movement, name)) <= longest:
            raise BadInputError(field=name, why=f"要填写，最多{longest}个字")
    if type(movement.event_on) is not date:
        raise BadInputError(field="event_on", why="请填写日期")
    _require_legs(movement.legs)


def _require_legs(legs: tuple[Leg, ...]) -> None:
    accounts = [leg.account for leg in legs]
    if len(set(accounts)) != len(legs) or len(legs) < 2:  # noqa: PLR2004 - from one account to another
        raise BadInputError(field="legs", why="要从一个账户转到另一个账户")
    if any(one.kind not in UNITS or not 0 < len(one.owner) <= LONGEST["source_id"] for one in accounts):
        raise BadInputError(field="legs", why="没有这种账户")
    if any(type(leg.amount) is not int or leg.amount == 0 or abs(leg.amount) > MOST for leg in legs):
        raise BadInputError(field="amount", why="要填写整数分钟，大于零，也不能太大")
    if sum(leg.amount for leg in legs) != 0 or len({UNITS[one.kind] for one in accounts}) != 1:
        raise BadInputError(field="legs", why="转出和转入要相等，单位要一样")


def digest_of(movement: Movement) -> str:
    """What moves, sealed by the installation's key: who changes rows by hand cannot make a new one."""
    legs = sorted((leg.account.kind, leg.account.owner, leg.amount) for leg in movement.legs)
    asked = {
        "key": movement.key, "kind": movement.kind, "legs": legs, "on": movement.event_on.isoformat(),
        "source": [movement.source, movement.source_id], "reverses": movement.reverses,
    }  # fmt: skip
    return hmac.new(keyring().index_key, f"time\0{canonical(asked)}".encode(), hashlib.sha256).hexdigest()


# -- moving


def post(work: Work, movement: Movement) -> TimeTransfer:
    """Write one transfer with its entries; the same key again gives the first one.

    Raises ``BadInputError``, ``KeyReusedError``, ``AccountClosedError``, ``AlreadyReversedError``,
    ``TimeShortError`` or ``PointsShortError``; then nothing was written.
    """
    require_sense(movement)
    row = row_of(work, movement)
    rows = lock(work, (leg.account for leg in movement.legs))
    refused = _obstacle(work, movement, rows)
    if refused is not None:
        return _first(work, row, refused)
    if not _written(work, row, {rows[leg.account].id: leg.amount for leg in movement.legs}):
        return _first(work, row, KeyReusedError())
    return TimeTransfer(**row)


def lock(work: Work, accounts: Iterable[AccountRef]) -> dict[AccountRef, Row[Any]]:
    """Lock these accounts in the order of their ids, opening those that are missing."""
    wanted = sorted(set(accounts))
    named = {
        f"{part}{at}": value for at, one in enumerate(wanted) for part, value in (("k", one.kind), ("o", one.owner))
    }
    looking = (ledger_sql.found if is_sqlite(work) else ledger_sql.held)(len(wanted))
    found = work.session.connection().execute(looking, named).all()
    if not found:
        _open(work, wanted)
        found = work.session.connection().execute(looking, named).all()
    return {AccountRef(row.kind, row.owner): row for row in found}


def _open(work: Work, accounts: Iterable[AccountRef]) -> None:
    for one in accounts:  # in order, each waiting for whoever is just opening the same one
        row = {
            "id": FIRST.get(one) or new_id(), "kind": one.kind, "owner": one.owner, "unit": UNITS[one.kind],
            "balance": 0, "floor": None if one.kind in UNLIMITED else 0, "entries": 0, "opened_at": work.now,
            "closed_at": None,
        }  # fmt: skip
        insert_new(work, TimeAccount, row)  # whoever is first: the bureau's row meets itself by its fixed id as well


def _obstacle(work: Work, movement: Movement, rows: Mapping[AccountRef, Row[Any]]) -> DomainError | None:
    if movement.reverses is not None and _reversal_of(work, movement.reverses) is not None:
        return AlreadyReversedError()
    for leg in movement.legs:
        row = rows[leg.account]
        if row.closed_at is not None:
            return AccountClosedError()
        if leg.amount < 0 and row.floor is not None and row.balance + leg.amount < row.floor:
            kind = PointsShortError if leg.account.kind == "points" else TimeShortError
            return kind(balance=row.balance - row.floor, wanted=-leg.amount)
    return None


def _reversal_of(work: Work, transfer_id: UUID) -> UUID | None:
    return work.session.scalar(select(TimeTransfer.id).where(TimeTransfer.reverses == transfer_id))


def _first(work: Work, row: Mapping[str, Any], refused: DomainError) -> TimeTransfer:
    """What was written under this key; nothing was: the movement is refused."""
    found = work.session.scalars(select(TimeTransfer).where(TimeTransfer.key == row["key"])).one_or_none()
    if found is None:
        raise refused
    if not hmac.compare_digest(found.digest, row["digest"]):
        raise KeyReusedError
    return found


def row_of(work: Work, movement: Movement) -> dict[str, Any]:
    """The sealed row of a movement that makes sense."""
    return {
        "id": new_id(), "key": movement.key, "digest": digest_of(movement), "kind": movement.kind,
        "unit": UNITS[movement.legs[0].account.kind], "event_on": movement.event_on, "at": work.now,
        "by_kind": work.actor.kind, "by_id": work.actor.id, "source": movement.source,
        "source_id": movement.source_id, "reverses": movement.reverses, "why": movement.why,
        "policy": dict(movement.policy),
    }  # fmt: skip


def _written(work: Work, row: Mapping[str, Any], amounts: Mapping[UUID, int]) -> bool:
    """Write the transfer, move the balances, copy each account's entry from what it has become; False: known key."""
    named: dict[str, Any] = {}
    for at, (account, amount) in enumerate(amounts.items()):
        named |= {f"a{at}": account, f"m{at}": amount}
    connection = work.session.connection()
    if not is_sqlite(work):
        named |= {f"t_{name}": value for name, value in row.items()}
        return connection.execute(ledger_sql.at_once(len(amounts)), named).first() is not None
    if not insert_new(work, TimeTransfer, row, unique=("key",)):
        return False
    balances, entries = ledger_sql.moving(len(amounts))
    connection.execute(balances, named)
    connection.execute(entries, named | {"transfer": row["id"]})
    return True


def reverse(work: Work, transfer_id: UUID, *, key: str, why: str) -> TimeTransfer:
    """Move everything back, once. A mistake is never edited.

    Raises ``NotFoundError``, ``AlreadyReversedError``; ``TimeShortError`` if somebody has spent it meanwhile.
    """
    mistake = work.session.get(TimeTransfer, transfer_id)
    if mistake is None:
        raise NotFoundError(transfer=transfer_id)
    if mistake.reverses is not None:
        raise AlreadyReversedError
    legs = tuple(Leg(account, -amount) for account, amount in legs_of(work, transfer_id))
    return post(work, Movement(
        key, REVERSAL, legs, local(work.now).date(), mistake.source, mistake.source_id, why, reverses=transfer_id,
    ))  # fmt: skip


def legs_of(work: Work, transfer_id: UUID) -> list[tuple[AccountRef, int]]:
    """What a transfer moved."""
    rows = select(TimeAccount.kind, TimeAccount.owner, TimeEntry.amount).join(
        TimeEntry, TimeEntry.account_id == TimeAccount.id
    )
    found = work.session.execute(rows.where(TimeEntry.transfer_id == transfer_id).order_by(TimeAccount.id))
    return [(AccountRef(kind, owner), amount) for kind, owner, amount in found]


# -- accounts


def balance(work: Work, account: AccountRef) -> int:
    """Minutes (or points); 0 for an account that nothing has moved yet."""
    return work.session.scalar(select(ACCOUNT.c.balance).where(*named(account))) or 0


def named(account: AccountRef) -> tuple[ColumnElement[bool], ...]:
    """The conditions that find its row."""
    return ACCOUNT.c.kind == account.kind, ACCOUNT.c.owner == account.owner


def set_floor(work: Work, account: AccountRef, floor: int) -> None:
    """Let an account fall to ``floor`` (0 or below). Raises ``TimeShortError`` if it stands lower now."""
    row = lock(work, (account,))[account]
    if row.balance < floor:
        raise TimeShortError(balance=row.balance, wanted=floor)
    work.execute_dml(update(ACCOUNT).where(ACCOUNT.c.id == row.id).values(floor=floor))


def close(work: Work, account: AccountRef) -> None:
    """Close an empty account for ever; a closed one stays as it is. Raises ``BadInputError`` while something is in."""
    row = lock(work, (account,))[account]
    if row.balance != 0:
        raise BadInputError(field="account", why="账户里还有时间，先转出再注销")
    if row.closed_at is None:
        work.execute_dml(update(ACCOUNT).where(ACCOUNT.c.id == row.id).values(closed_at=work.now))
