"""A form of the console that a hand can send twice: the second time gets the first one's answer.

Every form carries a new ``key`` (``{{ new_key() }}``); what was refused leaves nothing behind and may be tried again.
"""

import hashlib
from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from backend.core.db import Work
from backend.core.errors import DomainError
from backend.core.idempotency import run_once
from backend.core.ids import new_id
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of

Act = Callable[[Work, Viewer], str]
NOT_SAID = ("csrf_token", "key")


def with_keys(blueprint: Blueprint) -> Blueprint:
    """Give the blueprint's templates ``new_key``."""
    blueprint.context_processor(lambda: {"new_key": lambda: str(new_id())})
    return blueprint


def done(act: Act, again: Callable[[str], str], data: bytes = b"") -> Response:
    """Run ``act`` once and go to the address it returns; what went wrong is said by the page ``again`` makes.

    ``data``: an uploaded file, so that another file is another request.
    """
    me, key = viewer(), request.form.get("key") or None
    try:
        _status, body = run_once(me.actor, key, _asked(data), lambda work: (303, {"to": act(work, me)}))
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(again(problem["detail"]), status)
    return redirect(str(body["to"]), 303)


def _asked(data: bytes) -> str:
    said = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_SAID]
    return f"{request.full_path}\n{urlencode(sorted(said))}\n{hashlib.sha256(data).hexdigest()}"
