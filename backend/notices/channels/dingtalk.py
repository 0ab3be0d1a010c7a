"""The DingTalk (钉钉) group robot. 20 messages a minute and robot, then silence for ten minutes."""

from typing import Any

from apprise.plugins.dingtalk import NotifyDingTalk

from backend.notices.channels.base import ChannelName, OutgoingMessage, Reason, failed, refused
from backend.notices.channels.group_robot import RobotKind, words
from backend.notices.channels.posting import Posting, as_json

MAX_TEXT_BYTES = 18_000  # the whole request may have 20,000
TEN_MINUTES_S = 600.0


def compose(robot: Any, message: OutgoingMessage) -> Posting:
    payload = {
        "msgtype": "text",
        "text": {"content": words(message, MAX_TEXT_BYTES)},
        "at": {"atMobiles": robot.targets, "isAtAll": message.urgent},
    }
    return Posting(robot.notify_url.format(token=robot.token), as_json(payload), params=_signature(robot))


def _signature(robot: Any) -> dict[str, str] | None:
    if not robot.secret:
        return None
    timestamp, sign = robot.get_signature()
    return {"timestamp": timestamp, "sign": robot.unquote(sign)}  # requests quotes it, a second time would break it


DINGTALK = RobotKind(
    name=ChannelName.DINGTALK,
    plugin=NotifyDingTalk,
    native=("oapi.dingtalk.com", "access_token"),
    compose=compose,
    codes=("errcode",),
    meaning={
        "-1": failed(Reason.PROVIDER_BUSY),
        "130101": failed(Reason.RATE_LIMITED, retry_after=TEN_MINUTES_S),
        "410100": failed(Reason.RATE_LIMITED, retry_after=TEN_MINUTES_S),
        "300001": refused(Reason.BAD_ADDRESS),  # no such token
        "300005": refused(Reason.BAD_ADDRESS),
        "400013": refused(Reason.BAD_ADDRESS),  # the group is gone
        "400101": refused(Reason.BAD_ADDRESS),
        "400102": refused(Reason.BAD_ADDRESS),  # the robot was stopped
        "310000": failed(Reason.BAD_CREDENTIALS),  # keyword, signature or sender's address not accepted
        "400105": failed(Reason.BAD_FIELD),
        "40035": failed(Reason.BAD_FIELD),
    },
)
