"""The form of 节地生态安葬奖补: who has died, how and when the ashes were buried. Pure."""

from datetime import date

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant
from backend.assistance.programmes import answers, funeral_answers


def read(form: answers.Form, _applicant: Applicant, day: date) -> FamilyFacts:
    """A burial before the death is left unknown, so that the rules ask again."""
    dead = funeral_answers.dead(form, day)
    buried = answers.after_birth(form.get("buried_on"), dead["died_on"] or dead["birth_date"])
    said = {"resting": form.get("resting"), "buried_on": buried}
    return funeral_answers.about(form, dead, day, said)
