"""A family that has lost its mother, on their phones; and the cemetery."""

from typing import Any

import pytest
from apiflask import APIFlask
from werkzeug.test import TestResponse

from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.cemetery import Ground, build_ground
from tests.support.farewells import Ask
from tests.support.front_desk import sign_in
from tests.support.halls import Family
from tests.support.world import build

MINI = "/api/v1/mini/farewells"


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


@pytest.fixture
def ask(app: APIFlask, work: WorkFactory, family: Family) -> Ask:
    """``ask("son", "GET", "/…")``: farewells as one of the family's people sees them, signed in on a phone."""
    with work() as w:
        tokens = {name: sign_in(w, person_id) for name, person_id in family.people.items()}
    client = app.test_client()

    def asking(who: str, method: str, path: str = "", **body: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        return client.open(MINI + path, method=method, json=body or None, headers=headers)

    return asking


@pytest.fixture
def ground(work: WorkFactory) -> Ground:
    """A cemetery in which nobody lies yet."""
    with work() as w:
        build(w, roster=False)
        return build_ground(w)
