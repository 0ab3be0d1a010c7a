"""Signs of need that nobody followed in time are told once; every household is looked at by the monitoring's rules."""

from backend.assistance import leads, monitoring
from backend.core.db import unit_of_work
from scheduler.portions import in_portions

MOST = 500  # portions of a hundred households: more than a county has


def overdue_leads() -> int:
    """Tell the county's officers of leads past their term."""
    return in_portions(leads.escalate)


def look_at_households() -> int:
    """Raise every warning that has not been raised; a portion of households in a transaction."""
    after, raised = None, 0
    for _ in range(MOST):
        with unit_of_work() as work:
            seen = monitoring.scan(work, after)
        raised, after = raised + seen.raised, seen.last
        if after is None:
            break
    return raised
