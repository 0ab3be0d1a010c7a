"""A couple of the register with phones in their hands, at a registry in January 2026."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from werkzeug.test import TestResponse

from backend.core.clock import CHINA, ManualClock
from tests.conftest import WorkFactory
from tests.support import registry
from tests.support.front_desk import sign_in
from tests.support.registry import Registry
from tests.support.residents import person

Ask = Callable[..., TestResponse]


@pytest.fixture
def here(work: WorkFactory, clock: ManualClock) -> Registry:
    clock._now = datetime(2026, 1, 16, 9, tzinfo=CHINA)
    with work() as w:
        return registry.build(w)


@pytest.fixture
def couple(work: WorkFactory, here: Registry) -> dict[str, UUID]:
    """陈明 and 林芳, both of the register."""
    with work() as w:
        born = date(1990, 1, 1)
        return {"man": person(w, "陈明", born, serial=1), "woman": person(w, "林芳", born, serial=2)}


@pytest.fixture
def ask(app: APIFlask, work: WorkFactory, couple: dict[str, UUID]) -> Ask:
    """Ask as one of the two, or as nobody."""
    with work() as w:
        tokens = {name: sign_in(w, person_id) for name, person_id in couple.items()}

    def send(method: str, path: str, who: str | None = "man", json: Any = None, **headers: str) -> TestResponse:
        sent = dict(headers) | ({"Authorization": f"Bearer {tokens[who]}"} if who else {})
        return app.test_client().open(f"/api/v1/mini/marriage{path}", method=method, json=json, headers=sent)

    return send
