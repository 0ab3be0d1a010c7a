"""The case desk without a browser: the window's people, a case brought to a state, somebody signed in."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from backend.cases.models import Case
from tests.conftest import WorkFactory
from tests.support.cases import Window, build_window


@pytest.fixture
def window(work: WorkFactory) -> Window:
    with work() as w:
        return build_window(w)


def begun(work: WorkFactory, window: Window, how: Callable[..., Any], *more: Any) -> UUID:
    with work() as w:
        found = how(w, window, *more)
        case: Case = found[0] if isinstance(found, tuple) else found
        return case.id


@dataclass
class Desk:
    """Somebody signed in with a client that asks without a browser."""

    client: FlaskClient
    token: str

    def post(self, path: str, **form: Any) -> Any:
        return self.client.post(path, data={"csrf_token": self.token, **form})


@pytest.fixture
def desk_of(app: APIFlask) -> Callable[[str], Desk]:
    def sign_in(username: str) -> Desk:
        client = app.test_client()
        client.post("/console/login", data={"username": username, "password": "secret"})
        found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/console/cases").get_data(as_text=True))
        assert found is not None
        return Desk(client, found[1])

    return sign_in
