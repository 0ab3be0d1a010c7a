"""No list of the memorials reads through everything that was ever written to find the few rows it shows."""

from typing import Any

import pytest
from sqlalchemy import event

from backend.console.memorial.moderation_numbers import numbers
from backend.core.db import db
from backend.memorial import hall_concerns, moderation_checks, moderation_desk, tributes
from tests.conftest import WorkFactory
from tests.support import tributes as made

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GROWING = ("tribute", "moderation_item", "moderation_decision", "memorial_concern")


def test_every_list_finds_its_rows_by_an_index(work: WorkFactory) -> None:
    with work() as w:
        found = made.build(w)
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with work() as w:
            tributes.shown(w, found.hall)
            tributes.mine(w, found.visitor, found.hall)
            moderation_desk.queue(w, found.viewers["officer"])
            moderation_checks.due(w)
            moderation_checks.collect(w)
            hall_concerns.waiting(w, found.viewers["officer"])
            numbers(w)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    with work() as w:
        raw = w.session.connection().exec_driver_sql
        plans = [row[3] for statement, values in asked for row in raw(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert any("ix_tribute_shown" in plan for plan in plans)
    assert any("ix_moderation_item_queued" in plan for plan in plans)
    assert [plan for plan in plans if plan in {f"SCAN {table}" for table in GROWING}] == []
