"""The record of an order: who acts, its lock, its moves along the table, and a line for each.

Locks are taken in one order: the order, then volunteers, then accounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.locks import for_update
from backend.people.service import Viewer
from backend.residents import acts
from backend.timebank.order_errors import WrongOrderStateError
from backend.timebank.order_models import HelpOrder, OrderEvent, OrderHelper
from backend.timebank.states import HELPER, HELPER_ZH, LIVE, ORDER, STATE_ZH
from backend.volunteers.models import Volunteer

VIEW, HANDLE, SCOPE = "order.view", "order.handle", "time_bank"
SHORTEST_REASON, LONGEST_REASON = 4, 500
BY_ZH = {"system": "系统", "resident": "本人"}


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts: a resident for themself or by proxy (``agent_id``), or a clerk on the telephone (``staff``)."""

    person_id: UUID | None = None
    agent_id: UUID | None = None
    proxy_id: UUID | None = None
    staff: Viewer | None = None


def locked(work: Work, order_id: UUID) -> HelpOrder:
    """The order as it is now, locked until the commit. Raises ``NotFoundError``."""
    mine = select(HelpOrder).where(HelpOrder.id == order_id).execution_options(populate_existing=True)
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None:
        raise NotFoundError(order=str(order_id))
    return row


def find(work: Work, who: Who, order_id: UUID, action: str = HANDLE, *, lock: bool = True) -> HelpOrder:
    """The order if it is this receiver's, or lies in this clerk's part; locked, unless it is only shown.

    Raises ``NotFoundError``.
    """
    row = locked(work, order_id) if lock else work.session.get(HelpOrder, order_id)
    if row is None:
        raise NotFoundError(order=str(order_id))
    mine = row.receiver_id == who.person_id
    if not (who.staff.may(action, row.division_path) if who.staff else mine):
        raise NotFoundError(order=str(order_id))
    return row


def helpers_of(work: Work, order: HelpOrder, states: Sequence[str] = LIVE) -> Sequence[OrderHelper]:
    """Those in these states, in the order of their volunteers (service is recorded in this order)."""
    mine = select(OrderHelper).where(OrderHelper.order_id == order.id, OrderHelper.state.in_(states))
    return work.session.scalars(mine.order_by(OrderHelper.volunteer_id, OrderHelper.id)).all()


def helper_of(work: Work, order: HelpOrder, volunteer: Volunteer) -> OrderHelper:
    """A volunteer's newest part in a locked order. Raises ``NotFoundError``: they were never asked."""
    mine = select(OrderHelper).where(OrderHelper.order_id == order.id, OrderHelper.volunteer_id == volunteer.id)
    row = work.session.scalars(mine.order_by(OrderHelper.offered_at.desc(), OrderHelper.id.desc())).first()
    if row is None:
        raise NotFoundError(order=str(order.id))
    return row


def one_helper(work: Work, order: HelpOrder, helper_id: UUID) -> OrderHelper:
    """A helper of this order. Raises ``NotFoundError``."""
    row = work.session.get(OrderHelper, helper_id)
    if row is None or row.order_id != order.id:
        raise NotFoundError(helper=str(helper_id))
    return row


# -- moves


def require(order: HelpOrder, action: str) -> str:
    """Where the action leads the order. Raises ``WrongOrderStateError``."""
    return _target(ORDER.table, order.state, action, STATE_ZH)


def move(work: Work, order: HelpOrder, action: str, words: str = "") -> None:
    """Move a locked order along the table and write the line."""
    order.state, order.state_at = require(order, action), work.now
    order.version += 1
    note(work, order, action, words)


def require_helper(helper: OrderHelper, action: str) -> str:
    """Where the action leads this helper. Raises ``WrongOrderStateError``."""
    return _target(HELPER.table, helper.state, action, HELPER_ZH)


def move_helper(work: Work, helper: OrderHelper, action: str) -> None:
    helper.state = require_helper(helper, action)
    helper.version += 1
    work.session.flush()


def _target(table: Any, state: str, action: str, words: dict[str, str]) -> str:
    target: str | None = table[state].get(action)
    if target is None:
        raise WrongOrderStateError(
            state=state, state_zh=words[state], action=action, possible=sorted(table[state])
        )  # fmt: skip
    return target


def note(work: Work, order: HelpOrder, action: str, words: str = "") -> None:
    """One line of its story; residents are not named in it."""
    actor = work.actor
    name = actor.name if actor.kind == "staff" else BY_ZH.get(actor.kind, actor.kind)
    work.session.add(
        OrderEvent(order_id=order.id, action=action, by_kind=actor.kind, by_name=name[:64], words=words, at=work.now)
    )
    work.session.flush()


def leave_trail(work: Work, who: Who, order: HelpOrder, action: str) -> None:
    """What an agent or a clerk did is told to the receiver; what a clerk did stands in the audit too."""
    if who.staff is not None:
        audit.record(work, f"order.{action}", f"help_order:{order.id}")
    if who.staff is None and who.agent_id is None:
        return
    acts.did(
        work, principal_id=order.receiver_id, scope=SCOPE, action=f"order.{action}", subject=f"help_order:{order.id}",
        agent_id=who.agent_id, proxy_id=who.proxy_id, staff=who.staff,
    )  # fmt: skip


# -- small things every verb needs


def reason(text: str, field: str = "理由") -> str:
    """Words that say something. Raises ``BadInputError``."""
    words = text.strip()
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise BadInputError(field=field, why=f"请用 {SHORTEST_REASON} 到 {LONGEST_REASON} 个字写清楚")
    return words
