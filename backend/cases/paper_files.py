"""The files of papers: told by their content, sealed on disk under the name of their row, opened in memory only."""

import hashlib
import os
from io import BytesIO
from pathlib import Path
from uuid import UUID

from flask import current_app
from PIL import Image, ImageOps

from backend.cases.errors import PaperRefusedError
from backend.core.crypto import keyring

FOLDER = "case_papers"
LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
MAGIC = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"%PDF-": PDF}
FORMATS = {JPEG: "JPEG", PNG: "PNG"}


def media_type(data: bytes) -> str:
    """What the content is, whatever the name says. Raises ``PaperRefusedError``."""
    if not data:
        raise PaperRefusedError(why="文件是空的")
    if len(data) > LARGEST:
        raise PaperRefusedError(why="文件超过 10 MB")
    found = next((kind for magic, kind in MAGIC.items() if data.startswith(magic)), None)
    if found is None:
        raise PaperRefusedError(why="只收照片（JPG、PNG）和 PDF")
    if found in FORMATS:
        _require_picture(data, FORMATS[found])
    return found


def _require_picture(data: bytes, kind: str) -> None:
    """A picture that cannot be opened, or that would fill the memory when it is, is none."""
    try:
        with Image.open(BytesIO(data), formats=[kind]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise PaperRefusedError(why="照片太大，像素过高")
            picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PaperRefusedError(why="照片已损坏，打不开") from None


def plain_photo(data: bytes, largest_side: int) -> bytes:
    """The picture upright, as a plain JPEG: without the place, the time and the telephone that cameras write into it.

    Raises ``PaperRefusedError``.
    """
    if media_type(data) == PDF:
        raise PaperRefusedError(why="这里只收照片（JPG、PNG）")
    plain = BytesIO()
    try:
        with Image.open(BytesIO(data)) as picture:
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((largest_side, largest_side))
            upright.convert("RGB").save(plain, "JPEG", quality=85)
    except OSError:  # its head is a picture's, but it ends half-way: the connection broke
        raise PaperRefusedError(why="照片没有传完整") from None
    return plain.getvalue()


def digest(data: bytes) -> str:
    """What tells the same file from another."""
    return hashlib.sha256(data).hexdigest()


def folder() -> Path:
    """Where sealed papers lie: in the data folder, next to the keys' backups and never in the database."""
    made: Path = current_app.config["SHOUWANG"].data_dir / FOLDER
    made.mkdir(parents=True, exist_ok=True, mode=0o700)
    return made


def _place(paper_id: UUID) -> str:
    return f"case_paper.file:{paper_id}"


def write(paper_id: UUID, data: bytes) -> None:
    """Seal and keep it; whole or not at all."""
    target = folder() / f"{paper_id}.sealed"
    part = target.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(keyring().seal_bytes(data, _place(paper_id)))
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)


def read(paper_id: UUID) -> bytes:
    """Raises ``FileNotFoundError`` and ``crypto.CannotOpenError`` for a file that is gone or was changed."""
    return keyring().open_bytes((folder() / f"{paper_id}.sealed").read_bytes(), _place(paper_id))


def remove(paper_id: UUID) -> None:
    (folder() / f"{paper_id}.sealed").unlink(missing_ok=True)
