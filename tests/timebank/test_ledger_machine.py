"""Whatever is done with the ledger and the bank, in whatever order: it sums to zero, keeps every floor, and adds up."""

import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from backend.app import create_app
from backend.core.clock import ManualClock
from backend.core.db import Work, db, reading, unit_of_work
from backend.core.errors import DomainError
from backend.settings import load_settings
from backend.timebank import banking, earning, families, ledger, verifying
from backend.timebank.accounts import personal
from backend.timebank.ledger import BUREAU
from backend.timebank.models import TimeAccount, TimeEntry, TimeKin, TimeTransfer
from backend.volunteers import records
from backend.volunteers.models import Volunteer
from tests.conftest import START
from tests.support import services, world
from tests.support.timebank import moved
from tests.support.volunteers import served, volunteer

PEOPLE = 4
WHO = st.integers(0, PEOPLE - 1)
MINUTES = st.sampled_from([-30, 0, 1, 29, 30, 60, 240, 10**8])
KEY = st.sampled_from(["a", "b", "c"])
TODAY = date(2026, 11, 22)


class Bank(RuleBasedStateMachine):
    """Four people, all each other's relatives; every verb runs in a transaction that may be refused."""

    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="bank-"))
        shutil.copy(self.template, self.folder / "bank.db")
        self.app = _app(self.folder)
        self.context = self.app.app_context()
        self.context.push()
        self.orders: list[UUID] = []
        self.records: list[UUID] = []
        self.number = 0
        with unit_of_work() as work:
            world.build(work)
            self.volunteers = [volunteer(work, serial, born=date(1960, 1, 1)) for serial in range(1, PEOPLE + 1)]
            self.people = [_person(work, one) for one in self.volunteers]
            for giver in self.people:
                for receiver in self.people:
                    if giver != receiver:
                        work.session.add(TimeKin(
                            giver_id=giver, receiver_id=receiver, relation="spouse", proven_by="clerk", since=START
                        ))  # fmt: skip

    def teardown(self) -> None:
        db.engine.dispose()
        self.context.pop()
        shutil.rmtree(self.folder)

    def act(self, verb: Any) -> Any:
        """Run it once, and once more as somebody who taps twice: nothing may move the second time."""
        try:
            with unit_of_work() as work:
                done = verb(work)
        except DomainError:
            return None
        before = _counts()
        with unit_of_work() as work:
            verb(work)
        assert _counts() == before
        return done

    @rule(who=WHO, minutes=st.sampled_from([30, 120, 480]), group=st.booleans())
    def serve(self, who: int, minutes: int, group: bool) -> None:
        self.number += 1
        start = START - timedelta(hours=9 * self.number)  # one service after the other, some on the same day
        facts = served(self.volunteers[who], start, minutes, source_id=str(self.number), group_time=group)
        if (made := self.act(lambda work: records.record(work, facts).id)) is not None:
            self.records.append(made)

    @rule(at=st.integers(0, 30), who=WHO)
    def confirm(self, at: int, who: int) -> None:
        self.act(lambda work: earning.confirm_earned(work, "desk", str(at), self.people[who]))

    @rule(at=st.integers(0, 30))
    def void(self, at: int) -> None:
        if at < len(self.records):
            try:
                with unit_of_work() as work:
                    records.void(work, None, self.records[at], "没有来过")
            except DomainError:
                return

    @rule(giver=WHO, receiver=WHO, minutes=MINUTES, key=KEY)
    def give(self, giver: int, receiver: int, minutes: int, key: str) -> None:
        self.act(lambda work: banking.give(work, self.people[giver], self.people[receiver], minutes, key))

    @rule(giver=WHO, minutes=MINUTES, key=KEY)
    def donate(self, giver: int, minutes: int, key: str) -> None:
        self.act(lambda work: banking.donate(work, self.people[giver], None, minutes, key))

    @rule(payer=WHO, minutes=MINUTES)
    def hold(self, payer: int, minutes: int) -> None:
        order = uuid4()
        account = personal(self.people[payer])
        self.act(lambda work: banking.hold(work, order, account, minutes, TODAY))
        self.orders.append(order)

    @rule(at=st.integers(0, 10), helper=WHO, other=WHO, minutes=MINUTES)
    def settle(self, at: int, helper: int, other: int, minutes: int) -> None:
        if at < len(self.orders):
            pay = {self.people[helper]: minutes, self.people[other]: 1}
            self.act(lambda work: banking.settle(work, self.orders[at], pay, TODAY))

    @rule(at=st.integers(0, 10))
    def release(self, at: int) -> None:
        if at < len(self.orders):
            self.act(lambda work: banking.release(work, self.orders[at]))

    @rule(who=WHO, minutes=MINUTES, key=KEY)
    def family(self, who: int, minutes: int, key: str) -> None:
        def pay_in(work: Work) -> None:
            if families.of_person(work, self.people[who]) is None:
                families.found(work, self.people[who])
            families.pay_in(work, self.people[who], minutes, key)

        self.act(pay_in)

    @rule(who=WHO)
    def leave(self, who: int) -> None:
        try:
            with unit_of_work() as work:
                families.leave(work, self.people[who])
        except DomainError:
            return

    @rule(who=WHO, minutes=MINUTES, key=KEY)
    def adjust(self, who: int, minutes: int, key: str) -> None:
        self.act(lambda work: ledger.post(work, moved(key, personal(self.people[who]), BUREAU, minutes)))

    @rule(at=st.integers(0, 40), key=KEY)
    def reverse(self, at: int, key: str) -> None:
        with reading() as work:
            ids = work.session.scalars(select(TimeTransfer.id).order_by(TimeTransfer.id)).all()
        if at < len(ids):
            self.act(lambda work: ledger.reverse(work, ids[at], key=f"reverse {key}", why="记错"))

    @invariant()
    def adds_up(self) -> None:
        with reading() as work:
            assert verifying.verify(work) == []
            sums = select(TimeAccount.unit, func.sum(TimeAccount.balance)).group_by(TimeAccount.unit)
            assert {total for _unit, total in work.session.execute(sums)} <= {0}


def _app(folder: Path) -> APIFlask:
    return create_app(
        load_settings({
            "SHOUWANG_MODE": "test", "SHOUWANG_DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/bank.db",
            "REDIS_URL": f"redis://127.0.0.1:{services.free_port()}/0",
            "MQTT_URL": f"mqtt://127.0.0.1:{services.free_port()}",
        }), ManualClock(START),
    )  # fmt: skip


def _person(work: Work, volunteer_id: UUID) -> UUID:
    return work.session.get_one(Volunteer, volunteer_id).person_id


def _counts() -> tuple[int, int]:
    with reading() as work:
        transfers = work.session.scalar(select(func.count()).select_from(TimeTransfer))
        return transfers or 0, work.session.scalar(select(func.count()).select_from(TimeEntry)) or 0


def test_no_order_of_events_breaks_the_ledger(template_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bank, "template", template_sqlite, raising=False)
    run_state_machine_as_test(
        Bank,
        settings=settings(
            max_examples=8, stateful_step_count=40, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert Bank.template == template_sqlite
