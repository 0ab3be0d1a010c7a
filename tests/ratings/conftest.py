"""A county with two residents who are signed in on their phones."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from werkzeug.test import TestResponse

from tests.conftest import WorkFactory
from tests.support.front_desk import sign_in_resident
from tests.support.world import World, build


@dataclass
class Caller:
    """A resident with a phone."""

    app: APIFlask
    person: UUID
    token: str

    def ask(self, method: str, path: str, body: Any = None, key: str | None = None) -> TestResponse:
        """``key`` is the Idempotency-Key: a new one for each call unless it is given."""
        # Escaped, so that half a character arrives as it was sent.
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key or str(uuid4())}
        return self.app.test_client().open(f"/api/v1/mini{path}", method=method, headers=headers, **sent)


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return build(w)


@pytest.fixture
def residents(app: APIFlask, work: WorkFactory, county: World) -> tuple[Caller, Caller]:
    found = []
    for serial, name, phone in ((1, "张伟", "13800001111"), (2, "欧阳娜", "13800002222")):
        with work() as w:
            found.append(Caller(app, *sign_in_resident(w, name, phone, serial)))
    return found[0], found[1]
