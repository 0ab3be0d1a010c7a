"""Who can work, who is severely disabled: asked by several programmes. Pure."""

from backend.assistance.facts import Disability, PersonFacts, age_on
from backend.assistance.working import Sheet

FULL_AGE = 18
MIND = ("intellectual", "mental")
SEVERE, SEVERE_OF_MIND = 2, 3


def valid_disability(person: PersonFacts, sheet: Sheet, *, decisive: bool = False) -> Disability | None:
    """The disability of a certificate that is valid on the day (its last day included).

    An ended one does not count and is asked to be renewed: before the decision where it is ``decisive``, else after.
    """
    found = person.disability
    if found is not None and found.until is not None and found.until < sheet.day:
        sheet.need(
            "disability_certificate", f"{person.name}的残疾证已到期，请到残联换证后告诉我们。", after=not decisive
        )
        return None
    return found


def is_severe(disability: Disability | None) -> bool:
    """Grade 1 or 2; grade 3 for intellectual and mental disability (低保审核确认办法 8)."""
    if disability is None:
        return False
    return disability.grade <= (SEVERE_OF_MIND if disability.kind in MIND else SEVERE)


def disabled_for_work(disability: Disability | None, sheet: Sheet) -> bool:
    """Whether the kind and grade mean "no working ability" (特困人员认定办法 5)."""
    if disability is None:
        return False
    worst: dict[str, int] = sheet.value("no_working_ability")
    return disability.grade <= worst.get(disability.kind, 0)


def can_work(person: PersonFacts, sheet: Sheet) -> bool:
    """Of working age, not studying, not disabled for work, not ill for long."""
    ages = sheet.value("working_age")
    of_age = ages["from"] <= age_on(person.birth_date, sheet.day) < ages["until"]
    if not of_age or person.student != "none" or person.bedridden or person.severe_illness:
        return False
    return not disabled_for_work(valid_disability(person, sheet), sheet)
