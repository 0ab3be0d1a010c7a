"""Field encryption and blind indexes: a stolen database gives no ID numbers.

A sealed value is ``version | key id | nonce | ciphertext``; the AEAD is bound to its table and column, so a
ciphertext moved to another column does not open. Look-up goes through a keyed digest under a separate key.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary, TypeDecorator

NONCE_BYTES = 12
KEY_BYTES = 32


class BadKeyError(ValueError):
    """A key is missing, empty or of the wrong length."""


class CannotOpenError(ValueError):
    """A sealed value was changed, moved to another column, or its key is gone."""


@dataclass(frozen=True)
class Keyring:
    """Field keys by id (the first seals, all open) and the separate key of the blind index."""

    keys: Mapping[str, bytes]
    index_key: bytes

    def __post_init__(self) -> None:
        if not self.keys or any(len(key) != KEY_BYTES for key in self.keys.values()):
            raise BadKeyError("field keys")
        if len(self.index_key) < KEY_BYTES or self.index_key in self.keys.values():
            raise BadKeyError("index key")

    @property
    def current(self) -> str:
        return next(iter(self.keys))

    def seal(self, text: str, column: str) -> bytes:
        key_id = self.current.encode()
        nonce = os.urandom(NONCE_BYTES)
        header = bytes([len(key_id)]) + key_id
        return header + nonce + AESGCM(self.keys[self.current]).encrypt(nonce, text.encode(), column.encode())

    def open(self, sealed: bytes, column: str) -> str:
        key_id, nonce, body = _split(sealed)
        key = self.keys.get(key_id)
        if key is None:
            raise CannotOpenError(column)
        try:
            return AESGCM(key).decrypt(nonce, body, column.encode()).decode()
        except InvalidTag as error:
            raise CannotOpenError(column) from error

    def blind_index(self, kind: str, value: str) -> str:
        """A keyed digest of a normalised value; ``kind`` separates ID numbers from phone numbers."""
        normal = value.strip().upper().replace(" ", "").replace("-", "")
        return hmac.new(self.index_key, f"{kind}\0{normal}".encode(), hashlib.sha256).hexdigest()


def _split(sealed: bytes) -> tuple[str, bytes, bytes]:
    size = sealed[0]
    start = 1 + size
    return sealed[1:start].decode(), sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]


def parse_keys(text: str) -> dict[str, bytes]:
    """Read ``id:base64,id2:base64``; the first is the current one."""
    pairs = (item.split(":", 1) for item in text.split(",") if item)
    return {key_id.strip(): base64.b64decode(value) for key_id, value in pairs}


def new_key() -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def token_digest(token: str) -> str:
    """What is stored of a random session token: a plain SHA-256, since the token has 256 bits of its own."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    return secrets.token_urlsafe(32)


class _Holder:
    keyring: Keyring | None = None


def use_keyring(keyring: Keyring) -> None:
    """Set the process's keyring; done once, where the application is wired."""
    _Holder.keyring = keyring


def keyring() -> Keyring:
    if _Holder.keyring is None:
        raise BadKeyError("no keyring is set")
    return _Holder.keyring


class Encrypted(TypeDecorator[str]):
    """A text column that only the application can read; ``place`` is its table.column."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - the interface
        return None if value is None else keyring().seal(value, self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the interface
        return None if value is None else keyring().open(bytes(value), self.place)
