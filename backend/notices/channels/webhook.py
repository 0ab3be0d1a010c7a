"""Any other system: a JSON message to its web address.

The shape is Apprise's custom JSON (`version`, `title`, `message`, `attachments`, `type`), so whatever takes Apprise's
notices takes ours, with `notice_id`, `alarm_id`, `link`, `urgent` and `fields` added.
"""

from typing import Any

from apprise.exception import AppriseException
from apprise.plugins.custom_json import NotifyJSON

from backend.notices.channels.base import ChannelName, Outcome, OutgoingMessage, Reason, refused, sent
from backend.notices.channels.posting import Answer, Posting, as_json, deliver


class WebhookChannel:
    """`to` is an `https://` address, or Apprise's `jsons://user:password@host/path?+Header=value`.

    Any answer of 2xx is a receipt; its body is not read. The receiver drops repeats by the `Idempotency-Key`.
    """

    name = ChannelName.WEBHOOK

    def __init__(self, timeout_s: float = 4.0) -> None:
        self.timeout_s = timeout_s

    def send(self, message: OutgoingMessage) -> Outcome:
        posting = _posting(message)
        if posting is None:
            return refused(Reason.BAD_ADDRESS, "not a web address")
        answer = deliver(posting, self.timeout_s)
        return sent() if isinstance(answer, Answer) else answer


def _posting(message: OutgoingMessage) -> Posting | None:
    scheme = message.to.partition("://")[0].lower()
    if scheme in ("http", "https"):
        # Not through Apprise: it drops a query such as ?token=…, which is part of the address.
        return _plain(message)
    return _through_apprise(message) if scheme in ("json", "jsons") else None


def _plain(message: OutgoingMessage) -> Posting:
    return Posting(message.to, as_json(_payload(message)), headers=_headers(message))


def _headers(message: OutgoingMessage) -> dict[str, str]:
    return {"Idempotency-Key": message.notice_id}


def _through_apprise(message: OutgoingMessage) -> Posting | None:
    hook = _hook(message.to)
    if hook is None:
        return None
    port = f":{hook.port}" if isinstance(hook.port, int) else ""
    return Posting(
        f"{'https' if hook.secure else 'http'}://{hook.host}{port}{hook.fullpath}",
        as_json(hook.payload_extras | _payload(message)),
        params=hook.params,
        headers=_headers(message) | hook.headers,
        auth=(hook.user, hook.password or "") if hook.user else None,
    )


def _hook(address: str) -> Any | None:
    plugin: Any = NotifyJSON  # its methods are unannotated
    try:
        parts = plugin.parse_url(address)
        return plugin(**parts) if parts else None
    except (AppriseException, TypeError, ValueError):
        return None


def _payload(message: OutgoingMessage) -> dict[str, Any]:
    return {
        "version": NotifyJSON.json_version,
        "title": message.title,
        "message": message.text,
        "attachments": [],
        "type": "failure" if message.urgent else "info",
        "notice_id": message.notice_id,
        "alarm_id": message.alarm_id,
        "link": message.link,
        "urgent": message.urgent,
        "fields": dict(message.fields),
    }
