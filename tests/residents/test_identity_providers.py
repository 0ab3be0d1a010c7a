"""The real providers over real HTTP, against servers that answer as a test tells them."""

from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask

from backend import wechat
from backend.notices.channels.signing import NONCE_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from backend.notices.channels.wechat_client import MiniProgramClient
from backend.notices.channels.wechat_store import MemoryTokenStore
from backend.residents.documents import KINDS
from backend.residents.errors import KindNotServedError, UnknownProviderError
from backend.residents.identity import Claim, Failed, Passed, Pending, ProviderUnavailableError, provider_for
from backend.residents.identity_gateway import GatewayProvider
from backend.residents.identity_providers import build_providers
from backend.residents.identity_wechat import WeChatFaceProvider, cert_hash
from backend.settings import SettingsError, load_settings
from tests.notices.channels.stub import Reply, Request, Stub

CLAIM = Claim("张三", "resident_id", "310101199801011234", "openid-1")
SECRET = "example-secret-of-thirty-two-chars"
TOKEN = Reply({"access_token": "token", "expires_in": 7200})


class Server:
    """Answers by the end of the path."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.stub = Stub(self._answer)

    def _answer(self, request: Request) -> Reply:
        if request.path.endswith("stable_token"):
            return TOKEN
        told = self.answers[request.path.rpartition("/")[2]]
        return told if isinstance(told, Reply) else Reply(told)

    def asked(self, end: str) -> Any:
        return next(one.json for one in reversed(self.stub.requests) if one.path.endswith(end))


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stub.close()


@pytest.fixture
def face(app: APIFlask, server: Server) -> WeChatFaceProvider:
    app.extensions[wechat.CLIENT] = MiniProgramClient(
        "wx-test", "secret", MemoryTokenStore(), base_url=server.stub.url, pause=lambda _: None
    )
    return WeChatFaceProvider()


@pytest.fixture
def gateway(server: Server) -> GatewayProvider:
    return GatewayProvider("ctid", server.stub.url, SECRET, timeout_s=2.0)


def test_the_digest_of_a_document_is_the_one_wechat_publishes() -> None:
    assert cert_hash(CLAIM) == "3c241f7ff324977aeb91f173bb2a7b06569e6fd784d5573db34a636d8671108b"


def test_a_face_check_begins_with_the_person_and_asks_with_the_same_number(
    face: WeChatFaceProvider, server: Server
) -> None:
    server.answers = {"getverifyid": {"errcode": 0, "verify_id": "v:1", "expires_in": 3600}}
    started = face.start(CLAIM)
    assert started.client == {"verify_id": "v:1"}
    begun = server.asked("getverifyid")
    assert begun["cert_info"] == {"cert_type": "IDENTITY_CARD", "cert_name": "张三", "cert_no": CLAIM.number}
    server.answers = {"queryverifyinfo": {"errcode": 0, "verify_ret": 10000}}
    assert face.finish(started.reference, CLAIM) == Passed()
    assert server.asked("queryverifyinfo") == {
        "verify_id": "v:1", "out_seq_no": begun["out_seq_no"], "cert_hash": cert_hash(CLAIM), "openid": "openid-1",
    }  # fmt: skip
    assert 5 <= len(begun["out_seq_no"]) <= 32


@pytest.mark.parametrize(
    ("told", "means"),
    [
        ({"errcode": 0, "verify_ret": 10003}, Failed("not_matched")),
        ({"errcode": 0, "verify_ret": 10004}, Failed("face_not_matched")),
        ({"errcode": 0, "verify_ret": 90002}, Failed("cancelled")),
        ({"errcode": 0, "verify_ret": 90006}, Failed("cancelled")),
        ({"errcode": 0, "verify_ret": 90007}, Failed("other")),
        ({"errcode": 0}, Pending()),
        ({"errcode": 84001, "errmsg": "?"}, Pending()),
    ],
)
def test_what_wechat_says_about_a_face(
    face: WeChatFaceProvider, server: Server, told: dict[str, Any], means: object
) -> None:
    server.answers = {"queryverifyinfo": told}
    assert face.finish("n:v", CLAIM) == means


@pytest.mark.parametrize("told", [{"errcode": -1}, {"errcode": 48001}, Reply(b"", 502), Reply(b"no json")])
def test_wechat_in_trouble_says_nothing_about_the_person(face: WeChatFaceProvider, server: Server, told: Any) -> None:
    server.answers = {"getverifyid": told, "queryverifyinfo": told}
    with pytest.raises(ProviderUnavailableError):
        face.start(CLAIM)
    with pytest.raises(ProviderUnavailableError):
        face.finish("n:v", CLAIM)


def test_without_a_mini_program_there_is_no_face_check(app: APIFlask) -> None:
    with pytest.raises(ProviderUnavailableError):
        WeChatFaceProvider().start(CLAIM)


def test_a_gateway_is_asked_with_a_signature_over_the_exact_body(gateway: GatewayProvider, server: Server) -> None:
    server.answers = {"start": {"reference": "r-1", "client": {"url": "https://example.test"}}}
    started = gateway.start(CLAIM)
    assert (started.reference, started.client) == ("r-1", {"url": "https://example.test"})
    request = server.stub.requests[-1]
    headers = {name.lower(): value for name, value in request.headers.items()}
    stamp, nonce = headers[TIMESTAMP_HEADER.lower()], headers[NONCE_HEADER.lower()]
    assert headers[SIGNATURE_HEADER.lower()] == signature(SECRET, stamp, nonce, request.body)
    assert (request.json["provider"], request.json["name"]) == ("ctid", "张三")


@pytest.mark.parametrize(
    ("told", "means"),
    [
        ({"state": "passed", "name": "张三", "id_number": CLAIM.number}, Passed("张三", CLAIM.number)),
        ({"state": "failed", "reason": "cancelled"}, Failed("cancelled")),
        ({"state": "failed", "reason": "made up"}, Failed("other")),
        ({"state": "pending"}, Pending()),
    ],
)
def test_what_a_gateway_says(gateway: GatewayProvider, server: Server, told: Any, means: object) -> None:
    server.answers = {"finish": told}
    assert gateway.finish("r-1", CLAIM) == means


@pytest.mark.parametrize(
    "told",
    [
        {"state": "passed"}, {"state": "passed", "name": "张三"}, {"state": "done"}, {}, [], Reply({}, 500),
        Reply(b"<html>"), Reply(hang=True), Reply(drop=True),
    ],
)  # fmt: skip
def test_a_gateway_that_is_not_understood_is_not_believed(gateway: GatewayProvider, server: Server, told: Any) -> None:
    server.answers = {"finish": told}
    with pytest.raises(ProviderUnavailableError):
        gateway.finish("r-1", CLAIM)


@pytest.mark.parametrize("told", [{}, {"reference": ""}, {"reference": "x" * 513}, {"reference": "r", "client": []}])
def test_an_attempt_that_a_gateway_cannot_name_is_none(gateway: GatewayProvider, server: Server, told: Any) -> None:
    server.answers = {"start": told}
    with pytest.raises(ProviderUnavailableError):
        gateway.start(CLAIM)


def _settings(tmp_path: Any, **more: str) -> Any:
    return load_settings({"SHOUWANG_MODE": "test", "SHOUWANG_DATA_DIR": str(tmp_path)} | more)


def test_the_settings_say_which_providers_there_are_and_the_counter_is_always_last(tmp_path: Any) -> None:
    assert list(build_providers(_settings(tmp_path))) == ["sandbox", "counter"]
    real = _settings(
        tmp_path, SHOUWANG_IDENTITY_PROVIDERS="wechat_face ctid", SHOUWANG_WECHAT_APPID="wx1",
        SHOUWANG_WECHAT_SECRET="s", SHOUWANG_CTID_URL="https://ctid.example.test", SHOUWANG_CTID_SECRET=SECRET,
    )  # fmt: skip
    assert list(build_providers(real)) == ["wechat_face", "ctid", "counter"]


@pytest.mark.parametrize("wrong", ["wechat_face", "gov_sso", "fingerprint"])
def test_a_provider_that_cannot_work_stops_the_start(tmp_path: Any, wrong: str) -> None:
    with pytest.raises(SettingsError, match="SHOUWANG_IDENTITY_PROVIDERS"):
        _settings(tmp_path, SHOUWANG_IDENTITY_PROVIDERS=wrong)


def test_a_provider_is_asked_only_for_documents_it_knows(app: APIFlask) -> None:
    assert provider_for("counter", "passport").kinds == frozenset(KINDS)
    with pytest.raises(UnknownProviderError):
        provider_for("fingerprint", "passport")
    app.extensions["shouwang_identity_providers"] = {"wechat_face": WeChatFaceProvider()}
    with pytest.raises(KindNotServedError):
        provider_for("wechat_face", "passport")
