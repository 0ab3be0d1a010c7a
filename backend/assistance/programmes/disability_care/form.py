"""The form of 重度残疾人护理补贴: the certificate, whether somebody must care for the person, registration. Pure."""

from datetime import date

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant
from backend.assistance.programmes import answers


def read(form: answers.Form, applicant: Applicant, day: date) -> FamilyFacts:
    me = answers.person(form, applicant, day, needs_long_term_care=form.get("needs_care", False))
    return answers.family(form, me, day, **answers.across_provinces(form))
