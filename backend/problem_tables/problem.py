"""One row: the HTTP status of an error and its words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """``detail``: what happened, why, what to do next, in at most 70 characters; ``{facts}`` come from the error.

    ``next`` is that step for a program: ``log_in``, ``phone``, ``real_name``, ``counter``, ``consent``, ``retry``.
    """

    status: int
    title: str
    detail: str
    next: str | None = None
