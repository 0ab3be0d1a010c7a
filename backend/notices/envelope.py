"""From a notice to what one channel is handed."""

import json
from collections.abc import Callable, Mapping
from uuid import UUID

from backend.notices.channels.base import ChannelName, OutgoingMessage
from backend.notices.models import Notice
from backend.notices.rules import URGENT

SHORT = frozenset({ChannelName.SMS, ChannelName.VOICE})
OURS = frozenset({"staff", "board", "group"})


class Envelope:
    """Addresses notices. ``wechat_templates``: our template's name → the account's template id.

    ``alarm_link`` gives the page of an alarm; relatives get no link, they have no account. Texts and calls carry no
    template fields: the carrier's approved template has the one value ``text``.
    """

    def __init__(
        self, wechat_templates: Mapping[str, str] | None = None, alarm_link: Callable[[UUID], str] | None = None
    ) -> None:
        self._wechat_templates = wechat_templates or {}
        self._alarm_link = alarm_link

    def address(self, notice: Notice) -> OutgoingMessage:
        """The message for the notice's present channel."""
        channel = notice.ways[notice.way]
        wechat = channel == ChannelName.WECHAT
        return OutgoingMessage(
            notice_id=str(notice.id),
            channel=channel,
            to=json.loads(notice.addresses)[channel],
            title=notice.title,
            text=notice.short if channel in SHORT else notice.body,
            fields=notice.fields if wechat else {},
            template=self._wechat_templates.get(notice.template) if wechat else None,
            urgent=notice.priority <= URGENT,
            link=self._link(notice, channel),
            alarm_id=str(notice.alarm_id) if notice.alarm_id else None,
        )

    def _link(self, notice: Notice, channel: str) -> str | None:
        if channel == ChannelName.WECHAT and notice.page is not None:
            return notice.page
        if self._alarm_link is None or notice.alarm_id is None or channel in SHORT:
            return None
        return self._alarm_link(notice.alarm_id) if notice.recipient_kind in OURS else None
