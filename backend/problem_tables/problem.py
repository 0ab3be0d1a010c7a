"""One row: the HTTP status of an error and its words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """``detail``: what happened, why, what to do next, in at most 70 characters; ``{facts}`` come from the error."""

    status: int
    title: str
    detail: str
