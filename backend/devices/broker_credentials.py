"""Mosquitto's password and access files: who may connect, and which topics are theirs.

Both files are replaced whole and under a lock, so a broker that reloads at any moment reads a complete file,
and two clerks registering devices at once lose neither. Formats: mosquitto_passwd(1), mosquitto.conf(5) acl_file.
"""

import base64
import fcntl
import hashlib
import hmac
import os
import re
import secrets
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PASSWORD_FILE = "passwd"  # noqa: S105 - a file name
ACL_FILE = "acl"
PID_FILE = "mosquitto.pid"
HUB_USER = "hub"
DEMO_GATEWAY_USER = "gateway"
DEMO_GATEWAY_PASSWORD = "shouwang-demo"  # noqa: S105 - the published demo account, refused outside demo mode

# Mosquitto checks a password in its only thread, at every connection: the generated passwords carry 128 bits
# and need no stretching, while a high count would stop all traffic when a thousand devices reconnect.
ITERATIONS = 101
SALT_BYTES = 12
# A user name becomes a topic level through %u, so it must not be able to name another level or a wildcard.
USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class AclEntry:
    """One allowed topic filter; a filter with ``%u`` is the name of whoever connects."""

    access: Literal["read", "write", "readwrite"]
    topic: str


# The hub is the only reader of everything, and answers devices on topics only their profiles know.
# A bare # does not cover topics that begin with $, which some firmware uses.
HUB_ACL = (
    AclEntry("readwrite", "#"),
    AclEntry("readwrite", "$sys/#"),
    AclEntry("readwrite", "$oc/#"),
    AclEntry("read", "$SYS/#"),
)
DEMO_GATEWAY_ACL = (
    AclEntry("write", "zigbee2mqtt/#"),
    AclEntry("write", "application/#"),
    AclEntry("read", "zigbee2mqtt/+/set"),
    AclEntry("read", "application/+/device/+/command/#"),
)
DEVICE_PATTERNS = (
    AclEntry("write", "care/v1/%u/up/#"),
    AclEntry("write", "care/v1/%u/status"),
    AclEntry("read", "care/v1/%u/down/#"),
)


def new_password() -> str:
    """A password for a device: 128 bits, safe to type, to print in a QR code and to put in a URL."""
    return secrets.token_urlsafe(16)


def write_user(path: Path, username: str, password: str) -> None:
    """Add the user, or replace its password. Raises `ValueError` for a name that cannot be a topic level."""
    _check_username(username)
    with _rewriting(path) as lines:
        _drop_user(lines, username)
        lines.append(f"{username}:{hash_password(password)}")


def remove_user(path: Path, username: str) -> None:
    """Take the user out of the password file; one that is not there is fine."""
    with _rewriting(path) as lines:
        _drop_user(lines, username)


def write_acl(path: Path, entries: dict[str, tuple[AclEntry, ...]]) -> None:
    """Replace the whole access file: the entries of each user, then the patterns every device obeys."""
    for username in entries:
        _check_username(username)
    with _rewriting(path) as lines:
        lines[:] = _format_acl(entries)


def set_user_acl(path: Path, username: str, entries: Iterable[AclEntry]) -> None:
    """Give one user topics of its own beside the device patterns; no entries takes them away."""
    _check_username(username)
    with _rewriting(path) as lines:
        users = _parse_acl(lines)
        users.pop(username, None)
        if chosen := tuple(entries):
            users[username] = chosen
        lines[:] = _format_acl(users)


def reload_broker(pid_file: Path) -> bool:
    """Ask Mosquitto to read its files again; False when no broker is running under that pid file.

    A broker in another container watches its files itself and needs no signal.
    """
    try:
        os.kill(int(pid_file.read_text(encoding="ascii")), signal.SIGHUP)
    except (OSError, ValueError):
        return False
    return True


def hash_password(password: str, salt: bytes | None = None) -> str:
    """Mosquitto's ``$7$`` form: PBKDF2-HMAC-SHA512 with its iterations and salt."""
    salt = salt or secrets.token_bytes(SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def verify_password(path: Path, username: str, password: str) -> bool:
    """Whether the password file would let this user in."""
    for line in _read_lines(path):
        name, _, stored = line.partition(":")
        if name == username:
            salt = base64.b64decode(stored.split("$")[3])
            return hmac.compare_digest(hash_password(password, salt), stored)
    return False


def _check_username(username: str) -> None:
    if not USERNAME.fullmatch(username):
        raise ValueError("a broker user name has 1 to 64 letters, digits, dots, hyphens or underscores")


def _drop_user(lines: list[str], username: str) -> None:
    lines[:] = [line for line in lines if line.partition(":")[0] != username]


def _parse_acl(lines: list[str]) -> dict[str, tuple[AclEntry, ...]]:
    users: dict[str, tuple[AclEntry, ...]] = {}
    current = ""
    for line in lines:
        kind, _, rest = line.partition(" ")
        if kind == "user":
            current = rest
            users[current] = ()
        elif kind == "topic":
            users[current] += (_parse_entry(rest),)
    return users


def _parse_entry(text: str) -> AclEntry:
    access, _, topic = text.partition(" ")
    if access == "read":
        return AclEntry("read", topic)
    return AclEntry("write" if access == "write" else "readwrite", topic)


def _format_acl(users: dict[str, tuple[AclEntry, ...]]) -> list[str]:
    lines = []
    for username, entries in users.items():
        lines += [f"user {username}", *(f"topic {entry.access} {_safe(entry.topic)}" for entry in entries), ""]
    return lines + [f"pattern {entry.access} {entry.topic}" for entry in DEVICE_PATTERNS]


def _safe(topic: str) -> str:
    if "\n" in topic or "\r" in topic:
        raise ValueError("a topic has no line break")
    return topic


def _read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@contextmanager
def _rewriting(path: Path) -> Iterator[list[str]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f".{path.name}.lock").open("a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lines = _read_lines(path)
        yield lines
        _replace(path, "\n".join(lines) + "\n")


def _replace(path: Path, text: str) -> None:
    # The broker may run as another user of the same group: keep the mode an administrator chose.
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o640
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)
