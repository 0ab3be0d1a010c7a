"""Kinds of tributes, how long words may be, which songs there are. Pure."""

import unicodedata

from backend.core.errors import BadInputError

# Quiet gestures, free, all alike: no price, no size, no rank.
KINDS = {
    "flower": "献花", "candle": "点烛", "incense": "上香", "bow": "鞠躬", "words": "留言", "letter": "写信",
    "song": "听一首歌",
}  # fmt: skip
WRITTEN = {"words": 300, "letter": 3000}  # characters
# Old melodies that belong to everybody; nothing can be uploaded.
SONGS = {"songbie": "送别", "yuzhou": "渔舟唱晚", "meihua": "梅花三弄", "yangguan": "阳关三叠"}
KEPT_SIGNS = "\n"


def kind_of(kind: str) -> str:
    """Raises ``BadInputError`` for what is no tribute."""
    if kind not in KINDS:
        raise BadInputError(field="祭扫方式", why="请从列表里选一种")
    return kind


def song_of(kind: str, song: str | None) -> str | None:
    """The recording chosen; only with a song. Raises ``BadInputError``."""
    if kind != "song":
        return None
    if song not in SONGS:
        raise BadInputError(field="曲子", why="请从列表里选一首")
    return song


def words_of(kind: str, typed: str | None) -> str | None:
    """What was written, as text: signs of mark-up are signs. Raises ``BadInputError`` if empty or too long."""
    if kind not in WRITTEN:
        return None
    plain = "".join(sign for sign in typed or "" if sign in KEPT_SIGNS or unicodedata.category(sign)[0] != "C")
    plain = plain.strip()
    if not plain:
        raise BadInputError(field=KINDS[kind], why="还没有写字")
    if len(plain) > WRITTEN[kind]:
        raise BadInputError(field=KINDS[kind], why=f"最多 {WRITTEN[kind]} 个字，现在有 {len(plain)} 个")
    return plain
