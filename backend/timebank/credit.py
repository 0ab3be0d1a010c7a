"""信易+ (R-174): excellent volunteers who have agreed are named to the credit platform, with no more than it needs.

``excellent`` is what any partner is given; today a file is handed over (``export``). No identity numbers, no hours, no
places: number, name and star are enough to give a benefit to whoever shows their certificate.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import func, select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.people.service import Viewer
from backend.residents.consents import purpose_of
from backend.residents.models import Consent, Person
from backend.timebank.policies import PolicyOn
from backend.volunteers.models import Volunteer, VolunteerHonour

HANDLE, PURPOSE = "timebank.adjust", "credit_share"
HEADINGS = ("志愿者编号", "姓名", "星级")
STAR = "star"


@dataclass(frozen=True, slots=True)
class Excellent:
    """One volunteer as the partner gets them."""

    number: str
    name: str
    star: int


def excellent(work: Work) -> Sequence[Excellent]:
    """Active volunteers from the star of the policy on, who agree to the text that is in force now."""
    star = func.max(VolunteerHonour.level)
    agreed = select(Consent.person_id).where(
        Consent.purpose == PURPOSE, Consent.version == purpose_of(PURPOSE).version, Consent.withdrawn_at.is_(None)
    )
    least = f"{STAR}{PolicyOn(local(work.now).date())['credit_least_star']}"
    rows = work.session.execute(
        select(Volunteer.number, Person.name, star)
        .join(Person, Person.id == Volunteer.person_id)
        .join(VolunteerHonour, VolunteerHonour.volunteer_id == Volunteer.id)
        .where(
            Volunteer.state == "active", Volunteer.person_id.in_(agreed), VolunteerHonour.level.startswith(STAR),
            Person.died_on.is_(None),
        )
        .group_by(Volunteer.number, Person.name)
        .having(star >= least)
        .order_by(Volunteer.number)
    )  # fmt: skip
    return [Excellent(number, name, int(level.removeprefix(STAR))) for number, name, level in rows]


def export(work: Work, viewer: Viewer) -> str:
    """The file for the partner, and a line in the audit. Raises ``NotAllowedError``."""
    viewer.require(HANDLE)
    found = excellent(work)
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(HEADINGS)
    sheet.writerows(astuple(one) for one in found)
    audit.record(work, "timebank.credit_export", "volunteers", volunteers=[one.number for one in found])
    return "\ufeff" + out.getvalue()
