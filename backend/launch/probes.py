"""Does it answer yet? Short questions to a port or a page, never longer than a second."""

import socket
from collections.abc import Callable

import requests

TIMEOUT_S = 1.0

Question = Callable[[], bool]


def port_answers(host: str, port: int) -> Question:
    """A question whether something accepts connections there."""

    def ask() -> bool:
        try:
            with socket.create_connection((reachable(host), port), timeout=TIMEOUT_S):
                return True
        except OSError:
            return False

    return ask


def page_answers(url: str) -> Question:
    """A question whether the page answers with 200."""

    def ask() -> bool:
        try:
            return requests.get(url, timeout=TIMEOUT_S).ok
        except requests.RequestException:
            return False

    return ask


def reachable(host: str) -> str:
    """The address to reach a listener at: one that listens everywhere is asked on this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared, not bound
