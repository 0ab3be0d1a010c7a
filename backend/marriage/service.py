"""What people do at a marriage registry, gathered in one place: each verb takes a ``Work`` and never commits.

At the desk: ``open_from_booking`` or ``open_walk_in``, ``note_presence`` for each person, ``questions`` →
``providers.ask`` → ``run_check``, then ``register`` or ``refuse``; ``freeze`` on suspicion, ``release`` by a lead,
``abandon`` when they leave. From the phone: ``pre_check`` and ``book_matter`` (``backend.marriage.booking``).
"""

from backend.marriage.cases import (
    WalkIn,
    abandon,
    absent,
    events,
    facts_of,
    find,
    note_archive,
    note_facts,
    note_presence,
    open_from_booking,
    open_walk_in,
)
from backend.marriage.checking import questions, run_check
from backend.marriage.deciding import licence, refuse, register
from backend.marriage.divorces import lapse, open_windows, recount
from backend.marriage.freezing import close_report, freeze, release, report
from backend.marriage.printing import receipt_text, refusal_text
from backend.marriage.reports import remind_overdue
from backend.marriage.verdicts import check_of

__all__ = [
    "WalkIn",
    "abandon",
    "absent",
    "check_of",
    "close_report",
    "events",
    "facts_of",
    "find",
    "freeze",
    "lapse",
    "licence",
    "note_archive",
    "note_facts",
    "note_presence",
    "open_from_booking",
    "open_walk_in",
    "open_windows",
    "questions",
    "receipt_text",
    "recount",
    "refusal_text",
    "refuse",
    "register",
    "release",
    "remind_overdue",
    "report",
    "run_check",
]
