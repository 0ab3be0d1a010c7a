"""Requests no person can have typed, refused in one place: a NUL in the text (PostgreSQL cannot keep it), and JSON
nested so deeply that reading it would end in a fault of ours.
"""

from flask import current_app, request

from backend.core.access import Audience, audience_of
from backend.core.errors import BadInputError

# How each kind of text writes it.
WRITTEN = {"application/json": (b"\0", b"\\u0000"), "application/x-www-form-urlencoded": (b"\0", b"%00")}


def refuse_nul() -> None:
    """Raise ``BadInputError`` for a NUL in the address, or in a body that is text (files are read as they are)."""
    if request.endpoint and audience_of(current_app, request.endpoint) is Audience.CLOUD:
        return  # what devices send is kept for a look, whatever it is
    written = WRITTEN.get(request.mimetype, ())
    body = request.get_data() if written else b""
    if "\0" in request.path or "%00" in request.query_string.decode("latin-1") or any(nul in body for nul in written):
        raise BadInputError(field="内容", why="里面有看不见的字符，请重新输入")
    _refuse_deep_json()


def _refuse_deep_json() -> None:
    """What can be read is kept for the view; what is no JSON at all is its own refusal, said there."""
    try:
        request.get_json(silent=True)
    except RecursionError:
        raise BadInputError(field="内容", why="格式不对，请返回重新填写") from None
