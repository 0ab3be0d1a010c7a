"""What WeChat's error numbers mean to us. Numbers from WeChat's pages on each call; see docs/decisions/0011."""

from collections.abc import Mapping

from backend.notices.channels.base import Outcome, Reason, failed, refused

BAD_TOKEN = frozenset({40001, 40014, 42001})
BUSY = frozenset({-1, 45011})
A_MINUTE_S = 60.0

MEANING: Mapping[int, Outcome] = {
    -1: failed(Reason.PROVIDER_BUSY),
    40001: failed(Reason.BAD_CREDENTIALS),
    40014: failed(Reason.BAD_CREDENTIALS),
    42001: failed(Reason.BAD_CREDENTIALS),
    40013: failed(Reason.BAD_CREDENTIALS),  # no such appid
    40125: failed(Reason.BAD_CREDENTIALS),  # wrong secret
    40164: failed(Reason.BAD_CREDENTIALS),  # this server's address is not on the account's list
    48001: failed(Reason.BAD_CREDENTIALS),  # the account may not use this call
    40003: refused(Reason.BAD_ADDRESS),  # no such openid in this mini-program
    43104: refused(Reason.BAD_ADDRESS),  # the openid belongs to another appid
    9800006: refused(Reason.BAD_ADDRESS),  # device message: serial number and model do not belong together
    43101: refused(Reason.NO_GRANT),  # declined, or every one-time consent is used up
    40037: failed(Reason.BAD_FIELD),  # no such template
    41030: failed(Reason.BAD_FIELD),  # no such page
    47003: failed(Reason.BAD_FIELD),  # a field does not fit its type
    45009: failed(Reason.RATE_LIMITED),  # the day's quota
    45011: failed(Reason.RATE_LIMITED, retry_after=A_MINUTE_S),  # the minute's quota
}


class WeChatError(Exception):
    """A call to WeChat that did not work. Holds no address, token or personal data.

    `errcode` is WeChat's number, None when it gave none; `may_have_arrived` is False only when it is certain that
    WeChat did nothing.
    """

    def __init__(self, reason: Reason, errcode: int | None = None, *, may_have_arrived: bool = False) -> None:
        super().__init__(f"{reason}" if errcode is None else f"{reason} (errcode {errcode})")
        self.reason = reason
        self.errcode = errcode
        self.may_have_arrived = may_have_arrived

    @classmethod
    def from_code(cls, errcode: int) -> "WeChatError":
        """WeChat answered with an error number, so it did nothing."""
        known = MEANING.get(errcode)
        return cls(Reason(known.reason) if known else Reason.PROVIDER_REFUSED, errcode)

    def outcome(self) -> Outcome:
        known = MEANING.get(self.errcode) if self.errcode is not None else None
        detail = "" if self.errcode is None else f"errcode {self.errcode}"
        if known is None:
            return failed(self.reason, detail)
        return Outcome(known.status, known.reason, detail, retry_after=known.retry_after)
