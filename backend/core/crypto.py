"""Field encryption and blind indexes: a stolen database gives no ID numbers.

A sealed value is ``cipher | key id length | key id | nonce | ciphertext with tag``; the AEAD is bound to its
table and column, so a ciphertext moved to another column does not open. Look-up goes through a keyed digest
under a separate key. AES-256-GCM or the national SM4-GCM by setting; values sealed with either open for ever.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary, TypeDecorator

NONCE_BYTES = 12
TAG_BYTES = 16
KEY_BYTES = 32
SM4_KEY_BYTES = 16


class BadKeyError(ValueError):
    """A key is missing, empty or of the wrong length."""


class CannotOpenError(ValueError):
    """A sealed value was changed, moved to another column, or its key is gone."""


class Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...


class Sm4Gcm:
    """SM4-GCM with the interface of ``AESGCM``; its 128-bit key is derived from the 256-bit field key."""

    def __init__(self, key: bytes) -> None:
        derived = hmac.new(key, b"shouwang sm4-gcm", hashlib.sha256).digest()
        self._algorithm = algorithms.SM4(derived[:SM4_KEY_BYTES])

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        sealer = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        sealer.authenticate_additional_data(associated_data)
        return sealer.update(data) + sealer.finalize() + sealer.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        body, tag = data[:-TAG_BYTES], data[-TAG_BYTES:]
        opener = Cipher(self._algorithm, modes.GCM(nonce, tag)).decryptor()
        opener.authenticate_additional_data(associated_data)
        return opener.update(body) + opener.finalize()


CIPHERS: Mapping[str, tuple[int, Callable[[bytes], Aead]]] = {
    "aes-256-gcm": (1, AESGCM),
    "sm4-gcm": (2, Sm4Gcm),
}
BY_NUMBER = dict(CIPHERS.values())


@dataclass(frozen=True)
class Keyring:
    """Field keys by id (the first seals, all open) and the separate key of the blind index."""

    keys: Mapping[str, bytes]
    index_key: bytes
    cipher: str = "aes-256-gcm"

    def __post_init__(self) -> None:
        if not self.keys or any(len(key) != KEY_BYTES for key in self.keys.values()):
            raise BadKeyError("field keys")
        if len(self.index_key) < KEY_BYTES or self.index_key in self.keys.values():
            raise BadKeyError("index key")

    @property
    def current(self) -> str:
        return next(iter(self.keys))

    def seal(self, text: str, column: str) -> bytes:
        return self.seal_bytes(text.encode(), column)

    def open(self, sealed: bytes, column: str) -> str:
        return self.open_bytes(sealed, column).decode()

    def seal_bytes(self, data: bytes, place: str) -> bytes:
        """The same for a file; ``place`` names the one it belongs to, so that two cannot be exchanged."""
        number, make = CIPHERS[self.cipher]
        key_id, nonce = self.current.encode(), os.urandom(NONCE_BYTES)
        body = make(self.keys[self.current]).encrypt(nonce, data, place.encode())
        return bytes([number, len(key_id)]) + key_id + nonce + body

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        start = 2 + sealed[1]
        key = self.keys.get(sealed[2:start].decode())
        make = BY_NUMBER.get(sealed[0])
        if key is None or make is None:
            raise CannotOpenError(place)
        nonce, body = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        try:
            return make(key).decrypt(nonce, body, place.encode())
        except InvalidTag as error:
            raise CannotOpenError(place) from error

    def blind_index(self, kind: str, value: str) -> str:
        """A keyed digest of a normalised value; ``kind`` separates ID numbers from phone numbers."""
        normal = value.strip().upper().replace(" ", "").replace("-", "")
        return hmac.new(self.index_key, f"{kind}\0{normal}".encode(), hashlib.sha256).hexdigest()


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
