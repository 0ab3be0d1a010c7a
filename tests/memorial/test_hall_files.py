"""Pictures and sounds of halls: told by their content, stripped of places, refused kindly."""

from io import BytesIO

import pytest
from PIL import Image

from backend.memorial.errors import MediaRefusedError
from backend.memorial.hall_files import read
from tests.support.halls import photo, sound


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"), (b"%PDF-1.4 x", "照片"), (b"GIF89a", "JPG"), (photo()[:200], "打不开"),
        (b"\0\0\0\x18ftypheic" + bytes(200), "苹果"), (b"RIFF\0\0\0\0WAVEx", "损坏"),
        (b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), "10 MB"),
    ],
    ids=["empty", "pdf", "gif", "half", "heic", "broken-wav", "large"],
)  # fmt: skip
def test_a_file_that_is_no_picture_or_sound_is_refused_kindly(data: bytes, words: str) -> None:
    with pytest.raises(MediaRefusedError) as refused:
        read(data)
    assert words in refused.value.facts["why"]


def test_pictures_and_sounds_keep_no_place_and_an_old_recording_loses_its_tags() -> None:
    kept = read(photo())
    assert b"phone of" in photo()
    assert b"phone of" not in kept.data
    assert not Image.open(BytesIO(kept.data)).getexif()
    assert b"place of it" not in read(sound()).data
    frames = b"\xff\xfb" + bytes(200)
    tagged = b"ID3\4\0\0\0\0\0\x05where" + frames + b"TAG" + bytes(125)
    assert (read(tagged).kind, read(tagged).data) == ("sound", frames)
