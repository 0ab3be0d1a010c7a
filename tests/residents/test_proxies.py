"""Acting for somebody: asked for, allowed, used, ended; and what nobody learns by asking."""

import threading
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.core.clock import CHINA, ManualClock
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotAllowedError, NotFoundError
from backend.core.states import WrongStateError
from backend.notices.models import Notice
from backend.residents import proxies
from backend.residents.acts import did, trail
from backend.residents.errors import NoProxyError
from backend.residents.models import InboxItem, Person, Proxy, ProxyAct
from backend.residents.proxy_counter import consent_at_counter, guardian_at_counter, revoke_at_counter, witness_request
from backend.residents.rights_errors import (
    AgentTooYoungError,
    NotAWardError,
    ProxyExistsError,
    ProxyLapsedError,
    ProxyOneselfError,
    TooManyAgentsError,
    TooManyPrincipalsError,
    WardNeedsCounterError,
)
from tests.conftest import WorkFactory
from tests.support.residents import account, id_number, person
from tests.support.world import COUNTY, World, build

AT_ONCE = 20
MONTH = 30 * 86_400


@dataclass
class Family:
    """An old woman without WeChat, her son who has it, a grandchild of ten."""

    world: World
    mother: UUID
    son: UUID
    child: UUID
    clerk: Any = field(repr=False)


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        world = build(w)
        mother = person(w, "王秀英", date(1940, 5, 1), 2, phone="13800138000")
        son = person(w, "李明", date(1968, 2, 29), 1)
        child = person(w, "李小宝", date(2016, 6, 1), 3)
        account(w, son)
    return Family(world, mother, son, child, world.viewer("officer", "officer", f"{COUNTY}/"))


def ask(w: Work, family: Family, **more: Any) -> Proxy:
    facts: dict[str, Any] = {
        "principal_name": "王秀英", "id_number": id_number(date(1940, 5, 1), 2), "relation": "child",
        "scopes": ["messages", "booking"], "days": 365,
    }  # fmt: skip
    return proxies.request(w, family.son, **{**facts, **more})


def told(w: Work, person_id: UUID) -> list[str]:
    mine = select(InboxItem.template).where(InboxItem.person_id == person_id)
    return list(w.session.scalars(mine.order_by(InboxItem.id)))


def allowed(w: Work, family: Family, **more: Any) -> Proxy:
    return proxies.consent(w, family.mother, ask(w, family, **more).id)


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


def ask_of(w: Work, agent: UUID) -> Proxy:
    return proxies.request(
        w, agent, principal_name="王秀英", id_number=id_number(date(1940, 5, 1), 2), relation="friend",
        scopes=["booking"], days=30,
    )  # fmt: skip


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
