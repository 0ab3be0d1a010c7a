"""The signature between Shouwang and an operator's gateway (docs/notice-gateway.md)."""

import hashlib
import hmac

TIMESTAMP_HEADER = "X-Shouwang-Timestamp"
NONCE_HEADER = "X-Shouwang-Nonce"
SIGNATURE_HEADER = "X-Shouwang-Signature"


def signature(secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Hex HMAC-SHA256 over the timestamp (Unix seconds), the nonce and the exact body, one per line."""
    signed = b"\n".join((timestamp.encode(), nonce.encode(), body))
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
