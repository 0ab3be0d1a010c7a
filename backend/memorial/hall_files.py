"""Pictures and sounds as they come in: told by their content, and kept without what says where and when."""

import wave
from dataclasses import dataclass
from io import BytesIO

from backend.cases import paper_files
from backend.cases.errors import PaperRefusedError
from backend.memorial.errors import MediaRefusedError

LARGEST_SIDE = 1600
MP3, WAV = "audio/mpeg", "audio/wav"
ID3_HEADER, ID3_TRAILER = 10, 128
APPLE = (b"ftyphei", b"ftypmif", b"ftypM4A")


@dataclass(frozen=True, slots=True)
class Kept:
    """``kind``: ``photo`` or ``sound``; ``data``: as it is stored."""

    kind: str
    media_type: str
    data: bytes


def read(data: bytes) -> Kept:
    """A JPEG or PNG picture, an MP3 or WAV sound; anything else, and what is broken, raises ``MediaRefusedError``."""
    if len(data) > paper_files.LARGEST:
        raise MediaRefusedError(why="文件超过 10 MB。请选小一点的，或用微信发给自己后再存一次")
    if data[4:11] in APPLE:
        raise MediaRefusedError(why="这种苹果手机的格式还收不了。请用微信发给自己，存成普通照片或 MP3 再传")
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return Kept("sound", WAV, _plain_wav(data))
    if (sound := _plain_mp3(data)) is not None:
        return Kept("sound", MP3, sound)
    return Kept("photo", paper_files.JPEG, _plain_photo(data))


def _plain_photo(data: bytes) -> bytes:
    try:
        return paper_files.plain_photo(data, LARGEST_SIDE)
    except PaperRefusedError as error:
        why = error.facts["why"]
        raise MediaRefusedError(why=f"{why}。这里收照片（JPG、PNG）和录音（MP3、WAV），请换一个") from None


def _plain_mp3(data: bytes) -> bytes | None:
    """The sound without its tags, in which players write titles, pictures and places; None if it is no MP3."""
    start = 0
    if data.startswith(b"ID3") and len(data) > ID3_HEADER:
        start = ID3_HEADER + sum(byte << 7 * (3 - at) for at, byte in enumerate(data[6:10]))
    body = data[start:]
    if len(body) < ID3_TRAILER or body[0] != 0xFF or body[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - a frame's first bits
        return None
    return body[:-ID3_TRAILER] if body[-ID3_TRAILER:].startswith(b"TAG") else body


def _plain_wav(data: bytes) -> bytes:
    """Written anew: only the sound is left."""
    plain = BytesIO()
    try:
        with wave.open(BytesIO(data)) as found, wave.open(plain, "wb") as kept:
            kept.setparams(found.getparams())
            kept.writeframes(found.readframes(found.getnframes()))
    except (wave.Error, EOFError):
        raise MediaRefusedError(why="录音已损坏，打不开。请重新录一段") from None
    return plain.getvalue()
