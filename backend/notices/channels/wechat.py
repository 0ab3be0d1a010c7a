"""WeChat subscription messages. One consent is one message, so this is never the only channel (DESIGN section 5)."""

from backend.notices.channels.base import ChannelName, Outcome, OutgoingMessage, Reason, failed, refused, sent
from backend.notices.channels.wechat_client import MiniProgramClient
from backend.notices.channels.wechat_errors import WeChatError
from backend.notices.channels.wechat_fields import FieldError, fit


class WeChatChannel:
    """`to` is an openid, `template` a template id of the account, `link` a page of the mini-program."""

    name = ChannelName.WECHAT

    def __init__(self, client: MiniProgramClient, timeout_s: float = 5.0) -> None:
        self.timeout_s = timeout_s
        self._client = client

    def send(self, message: OutgoingMessage) -> Outcome:
        if not message.to:
            return refused(Reason.BAD_ADDRESS, "no openid")
        if not message.template:
            return failed(Reason.NOT_CONFIGURED, "no template for this kind of notice")
        try:
            data = fit(message.fields)
        except FieldError as error:
            return failed(Reason.BAD_FIELD, error.field)
        return self._submit(message, message.template, data)

    def _submit(self, message: OutgoingMessage, template: str, data: dict[str, str]) -> Outcome:
        try:
            return sent(self._client.wxa.send_subscribe_message(message.to, template, data, _page(message.link)))
        except WeChatError as error:
            return error.outcome()


def _page(link: str | None) -> str | None:
    """A web address is not a page of the mini-program; sending it would cost the whole message (41030)."""
    return None if link and "://" in link else link
