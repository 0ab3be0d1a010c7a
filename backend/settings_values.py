"""How the text of an environment variable becomes a value: one small parser for each shape.

Each parser takes the text, returns the value, and raises `ValueError` with a reason an operator can act on.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, HttpUrl, SecretBytes, SecretStr

FIELD_KEY_BYTES = 32
INDEX_KEY_MIN_BYTES = 32
SECRET_KEY_MIN_CHARS = 32
PUSH_KEY_CHARS = 43
IDENTITY_PROVIDERS = ("wechat_face", "ctid", "gov_sso")
LIMIT = re.compile(r"[1-9]\d{0,6} per (second|minute|hour|day)")


@dataclass(frozen=True, slots=True)
class FieldKey:
    """One key of the field encryption: its id, stored beside each value, and 32 bytes."""

    key_id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MqttEndpoint:
    """Where the broker is and who we are to it."""

    host: str
    port: int
    tls: bool
    username: str | None
    password: str | None = field(repr=False)


def _decode_key(name: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{name} 不是有效的 base64") from None


def parse_field_keys(value: Any) -> Any:
    return tuple(_field_key(part.strip()) for part in value.split(",")) if isinstance(value, str) else value


def _field_key(part: str) -> FieldKey:
    key_id, separator, encoded = part.partition(":")
    if not separator or not key_id:
        raise ValueError("格式应为 “编号:base64密钥”，多个用逗号分隔，第一个为当前密钥")
    secret = _decode_key(f"密钥 {key_id}", encoded)
    if len(secret) != FIELD_KEY_BYTES:
        raise ValueError(f"密钥 {key_id} 应为 {FIELD_KEY_BYTES} 字节，现为 {len(secret)} 字节")
    return FieldKey(key_id, secret)


def parse_index_key(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    secret = _decode_key("检索密钥", value)
    if len(secret) < INDEX_KEY_MIN_BYTES:
        raise ValueError(f"至少 {INDEX_KEY_MIN_BYTES} 字节，现为 {len(secret)} 字节")
    return SecretBytes(secret)


def check_secret_key(value: Any) -> Any:
    if isinstance(value, str) and len(value) < SECRET_KEY_MIN_CHARS:
        raise ValueError(f"至少 {SECRET_KEY_MIN_CHARS} 个字符，现为 {len(value)} 个")
    return value


def check_push_key(value: Any) -> Any:
    if isinstance(value, str) and not (len(value) == PUSH_KEY_CHARS and value.isascii() and value.isalnum()):
        raise ValueError(f"应为微信后台生成的 {PUSH_KEY_CHARS} 个字母和数字")
    return value


def check_providers(value: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [name for name in value if name not in IDENTITY_PROVIDERS]:
        raise ValueError(f"没有 {unknown[0]}，可选：{' '.join(IDENTITY_PROVIDERS)}")
    return value


def check_limit(value: Any) -> Any:
    if isinstance(value, str) and not LIMIT.fullmatch(value):
        raise ValueError("格式应为 “60 per minute”：次数 per second、minute、hour 或 day")
    return value


def _words(value: Any) -> Any:
    return tuple(value.split()) if isinstance(value, str) else value


def parse_pairs(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    parts = [part.partition("=") for part in value.split(",")]
    if any(not (name.strip() and separator and found.strip()) for name, separator, found in parts):
        raise ValueError("格式应为 “名称=值”，多个用逗号分隔")
    return {name.strip(): found.strip() for name, _, found in parts}


def normalise_database_url(value: Any) -> Any:
    """SQLAlchemy wants the driver named; hosting panels hand out bare ``postgres://``."""
    if not isinstance(value, str):
        return value
    scheme, separator, rest = value.partition("://")
    if scheme in ("postgres", "postgresql"):
        return f"postgresql+psycopg://{rest}"
    if not separator or scheme not in ("sqlite", "postgresql+psycopg"):
        raise ValueError("只支持 postgresql:// 与 sqlite:///")
    return value


def scheme_of(*allowed: str) -> BeforeValidator:
    def check(value: Any) -> Any:
        parts = urlsplit(value)
        if parts.scheme not in allowed or not (parts.hostname or parts.scheme == "unix"):
            raise ValueError("应以 " + " 或 ".join(f"{scheme}://" for scheme in allowed) + " 开头，并写明主机")
        return value

    return BeforeValidator(check)


def _web_address(value: Any) -> Any:
    return str(HttpUrl(value)).rstrip("/") if isinstance(value, str) else value


WebAddress = Annotated[str, BeforeValidator(_web_address)]
SecretWords = Annotated[tuple[SecretStr, ...], BeforeValidator(_words)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
