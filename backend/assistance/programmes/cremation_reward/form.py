"""The form of 遗体火化奖补: who has died and was cremated. Pure."""

from datetime import date

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant
from backend.assistance.programmes import answers, funeral_answers


def read(form: answers.Form, _applicant: Applicant, day: date) -> FamilyFacts:
    said = {"cremated": bool(form.get("cremated"))}
    return funeral_answers.about(form, funeral_answers.dead(form, day), day, said)
