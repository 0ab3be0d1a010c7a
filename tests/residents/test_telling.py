"""Telling residents: always in the inbox, by the ways they have, never the dead, never twice."""

from datetime import date

import pytest
from sqlalchemy import select

from backend.core.db import Work, reading
from backend.notices.models import Notice
from backend.notices.texts import MissingFactError
from backend.residents import consents
from backend.residents.models import InboxItem, Person
from backend.residents.telling import tell_resident
from tests.conftest import WorkFactory
from tests.support.residents import account, person

PHONE, LANDLINE = "13800000001", "02342751234"


def _tell(work: Work, whom: object, **more: object) -> None:
    tell_resident(work, whom, key="k", template="identity_proved", facts={"at": work.now}, **more)  # type: ignore[arg-type] # test shorthand


def _ways() -> list[list[str]]:
    with reading() as work:
        return [notice.ways for notice in work.session.scalars(select(Notice))]


def _inbox() -> int:
    with reading() as work:
        return len(work.session.scalars(select(InboxItem)).all())


@pytest.mark.parametrize(
    ("with_account", "phone", "sms", "ways"),
    [
        (True, PHONE, False, [["wechat"]]),
        (True, PHONE, True, [["wechat", "sms"]]),
        (True, None, True, [["wechat"]]),
        (True, LANDLINE, True, [["wechat"]]),
        (False, PHONE, False, [["sms"]]),
        (False, None, True, []),
    ],
)
def test_the_ways_are_those_the_person_has(
    work: WorkFactory, with_account: bool, phone: str | None, sms: bool, ways: list[list[str]]
) -> None:
    with work() as w:
        whom = person(w, phone=phone)
        if with_account:
            account(w, whom)
        _tell(w, whom, sms=sms)
    assert (_ways(), _inbox()) == (ways, 1)


def test_who_took_back_the_consent_to_texts_gets_none(work: WorkFactory) -> None:
    with work() as w:
        whom = person(w, phone=PHONE)
        mine = account(w, whom)
        consents.grant(w, mine, "sms", consents.purpose_of("sms").version)
        consents.withdraw(w, mine, "sms")
        _tell(w, whom, sms=True)
    assert _ways() == [["wechat"]]


def test_the_dead_and_the_erased_are_told_nothing(work: WorkFactory) -> None:
    with work() as w:
        dead, erased = person(w, serial=1), person(w, serial=2)
        w.session.get_one(Person, dead).died_on = date(2026, 1, 1)
        w.session.get_one(Person, erased).erased_at = w.now
        _tell(w, dead)
        _tell(w, erased)
    assert (_inbox(), _ways()) == (0, [])


def test_the_same_key_is_told_once_to_each_person(work: WorkFactory) -> None:
    for _ in range(2):
        with work() as w:
            people = w.session.scalars(select(Person.id)).all() or [person(w, serial=1), person(w, serial=2)]
            for whom in people:
                _tell(w, whom)
    assert _inbox() == 2


def test_a_missing_fact_stops_the_whole_unit_of_work(work: WorkFactory) -> None:
    with pytest.raises(MissingFactError), work() as w:
        tell_resident(w, person(w), key="k", template="identity_proved", facts={})
    assert _inbox() == 0


def test_the_notice_opens_its_page_and_keeps_no_name_in_clear(work: WorkFactory) -> None:
    with work() as w:
        whom = person(w, "欧阳秀英", phone=PHONE)
        _tell(w, whom, page="/pages/me/index")
    with reading() as w:
        (notice,) = w.session.scalars(select(Notice))
        assert (notice.page, notice.recipient_name, notice.recipient_kind) == ("/pages/me/index", "欧阳**", "resident")
