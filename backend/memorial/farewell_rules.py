"""What a farewell can become, when it may be watched, and what may be planned. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from backend.core.states import Machine

FAREWELL = Machine({
    "planned": {"open": "open", "cancel": "cancelled", "change": "planned", "displace": "displaced"},
    "displaced": {"change": "planned", "keep": "planned", "cancel": "cancelled"},
    "open": {"finish": "over", "cancel": "cancelled", "change": "planned", "displace": "displaced"},
    "over": {"close": "closed"},
    "closed": {},
    "cancelled": {},
})  # fmt: skip
STATE_ZH: Mapping[str, str] = {
    "planned": "已安排", "displaced": "要改时间", "open": "正在告别", "over": "仪式已结束", "closed": "已关闭",
    "cancelled": "已取消",
}  # fmt: skip
WORDS_ZH: Mapping[str, str] = {
    "waiting": "正在审核", "shown": "家人能看到", "refused": "没有通过", "removed": "已撤下",
}  # fmt: skip
LIVE = ("planned", "displaced", "open")
STANDING = ("planned", "open")  # the time stands
WRITABLE = (*LIVE, "over")  # states in which the condolence book lies open
EARLY = timedelta(minutes=30)
LONGEST = timedelta(hours=6)
FARTHEST = timedelta(days=60)
FILE_ENDINGS = (".mp4", ".mov", ".m4v", ".mkv", ".flv", ".avi", ".webm", ".ts", ".zip")
SLIP_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read as something else
HAND_OVER_LASTS = timedelta(seconds=60)
ROOM_AFTER = timedelta(hours=1)
MOST_GUESTS, MOST_WORDS, LONGEST_WORDS, LONGEST_ADDRESS = 300, 3, 300, 500


def may_watch(state: str, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """From half an hour before the beginning till the end, and not a second longer."""
    return state in STANDING and starts_at - EARLY <= now < ends_at


def wrong_times(starts_at: datetime, ends_at: datetime, now: datetime) -> str:
    """Why a farewell cannot be then, in Chinese; empty if it can."""
    if starts_at <= now:
        return "开始时间已经过了，请另选时间"
    if starts_at > now + FARTHEST:
        return f"最多提前 {FARTHEST.days} 天安排"
    if not timedelta() < ends_at - starts_at <= LONGEST:
        return "结束要晚于开始，一场最多 6 小时"
    return ""


def wrong_address(address: str) -> str:
    """Why something cannot be the address of a stream or of a recording, in Chinese; empty if it can."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "网址不完整，请从直播软件里重新复制"
    if (
        parts.scheme != "https"
        or not parts.hostname
        or len(address) > LONGEST_ADDRESS
        or any(map(str.isspace, address))
    ):
        return "请填写 https 开头的网址"
    if parts.path.lower().endswith(FILE_ENDINGS):
        return "这是可以下载的文件，请填写只能观看的网页地址"
    return ""


def plain_code(typed: str) -> str:
    """The code of a slip of paper as it was made, with the gaps and small letters of a hand forgiven."""
    return re.sub(r"[\s\-—–_.]", "", unicodedata.normalize("NFKC", typed)).upper()


def grouped(code: str) -> str:
    """A slip's code in groups of four, to be read aloud."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def room_shut(ends_at: datetime, opened_at: datetime, now: datetime) -> bool:
    """Whether a page's session is over: an hour after the farewell, so that words being written are not lost."""
    return now >= max(ends_at, opened_at) + ROOM_AFTER
