"""What went wrong, as a page: for a person who opened an address of the console in a browser."""

from typing import Any

from flask import Response, make_response, render_template, request

PAGES = ("/console", "/verify")  # the second: whoever holds a certificate, on a phone


def wants_page() -> bool:
    """Whether this request came from somebody looking at a page rather than from a program."""
    return request.path.startswith(PAGES) and request.accept_mimetypes.accept_html and not _asks_json()


def _asks_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def page(problem: dict[str, Any]) -> Response:
    """A problem document (RFC 9457) as a page with the same status."""
    return make_response(render_template("console/problem.html", problem=problem), problem["status"])
