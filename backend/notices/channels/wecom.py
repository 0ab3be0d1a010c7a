"""The WeCom (企业微信) group robot. 20 messages a minute and robot; text of at most 2,048 bytes."""

from typing import Any

from apprise.plugins.wecombot import NotifyWeComBot

from backend.notices.channels.base import ChannelName, OutgoingMessage, Reason, failed, refused
from backend.notices.channels.group_robot import RobotKind, words
from backend.notices.channels.posting import Posting, as_json

MAX_TEXT_BYTES = 2048
A_MINUTE_S = 60.0


def compose(robot: Any, message: OutgoingMessage) -> Posting:
    text: dict[str, Any] = {"content": words(message, MAX_TEXT_BYTES)}
    if message.urgent:
        text["mentioned_list"] = ["@all"]  # a muted group still rings for those who are named
    return Posting(robot.api_url, as_json({"msgtype": "text", "text": text}))


WECOM = RobotKind(
    name=ChannelName.WECOM,
    plugin=NotifyWeComBot,
    native=("qyapi.weixin.qq.com", "key"),
    compose=compose,
    codes=("errcode",),
    meaning={
        "-1": failed(Reason.PROVIDER_BUSY),
        "45009": failed(Reason.RATE_LIMITED, retry_after=A_MINUTE_S),
        "93000": refused(Reason.BAD_ADDRESS),  # no such robot, or it was removed from the group
        "40008": failed(Reason.BAD_FIELD),
        "40058": failed(Reason.BAD_FIELD),
        "44004": failed(Reason.BAD_FIELD),
    },
)
