"""What WeChat pushes, from the sandbox over real HTTP: believed by its signature, kept once, then worked on."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
import requests
from sqlalchemy import func, select

from backend.core.clock import ManualClock, wall
from backend.core.db import reading, unit_of_work
from backend.core.errors import BadInputError
from backend.notices import grants, media, wechat_events
from backend.notices.models import Attempt, MediaCheck, Notice, WeChatEvent
from backend.notices.wechat_envelope import PushAccount, PushRefusedError, open_push
from backend.sandbox.pushes import Callback, signature
from scheduler import wechat as jobs
from tests.support.outgoing import status, write
from tests.support.wechat_world import (
    AES_KEY,
    APPID,
    TIMEOUT_S,
    TOKEN,
    House,
    house,
    house_settings,
    sandbox,
)

PUSH = "/api/v1/wechat/push"
TPL = "TPL-1"
FORMS = [("json", False), ("json", True), ("xml", False), ("xml", True)]


@pytest.fixture
def sealed() -> bool:
    return True


@pytest.fixture
def running(database_url: str, tmp_path: Path, clock: ManualClock, *, sealed: bool) -> Iterator[House]:
    """A house whose pushes are sealed unless a test says otherwise."""
    key = {"SHOUWANG_WECHAT_PUSH_AES_KEY": AES_KEY} if sealed else {}
    with sandbox(clock) as phone:
        settings = house_settings(database_url, tmp_path, phone, **key)
        with house(settings, clock, phone) as one:
            yield one


def _left(openid: str, template: str = TPL) -> int | None:
    with reading() as work:
        return grants.left(work, openid, template)


def _events() -> list[tuple[str, str | None]]:
    with reading() as work:
        rows = work.session.execute(select(WeChatEvent.kind, WeChatEvent.outcome).order_by(WeChatEvent.id))
        return [(kind, outcome) for kind, outcome in rows]


def _tell(running: House, event: str, facts: Mapping[str, Any], user: str = "zhang-wei") -> bool:
    callback = running.phone.wechat.callback
    assert callback is not None
    return callback.tell(running.phone.openid(user), event, facts)


# -- four forms


@pytest.mark.parametrize(("form", "sealed"), FORMS)
@pytest.mark.parametrize("templates", [1, 3])
def test_a_popup_is_heard_in_every_form_with_one_answer_or_several(
    running: House, form: Literal["json", "xml"], *, sealed: bool, templates: int
) -> None:
    running.phone.write_pushes(form, sealed=sealed)
    answers = {f"TPL-{number}": "accept" for number in range(templates)}
    told = running.phone.tap("grants", user="zhang-wei", answers=answers)
    assert told == {"pushed": True}
    assert jobs.handle_events() == 1
    assert [_left(running.phone.openid(), name) for name in answers] == [1] * templates
    assert jobs.handle_events() == 0


@pytest.mark.parametrize("sealed", [True, False])
def test_what_is_kept_can_be_read_by_nobody_without_the_key(running: House, *, sealed: bool) -> None:
    running.phone.grant(TPL)
    with reading() as work:
        kept = work.session.connection().exec_driver_sql("SELECT payload, openid_index FROM wechat_event").one()
    assert running.phone.openid().encode() not in bytes(kept.payload)
    assert running.phone.openid() != kept.openid_index


def test_the_same_push_twice_is_one_event(running: House) -> None:
    callback = running.phone.wechat.callback
    assert callback is not None
    push = callback.write(running.phone.openid(), "subscribe_msg_popup_event", _popup("accept"))
    assert [callback.send(push), callback.send(push)] == [True, True]
    assert jobs.handle_events() == 1
    assert callback.send(push)
    assert jobs.handle_events() == 0
    assert _left(running.phone.openid()) == 1


def _popup(answer: str) -> dict[str, Any]:
    return {"List": {"TemplateId": TPL, "SubscribeStatusString": answer, "PopupScene": "0"}}


# -- who is believed


def test_wechat_asks_whose_address_this_is(running: House) -> None:
    stamp = str(int(wall().timestamp()))
    query = {"timestamp": stamp, "nonce": "n", "echostr": "4711", "signature": signature(TOKEN, stamp, "n")}
    assert requests.get(running.url + PUSH, params=query, timeout=TIMEOUT_S).text == "4711"
    wrong = requests.get(running.url + PUSH, params=query | {"nonce": "m"}, timeout=TIMEOUT_S)
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wechat.push_refused")


def _post(running: House, query: Mapping[str, str], body: bytes) -> tuple[int, str]:
    answer = requests.post(running.url + PUSH, params=dict(query), data=body, timeout=TIMEOUT_S)
    return answer.status_code, answer.text if answer.ok else str(answer.json()["code"])


REFUSED = (401, "wechat.push_refused")


def test_a_push_of_somebody_else_is_refused_and_leaves_nothing(running: House) -> None:
    ours = running.phone.wechat.callback
    assert ours is not None
    strangers = [
        Callback(ours.url, APPID, "another-token", AES_KEY),
        Callback(ours.url, APPID, TOKEN, "Z" * 43),
        Callback(ours.url, "wx-other", TOKEN, AES_KEY),
        Callback(ours.url, APPID, TOKEN, None),
    ]
    for stranger in strangers:
        push = stranger.write(running.phone.openid(), "subscribe_msg_popup_event", _popup("accept"))
        assert _post(running, push.query, push.body) == REFUSED
    assert _events() == []


def test_a_changed_body_or_a_missing_signature_is_refused(running: House) -> None:
    callback = running.phone.wechat.callback
    assert callback is not None
    push = callback.write(running.phone.openid(), "subscribe_msg_popup_event", _popup("accept"))
    sealed = json.loads(push.body)["Encrypt"]
    changed = push.body.replace(sealed[:8].encode(), sealed[:8][::-1].encode())
    assert _post(running, push.query, changed) == REFUSED
    unsigned = {name: value for name, value in push.query.items() if name != "msg_signature"}
    assert _post(running, unsigned, push.body) == REFUSED
    assert _events() == []


@pytest.mark.parametrize("sealed", [False])
def test_a_house_that_takes_open_pushes_takes_no_sealed_ones(running: House, *, sealed: bool) -> None:
    running.phone.write_pushes("json", sealed=True)
    assert running.phone.tap("grants", user="zhang-wei", answers={TPL: "accept"}) == {"pushed": False}


@pytest.mark.parametrize(
    ("age_s", "believed"), [(299, True), (300, True), (301, False), (-299, True), (-300, True), (-301, False)]
)
def test_a_push_is_believed_for_five_minutes(age_s: int, *, believed: bool) -> None:
    account = PushAccount(APPID, TOKEN, None)
    now = wall().replace(microsecond=0)
    stamp = str(int((now - timedelta(seconds=age_s)).timestamp()))
    query = {"timestamp": stamp, "nonce": "n", "signature": signature(TOKEN, stamp, "n")}
    if believed:
        assert open_push(account, query, b'{"Event": "x"}', now) == {"Event": "x"}
    else:
        with pytest.raises(PushRefusedError):
            open_push(account, query, b'{"Event": "x"}', now)


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "９９", "9" * 40])
def test_a_time_that_is_none_is_refused(stamp: str) -> None:
    query = {"timestamp": stamp, "nonce": "n", "signature": signature(TOKEN, stamp, "n")}
    with pytest.raises(PushRefusedError):
        open_push(PushAccount(APPID, TOKEN, None), query, b"{}", wall())


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><Event>&b;</Event></xml>'


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", b"null", b"<xml>", b"<a/>", b"<xml/>", BOMB, b"\xff\xfe", b"[" * 100_000]
)
def test_rubbish_with_a_good_signature_is_an_error_not_a_crash(body: bytes) -> None:
    stamp = str(int(wall().timestamp()))
    query = {"timestamp": stamp, "nonce": "n", "signature": signature(TOKEN, stamp, "n")}
    with pytest.raises(BadInputError):
        open_push(PushAccount(APPID, TOKEN, None), query, body, wall())


# -- what follows


def test_a_chat_message_of_somebody_is_answered_and_not_kept(running: House) -> None:
    assert _tell(running, "user_enter_tempsession", {"Content": "private words"})
    assert _events() == []


def test_a_template_switched_off_in_wechat_is_empty(running: House) -> None:
    running.phone.grant(TPL)
    jobs.handle_events()
    assert _left(running.phone.openid()) == 1
    running.phone.tap("changes", user="zhang-wei", template=TPL)
    jobs.handle_events()
    assert _left(running.phone.openid()) == 0


def test_an_event_that_cannot_be_understood_stops_no_other(running: House) -> None:
    assert _tell(running, "subscribe_msg_popup_event", {"List": "nothing"})
    assert _tell(running, "subscribe_msg_popup_event", {})
    running.phone.grant(TPL)
    assert jobs.handle_events() == 3
    assert [outcome for _, outcome in _events()] == ["unreadable", "unreadable", "done"]
    assert _left(running.phone.openid()) == 1


@pytest.mark.parametrize(
    ("errcode", "expected", "left"), [("0", ("delivered", "delivered"), 1), ("3", ("pending", "failed"), 0)]
)
def test_wechat_tells_later_whether_a_message_arrived(
    running: House, errcode: str, expected: tuple[str, str], left: int
) -> None:
    openid = running.phone.openid()
    with unit_of_work() as work:
        grants.add(work, openid, TPL)
        one = write(work, "k", "wechat", "sms")
    with unit_of_work() as work:
        notice = work.session.get_one(Notice, one)
        notice.status = "sent"
        work.session.add(
            Attempt(
                notice_id=one, channel="wechat", started_at=work.now, deadline_at=work.now, finished_at=work.now,
                outcome="sent", reason="ok", provider_id="1000000",
            )
        )  # fmt: skip
    item = {"TemplateId": TPL, "MsgID": "1000000", "ErrorCode": errcode, "ErrorStatus": "x"}
    assert _tell(running, "subscribe_msg_sent_event", {"List": item})
    assert jobs.handle_events() == 1
    with reading() as work:
        assert (status(one), work.session.scalars(select(Attempt.outcome)).one()) == expected
    assert _left(openid) == left


def test_a_revocation_is_marked_and_outlives_the_rest(running: House, clock: ManualClock) -> None:
    running.phone.grant(TPL)
    running.phone.tap("revocations", user="zhang-wei")
    jobs.handle_events()
    clock.advance(31 * 24 * 3600)
    with unit_of_work() as work:
        assert wechat_events.purge(work) == 1
        assert wechat_events.revoked_at(work, running.phone.openid()) == clock.now() - timedelta(days=31)
        assert wechat_events.revoked_at(work, running.phone.openid("li-na")) is None


def test_whoever_leaves_altogether_is_sent_nothing_more(running: House) -> None:
    running.phone.grant(TPL)
    openid = running.phone.openid()
    assert _tell(running, "user_authorization_cancellation", {"OpenID": openid})
    jobs.handle_events()
    assert _left(openid) == 0


@pytest.mark.parametrize(("days", "gone"), [(29, 0), (30, 0), (31, 1)])
def test_handled_events_are_kept_for_thirty_days(running: House, clock: ManualClock, days: int, gone: int) -> None:
    running.phone.grant(TPL)
    jobs.handle_events()
    clock.advance(days * 24 * 3600)
    with unit_of_work() as work:
        assert wechat_events.purge(work) == gone


# -- verdicts about pictures


def _verdict(running: House, subject: str = "photo:1") -> str | None:
    with reading() as work:
        return media.verdict_of(work, subject)


def _judge(running: House, trace: str, **facts: Any) -> None:
    assert _tell(running, "wxa_media_check", {"appid": APPID, "trace_id": trace, "version": 2, **facts})
    assert jobs.handle_events() == 1


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"errcode": 0, "result": {"suggest": "pass", "label": 100}}, "pass"),
        ({"errcode": 0, "result": {"suggest": "risky", "label": 20002}}, "risky"),
        ({"errcode": -1008, "result": {"suggest": "pass", "label": 100}}, "review"),
        ({"errcode": 0, "result": {"suggest": "maybe", "label": 100}}, "review"),
        ({"isrisky": 1}, "risky"),
        ({"isrisky": 0}, "pass"),
        ({}, "review"),
    ],
)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_verdict_reaches_its_picture(
    running: House, form: Literal["json", "xml"], facts: dict[str, Any], verdict: str
) -> None:
    running.phone.write_pushes(form, sealed=True)
    with unit_of_work() as work:
        media.expect(work, "photo:1", "trace-1")
    assert _verdict(running) is None
    _judge(running, "trace-1", **facts)
    assert _verdict(running) == verdict


def test_a_verdict_that_comes_before_the_question_is_not_lost(running: House) -> None:
    _judge(running, "trace-1", errcode=0, result={"suggest": "risky", "label": 20002})
    with unit_of_work() as work:
        media.expect(work, "photo:1", "trace-1")
    assert _verdict(running) == "risky"


@pytest.mark.parametrize(("seconds", "expected"), [(35 * 60 - 1, None), (35 * 60, "review"), (35 * 60 + 1, "review")])
def test_no_verdict_within_35_minutes_calls_a_person_and_a_late_one_still_counts(
    running: House, clock: ManualClock, seconds: int, expected: str | None
) -> None:
    with unit_of_work() as work:
        media.expect(work, "photo:1", "trace-1")
    clock.advance(seconds)
    assert jobs.give_up_on_media() == (1 if expected else 0)
    assert jobs.give_up_on_media() == 0
    assert _verdict(running) == expected
    _judge(running, "trace-1", errcode=0, result={"suggest": "pass", "label": 100})
    assert _verdict(running) == "pass"


def test_where_nobody_could_be_asked_a_person_looks(running: House) -> None:
    with unit_of_work() as work:
        media.expect(work, "photo:1", None)
        media.expect(work, "photo:2", None)
    assert (_verdict(running), _verdict(running, "photo:2")) == ("review", "review")
    with reading() as work:
        assert work.session.scalar(select(func.count()).select_from(MediaCheck)) == 2
