"""Who sends: the dispatcher with the channels of this installation, wired to the alarms that must hear of failures."""

from collections.abc import Mapping
from uuid import UUID

from flask import Flask

from backend.alarms import engine
from backend.core.db import Work
from backend.core.wakes import connect
from backend.notices.channels.base import Channel
from backend.notices.channels.board import BoardChannel
from backend.notices.dispatcher import Dispatcher
from backend.notices.envelope import Envelope
from backend.notices.outbox import Undelivered
from backend.notices.service import Recipient
from backend.notices.texts import book, reason_zh
from backend.settings import Settings


def dispatcher(app: Flask) -> Dispatcher:
    """The dispatcher of this installation; ``run`` it in one thread of the scheduler."""
    settings: Settings = app.config["SHOUWANG"]

    def alarm_page(alarm_id: UUID) -> str:
        return f"{settings.public_url}/console/alarms/{alarm_id}"

    return Dispatcher(
        app,
        channels(app),
        envelope=Envelope(wechat_templates(settings), alarm_page),
        on_undeliverable=on_undeliverable,
    )


def wechat_templates(settings: Settings) -> Mapping[str, str]:
    """Our template's name → the account's id. A demonstration's WeChat knows every template by our name."""
    if "wechat" in settings.embedded and not settings.wechat_templates:
        return {name: name for name in book().templates}
    return settings.wechat_templates


def channels(app: Flask) -> dict[str, Channel]:
    """Every channel by name: captured in a demonstration, otherwise those the settings allow and the board."""
    settings: Settings = app.config["SHOUWANG"]
    redis = connect(settings.redis_url)
    board: dict[str, Channel] = {"board": BoardChannel(redis)}
    if settings.demo:
        from backend.demo.channels import demo_channels

        return demo_channels(app, board)
    # The providers' libraries take a second to import, and the web process, which reads this file, never sends.
    from backend.notices.channels.factory import build_channels

    return {str(name): channel for name, channel in build_channels(settings, redis).items()} | board


GROUP_NAMES = {"wecom": "企业微信群", "dingtalk": "钉钉群", "feishu": "飞书群", "webhook": "外部平台"}


def groups(settings: Settings) -> tuple[Recipient, ...]:
    """The group robots of this installation, one recipient each."""
    urls = {
        "wecom": settings.wecom_urls,
        "dingtalk": settings.dingtalk_urls,
        "feishu": settings.feishu_urls,
        "webhook": settings.webhook_urls,
    }
    return tuple(
        Recipient("group", f"{way}-{number}", GROUP_NAMES[way], (way,), {way: url.get_secret_value()})
        for way, found in urls.items()
        for number, url in enumerate(found, 1)
    )


def on_undeliverable(work: Work, undelivered: Undelivered) -> None:
    """Tell the alarm that somebody was not reached; notices about nothing in particular have nobody to tell."""
    if undelivered.alarm_id is not None:
        name, reason = undelivered.recipient_name, reason_zh(undelivered.reason)
        engine.undeliverable(work, undelivered.alarm_id, name, reason)
