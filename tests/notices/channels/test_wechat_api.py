"""The mini-program calls: what they ask of WeChat, and how much of its answers they believe."""

from typing import Any

import pytest

from backend.notices.channels.wechat_client import MiniProgramClient
from backend.notices.channels.wechat_errors import WeChatError
from backend.notices.channels.wechat_store import MemoryTokenStore
from tests.notices.channels.conftest import OPENID
from tests.notices.channels.stub import Reply, Stub
from tests.notices.channels.wechat_stub import APPID, SECRET, WeChat


def _client(stub: Stub) -> MiniProgramClient:
    return MiniProgramClient(APPID, SECRET, MemoryTokenStore(), base_url=stub.url)


def test_logging_in_needs_no_token_and_puts_none_in_the_address(stub: Stub) -> None:
    session = _client(stub).wxa.code_to_session("code-1")
    assert (session.openid, session.session_key, session.unionid) == ("o-1", "a2V5", None)
    (request,) = stub.requests
    assert request.query == {
        "appid": APPID,
        "secret": SECRET,
        "js_code": "code-1",
        "grant_type": "authorization_code",
    }
    assert "a2V5" not in repr(session)


def test_a_used_login_code_is_an_error_with_its_number(stub: Stub) -> None:
    client = _client(stub)
    client.wxa.code_to_session("code-1")
    with pytest.raises(WeChatError) as caught:
        client.wxa.code_to_session("code-1")
    assert caught.value.errcode == 40163


def _phone_info(appid: str) -> dict[str, Any]:
    info = {"purePhoneNumber": "13800001234", "countryCode": "86", "watermark": {"appid": appid}}
    return {"errcode": 0, "phone_info": info}


def test_a_phone_number_comes_with_its_country_and_stays_out_of_repr(stub: Stub, wechat: WeChat) -> None:
    wechat.on_send = _phone_info(APPID)
    phone = _client(stub).wxa.get_phone_number("c")
    assert (phone.number, phone.country_code) == ("13800001234", "86")
    assert "13800001234" not in repr(phone)


def test_a_phone_number_given_to_another_app_is_not_believed(stub: Stub, wechat: WeChat) -> None:
    wechat.on_send = _phone_info("wx-other")
    with pytest.raises(WeChatError, match="bad_answer"):
        _client(stub).wxa.get_phone_number("c")


def test_a_device_message_names_its_model_in_both_spellings(stub: Stub, wechat: WeChat) -> None:
    _client(stub).wxa.send_device_message(
        [OPENID], "TPL", {"phrase1": "紧急呼叫"}, serial_number="SN1", model_id="M1", page="pages/a"
    )
    (request,) = stub.to("/cgi-bin/message/device/subscribe/send")
    assert request.json == {
        "to_openid_list": [OPENID],
        "template_id": "TPL",
        "sn": "SN1",
        "modelId": "M1",
        "model_id": "M1",
        "data": {"phrase1": {"value": "紧急呼叫"}},
        "lang": "zh_CN",
        "page": "pages/a",
    }


def test_texts_are_checked_by_version_two(stub: Stub, wechat: WeChat) -> None:
    wechat.on_send = {"errcode": 0, "result": {"suggest": "risky", "label": 20001}, "trace_id": "t"}
    verdict = _client(stub).wxa.check_text(OPENID, "话", scene=2)
    assert (verdict.suggest, verdict.label, verdict.trace_id) == ("risky", 20001, "t")
    assert stub.to("/wxa/msg_sec_check")[0].json == {
        "version": 2,
        "openid": OPENID,
        "scene": 2,
        "content": "话",
    }


def test_a_text_of_2500_characters_is_checked_and_one_more_is_not_cut_silently(stub: Stub, wechat: WeChat) -> None:
    wechat.on_send = {"errcode": 0, "result": {"suggest": "pass", "label": 100}}
    api = _client(stub).wxa
    assert api.check_text(OPENID, "字" * 2499, scene=1).suggest == "pass"
    assert api.check_text(OPENID, "字" * 2500, scene=1).suggest == "pass"
    with pytest.raises(ValueError, match="2500"):
        api.check_text(OPENID, "字" * 2501, scene=1)


def test_media_are_checked_by_version_two_and_answer_with_a_trace(stub: Stub, wechat: WeChat) -> None:
    wechat.on_send = {"errcode": 0, "trace_id": "trace-1"}
    assert _client(stub).wxa.check_media(OPENID, "https://a/b.png", scene=3) == "trace-1"
    assert stub.to("/wxa/media_check_async")[0].json["version"] == 2


def test_a_mini_program_code_is_a_picture_or_an_error(stub: Stub, wechat: WeChat) -> None:
    api = _client(stub).wxa
    wechat.on_send = Reply(b"\x89PNG\r\n\x1a\n...", headers={"Content-Type": "image/png"})
    assert api.qr_unlimited("m=12", "pages/a").startswith(b"\x89PNG")
    for bad in (Reply(b"<html>"), Reply({"errcode": 41030, "errmsg": "invalid page"}), Reply({"errcode": 0})):
        wechat.on_send = bad
        with pytest.raises(WeChatError):
            api.qr_unlimited("m=12", "pages/a")


def test_a_scene_has_one_to_thirty_two_characters(stub: Stub, wechat: WeChat) -> None:
    wechat.on_send = Reply(b"\xff\xd8\xff\xe0")
    api = _client(stub).wxa
    assert api.qr_unlimited("s" * 32, "p") == b"\xff\xd8\xff\xe0"
    for scene in ("", "s" * 33):
        with pytest.raises(ValueError, match="32"):
            api.qr_unlimited(scene, "p")
