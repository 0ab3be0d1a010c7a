"""What the house holds about a person: each domain says it of its own tables, ``backend/holdings.py`` joins them.

A domain writes one module with ``HOLDINGS`` (what the export shows) and ``ERASABLES`` (what an erasure does).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.core.db import Work

Line = dict[str, str]


@dataclass(frozen=True, slots=True)
class Holding:
    """One section of the export: why it is held, by what right, how long; ``collect`` gives Chinese label → value."""

    key: str
    title: str
    purpose: str
    ground: str
    keep: str
    collect: Callable[[Work, UUID], list[Line]]


@dataclass(frozen=True, slots=True)
class Kept:
    """Something the law keeps; ``until`` is the first day on which it may go."""

    what: str
    ground: str
    until: date


@dataclass(frozen=True, slots=True)
class Erasable:
    """What a domain does when a person asks to be forgotten.

    ``title``: what goes, in a few words; None if nothing does. ``live``: matters under way that block it, in a few
    characters each. ``kept``: what stays, with the reason.
    ``erase``: end and delete the rest, in the caller's transaction.
    """

    title: str | None
    live: Callable[[Work, UUID], Sequence[str]]
    kept: Callable[[Work, UUID], Sequence[Kept]]
    erase: Callable[[Work, UUID], None]
