"""The API document is the contract: whatever it allows to be sent is answered as it says, and never with a crash."""

from collections.abc import Iterator

import pytest
import schemathesis
from apiflask import APIFlask
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as budget
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.app import create_app
from backend.core.clock import ManualClock
from backend.core.db import db
from backend.settings import Settings
from tests.miniprogram_api.conftest import MINI, Phone, Phones
from tests.support.residents import id_number

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
EXAMPLES = 12
PLENTY = dict.fromkeys(("limit_log_in", "limit_address", "limit_resident"), "1000000 per minute")
FEW = budget(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip


@pytest.fixture
def app(settings: Settings, clock: ManualClock) -> Iterator[APIFlask]:
    application = create_app(settings.model_copy(update=PLENTY), clock)
    with application.app_context():
        yield application
        db.engine.dispose()


def _signed_in(phones: Phones, number: int) -> Phone:
    """Somebody of their own for each operation: one of them erases the person."""
    phone = phones(f"user-{number}")
    assert phone.prove("张伟", id_number(serial=number)).get_json()["state"] == "passed"
    return phone


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_operation_answers_as_the_document_says(app: APIFlask, phones: Phones) -> None:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app).include(path_regex=f"^{MINI}")
    wrong: list[str] = []
    operations = [found.ok() for found in schema.get_all_operations()]
    for number, operation in enumerate(operations, 1):
        phone = _signed_in(phones, number)
        try:
            _hold(operation, {"Authorization": f"Bearer {phone.tokens['access_token']}"})
        except (Failure, FailureGroup) as failure:
            wrong.append(f"{operation.label}: {failure}")
    assert wrong == []
    assert len(operations) > 25


def _hold(operation: APIOperation, headers: dict[str, str]) -> None:
    @FEW
    @given(case=operation.as_strategy())
    def check(case: Case) -> None:
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    check()


def test_every_operation_says_how_errors_look_and_who_must_be_signed_in(app: APIFlask) -> None:
    spec = app.spec
    mini = {path: one for path, one in spec["paths"].items() if path.startswith(MINI)}
    for path, operations in mini.items():
        for method, operation in operations.items():
            problem = operation["responses"]["default"]["content"]
            assert list(problem) == ["application/problem+json"], (method, path)
    assert mini[f"{MINI}/me"]["get"]["security"] == [{"bearer": []}]
    assert "security" not in mini[f"{MINI}/session"]["post"]


def test_models_of_the_front_door_carry_an_example_that_is_valid(app: APIFlask) -> None:
    from backend.residents import schemas

    models = [one for one in vars(schemas).values() if isinstance(one, type) and one.__module__ == schemas.__name__]
    for model in models:
        for example in model.model_config["json_schema_extra"]["examples"]:
            assert model.model_validate(example), model
    assert len(models) > 15
