"""Oneself, the inbox and the consents to messages, as the mini-program asks for them."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from backend.core.ids import new_id
from backend.residents.models import InboxItem, Person, WeChatAccount
from tests.miniprogram_api.conftest import Phone, Phones
from tests.support.residents import id_number

NUMBER = id_number()


def _proved(phones: Phones, user: str = "zhang-wei", serial: int = 1) -> Phone:
    phone = phones(user)
    assert phone.prove("张伟", id_number(serial=serial)).get_json()["state"] == "passed"
    return phone


def _person() -> UUID:
    with reading() as work:
        return work.session.scalars(select(Person.id)).one()


def _write(person_id: UUID, count: int, clock: ManualClock) -> list[UUID]:
    """Messages a second apart, oldest first."""
    ids = [new_id() for _ in range(count)]
    for number, item_id in enumerate(ids):
        with unit_of_work() as work:
            work.session.add(
                InboxItem(
                    id=item_id, person_id=person_id, dedup_key=f"k{item_id}", template="t", title=f"消息{number}",
                    body="内容", created_at=work.now,
                )
            )  # fmt: skip
        clock.advance(1)
    return ids


def test_large_type_stays_switched_on(phones: Phones) -> None:
    phone = phones()
    assert phone.ask("PATCH", "/me", {"large_type": True}).get_json()["large_type"] is True
    assert phones().ask("GET", "/me").get_json()["large_type"] is True


def test_a_phone_number_is_shown_masked_and_kept_for_the_person_too(phones: Phones) -> None:
    phone = phones()
    answer = phone.ask("POST", "/me/phone", {"code": phone.code("phone-codes")})
    assert (answer.status_code, answer.get_json()) == (200, {"phone": "170****0001"})
    assert phone.ask("GET", "/me").get_json()["assurance_zh"] == "已绑手机号"
    phone.prove("张伟", NUMBER)
    with reading() as work:
        assert work.session.scalars(select(Person)).one().phone == "17000010001"


def test_a_number_given_after_the_proof_reaches_the_person(phones: Phones) -> None:
    phone = _proved(phones)
    assert phone.ask("POST", "/me/phone", {"code": phone.code("phone-codes")}).status_code == 200
    with reading() as work:
        assert work.session.scalars(select(Person)).one().phone == "17000010001"


def test_a_phone_code_that_was_used_is_refused_in_words(phones: Phones) -> None:
    phone = phones()
    code = phone.code("phone-codes")
    phone.ask("POST", "/me/phone", {"code": code})
    answer = phone.ask("POST", "/me/phone", {"code": code})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "wechat.phone_code_invalid")


def test_without_a_phone_everything_else_works(phones: Phones) -> None:
    phone = _proved(phones)
    me = phone.ask("GET", "/me").get_json()
    assert (me["phone"], me["assurance"], me["missing"]) == (None, 2, [])


def test_the_inbox_is_empty_before_somebody_is_known(phones: Phones) -> None:
    assert phones().ask("GET", "/inbox").get_json() == {"unread": 0, "items": [], "next": None}


@pytest.mark.parametrize(("limit", "pages"), [(4, 2), (5, 1), (6, 1)])
def test_the_inbox_is_read_in_pages_newest_first(phones: Phones, clock: ManualClock, limit: int, pages: int) -> None:
    phone = _proved(phones)
    clock.advance(1)
    _write(_person(), 4, clock)
    seen, cursor = [], ""
    for _ in range(pages):
        page = phone.ask("GET", f"/inbox?limit={limit}{cursor}").get_json()
        seen += [line["title"] for line in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert seen == ["消息3", "消息2", "消息1", "消息0", "实名认证已通过"]
    assert page["next"] is None
    assert page["unread"] == 5


def test_reading_a_message_counts_down_and_twice_is_harmless(phones: Phones, clock: ManualClock) -> None:
    phone = _proved(phones)
    item, _ = _write(_person(), 2, clock)
    answers = [phone.ask("POST", f"/inbox/{item}/read").get_json()["unread"] for _ in range(2)]
    assert answers == [2, 2]
    assert phone.ask("GET", "/me").get_json()["unread"] == 2


def test_somebody_elses_message_does_not_exist(phones: Phones, clock: ManualClock) -> None:
    mine = _proved(phones)
    (item,) = _write(_person(), 1, clock)
    theirs = _proved(phones, "li-na", serial=3)
    assert theirs.ask("POST", f"/inbox/{item}/read").status_code == 404
    assert mine.ask("GET", "/me").get_json()["unread"] == 2


def test_a_broken_cursor_is_refused_in_words(phones: Phones) -> None:
    answer = _proved(phones).ask("GET", "/inbox?cursor=xxx")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_input")


def test_nobody_reads_for_a_stranger(phones: Phones) -> None:
    _proved(phones, "li-na", serial=3)
    victim = _person()
    answer = _proved(phones).ask("GET", "/inbox", **{"X-Acting-For": str(victim)})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "residents.no_proxy")
    assert phones().ask("GET", "/inbox", **{"X-Acting-For": "x"}).get_json()["code"] == "bad_input"


def test_the_answers_of_a_popup_are_kept(phones: Phones) -> None:
    phone = phones()
    answer = phone.ask("POST", "/me/subscriptions", {"answers": {"booking_made": "accept", "tmpl-x": "reject"}})
    assert answer.status_code == 200
    wrong = phone.ask("POST", "/me/subscriptions", {"answers": {"booking_made": "perhaps"}})
    assert (wrong.status_code, wrong.get_json()["code"]) == (422, "bad_input")


def test_a_problem_names_its_request_its_fields_and_the_next_step(phones: Phones) -> None:
    phone = phones()
    answer = phone.ask("PATCH", "/me", {"large_type": "sometimes", "x": 1}, **{"X-Request-ID": "abcd-1234"})
    told = answer.get_json()
    assert (answer.headers["X-Request-ID"], told["request_id"]) == ("abcd-1234", "abcd-1234")
    assert told["errors"] == {"large_type": "格式不对", "x": "没有这一项"}
    other = phone.client.get("/api/v1/mini/me", headers={"X-Request-ID": "bad id\u00e9"})
    assert other.get_json()["next"] == "log_in"
    assert len(other.headers["X-Request-ID"]) == 32


def test_an_account_is_last_seen_when_it_logs_in_or_refreshes(phones: Phones, clock: ManualClock) -> None:
    phone = phones()
    first = clock.now()
    clock.advance(100)
    phone.refresh()
    with reading() as work:
        account = work.session.scalars(select(WeChatAccount)).unique().one()
        assert (account.created_at, account.last_seen_at) == (first, first + timedelta(seconds=100))
