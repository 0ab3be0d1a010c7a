"""Proving one's name on the phone: every answer of a provider, nobody real refused, one account for one person."""

from datetime import date

import pytest
from sqlalchemy import select

from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from backend.core.idnumber import check_digit
from backend.core.ids import new_id
from backend.notices.models import Notice
from backend.residents import counter
from backend.residents.models import IdentityCheck, Person, WeChatAccount
from backend.residents.persons import find, find_or_create_person
from backend.residents.proxy_counter import guardian_at_counter
from tests.miniprogram_api.conftest import Phone, Phones
from tests.support import world
from tests.support.residents import id_number

NUMBER = id_number()


def full(first_17: str) -> str:
    return first_17 + check_digit(first_17)


def test_a_proof_binds_the_account_and_shows_the_person_masked(phones: Phones) -> None:
    phone = phones()
    answer = phone.prove("张伟", NUMBER)
    assert (answer.status_code, answer.get_json()["state"]) == (200, "passed")
    me = phone.ask("GET", "/me").get_json()
    assert (me["name"], me["id_number"], me["assurance"], me["assurance_zh"]) == (
        "张*",
        f"5{'*' * 15}{NUMBER[-2:]}",
        2,
        "已实名",
    )
    assert [step["needs"] for step in me["missing"]] == []
    assert NUMBER not in phone.ask("GET", "/me").get_data(as_text=True)


def test_before_a_proof_it_is_said_what_is_missing_and_for_what(phones: Phones) -> None:
    me = phones().ask("GET", "/me").get_json()
    (step,) = me["missing"]
    assert (me["name"], me["assurance"], step["needs"]) == (None, 0, "real_name")
    assert "预约" in step["wanted_for"]
    assert "实名认证" in step["next"]
    assert [one["name"] for one in me["providers"]] == ["sandbox", "counter"]


@pytest.mark.parametrize(
    ("name", "state", "reason"),
    [
        ("不匹配", "failed", "not_matched"),
        ("认不出", "failed", "face_not_matched"),
        ("取消了", "failed", "cancelled"),
        ("换了人", "failed", "contradiction"),
        ("慢慢来", "started", None),
        ("一直等", "started", None),
    ],
)
def test_what_a_provider_answers_is_told_with_the_next_step(
    phones: Phones, name: str, state: str, reason: str | None
) -> None:
    phone = phones()
    told = phone.prove(name, NUMBER).get_json()
    assert (told["state"], told["reason"]) == (state, reason)
    assert (told["reason_zh"] or "。").endswith("。")
    assert phone.ask("GET", "/me").get_json()["assurance"] == 0


def test_a_slow_proof_passes_at_a_later_look(phones: Phones) -> None:
    phone = phones()
    begun = phone.prove("慢慢来", NUMBER).get_json()
    assert phone.ask("GET", f"/me/identity/{begun['id']}").get_json()["state"] == "passed"


@pytest.mark.parametrize(("seconds", "state"), [(899, "started"), (900, "expired"), (901, "expired")])
def test_a_proof_that_nobody_finishes_ends_after_a_quarter_of_an_hour(
    phones: Phones, clock: ManualClock, seconds: int, state: str
) -> None:
    phone = phones()
    begun = phone.prove("一直等", NUMBER).get_json()
    clock.advance(seconds)
    phone.tokens = phone.refresh().get_json()
    assert phone.ask("GET", f"/me/identity/{begun['id']}").get_json()["state"] == state


def test_a_provider_that_is_down_is_said_and_does_not_count(phones: Phones) -> None:
    phone = phones()
    for _ in range(6):
        answer = phone.prove("没回应", NUMBER)
        assert (answer.status_code, answer.get_json()["code"]) == (503, "residents.provider_down")
    assert phone.prove("断了线", NUMBER).get_json()["code"] == "residents.provider_down"
    assert phone.prove("张伟", NUMBER).get_json()["state"] == "passed"


def test_two_taps_are_one_attempt(phones: Phones) -> None:
    phone = phones()
    phone.agree("real_name")
    body = {"provider": "sandbox", "name": "张伟", "id_number": NUMBER}
    first, second = (phone.ask("POST", "/me/identity", body).get_json() for _ in range(2))
    assert first["id"] == second["id"]
    assert first["client"] == second["client"]


def test_the_fifth_attempt_of_a_day_is_the_last_and_the_next_day_it_goes_on(phones: Phones, clock: ManualClock) -> None:
    phone = phones()
    for _ in range(5):
        assert phone.prove("不匹配", NUMBER).status_code == 200
    answer = phone.prove("张伟", NUMBER)
    assert (answer.status_code, answer.get_json()["code"]) == (429, "residents.too_many_attempts")
    clock.advance(15 * 3600)  # midnight in China
    phone.tokens = phone.refresh().get_json()
    assert phone.prove("张伟", NUMBER).get_json()["state"] == "passed"


def test_without_the_consent_of_its_own_no_number_is_taken(phones: Phones) -> None:
    phone = phones()
    body = {"provider": "sandbox", "name": "张伟", "id_number": NUMBER}
    answer = phone.ask("POST", "/me/identity", body)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "residents.consent_missing")
    with reading() as work:
        assert work.session.scalars(select(IdentityCheck)).all() == []


REAL_PEOPLE = [
    ("resident_id", full("50022319880501001"), "resident_id"),
    ("resident_id", full("51050419880501001"), "resident_id"),
    ("resident_id", full("51150419900501001"), "resident_id"),
    ("resident_id", full("50010320000229002"), "resident_id"),
    ("resident_id", full("50011819040229001"), "resident_id"),
    ("hkmt_permit", full("81000019880501001"), "hkmt_permit"),
    ("hkmt_permit", full("83000019880501001"), "hkmt_permit"),
    ("resident_id", full("82000019880501001"), "hkmt_permit"),
    ("foreign_pr", full("91108419880501001"), "foreign_pr"),
    ("foreign_pr", "USA110065010101", "foreign_pr"),
    ("passport", "E12345678", "passport"),
    ("passport", "k 0123456", "passport"),
]


@pytest.mark.parametrize(("kind", "number", "kept_as"), REAL_PEOPLE)
def test_nobody_real_is_refused(phones: Phones, kind: str, number: str, kept_as: str) -> None:
    phone = phones()
    assert phone.prove("欧阳·热娜", number.lower(), id_kind=kind).get_json()["state"] == "passed"
    with reading() as work:
        assert work.session.scalars(select(Person)).one().id_kind == kept_as


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("resident_id", full("50011819600230001")),
        ("resident_id", full("50011819010229001")),
        ("resident_id", full("50011820261123001")),
        ("resident_id", NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")),
        ("resident_id", "50011819600501"),
        ("passport", "护照12345"),
        ("foreign_pr", "USA12"),
    ],
)
def test_an_impossible_number_is_refused_with_its_reason(phones: Phones, kind: str, number: str) -> None:
    answer = phones().prove("张伟", number, id_kind=kind)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_input")
    assert number not in answer.get_data(as_text=True)


def test_a_newer_wechat_account_of_the_same_person_replaces_the_older_one(phones: Phones) -> None:
    old, new = phones("zhang-wei"), phones("li-na")
    old.ask("POST", "/me/phone", {"code": old.code("phone-codes")})
    old.prove("张伟", NUMBER)
    assert new.prove("张伟", NUMBER).get_json()["state"] == "passed"
    assert old.ask("GET", "/me").status_code == 401
    assert old.log_in().status_code == 200
    assert old.ask("GET", "/me").get_json()["name"] is None
    titles = [line["title"] for line in new.ask("GET", "/inbox").get_json()["items"]]
    assert titles[:2] == ["实名认证已通过", "您在新的微信上登录了"]
    with reading() as work:
        texts = work.session.scalars(select(Notice).where(Notice.template == "account_replaced")).all()
        assert [notice.ways for notice in texts] == [["sms"]]
        assert len(work.session.scalars(select(Person)).all()) == 1


def test_a_bound_account_does_not_become_somebody_else(phones: Phones) -> None:
    phone = phones()
    phone.prove("张伟", NUMBER)
    answer = phone.prove("李娜", id_number(serial=2))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "residents.bound_to_another")
    assert phone.ask("GET", "/me").get_json()["name"] == "张*"


def test_a_number_known_with_another_name_tells_nothing_of_that_name(phones: Phones) -> None:
    phones("zhang-wei").prove("张伟", NUMBER)
    answer = phones("li-na").prove("李娜", NUMBER)
    told = answer.get_json()
    assert (told["state"], told["reason"]) == ("failed", "name_differs")
    assert "张" not in answer.get_data(as_text=True)


def test_a_proof_puts_right_the_name_that_somebody_only_claimed(phones: Phones) -> None:
    with unit_of_work() as work:
        find_or_create_person(work, name="张三", id_kind="resident_id", id_number=NUMBER)
    assert phones().prove("张伟", NUMBER).get_json()["state"] == "passed"
    with reading() as work:
        assert work.session.scalars(select(Person)).one().name == "张伟"


def _child_number(born: date) -> str:
    return id_number(born, serial=11)


@pytest.mark.parametrize(
    ("born", "status"),
    [(date(2012, 11, 23), 403), (date(2012, 11, 22), 200), (date(2012, 11, 21), 200), (date(2020, 2, 29), 403)],
)
def test_under_fourteen_a_guardian_comes_first(phones: Phones, born: date, status: int) -> None:
    answer = phones().prove("小明", _child_number(born))
    assert answer.status_code == status
    assert answer.get_json().get("code") == ("residents.child_needs_guardian" if status == 403 else None)


def test_a_child_whose_guardian_was_checked_at_a_counter_may_have_an_account(phones: Phones) -> None:
    number = _child_number(date(2015, 1, 1))
    with unit_of_work() as work:
        viewer = world.build(work).viewer("officer", "officer", "500118/")
        child = find_or_create_person(work, name="小明", id_kind="resident_id", id_number=number)
        mother = find_or_create_person(work, name="李娜", id_kind="resident_id", id_number=NUMBER)
        guardian_at_counter(
            work, viewer, ward_id=child.id, guardian_id=mother.id, ground="minor", relation="parent",
            evidence="出生医学证明", scopes=["booking"],
        )  # fmt: skip
    assert phones().prove("小明", number).get_json()["state"] == "passed"


def test_the_dead_cannot_log_in(phones: Phones) -> None:
    with unit_of_work() as work:
        row = find_or_create_person(work, name="张伟", id_kind="resident_id", id_number=NUMBER)
        row.died_on = date(2026, 1, 1)
    assert phones().prove("张伟", NUMBER).get_json()["reason"] == "person_dead"


def test_somebody_elses_attempt_does_not_exist(phones: Phones) -> None:
    begun = phones("zhang-wei").prove("张伟", NUMBER).get_json()
    assert phones("li-na").ask("GET", f"/me/identity/{begun['id']}").status_code == 404
    assert phones("li-na").ask("GET", f"/me/identity/{new_id()}").status_code == 404


# -- at the counter


def _at_counter(phone: Phone | None, number: str = NUMBER, name: str = "张伟", code: str | None = None) -> None:
    with unit_of_work() as work:
        built = world.build(work)
        viewer = built.viewer("officer", "officer", "500118/")
        work.actor = viewer.actor
        counter.prove_at_counter(work, viewer, name=name, id_kind="resident_id", id_number=number, code=code)


def test_a_clerk_with_the_document_in_hand_binds_the_account_whose_code_is_read_out(phones: Phones) -> None:
    phone = phones()
    begun = phone.prove("张伟", NUMBER, provider="counter").get_json()
    assert begun["state"] == "started"
    _at_counter(phone, code=begun["client"]["code"])
    assert phone.ask("GET", f"/me/identity/{begun['id']}").get_json()["state"] == "passed"
    assert phone.ask("GET", "/me").get_json()["assurance_zh"] == "已当面核验"


def test_a_code_for_another_document_binds_nothing(phones: Phones) -> None:
    phone = phones()
    begun = phone.prove("张伟", NUMBER, provider="counter").get_json()
    with pytest.raises(counter.CounterCodeError):
        _at_counter(phone, id_number(serial=3), "李强", begun["client"]["code"])
    assert phone.ask("GET", "/me").get_json()["assurance"] == 0


def test_the_strongest_proof_is_kept(phones: Phones) -> None:
    _at_counter(None)
    assert phones().prove("张伟", NUMBER).get_json()["state"] == "passed"
    with reading() as work:
        person = find(work, NUMBER)
        assert person is not None
        assert (person.assurance, person.assured_by) == (3, "counter")
        assert work.session.scalars(select(WeChatAccount.bound_at)).one() is not None
