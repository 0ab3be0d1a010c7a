"""Does it answer yet? Short questions to a port or a page, never longer than a second."""

import socket
from collections.abc import Callable

import requests
from sqlalchemy import create_engine, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from backend.core.clock import wall
from backend.core.leases import Heartbeat

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


def heart_beats(database_url: str, name: str) -> Question:
    """A question whether the process (``name`` or ``name:part``) has given a sign of life since now.

    The hub beats once it has subscribed: before that a press would find nobody listening.
    """
    since = wall()
    engine = create_engine(database_url, poolclass=NullPool)
    named = or_(Heartbeat.name == name, Heartbeat.name.startswith(f"{name}:", autoescape=True))
    newer = select(Heartbeat.name).where(named, Heartbeat.wall_at >= since)

    def ask() -> bool:
        try:
            with engine.connect() as connection:
                return connection.execute(newer).first() is not None
        except SQLAlchemyError:
            return False

    return ask


def reachable(host: str) -> str:
    """The address to reach a listener at: one that listens everywhere is asked on this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared, not bound
