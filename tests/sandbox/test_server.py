"""The process of the sandbox: its account, and where it refuses to run."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from backend.sandbox.server import SandboxRefusedError, sandbox_of
from backend.settings import load_settings
from tests.launch.test_settings import PRODUCTION
from tests.support import services

COMMAND = [sys.executable, "-m", "backend.cli", "wechat-sandbox"]


def test_production_refuses_to_start_the_sandbox(tmp_path: Path) -> None:
    env = {**os.environ, **PRODUCTION, "SHOUWANG_DATA_DIR": str(tmp_path)}
    result = subprocess.run(COMMAND, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1
    assert "正式运行时不能启动演示用的微信" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_demonstration_with_a_real_account_needs_no_sandbox(tmp_path: Path) -> None:
    own = {"SHOUWANG_WECHAT_APPID": "wx1", "SHOUWANG_WECHAT_SECRET": "s"}
    with pytest.raises(SandboxRefusedError):
        sandbox_of(load_settings({"SHOUWANG_DATA_DIR": str(tmp_path)} | own))


def test_the_sandbox_knows_the_account_of_its_demonstration(tmp_path: Path) -> None:
    settings = load_settings({"SHOUWANG_DATA_DIR": str(tmp_path), "SHOUWANG_HTTP_PORT": "8123"})
    found = sandbox_of(settings)
    assert found.appid == settings.wechat_appid
    assert found.callback is not None
    assert found.callback.url == "http://127.0.0.1:8123/api/v1/wechat/push"
    assert found.callback.aes_key


def test_the_process_serves_this_machine_and_ends_when_told(tmp_path: Path) -> None:
    port = services.free_port()
    env = os.environ | {"SHOUWANG_DATA_DIR": str(tmp_path), "SHOUWANG_WECHAT_SANDBOX_PORT": str(port)}
    process = subprocess.Popen(COMMAND, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        services.wait_until(lambda: services.listens(port))
        answer = requests.post(f"http://127.0.0.1:{port}/_sandbox/login-codes", json={"user": "zhang-wei"}, timeout=30)
        assert answer.json()["openid"].startswith("o")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stdout is not None
        assert b"secret" not in process.stdout.read()
    finally:
        process.kill()
        process.communicate()
