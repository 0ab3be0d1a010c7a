"""The Feishu (飞书) group robot. 100 messages a minute, 5 a second; 20 KB a request."""

import base64
import hashlib
import hmac
from typing import Any

from apprise.plugins.feishu import NotifyFeishu

from backend.core.clock import wall
from backend.notices.channels.base import ChannelName, OutgoingMessage, Reason, failed, refused
from backend.notices.channels.group_robot import RobotKind, words
from backend.notices.channels.posting import Posting, as_json

MAX_TEXT_BYTES = 18_000
EVERYBODY = '<at user_id="all">所有人</at>\n'
A_MINUTE_S = 60.0


def compose(robot: Any, message: OutgoingMessage) -> Posting:
    text = (EVERYBODY if message.urgent else "") + words(message, MAX_TEXT_BYTES)
    payload = {"msg_type": "text", "content": {"text": text}}
    return Posting(robot.notify_url.format(token=robot.token), as_json(payload | _signature(robot)))


def _signature(robot: Any) -> dict[str, str]:
    """Apprise knows no secret for Feishu; in `feishu://secret@token` it arrives as the user."""
    if not robot.user:
        return {}
    timestamp = str(int(wall().timestamp()))
    return {"timestamp": timestamp, "sign": feishu_sign(timestamp, robot.user)}


def feishu_sign(timestamp: str, secret: str) -> str:
    """Feishu's own order: time and secret are the key, and what is signed is nothing."""
    key = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


FEISHU = RobotKind(
    name=ChannelName.FEISHU,
    plugin=NotifyFeishu,
    native=("open.feishu.cn", ""),
    compose=compose,
    codes=("code", "StatusCode"),
    meaning={
        "9499": failed(Reason.BAD_FIELD),
        "19002": failed(Reason.BAD_FIELD),
        "11232": failed(Reason.RATE_LIMITED, retry_after=A_MINUTE_S),
        "19001": refused(Reason.BAD_ADDRESS),
        "19021": failed(Reason.BAD_CREDENTIALS),  # signature or time
        "19022": failed(Reason.BAD_CREDENTIALS),  # sender's address
        "19024": failed(Reason.BAD_CREDENTIALS),  # keyword
    },
)
