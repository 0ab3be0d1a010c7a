"""One-window cases: publications that are over, deadlines that near or pass, referrals without an answer."""

from collections.abc import Callable
from uuid import UUID

from backend.cases import overdue, paper_files, papers, publishing, referrals, scanning
from backend.core.db import Work, reading, unit_of_work
from scheduler.portions import in_portions


def end_publications() -> int:
    """Take down what has hung its lawful days; its cases go on."""
    return in_portions(publishing.end_over)


def deadlines() -> int:
    """Warn once of what is nearly due, escalate once what is late (appeals too), mark referrals nobody answered."""
    with unit_of_work() as work:
        warned = overdue.warn(work)
    late = (overdue.escalate, overdue.appeals_late, referrals.mark_overdue)
    return warned + sum(in_portions(portion) for portion in late)


def scan_papers() -> int:
    """Ask the scanner about papers it could not be asked about when they came; not inside a transaction."""
    return scan(papers.waiting, papers.looked_into)


def scan(waiting_of: Callable[[Work], list[UUID]], tell: Callable[[Work, UUID, str], None]) -> int:
    """The same for papers of any kind: those that wait, and whom to tell the verdict; how many were told."""
    with reading() as work:
        waiting = waiting_of(work)
    told = 0
    for paper_id in waiting:
        verdict = scanning.scan(paper_files.read(paper_id))
        if verdict == scanning.WAITING:
            break  # it still does not answer: at the next turn
        with unit_of_work() as work:
            tell(work, paper_id, verdict)
        told += 1
    return told
