"""Secrets of a demonstration: made once, kept in the data folder, shared by every process.

A county brings its own secrets by environment; nothing here runs in production.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def read_or_create(folder: Path, name: str, make: Callable[[], str]) -> str:
    """Return the secret ``name`` of ``folder``, making it on first use (file mode 0600, folder 0700).

    Several processes may start at once: the first to link its file wins and all read the same value.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _publish(path, make())
    return path.read_text(encoding="ascii").strip()


def _publish(path: Path, value: str) -> None:
    # Written beside and then linked: a reader sees the whole secret or none of it.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(value + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
