"""Adding up again: nothing to find in what the ledger wrote; what is changed behind its back is found."""

import sqlite3
from contextlib import closing
from datetime import date
from functools import reduce

import pytest
from apiflask import APIFlask
from sqlalchemy import select, text

from backend.alarms.models import Alarm
from backend.core.db import db, reading
from backend.timebank import ledger
from backend.timebank.ledger import BUREAU, POINTS_BUREAU, AccountRef, Leg, Movement
from backend.timebank.verifying import verify
from scheduler.timebank_jobs import SUBJECT, verify_ledger
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.timebank import DAY, issued, moved, personal

LI, WANG = personal("li"), personal("wang")
TABLES = ("time_account", "time_entry", "time_transfer")
pytestmark = pytest.mark.both_databases


@pytest.fixture
def books(work: WorkFactory) -> None:
    """A few movements of every shape."""
    with work() as w:
        world.build(w)
        ledger.post(w, issued("one", LI, 90))
        spent = ledger.post(w, moved("two", LI, WANG, 60, date(2024, 2, 29)))
        ledger.post(w, Movement(
            "many", "test", (Leg(BUREAU, -9), Leg(LI, 5), Leg(WANG, 4)), DAY, "test", "1",
            policy={"cap": {"value": 1}},
        ))  # fmt: skip
        ledger.post(w, moved("points", POINTS_BUREAU, AccountRef("points", "li"), 5))
        ledger.reverse(w, spent.id, key="back", why="记错")


def by_hand(*statements: str) -> None:
    """What somebody with the database's own password can do, past every trigger and key."""
    said = [reduce(lambda one, name: one.replace(name, ROWS[name]), ROWS, statement) for statement in statements]
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            for one in (*(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in TABLES), *said):
                connection.execute(text(one))
        return
    with closing(sqlite3.connect(str(db.engine.url.database))) as file:
        triggers = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        file.executescript(";".join((*(f"DROP TRIGGER {name}" for (name,) in triggers), *said)))


def test_what_the_ledger_wrote_adds_up_in_any_portions(books: None, app: APIFlask) -> None:
    assert books is None
    for portion in (1, 2, 1000):
        with reading() as w:
            assert verify(w, portion=portion) == []


ROWS = {
    "{li}": "(SELECT id FROM time_account WHERE kind = 'personal' AND owner = 'li')",
    "{wang}": "(SELECT id FROM time_account WHERE kind = 'personal' AND owner = 'wang')",
    "{one}": "(SELECT id FROM time_transfer WHERE key = 'one')",
}
TAMPERED = {
    "a richer balance": (["UPDATE time_account SET balance = balance + 60 WHERE owner = 'li' AND kind = 'personal'"],
                         {"account"}),
    "an entry changed": (["UPDATE time_entry SET amount = amount + 1 WHERE seq = 1 AND account_id = {li}"],
                         {"account", "entry", "transfer"}),
    "the last entry gone": (["DELETE FROM time_entry WHERE seq = 4 AND account_id = {li}"],
                            {"account", "transfer"}),
    "a transfer gone": (["DELETE FROM time_transfer WHERE key = 'one'"], {"transfer"}),
    "its entries gone": (["DELETE FROM time_entry WHERE transfer_id = {one}"], {"account", "entry", "transfer"}),
    "numbers with a gap": (["UPDATE time_entry SET seq = 9 WHERE seq = 4 AND account_id = {li}"], {"entry"}),
    "another day": (["UPDATE time_transfer SET event_on = '2020-01-01' WHERE key = 'one'"], {"transfer"}),
    "another owner": (["UPDATE time_account SET owner = 'zhao' WHERE kind = 'personal' AND owner = 'li'"],
                      {"transfer"}),
    # Everything adds up; only the seal knows that it was not asked like this.
    "a smaller transfer, carefully": ([
        ("UPDATE time_entry SET amount = amount + 1, balance_after = balance_after + 1 "
        "WHERE seq = 3 AND account_id = {li}"),
        "UPDATE time_entry SET balance_after = balance_after + 1 WHERE seq = 4 AND account_id = {li}",
        "UPDATE time_account SET balance = balance + 1 WHERE id = {li}",
        ("UPDATE time_entry SET amount = amount - 1, balance_after = balance_after - 1 "
        "WHERE seq = 2 AND account_id = {wang}"),
        "UPDATE time_entry SET balance_after = balance_after - 1 WHERE seq = 3 AND account_id = {wang}",
        "UPDATE time_account SET balance = balance - 1 WHERE id = {wang}",
    ], {"transfer"}),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERED)
def test_what_is_changed_by_hand_is_found(books: None, how: str) -> None:
    assert books is None
    statements, kinds = TAMPERED[how]
    by_hand(*statements)
    with reading() as w:
        assert {one.what for one in verify(w)} == kinds


def test_a_difference_is_an_alarm_until_there_is_none(books: None, work: WorkFactory, app: APIFlask) -> None:
    assert books is None
    richer = "UPDATE time_account SET balance = balance {} 1 WHERE owner = 'li' AND kind = 'personal'"
    mine = select(Alarm.closed_at).where(Alarm.subject_key == SUBJECT)
    assert verify_ledger() == 0
    with work() as w:
        assert w.session.scalars(mine).all() == []
    by_hand(richer.format("+"))
    assert (verify_ledger(), verify_ledger()) == (1, 1)
    with reading() as w:
        assert w.session.scalars(mine).all() == [None]
    by_hand(richer.format("-"))
    assert verify_ledger() == 0
    with reading() as w:
        assert None not in w.session.scalars(mine).all()
