"""Consents: by purpose and version, separate where sensitive, withdrawn with effect."""

from datetime import date

import pytest
from sqlalchemy import select

from backend.core.clock import ManualClock
from backend.core.errors import NotFoundError
from backend.residents import consents, proxies
from backend.residents.errors import NoProxyError
from backend.residents.models import Consent
from backend.residents.rights_errors import ConsentMissingError, ConsentOutdatedError
from tests.conftest import WorkFactory
from tests.support.residents import account, id_number, person


@pytest.mark.parametrize("key", ["basic", "real_name", "face", "proxy_share", "sms"])
def test_each_purpose_says_what_it_is_for_and_what_follows_from_withdrawing(key: str) -> None:
    purpose = consents.purposes()[key]
    assert len(purpose.title) <= 12
    assert purpose.text.endswith("。")
    assert purpose.withdraw_effect.startswith("撤回后")
    assert len(purpose.text) <= 120
    assert "窗口" in purpose.text or key in ("proxy_share", "sms")  # a way without agreeing


def test_identity_numbers_and_faces_are_agreed_to_apart() -> None:
    assert [key for key, one in consents.purposes().items() if one.sensitive] == ["real_name", "face"]


def test_agreeing_twice_is_one_consent(work: WorkFactory) -> None:
    with work() as w:
        mine = account(w)
        with pytest.raises(ConsentMissingError) as refused:
            consents.require_consent(w, mine, "basic")
        assert refused.value.facts["title"] == "基本服务说明"
        assert consents.grant(w, mine, "basic", "1").id == consents.grant(w, mine, "basic", "1").id
        consents.require_consent(w, mine, "basic")
        assert not consents.agreed(w, mine, "real_name")
        assert not consents.agreed(w, account(w), "basic")


def test_an_unknown_purpose_or_an_old_text_is_refused(work: WorkFactory) -> None:
    with work() as w:
        mine = account(w)
        with pytest.raises(NotFoundError):
            consents.grant(w, mine, "advertising", "1")
        with pytest.raises(ConsentOutdatedError):
            consents.grant(w, mine, "basic", "0")
        assert w.session.scalars(select(Consent)).all() == []


def test_a_new_text_is_asked_again(work: WorkFactory, monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> None:
    with work() as w:
        mine = account(w)
        consents.grant(w, mine, "basic", "1")
    newer = consents.purposes()["basic"].model_copy(update={"version": "2", "text": "新的说明。"})
    monkeypatch.setattr(consents, "purposes", lambda: {"basic": newer})
    clock.advance(60)
    with work() as w:
        standing = consents.standings(w, mine)[0]
        assert (standing.granted, standing.outdated) == (False, True)
        with pytest.raises(ConsentMissingError):
            consents.require_consent(w, mine, "basic")
        consents.grant(w, mine, "basic", "2")
        rows = w.session.scalars(select(Consent).order_by(Consent.granted_at)).all()
        assert [(row.version, row.withdrawn_at is None) for row in rows] == [("1", False), ("2", True)]
        assert consents.standings(w, mine)[0].granted


def test_a_changed_text_under_the_same_version_counts_as_new(
    work: WorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with work() as w:
        mine = account(w)
        consents.grant(w, mine, "basic", "1")
        altered = consents.purposes()["basic"].model_copy(update={"text": "悄悄改了。"})
        monkeypatch.setattr(consents, "purposes", lambda: {"basic": altered})
        assert not consents.agreed(w, mine, "basic")


def test_a_withdrawal_takes_effect_at_once_and_again_is_harmless(work: WorkFactory) -> None:
    with work() as w:
        mine = account(w)
        consents.grant(w, mine, "sms", "1")
        assert consents.withdraw(w, mine, "sms")
        assert not consents.withdraw(w, mine, "sms")
        assert not consents.agreed(w, mine, "sms")


def test_without_sharing_relatives_can_do_nothing_more(work: WorkFactory) -> None:
    with work() as w:
        mother, son = person(w, "王秀英", date(1940, 5, 1), 2), person(w, "李明", date(1968, 1, 1), 1)
        mine = account(w, mother)
        consents.grant(w, mine, "proxy_share", "1")
        asked = proxies.request(
            w, son, principal_name="王秀英", id_number=id_number(date(1940, 5, 1), 2), relation="child",
            scopes=["booking"], days=30,
        )  # fmt: skip
        proxies.consent(w, mother, asked.id)
        consents.withdraw(w, mine, "proxy_share")
        with pytest.raises(NoProxyError):
            proxies.may_act(w, son, mother, "booking", w.now)
