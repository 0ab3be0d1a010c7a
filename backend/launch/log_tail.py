"""What the terminal shows of the children's logs: warnings and worse, short, with the program's name."""

import re
from pathlib import Path

NOTEWORTHY = re.compile(rb"\b(warning|error|critical|traceback)\b", re.IGNORECASE)
# Mosquitto says so at every start as root; running it as root is what the embedded configuration asks for.
EXPECTED = b"Mosquitto should not be run as root"
LINE_LIMIT = 200
LINES_PER_READ = 5


class LogTail:
    """Reads what a log file has gained since the last look."""

    def __init__(self, name: str, path: Path) -> None:
        self._name = name
        self._path = path
        self._offset = path.stat().st_size if path.exists() else 0

    def new_warnings(self) -> list[str]:
        """The noteworthy new lines, at most a handful; the rest is in the file."""
        lines = [line for line in self._new_lines() if NOTEWORTHY.search(line) and EXPECTED not in line]
        shown = [f"[{self._name}] {_short(line)}" for line in lines[:LINES_PER_READ]]
        if len(lines) > LINES_PER_READ:
            shown.append(f"[{self._name}] 还有 {len(lines) - LINES_PER_READ} 行，见 {self._path}")
        return shown

    def _new_lines(self) -> list[bytes]:
        if not self._path.exists():
            return []
        if self._path.stat().st_size < self._offset:  # a new file after rotation
            self._offset = 0
        with self._path.open("rb") as handle:
            handle.seek(self._offset)
            data = handle.read()
        complete = data.rfind(b"\n") + 1
        self._offset += complete
        return data[:complete].splitlines()


def _short(line: bytes) -> str:
    text = line.decode("utf-8", "replace").strip()
    return text if len(text) <= LINE_LIMIT else text[: LINE_LIMIT - 1] + "…"
