"""The form of 高龄津贴: the register knows the age, so only registration and other benefits are asked. Pure."""

from datetime import date

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant
from backend.assistance.programmes import answers


def read(form: answers.Form, applicant: Applicant, day: date) -> FamilyFacts:
    me = answers.person(form, applicant, day)
    return answers.family(form, me, day, elder={"local": answers.registered_here(form)})
