"""From a request to a person: the bearer token of an API call or the cookie of a page.

A cookie alone never changes anything: an unsafe request by cookie must carry the session's CSRF token too.
"""

import hmac
from typing import cast

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.core.db import reading
from backend.core.errors import NotAllowedError, NotSignedInError
from backend.people.service import Viewer, viewer_of

COOKIE = "shouwang_staff"
SAFE = ("GET", "HEAD", "OPTIONS")


def viewer() -> Viewer:
    """The signed-in member of staff of this request."""
    return cast("Viewer", g.viewer)


def _token() -> tuple[str | None, bool]:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip(), False
    return request.cookies.get(COOKIE), True


def _find() -> Viewer | None:
    token, by_cookie = _token()
    if not token:
        return None
    with reading() as work:
        found = viewer_of(work, token)
    if found is not None and by_cookie and request.method not in SAFE:
        _check_csrf(found)
    return found


def _check_csrf(who: Viewer) -> None:
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not hmac.compare_digest(sent, who.csrf):
        raise NotAllowedError(action="csrf")


def staff_guard() -> None:
    """Let signed-in staff in; everybody else gets ``NotSignedInError``."""
    found = _find()
    if found is None:
        raise NotSignedInError
    g.viewer = found


def console_guard() -> Response | None:
    """Let signed-in staff in; send everybody else to the sign-in page."""
    found = _find()
    if found is None:
        return redirect(url_for("console_public.login", next=request.full_path))
    g.viewer = found
    return None
