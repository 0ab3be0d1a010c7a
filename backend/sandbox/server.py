"""The process ``shouwang wechat-sandbox``: the sandbox on 127.0.0.1, in a demonstration or a test only."""

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from pydantic import SecretStr
from werkzeug.serving import make_server

from backend.core.clock import SystemClock
from backend.sandbox.pushes import Callback
from backend.sandbox.wechat import WeChat, create_sandbox
from backend.settings import Settings

PUSH_PATH = "/api/v1/wechat/push"


class SandboxRefusedError(Exception):
    """The sandbox may not run here; the text says why, for the operator."""


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises ``SandboxRefusedError`` in production or beside a real account."""
    app = create_sandbox(sandbox_of(settings))
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    with listening(app, settings.wechat_sandbox_port):
        signal.sigwait(ending)


def sandbox_of(settings: Settings) -> WeChat:
    """The sandbox with the account of these settings. Raises ``SandboxRefusedError``.

    It goes by the machine's clock: moving a demonstration's time does not move WeChat's.
    """
    if settings.mode == "production":
        raise SandboxRefusedError("正式运行时不能启动演示用的微信")
    if "wechat" not in settings.embedded or settings.wechat_appid is None:
        raise SandboxRefusedError("已设置 SHOUWANG_WECHAT_APPID，或不是演示模式，不需要演示用的微信")
    appid = settings.wechat_appid
    callback = Callback(
        f"http://127.0.0.1:{settings.http_port}{PUSH_PATH}",
        appid,
        _revealed(settings.wechat_push_token),
        _revealed(settings.wechat_push_aes_key) or None,
    )
    return WeChat(appid, _revealed(settings.wechat_secret), SystemClock(), callback)


@contextmanager
def listening(app: Flask, port: int) -> Iterator[int]:
    """Serve an application on 127.0.0.1 while the block runs; yields the port (``port`` 0: a free one)."""
    # Its lines would carry the account's secret and tokens, which stand in the addresses.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
