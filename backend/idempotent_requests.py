"""The ``Idempotency-Key`` header of a request, for every write that a thumb can tap twice."""

from flask import Response, jsonify, request

from backend.core.db import Actor, Work
from backend.core.idempotency import Verb, run_once, seen

HEADER = "Idempotency-Key"


def answer_once(actor: Actor, verb: Verb) -> Response:
    """Run ``verb`` in one unit of work and answer its status and JSON object; a repeated key repeats the answer."""
    status, body = run_once(actor, request.headers.get(HEADER), fingerprint(), verb)
    response = jsonify(body)
    response.status_code = status
    return response


def answered(work: Work, actor: Actor) -> bool:
    """Whether the key of this request has its answer already."""
    return seen(work, actor, request.headers.get(HEADER))


def fingerprint() -> str:
    """What is asked: method, address and body."""
    return f"{request.method} {request.full_path}\n{request.get_data(as_text=True)}"
