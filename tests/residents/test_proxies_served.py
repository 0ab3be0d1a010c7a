"""Acting for somebody, at the counter and under load: limits, witnesses, guardians, the trail, races."""

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.core.clock import CHINA, ManualClock
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotAllowedError, NotFoundError
from backend.notices.models import Notice
from backend.residents import proxies
from backend.residents.acts import did, trail
from backend.residents.errors import NoProxyError
from backend.residents.models import Proxy, ProxyAct
from backend.residents.proxy_counter import consent_at_counter, guardian_at_counter, revoke_at_counter, witness_request
from backend.residents.rights_errors import (
    NotAWardError,
    ProxyExistsError,
    ProxyOneselfError,
    TooManyAgentsError,
    TooManyPrincipalsError,
    WardNeedsCounterError,
)
from tests.conftest import WorkFactory
from tests.support.family import Family, allowed, ask, ask_of, found, told
from tests.support.residents import id_number, person

AT_ONCE = 20


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return found(w)


# -- limits


def test_nobody_has_more_than_five_agents(work: WorkFactory, family: Family) -> None:
    with work() as w:
        for serial in range(5, 10):
            agent = person(w, f"友{serial}", date(1970, 1, 1), serial)
            proxies.consent(w, family.mother, ask_of(w, agent).id)
        row = ask(w, family)
        with pytest.raises(TooManyAgentsError):
            proxies.consent(w, family.mother, row.id)
        first = w.session.scalars(select(Proxy).where(Proxy.state == "active")).first()
        assert first is not None
        proxies.revoke(w, family.mother, first.id)
        assert proxies.consent(w, family.mother, row.id).state == "active"


def test_nobody_acts_for_more_than_ten(work: WorkFactory, family: Family) -> None:
    with work() as w:
        for serial in range(10, 20):
            ask(w, family, id_number=id_number(date(1945, 1, 1), serial))
        with pytest.raises(TooManyPrincipalsError):
            ask(w, family)


# -- the counter


def test_the_principal_names_an_agent_at_the_counter(work: WorkFactory, family: Family) -> None:
    with work() as w:
        row = at_counter(w, family)
        assert (row.state, row.consent_how, row.witnessed_by) == ("active", "counter", family.clerk.staff_id)
        assert proxies.may_act(w, family.son, family.mother, "booking", w.now).evidence == "本人持身份证到场"


def at_counter(w: Work, family: Family, **more: Any) -> Proxy:
    facts: dict[str, Any] = {
        "principal_id": family.mother, "agent_id": family.son, "relation": "child", "scopes": ["booking"],
        "days": 90, "evidence": "本人持身份证到场",
    }  # fmt: skip
    return consent_at_counter(w, family.clerk, **{**facts, **more})


def test_the_counter_answers_an_open_request(work: WorkFactory, family: Family) -> None:
    with work() as w:
        asked = ask(w, family)
        assert at_counter(w, family).id == asked.id
        with pytest.raises(ProxyExistsError):
            at_counter(w, family)


def test_a_request_is_witnessed_as_it_was_made_and_for_its_principal_only(work: WorkFactory, family: Family) -> None:
    with work() as w:
        asked = ask(w, family)
        with pytest.raises(NotFoundError):
            witness_request(w, family.clerk, family.child, asked.id, evidence="本人持身份证到场")
        row = witness_request(w, family.clerk, family.mother, asked.id, evidence="本人持身份证到场")
        assert (row.state, row.days, row.scopes) == ("active", 365, ["booking", "messages"])


def test_the_counter_wants_evidence_and_the_right_role(work: WorkFactory, family: Family) -> None:
    with work() as w:
        with pytest.raises(BadInputError):
            at_counter(w, family, evidence="看过了")
        with pytest.raises(ProxyOneselfError):
            at_counter(w, family, agent_id=family.mother)
        duty = family.world.viewer("duty")
        with pytest.raises(NotAllowedError):
            guardian_at_counter(
                w, duty, ward_id=family.child, guardian_id=family.son, ground="minor", relation="parent",
                evidence="出生医学证明", scopes=["booking"],
            )  # fmt: skip


def guardian(w: Work, family: Family, **more: Any) -> Proxy:
    facts: dict[str, Any] = {
        "ward_id": family.child, "guardian_id": family.son, "ground": "minor", "relation": "parent",
        "evidence": "出生医学证明", "scopes": ["booking"],
    }  # fmt: skip
    return guardian_at_counter(w, family.clerk, **{**facts, **more})


def test_a_guardian_acts_for_a_child_until_the_eighteenth_birthday(
    work: WorkFactory, family: Family, clock: ManualClock
) -> None:
    with work() as w:
        row = guardian(w, family)
        assert row.valid_until == datetime(2034, 6, 1, tzinfo=CHINA)
        with pytest.raises(WardNeedsCounterError):
            proxies.revoke(w, family.child, row.id)
        assert proxies.may_act(w, family.son, family.child, "booking", w.now).kind == "guardian"
    clock.advance((row.valid_until - clock.now()).total_seconds())
    with work() as w, pytest.raises(NoProxyError):
        proxies.may_act(w, family.son, family.child, "booking", w.now)


@pytest.mark.parametrize(
    ("ward", "ground"), [("mother", "minor"), ("child", "court"), ("child", "agreed"), ("mother", "because")]
)
def test_the_papers_must_fit_the_ward(work: WorkFactory, family: Family, ward: str, ground: str) -> None:
    with work() as w, pytest.raises(NotAWardError):
        guardian(w, family, ward_id=getattr(family, ward), ground=ground)


def test_a_court_makes_a_guardian_of_a_grown_up_for_two_years(work: WorkFactory, family: Family) -> None:
    with work() as w:
        row = guardian(w, family, ward_id=family.mother, ground="court", relation="legal_guardian")
        assert row.valid_until == w.now + timedelta(days=730)


def test_a_clerk_ends_a_proxy_with_a_reason(work: WorkFactory, family: Family) -> None:
    with work() as w:
        row = guardian(w, family)
        with pytest.raises(BadInputError):
            revoke_at_counter(w, family.clerk, row.id, person_id=family.child, why="不")
        for proxy, whose in ((row.id, family.mother), (family.son, family.child)):
            with pytest.raises(NotFoundError):
                revoke_at_counter(w, family.clerk, proxy, person_id=whose, why="没有这一条")
        ended = revoke_at_counter(w, family.clerk, row.id, person_id=family.child, why="监护权已变更")
        assert ended.state == "revoked"


# -- the trail


def test_each_act_is_written_and_told(work: WorkFactory, family: Family) -> None:
    with work() as w:
        row = allowed(w, family)
        did(
            w, principal_id=family.mother, agent_id=family.son, proxy_id=row.id, scope="booking",
            action="booking.book", subject="booking:1",
        )  # fmt: skip
        did(w, principal_id=family.mother, staff=family.clerk, scope="booking", action="x", subject="booking:1")
        lines = [f"{one.who}：{one.what}" for one in trail(w, family.mother)]
        assert lines == ["由窗口工作人员代办：预约", "由子女李*代办：预约"]
        assert told(w, family.mother).count("proxy_act") == 2
        assert len(w.session.scalars(select(ProxyAct)).all()) == 2
        # She has no WeChat: an SMS goes to her telephone.
        sent = w.session.scalars(select(Notice).where(Notice.template == "proxy_act")).all()
        assert [one.ways for one in sent] == [["sms"], ["sms"]]
        assert trail(w, family.son) == []


# -- races


def at_once(app: APIFlask, act: Any) -> list[Any]:
    gate, answers = threading.Barrier(AT_ONCE), [None] * AT_ONCE

    def run(number: int) -> None:
        with app.app_context():
            gate.wait(60)
            try:
                with unit_of_work() as w:
                    answers[number] = act(w, number)
            except DomainError as error:
                answers[number] = type(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def test_twenty_taps_are_one_request(app: APIFlask, family: Family) -> None:
    answers = at_once(app, lambda w, _: ask(w, family).id)
    assert answers.count(ProxyExistsError) == AT_ONCE - 1


def test_of_many_consents_at_once_five_are_given(app: APIFlask, work: WorkFactory, family: Family) -> None:
    with work() as w:
        rows = [ask_of(w, person(w, f"友{n}", date(1970, 1, 1), n + 5)).id for n in range(AT_ONCE)]
    answers = at_once(app, lambda w, number: proxies.consent(w, family.mother, rows[number]).id)
    assert answers.count(TooManyAgentsError) == AT_ONCE - 5


def test_a_consent_and_its_withdrawal_at_once_leave_one_state(app: APIFlask, work: WorkFactory, family: Family) -> None:
    with work() as w:
        row = ask(w, family).id
    acts = (lambda w: proxies.consent(w, family.mother, row), lambda w: proxies.revoke(w, family.son, row))
    at_once(app, lambda w, number: acts[number % 2](w).id)
    with reading() as w:
        end = w.session.get_one(Proxy, row)
        assert (end.state, end.revoked_at is not None) == ("revoked", True)
