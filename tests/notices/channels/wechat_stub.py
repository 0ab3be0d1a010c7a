"""WeChat as far as we call it: tokens that live and die, codes of one use, consents that run out."""

import threading
from typing import Any

from tests.notices.channels.stub import Reply, Request

APPID, SECRET = "wx-app", "wx-very-secret"


class WeChat:
    """`live` is the only token accepted; None accepts none. `stable`: what a normal renewal hands out."""

    def __init__(self) -> None:
        self.serial = 0
        self.stable = ""
        self.live: str | None = ""
        self.on_send: Any = {"errcode": 0, "errmsg": "ok", "msgid": 42}
        self.on_token: Any = None
        self.before_token: Reply | None = None
        self.lock = threading.Lock()
        self.forced = 0
        self.normal = 0
        self.used_codes: set[str] = set()
        self.new_token()

    def new_token(self) -> None:
        self.serial += 1
        self.stable = self.live = f"TOKEN-{self.serial}"

    def kill_token(self) -> None:
        """The token dies, but a normal renewal still hands it out."""
        self.live = "nothing"

    def __call__(self, request: Request) -> Reply:
        with self.lock:
            return self._token(request) if request.path == "/cgi-bin/stable_token" else self._call(request)

    def _token(self, request: Request) -> Reply:
        if self.before_token is not None:
            return self.before_token
        if self.on_token is not None:
            return Reply(self.on_token)
        if request.json["appid"] != APPID or request.json["secret"] != SECRET:
            return Reply({"errcode": 40125, "errmsg": "invalid appsecret rid: 1"})
        self._count(forced=request.json["force_refresh"])
        return Reply({"access_token": self.stable, "expires_in": 7200})

    def _count(self, *, forced: bool) -> None:
        if forced:
            self.forced += 1
            if self.live is not None:
                self.new_token()
        else:
            self.normal += 1

    def _call(self, request: Request) -> Reply:
        if request.path == "/sns/jscode2session":
            return Reply(self._session(request))
        if request.query.get("access_token") != self.live:
            return Reply({"errcode": 40001, "errmsg": "invalid credential, access_token is invalid rid: 2"})
        return self.on_send if isinstance(self.on_send, Reply) else Reply(self.on_send)

    def _session(self, request: Request) -> dict[str, Any]:
        code = request.query["js_code"]
        if code in self.used_codes:
            return {"errcode": 40163, "errmsg": "code been used"}
        self.used_codes.add(code)
        return {"openid": "o-1", "session_key": "a2V5"}
