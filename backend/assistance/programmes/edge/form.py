"""The form of 低保边缘家庭: everybody who lives together, what comes in, what the family owns. Pure."""

from datetime import date

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant
from backend.assistance.programmes import answers


def read(form: answers.Form, applicant: Applicant, day: date) -> FamilyFacts:
    return answers.household(form, applicant, day)
