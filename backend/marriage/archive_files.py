"""The files of historic rows: kept while they are worked on, read as a stream, gone as soon as every row is placed."""

import csv
import hashlib
import io
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.marriage.archive_rows import fields_of

FOLDER = "imports"
LONGEST_LINE = 64_000
MOST_LINES = 20  # of one row with line breaks in a quoted cell; a quote never closed must not swallow the file
CHUNK = 256 * 1024
BLANK = b' ,\t\r\n"'
UTF16 = (b"\xff\xfe", b"\xfe\xff")
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was looked through: its name in the folder, what it is, how many rows it has."""

    name: str
    digest: str
    encoding: str
    header: list[str]
    total: int


@dataclass(frozen=True, slots=True)
class Record:
    """One row as bytes; ``number`` is its first line in the file. ``closed``: its quotes come in pairs."""

    number: int
    data: bytes
    closed: bool


def store(stream: IO[bytes], folder: Path) -> Stored:
    """Keep an upload and look through it once. Raises ``BadInputError``; then nothing is kept."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f"{new_id()}.part"
    try:
        digest = _copy(stream, draft)
        encoding, header, total = _look_through(draft)
        kept = draft.with_suffix(".csv")
        draft.replace(kept)
    finally:
        draft.unlink(missing_ok=True)
    return Stored(kept.name, digest, encoding, header, total)


def _copy(stream: IO[bytes], target: Path) -> str:
    """Only the owner may read it: it holds identity numbers in the clear while it is worked on."""
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _look_through(path: Path) -> tuple[str, list[str], int]:
    with path.open("rb") as stream:
        rows = records(stream)
        first = next(rows, None)
        if first is None:
            raise BadInputError(field="文件", why="是空的，请选择有内容的 CSV 文件")
        encoding = _encoding(first.data)
        header = cells(first, encoding) or []
        fields_of(header)
        total = sum(1 for _ in rows)
    if total == 0:
        raise BadInputError(field="文件", why="只有表头，没有登记记录")
    return encoding, header, total


def _encoding(header: bytes) -> str:
    """By the header, which is Chinese: a row with strange bytes is then one bad row and not a refused file."""
    if not header.startswith(UTF16):
        for encoding in ("utf-8", "gb18030"):
            try:
                header.decode(encoding)
            except UnicodeDecodeError:
                continue
            return encoding
    raise BadInputError(field="文件", why="看不懂文字编码，请另存为“CSV UTF-8”格式")


def records(stream: IO[bytes]) -> Iterator[Record]:
    """Every row that is not blank, the header too. Raises ``BadInputError`` for a line that no table has."""
    lines, ahead = _lines(stream), deque[tuple[int, bytes]]()
    while (first := ahead.popleft() if ahead else next(lines, None)) is not None:
        group = [first]
        while _open(group) and len(group) < MOST_LINES:
            more = ahead.popleft() if ahead else next(lines, None)
            if more is None:
                break
            group.append(more)
        closed = not _open(group)
        if not closed:
            ahead.extendleft(reversed(group[1:]))
            group = group[:1]
        data = b"".join(line for _, line in group)
        if data.strip(BLANK):
            yield Record(first[0], data, closed)


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise BadInputError(field=f"第 {number} 行", why="太长了，不像表格，请另存为“CSV UTF-8”格式")
        yield number, line.removeprefix(BOM) if number == 1 else line


def _open(group: list[tuple[int, bytes]]) -> bool:
    return sum(line.count(b'"') for _, line in group) % 2 == 1


def cells(record: Record, encoding: str) -> list[str] | None:
    """The cells of a row; None if it is not readable as one."""
    try:
        rows = list(csv.reader(io.StringIO(record.data.decode(encoding), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    return rows[0] if record.closed and len(rows) == 1 and "\0" not in "".join(rows[0]) else None


def text_of(record: Record, encoding: str) -> str:
    """The row as text, whatever is in it: nothing is lost."""
    return record.data.decode(encoding, errors="backslashreplace").rstrip("\r\n")


def portions(path: Path, skip: int, size: int) -> Iterator[list[Record]]:
    """The rows after the header and the first ``skip``, ``size`` at a time."""
    with path.open("rb") as stream:
        rows = islice(records(stream), 1 + skip, None)
        while portion := list(islice(rows, size)):
            yield portion
