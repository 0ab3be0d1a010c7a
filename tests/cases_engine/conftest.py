"""A township's window on a fresh database, and people signed in for requests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.core.clock import ManualClock, local
from backend.core.db import unit_of_work
from backend.people.models import Staff, StaffSession
from backend.people.service import _open_session
from tests.conftest import WorkFactory
from tests.support.cases import Window, build_window, plain_hooks
from tests.support.front_desk import sign_in


@pytest.fixture
def window(work: WorkFactory, monkeypatch: pytest.MonkeyPatch) -> Window:
    plain_hooks(monkeypatch)
    with work() as w:
        return build_window(w)


@dataclass
class Asker:
    """Requests by anybody of the window, or by nobody."""

    app: APIFlask
    window: Window
    tokens: dict[str, str]

    def __call__(self, who: str, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        sent = headers | ({"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {})
        return self.app.test_client().open(f"/api/v1{path}", method=method, json=json, headers=sent)


@pytest.fixture
def ask(app: APIFlask, window: Window) -> Asker:
    with unit_of_work() as w:
        tokens = {
            name: _open_session(w, w.session.get_one(Staff, one.staff_id)) for name, one in window.viewers.items()
        }
        w.session.flush()
        for session in w.session.scalars(select(StaffSession)):
            session.expires_at += timedelta(days=90)
        tokens["other"] = sign_in(w, window.other)
        tokens["me"] = sign_in(w, window.applicant)
    return Asker(app, window, tokens)


GoTo = Callable[[str], None]


@pytest.fixture
def go_to(clock: ManualClock) -> GoTo:
    """Nine in the morning of a day in the county."""

    def move(day: str) -> None:
        now = local(clock.now())
        year, month, number = map(int, day.split("-"))
        clock.advance((now.replace(year=year, month=month, day=number, hour=9, minute=0) - now).total_seconds())

    return move
