"""The form of 贫困重度残疾人居家照护补助: the certificate, the family's standing, the relative who cares. Pure."""

from datetime import date

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant
from backend.assistance.programmes import answers


def read(form: answers.Form, applicant: Applicant, day: date) -> FamilyFacts:
    me = answers.person(form, applicant, day)
    return answers.family(form, me, day, cared_by_relative=form.get("cared_by_relative"))
