"""Acting for somebody: asked for, allowed, used, ended; and what nobody learns by asking."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.core.clock import ManualClock
from backend.core.db import reading
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.core.states import WrongStateError
from backend.residents import proxies
from backend.residents.errors import NoProxyError
from backend.residents.models import Person, Proxy
from backend.residents.rights_errors import (
    AgentTooYoungError,
    ProxyExistsError,
    ProxyLapsedError,
    ProxyOneselfError,
    WardNeedsCounterError,
)
from tests.conftest import WorkFactory
from tests.support.family import Family, allowed, ask, found, told
from tests.support.residents import id_number

MONTH = 30 * 86_400


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return found(w)


# -- asking


def test_a_request_allows_nothing_until_the_principal_agrees(work: WorkFactory, family: Family) -> None:
    with work() as w:
        row = ask(w, family)
        assert row.scopes == ["booking", "messages"]
        with pytest.raises(NoProxyError):
            proxies.may_act(w, family.son, family.mother, "booking", w.now)
        assert [one.id for one in proxies.requests_for(w, family.mother)] == [row.id]
        proxies.consent(w, family.mother, row.id)
        assert proxies.may_act(w, family.son, family.mother, "booking", w.now).id == row.id
        with pytest.raises(NoProxyError):
            proxies.may_act(w, family.son, family.mother, "assistance", w.now)
        assert told(w, family.mother) == ["proxy_asked", "proxy_active"]
        assert told(w, family.son) == ["proxy_active"]


@pytest.mark.parametrize(
    "more",
    [{}, {"principal_name": "王秀莲"}, {"id_number": id_number(date(1950, 1, 1), 4)}],
    ids=["registered", "another name", "unknown number"],
)
def test_the_answer_is_the_same_whoever_is_registered(work: WorkFactory, family: Family, more: dict[str, Any]) -> None:
    with work() as w:
        row = ask(w, family, **more)
        assert (row.state, row.principal_id, row.valid_until - w.now) == ("requested", None, timedelta(days=30))
        assert told(w, family.son) == []


def test_only_the_person_of_that_number_and_that_name_sees_a_request(work: WorkFactory, family: Family) -> None:
    with work() as w:
        row = ask(w, family, principal_name="王秀莲")
        assert proxies.requests_for(w, family.mother) == []
        assert told(w, family.mother) == []
        with pytest.raises(NotFoundError):
            proxies.consent(w, family.mother, row.id)


def test_nobody_consents_in_anothers_place(work: WorkFactory, family: Family) -> None:
    with work() as w:
        row = ask(w, family)
        for somebody in (family.son, family.child):
            with pytest.raises(NotFoundError):
                proxies.consent(w, somebody, row.id)
            with pytest.raises(NotFoundError):
                proxies.refuse(w, somebody, row.id)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"id_number": id_number(date(1968, 2, 29), 1)}, ProxyOneselfError),
        ({"id_number": id_number(date(2016, 6, 1), 3)}, WardNeedsCounterError),
        ({"id_number": "500118194005010020"}, BadInputError),
        ({"scopes": []}, BadInputError),
        ({"scopes": ["booking", "everything"]}, BadInputError),
        ({"relation": "boss"}, BadInputError),
        ({"days": 0}, BadInputError),
        ({"days": 731}, BadInputError),
        ({"principal_name": "  "}, BadInputError),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    work: WorkFactory, family: Family, more: dict[str, Any], error: type[DomainError]
) -> None:
    with work() as w, pytest.raises(error):
        ask(w, family, **more)
    with reading() as w:
        assert w.session.scalars(select(Proxy)).all() == []


@pytest.mark.parametrize("days", [1, 730])
def test_the_shortest_and_the_longest_time_are_allowed(work: WorkFactory, family: Family, days: int) -> None:
    with work() as w:
        assert allowed(w, family, days=days).valid_until == w.now + timedelta(days=days)


def test_an_agent_must_be_of_age_to_the_day(work: WorkFactory, family: Family) -> None:
    with work() as w:
        agent = w.session.get_one(Person, family.son)
        agent.birth_date = date(2008, 11, 23)  # eighteen tomorrow
        with pytest.raises(AgentTooYoungError):
            ask(w, family)
        agent.birth_date = date(2008, 11, 22)
        assert ask(w, family).state == "requested"


def test_a_request_lapses_after_thirty_days_and_may_be_made_again(
    work: WorkFactory, family: Family, clock: ManualClock
) -> None:
    with work() as w:
        row = ask(w, family)
        with pytest.raises(ProxyExistsError):
            ask(w, family)
    clock.advance(MONTH)
    with work() as w:
        assert proxies.requests_for(w, family.mother) == []
        with pytest.raises(ProxyLapsedError):
            proxies.consent(w, family.mother, row.id)
    with work() as w:
        assert ask(w, family).id != row.id


def test_a_refusal_holds_for_a_month(work: WorkFactory, family: Family, clock: ManualClock) -> None:
    with work() as w:
        row = proxies.refuse(w, family.mother, ask(w, family).id)
        assert told(w, family.son) == ["proxy_refused"]
        with pytest.raises(WrongStateError):
            proxies.consent(w, family.mother, row.id)
    with work() as w, pytest.raises(ProxyExistsError):
        ask(w, family)
    clock.advance(MONTH)
    with work() as w:
        assert ask(w, family).state == "requested"


# -- its end


@pytest.mark.parametrize("who", ["mother", "son"])
def test_either_ends_it_by_one_tap_and_both_are_told(work: WorkFactory, family: Family, who: str) -> None:
    with work() as w:
        row = allowed(w, family)
        proxies.revoke(w, getattr(family, who), row.id)
        with pytest.raises(NoProxyError):
            proxies.may_act(w, family.son, family.mother, "booking", w.now)
        assert told(w, family.mother)[-1] == told(w, family.son)[-1] == "proxy_ended"
        with pytest.raises(NotFoundError):
            proxies.revoke(w, family.child, row.id)


def test_time_ends_it_to_the_second(work: WorkFactory, family: Family, clock: ManualClock) -> None:
    with work() as w:
        allowed(w, family, days=1)
    clock.advance(86_399)
    with work() as w:
        assert proxies.may_act(w, family.son, family.mother, "booking", w.now).state == "active"
    clock.advance(1)
    with work() as w, pytest.raises(NoProxyError):
        proxies.may_act(w, family.son, family.mother, "booking", w.now)


def test_nobody_acts_for_the_dead(work: WorkFactory, family: Family) -> None:
    with work() as w:
        allowed(w, family)
        w.session.get_one(Person, family.mother).died_on = date(2026, 11, 21)
        w.session.flush()
        with pytest.raises(NoProxyError):
            proxies.may_act(w, family.son, family.mother, "booking", w.now)


def test_both_are_told_once_fourteen_days_before_the_end(work: WorkFactory, family: Family, clock: ManualClock) -> None:
    with work() as w:
        allowed(w, family, days=30)
    clock.advance(16 * 86_400 - 1)
    with work() as w:
        assert proxies.tell_endings(w) == 0
    clock.advance(1)
    with work() as w:
        assert proxies.tell_endings(w) == 1
        assert told(w, family.mother)[-1] == told(w, family.son)[-1] == "proxy_ending"
    with work() as w:
        assert proxies.tell_endings(w) == 0


def test_a_missed_day_tells_late_and_an_ended_one_is_not_told(
    work: WorkFactory, family: Family, clock: ManualClock
) -> None:
    with work() as w:
        allowed(w, family, days=30)
    clock.advance(29 * 86_400)
    with work() as w:
        assert proxies.tell_endings(w) == 1
    with work() as w:
        row = w.session.scalars(select(Proxy)).one()
        row.ending_told_at = None
    clock.advance(86_400)
    with work() as w:
        assert proxies.tell_endings(w) == 0
