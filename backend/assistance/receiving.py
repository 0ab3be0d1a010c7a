"""Who was granted money can be paid: the account they named, and a household of one for who belongs to none.

A payment goes to a household (``payees``), also what one person alone is entitled to.
"""

from backend.assistance import accounts, households
from backend.assistance.facts import PersonFacts
from backend.assistance.households import NewMember
from backend.assistance.models import Household
from backend.assistance.sheets import Judged, place_of
from backend.cases.models import Case
from backend.cases.records import form_of
from backend.core.clock import local
from backend.core.db import Work
from backend.residents.models import Person


def prepare(work: Work, case: Case, found: Judged) -> None:
    """Before the grant. Somebody who has died in the meantime needs no household of their own."""
    if not (found.verdict.monthly or found.verdict.once):
        return
    person = work.session.get_one(Person, found.person_id or case.applicant_id)
    home = households.of_person(work, person.id)
    if home is None and person.died_on is None and person.birth_date is not None:
        home = _alone(work, case, person)
    account = form_of(case).get("account_number")
    if home is not None and account:
        accounts.keep_first(work, home, form_of(case).get("account_holder") or person.name, account)


def _alone(work: Work, case: Case, person: Person) -> Household:
    """Until a family names them; then this household is closed (``households.lives_alone``)."""
    me = PersonFacts(key=str(person.id), name=person.name, birth_date=person.birth_date)
    return households.found(
        work, division_code=place_of(work, case), urban=form_of(case).get("urban") == "urban",
        address=form_of(case).get("address") or person.address or "",
        members=[NewMember(person.id, "applicant", me, local(work.now).date())],
    )  # fmt: skip
