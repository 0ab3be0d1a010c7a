"""WeChat for whoever answers a resident: over real HTTP to the sandbox, with errors that say what to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask

from backend import content_check, wechat
from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from backend.core.errors import DomainError
from backend.notices import media
from scheduler import wechat as jobs
from tests.support import services
from tests.support.wechat_world import AES_KEY, House, house, house_settings, sandbox

LOGIN = "/sns/jscode2session"
CHECK = "/wxa/msg_sec_check"


@pytest.fixture
def running(template_sqlite: Path, tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """One database is enough: nothing here is about it."""
    path = tmp_path / "test.db"
    path.write_bytes(template_sqlite.read_bytes())
    with sandbox(clock) as phone:
        key = {"SHOUWANG_WECHAT_PUSH_AES_KEY": AES_KEY}
        with house(house_settings(f"sqlite:///{path}", tmp_path, phone, **key), clock, phone) as one:
            yield one


def test_a_login_code_becomes_an_openid_and_its_key_stays_here(running: House) -> None:
    session = wechat.code_to_session(running.phone.login_code())
    assert session.openid == running.phone.openid()
    assert session.session_key not in repr(session)


def test_a_phone_code_becomes_a_number(running: House) -> None:
    assert wechat.phone_number(running.phone.tap("phone-codes", user="li-na")["code"]).number == "17000010002"


def _refusal(call: object, code: str) -> str:
    assert callable(call)
    with pytest.raises(DomainError) as caught:
        call(code)
    return caught.value.code


def test_each_refusal_of_wechat_is_an_error_of_its_own(running: House, clock: ManualClock) -> None:
    used, old = running.phone.login_code(), running.phone.login_code()
    wechat.code_to_session(used)
    assert _refusal(wechat.code_to_session, used) == "wechat.code_used"
    clock.advance(300)
    assert _refusal(wechat.code_to_session, old) == "wechat.code_invalid"
    assert _refusal(wechat.code_to_session, running.phone.login_code("blocked")) == "wechat.account_blocked"
    assert _refusal(wechat.phone_number, "made-up") == "wechat.phone_code_invalid"
    # The one code does not do for the other.
    assert _refusal(wechat.phone_number, running.phone.login_code()) == "wechat.phone_code_invalid"


@pytest.mark.parametrize("fault", [{"errcode": 45011}, {"errcode": -1}, {"status": 502}, {"errcode": 40125}])
def test_a_wechat_in_trouble_is_busy(running: House, fault: dict[str, int]) -> None:
    code = running.phone.login_code()
    running.phone.trouble(LOGIN, times=9, **fault)
    assert _refusal(wechat.code_to_session, code) == "wechat.busy"


def test_the_trouble_is_counted_for_the_operator(running: House) -> None:
    _refusal(wechat.code_to_session, "made-up")
    page = running.app.test_client().get("/metrics").text
    assert 'shouwang_wechat_trouble_total{call="login",errcode="40029"}' in page
    assert "shouwang_wechat_oldest_push_seconds 0.0" in page


def test_an_installation_without_a_mini_program_says_so(app: APIFlask) -> None:
    assert _refusal(wechat.code_to_session, "code") == "wechat.not_configured"
    assert not wechat.configured()


# -- may this be shown


def _visitor(running: House) -> str:
    return wechat.code_to_session(running.phone.login_code()).openid


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("谢谢，办得很快", "pass"),
        ("窗口的人很傻", "review"),
        ("这里有赌博", "risky"),
        ("赌 博", "risky"),
        ("有诈骗", "risky"),
        ("", "pass"),
        ("  ", "pass"),
    ],
)
def test_wechat_and_our_own_words_judge_together(running: House, text: str, verdict: str) -> None:
    assert content_check.check_text(_visitor(running), text, content_check.NAMES) == verdict


@pytest.mark.parametrize("fault", [{"errcode": 45009}, {"status": 500}, {"errcode": 40129}])
def test_a_check_that_fails_calls_a_person(running: House, fault: dict[str, int]) -> None:
    openid = _visitor(running)
    running.phone.trouble(CHECK, times=9, **fault)
    assert content_check.check_text(openid, "谢谢") == "review"


def test_an_author_who_was_not_here_of_late_calls_a_person(running: House, clock: ManualClock) -> None:
    openid = _visitor(running)
    clock.advance(2 * 3600)
    assert content_check.check_text(openid, "谢谢") == "review"


@pytest.mark.parametrize("before", [0, 2449, 2498, 2499, 2500, 4950])
def test_a_long_text_is_read_to_its_end_and_across_every_cut(running: House, before: int) -> None:
    openid = _visitor(running)
    assert content_check.check_text(openid, "字" * before + "有诈骗") == "risky"
    assert content_check.check_text(openid, "字" * before + "很好") == "pass"


@pytest.mark.parametrize(("text", "verdict"), [("谢谢", "pass"), ("加 我-微信", "review"), ("办假证", "risky")])
def test_without_wechat_our_own_words_decide(app: APIFlask, text: str, verdict: str) -> None:
    assert content_check.check_text("o-somebody", text) == verdict
    assert content_check.submit_media("o-somebody", "https://example.com/a.png") is None


def test_what_a_clerk_types_goes_by_our_own_words(running: House) -> None:
    assert content_check.check_text(None, "有诈骗") == "pass"
    assert content_check.check_text(None, "办假证") == "risky"


@pytest.mark.parametrize(("picture", "verdict"), [("a.png", "pass"), ("risky.png", "risky"), ("review.png", "review")])
def test_a_picture_is_judged_by_a_push(running: House, picture: str, verdict: str) -> None:
    openid = _visitor(running)
    trace = content_check.submit_media(openid, f"https://example.com/{picture}")
    with unit_of_work() as work:
        media.expect(work, "photo:1", trace)
    services.wait_until(jobs.handle_events)
    with reading() as work:
        assert media.verdict_of(work, "photo:1") == verdict


def test_a_picture_nobody_could_be_asked_about_has_no_trace(running: House) -> None:
    openid = _visitor(running)
    running.phone.trouble("/wxa/media_check_async", times=9, errcode=45009)
    assert content_check.submit_media(openid, "https://example.com/a.png") is None
