"""May this be shown to others? WeChat's check and the county's own words; whoever cannot be asked counts as "look".

The machine's verdict is a filter: a picture shown to everybody for ever (in a memorial) still needs a person.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Literal

import structlog
from pydantic import BaseModel, ConfigDict

from backend import wechat
from backend.core import strict_yaml
from backend.notices.channels.wechat_api import MAX_CHECKED_CHARS, Scene
from backend.notices.channels.wechat_errors import WeChatError

log = structlog.get_logger(__name__)

Verdict = Literal["pass", "review", "risky"]
WORSE: tuple[Verdict, ...] = ("pass", "review", "risky")
PROFILE: Scene = 1
COMMENT: Scene = 2
FORUM: Scene = 3
COMMENTS: tuple[Scene, ...] = (COMMENT,)
# Names and lives: the scene "profile" alone passes names that moderators refuse.
NAMES: tuple[Scene, ...] = (PROFILE, COMMENT)
OVERLAP = 50  # no word falls between two pieces of a long text
BETWEEN_LETTERS = re.compile(r"[\s\W_]+")


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    risky: tuple[str, ...]
    review: tuple[str, ...]


@cache
def _words() -> _Words:
    return _Words.model_validate(strict_yaml.load(Path(__file__).with_name("content_words.yaml")))


def check_text(openid: str | None, text: str, scenes: Iterable[Scene] = COMMENTS) -> Verdict:
    """``pass``, ``review`` (a person looks first) or ``risky``. Asks WeChat: not inside a transaction.

    ``openid``: the author, who must have opened the mini-program within two hours; None (a clerk types it in) goes by
    our own words. Provider down, or an author not seen of late: ``review``.
    """
    own = by_own_words(text)
    if own == "risky" or not text.strip() or openid is None or not wechat.configured():
        return own
    return max([own, *_asked(openid, text, scenes)], key=WORSE.index)


def by_own_words(text: str) -> Verdict:
    """The county's word list, blind to spaces and signs between the letters."""
    plain = BETWEEN_LETTERS.sub("", text).casefold()
    if any(word in plain for word in _words().risky):
        return "risky"
    return "review" if any(word in plain for word in _words().review) else "pass"


def submit_media(openid: str, url: str, scene: Scene = FORUM, *, sound: bool = False) -> str | None:
    """Ask WeChat about a picture (or a sound) at a public address; its trace id for ``notices.media.expect``.

    None when nobody could be asked: ``expect`` then calls for a person. Not inside a transaction.
    """
    if not wechat.configured():
        return None
    try:
        return str(wechat.client().wxa.check_media(openid, url, scene, 1 if sound else 2))
    except WeChatError as error:
        log.warning("a picture could not be checked", reason=error.reason, errcode=error.errcode)
        return None


def _asked(openid: str, text: str, scenes: Iterable[Scene]) -> Iterator[Verdict]:
    wxa = wechat.client().wxa
    for scene in scenes:
        for piece in _pieces(text):
            try:
                found = wxa.check_text(openid, piece, scene).suggest
            except WeChatError as error:
                log.warning("a text could not be checked", reason=error.reason, errcode=error.errcode)
                found = "review"
            yield next((known for known in WORSE if known == found), "review")


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, max(1, len(text) - OVERLAP), MAX_CHECKED_CHARS - OVERLAP):
        yield text[start : start + MAX_CHECKED_CHARS]
