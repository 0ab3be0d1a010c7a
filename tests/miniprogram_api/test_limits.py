"""How often somebody may ask: by device before logging in, by account afterwards, since a county shares an address."""

from collections.abc import Iterator

import pytest
from apiflask import APIFlask

from backend.app import create_app
from backend.core.clock import ManualClock
from backend.core.db import db
from backend.settings import Settings, SettingsError, load_settings
from tests.miniprogram_api.conftest import Phones

LIMITS = {"limit_resident": "3 per hour", "limit_address": "15 per hour"}


@pytest.fixture
def app(settings: Settings, clock: ManualClock) -> Iterator[APIFlask]:
    application = create_app(settings.model_copy(update=LIMITS), clock)
    with application.app_context():
        yield application
        db.engine.dispose()


def test_the_eleventh_login_of_a_device_in_a_minute_waits_and_is_told_how_long(phones: Phones) -> None:
    phone = phones(log_in=False)
    assert [phone.log_in(code="x" * 32).status_code for _ in range(10)] == [401] * 10
    answer = phone.log_in()
    assert (answer.status_code, answer.get_json()["code"], answer.get_json()["next"]) == (429, "too_many", "retry")
    assert 0 < int(answer.headers["Retry-After"]) <= 61
    assert answer.content_type == "application/problem+json"


def test_a_neighbour_behind_the_same_address_is_not_held_up_until_the_address_is_full(phones: Phones) -> None:
    loud = phones(log_in=False)
    for _ in range(11):
        loud.log_in(code="x" * 32)
    neighbours = [phones(f"user-{number}", log_in=False).log_in().status_code for number in range(6)]
    assert neighbours == [200, 200, 200, 200, 200, 429]


def test_an_account_is_counted_by_itself_on_all_its_phones(phones: Phones) -> None:
    one, other, neighbour = phones(), phones(), phones("li-na")
    statuses = [phone.ask("GET", "/me").status_code for phone in (one, other, one, other)]
    assert statuses == [200, 200, 200, 429]
    assert int(one.ask("GET", "/inbox").headers["Retry-After"]) > 0
    assert neighbour.ask("GET", "/me").status_code == 200


@pytest.mark.parametrize("wrong", ["60", "60/minute", "0 per minute", "many per day"])
def test_a_limit_that_says_nothing_stops_the_start(wrong: str) -> None:
    with pytest.raises(SettingsError, match="SHOUWANG_LIMIT_RESIDENT"):
        load_settings({"SHOUWANG_MODE": "test", "SHOUWANG_LIMIT_RESIDENT": wrong})
