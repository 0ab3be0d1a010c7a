"""Applications for memorial halls by the clock: late ones told, forgotten ones taken back, papers looked into."""

from backend.memorial import hall_application_desk as desk
from backend.memorial import hall_application_papers as papers
from scheduler.case_jobs import scan
from scheduler.portions import in_portions


def tell_overdue() -> int:
    """The desk hears once of an application past its last day."""
    return in_portions(desk.tell_overdue)


def scan_papers() -> int:
    """Papers the scanner could not be asked about when they came."""
    return scan(papers.waiting, papers.looked_into)


def tidy() -> int:
    """What was left lying is taken back; of what was answered long ago the papers and names go."""
    return in_portions(desk.lapse) + in_portions(desk.forget_ended)
