"""Twenty at once, on both databases: one person, one binding, one account, one family that ends."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from backend.residents import proving, service
from backend.residents.documents import read
from backend.residents.errors import TooManyAttemptsError
from backend.residents.identity import Passed, Started
from backend.residents.identity_sandbox import SandboxProvider
from backend.residents.models import IdentityCheck, InboxItem, Person, ResidentSession, WeChatAccount
from backend.residents.persons import find_or_create_person, today
from backend.residents.telling import tell_resident
from tests.races.test_invariants import AT_ONCE, at_once
from tests.support.residents import account, id_number, person

pytestmark = pytest.mark.both_databases

NUMBER = id_number()
PROVIDER = SandboxProvider()


def _begin(account_id: UUID, number: str = NUMBER, name: str = "张伟") -> UUID:
    with unit_of_work() as work:
        document = read("resident_id", number, today(work))
        attempt = proving.begin(work, account_id, PROVIDER, name, document)
        proving.began(work, attempt.id, Started(str(attempt.id)))
    return attempt.id


def _finish(attempt_id: UUID) -> str:
    with unit_of_work() as work:
        return proving.finish(work, attempt_id, Passed()).state


def _accounts(count: int) -> list[UUID]:
    with unit_of_work() as work:
        return [account(work) for _ in range(count)]


def test_twenty_accounts_that_prove_the_same_person_leave_one_person_and_one_binding(app: APIFlask) -> None:
    attempts = [_begin(one) for one in _accounts(AT_ONCE)]
    assert at_once(app, lambda number: _finish(attempts[number])) == ["passed"] * AT_ONCE
    with reading() as work:
        bound = select(WeChatAccount).where(WeChatAccount.person_id.is_not(None), WeChatAccount.unbound_at.is_(None))
        assert len(work.session.scalars(bound).unique().all()) == 1
        assert len(work.session.scalars(select(Person)).all()) == 1


def test_one_attempt_that_is_asked_for_twenty_times_binds_once(app: APIFlask) -> None:
    (only,) = _accounts(1)
    attempt = _begin(only)
    assert at_once(app, lambda _: _finish(attempt)) == ["passed"] * AT_ONCE
    with reading() as work:
        told = work.session.scalars(select(InboxItem.template)).all()
    assert told == ["identity_proved"]


def test_two_people_who_swap_their_phones_do_not_wait_for_each_other(app: APIFlask) -> None:
    first, second = _accounts(2)
    other = id_number(serial=2)
    for one, number, name in ((first, NUMBER, "张伟"), (second, other, "李娜")):
        _finish(_begin(one, number, name))
    with unit_of_work() as work:
        for one in (first, second):
            service.account_of(work, one).unbound_at = work.now
    swapped = [_begin(first, other, "李娜"), _begin(second, NUMBER, "张伟")]
    answers = at_once(app, lambda number: _finish(swapped[number % 2]))
    assert Counter(answers) == {"passed": AT_ONCE}


def test_twenty_clerks_who_meet_the_same_person_make_one_row(app: APIFlask) -> None:
    def meet(_: int) -> UUID:
        with unit_of_work() as work:
            return find_or_create_person(work, name="张伟", id_kind="resident_id", id_number=NUMBER).id

    assert len(set(at_once(app, meet))) == 1


def test_twenty_logins_of_one_wechat_user_are_one_account_with_twenty_sessions(app: APIFlask) -> None:
    def log_in(_: int) -> str:
        with unit_of_work() as work:
            return service.log_in(work, "wx-test", "openid-1", None, None).access

    assert len(set(at_once(app, log_in))) == AT_ONCE
    with reading() as work:
        assert len(work.session.scalars(select(WeChatAccount)).unique().all()) == 1


def test_twenty_attempts_at_once_are_five(app: APIFlask) -> None:
    (only,) = _accounts(1)
    numbers = [id_number(serial=serial) for serial in range(1, AT_ONCE + 1)]
    answers = at_once(app, lambda number: bool(_begin(only, numbers[number])))
    assert Counter(answers) == {True: 5, TooManyAttemptsError: 15}
    with reading() as work:
        assert len(work.session.scalars(select(IdentityCheck)).all()) == 5


def _refresh(token: str) -> Any:
    with unit_of_work() as work:
        result = service.refresh(work, token)
    return "pair" if result.tokens else type(result.error).__name__


def test_twenty_late_uses_of_a_refresh_token_end_the_family_once(app: APIFlask, clock: ManualClock) -> None:
    with unit_of_work() as work:
        tokens = service.log_in(work, "wx-test", "openid-1", None, None)
    assert _refresh(tokens.refresh) == "pair"
    clock.advance(60)
    answers = Counter(at_once(app, lambda _: _refresh(tokens.refresh)))
    assert answers == {"RefreshReusedError": 1, "RefreshEndedError": AT_ONCE - 1}
    with reading() as work:
        assert {row.revoked_why for row in work.session.scalars(select(ResidentSession)).unique()} == {"reused"}


@pytest.mark.parametrize("sms", [True, False])
def test_twenty_who_tell_the_same_thing_are_heard_once(app: APIFlask, sms: bool) -> None:
    with unit_of_work() as work:
        whom = person(work, phone="13800000001")

    def tell(_: int) -> None:
        with unit_of_work() as work:
            tell_resident(work, whom, key="k", template="identity_proved", facts={"at": work.now}, sms=sms)

    assert at_once(app, tell) == [None] * AT_ONCE
    with reading() as work:
        assert len(work.session.scalars(select(InboxItem)).all()) == 1
