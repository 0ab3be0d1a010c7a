"""Bodies nobody can have typed are the sender's error, never ours."""

import pytest
from apiflask import APIFlask

pytestmark = pytest.mark.both_databases

PRE_CHECK = "/api/v1/mini/marriage/pre-check"


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_json_nested_beyond_reading_is_a_clear_refusal(app: APIFlask, opening: str) -> None:
    answer = app.test_client().post(PRE_CHECK, data=opening * 100_000, content_type="application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_input")
    assert answer.get_json()["detail"].endswith("。")


def test_what_is_no_json_at_all_keeps_its_own_refusal(app: APIFlask) -> None:
    answer = app.test_client().post(PRE_CHECK, data="{", content_type="application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")


def test_a_nul_is_refused_however_it_is_written(app: APIFlask) -> None:
    for body in (b'{"a": "\\u0000"}', b'{"a": "\0"}'):
        answer = app.test_client().post(PRE_CHECK, data=body, content_type="application/json")
        assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_input")
