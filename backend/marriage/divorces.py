"""Applications for divorce over their two periods: received, withdrawn, registered, lapsed, counted anew.

Every step is a compare-and-swap on the application's own row, so that of a withdrawal, a certificate and the job at
the same moment exactly one happens.
"""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from backend.core import audit, calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.ids import new_id
from backend.core.locks import claim
from backend.marriage import cases, standing
from backend.marriage.errors import (
    DivorceRunningError,
    DivorceSettledError,
    NotYetCertainError,
    OutsideLegalPeriodError,
)
from backend.marriage.law import lengths_on, value
from backend.marriage.models import Divorce, Registration
from backend.marriage.numbers import case_number
from backend.marriage.rules import ground
from backend.marriage.states import DIVORCE
from backend.marriage.telling import tell_couple, zh
from backend.marriage.timing import Periods, before_close, periods

PREFIX = "LH"
LIVE = ("cooling", "window")
PORTION = 100


def receive(work: Work, case: Registration) -> Divorce:
    """The application is received today and its periods begin. Raises ``DivorceRunningError``."""
    today = local(work.now).date()
    calendar, lengths = calendar_store.current(work), lengths_on(today)
    found = periods(today, calendar, lengths)
    agreement = cases.facts_of(case).declared.agreement
    row = Divorce(
        id=new_id(), number=case_number(work, PREFIX, today), office_id=case.office_id, couple_key=case.couple_key,
        person_indexes=[party.person_index for party in case.parties],
        person_ids=[str(party.person_id) for party in case.parties if party.person_id is not None],
        received_on=today, cooling_until=found.cooling_until, window_until=found.window_until,
        rolls=lengths.rolls_first, provisional=found.provisional, calendar=calendar.version, state="cooling",
        agreement=agreement.model_dump_json() if agreement else "{}",
    )  # fmt: skip
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError as error:  # the partial unique index: one live application of a couple
        raise DivorceRunningError from error
    tell_couple(work, row, "divorce_received")
    return row


def step(work: Work, divorce: Divorce, action: str, **values: Any) -> None:
    """Compare and swap along the table of states. Raises ``DivorceSettledError`` if somebody was faster."""
    sources = [state for state, actions in DIVORCE.table.items() if action in actions]
    target = DIVORCE.next(sources[0], action)
    ended = {} if target in LIVE else {"ended_at": work.now}
    changed = work.execute_dml(
        update(Divorce)
        .where(Divorce.id == divorce.id, Divorce.state.in_(sources))
        .values(state=target, **ended, **values)
        .execution_options(synchronize_session=False)
    )
    work.session.refresh(divorce)
    if not changed:
        raise DivorceSettledError(state=divorce.state, action=action, possible=DIVORCE.actions(divorce.state))
    audit.record(work, f"divorce.{action}", f"divorce:{divorce.id}")


def of_case(work: Work, case: Registration) -> Divorce:
    """The newest application of the people of a case. Raises ``DivorceSettledError`` if there is none."""
    found = standing.newest_divorce(work, [party.person_index for party in case.parties])
    if found is None:
        raise DivorceSettledError(state="none", action=case.matter, possible=[])
    return found


def withdraw(work: Work, case: Registration, divorce: Divorce, position: int) -> None:
    """One of the two takes the application back, at its office, before business closes on the last day.

    What counts is when the case was opened: whoever was at the desk in time is not too late because it took a while.
    Raises ``OutsideLegalPeriodError``, ``DivorceSettledError``.
    """
    today = local(work.now).date()
    found = standing.periods_of(divorce, calendar_store.current(work), today)
    closes = int(value("close_of_business", today).value)
    if not before_close(local(case.opened_at), found.cooling_until, closes):
        raise OutsideLegalPeriodError(words=ground("withdrawal_over").words)
    step(work, divorce, "withdraw", withdrawn_by=position)
    tell_couple(work, divorce, "divorce_withdrawn")


def register(work: Work, case: Registration, divorce: Divorce) -> None:
    """Both fetch the certificate, inside the second period, at the same office.

    Raises ``OutsideLegalPeriodError``, ``NotYetCertainError`` and ``DivorceSettledError``.
    """
    today = local(work.now).date()
    found = standing.periods_of(divorce, calendar_store.current(work), today)
    require_window(found, case, divorce)
    if divorce.state == "cooling":
        step(work, divorce, "open_window")
    step(work, divorce, "register")


def require_window(found: Periods, case: Registration, divorce: Divorce) -> None:
    """The second period, at the office that received the application (条例 16)."""
    phase = found.phase(case.day)
    if divorce.office_id != case.office_id:
        raise OutsideLegalPeriodError(words=ground("other_office", office="收到申请的登记处").words)
    if phase == "cooling":
        words = ground("still_cooling", window_from=zh(found.window_from), window_until=zh(found.window_until)).words
        raise OutsideLegalPeriodError(words=words)
    if phase == "over":
        raise OutsideLegalPeriodError(words=ground("window_over").words)
    if found.provisional and not found.certain(case.day):
        raise NotYetCertainError


# -- what is due; each of these selects what is due and not done, so that a second run finds nothing


def recount(work: Work) -> int:
    """Count running periods anew where the calendar has changed since; tell those whose dates moved."""
    calendar, today = calendar_store.current(work), local(work.now).date()
    statement = select(Divorce).where(Divorce.state.in_(LIVE), Divorce.calendar != calendar.version)
    rows = work.session.scalars(claim(work, statement.order_by(Divorce.id).limit(PORTION))).all()
    for row in rows:
        before = (row.cooling_until, row.window_until, row.provisional)
        found = standing.periods_of(row, calendar, today)
        row.cooling_until, row.window_until, row.provisional = (
            found.cooling_until,
            found.window_until,
            found.provisional,
        )
        row.calendar = calendar.version
        if before != (row.cooling_until, row.window_until, row.provisional):
            work.session.flush()
            tell_couple(work, row, "divorce_dates", key=calendar.version)
    return len(rows)


def open_windows(work: Work) -> int:
    """The first period is over: the couple may fetch the certificate, and is told until when."""
    today = local(work.now).date()
    statement = select(Divorce).where(Divorce.state == "cooling", Divorce.cooling_until < today)
    rows = work.session.scalars(claim(work, statement.order_by(Divorce.id).limit(PORTION))).all()
    for row in rows:
        step(work, row, "open_window")
        if row.window_until >= today:
            tell_couple(work, row, "divorce_window")
    return len(rows)


def lapse(work: Work) -> int:
    """The second period is over and nobody came: deemed withdrawn (1077(2)). Never by a provisional date."""
    today, version = local(work.now).date(), calendar_store.current(work).version
    due = select(Divorce).where(
        Divorce.state == "window",
        Divorce.window_until < today,
        Divorce.provisional.is_(False),
        Divorce.calendar == version,  # a date counted by an older calendar is counted anew first
    )
    rows = work.session.scalars(claim(work, due.order_by(Divorce.id).limit(PORTION))).all()
    for row in rows:
        step(work, row, "lapse")
        tell_couple(work, row, "divorce_lapsed")
    return len(rows)
