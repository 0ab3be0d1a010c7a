"""What the forms of several programmes ask in the same words: a certificate, a household, what is held. Pure.

A date that contradicts another (a death before the birth) is left unknown, so that the rules ask for it again. What
nobody was asked stays as the shapes of ``facts.py`` have it: unknown, or not so.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import Applicant, day_in, yuan_in
from backend.assistance.facts import Cost, PersonFacts, Property
from backend.assistance.programmes.dibao import form as dibao

Form = Mapping[str, Any]
ME = "applicant"
DECLARED = "本人申报"
RESIDENTS = "central_basic_pension"
NOTHING_HELD = ("none", "unsure")


def person(form: Form, applicant: Applicant, day: date, **more: Any) -> dict[str, Any]:
    """Who applies, as a ``PersonFacts``: the register's name and birth, the form's certificate and benefits."""
    born = applicant.birth_date
    found = {"key": ME, "name": applicant.name, "birth_date": born, "disability": certificate(form, born, day)}
    return found | {"holds": personal_benefits(form)} | more


def family(form: Form, who: Mapping[str, Any], day: date, **more: Any) -> FamilyFacts:
    """Facts about one person. ``urban`` is False where the form does not ask: then no rule of the programme does."""
    known = {"applicant": ME, "members": [who], "urban": form.get("urban") == "urban", "applied_on": day}
    return FamilyFacts.model_validate(known | {"holds": standing(form), "held": amounts_held(form)} | more)


def certificate(form: Form, born: date, day: date) -> dict[str, Any] | None:
    """The disability; None where there is none or its kind or grade is not known. An expired one ended yesterday."""
    kind, grade = form.get("disability_kind"), form.get("disability_grade")
    if kind is None or grade is None:
        return None
    ended = max(born, day - timedelta(days=1)) if form.get("expired") else None
    return {"kind": kind, "grade": grade, "until": ended}


def standing(form: Form) -> frozenset[str]:
    """The household's programme; nothing where the applicant is not sure: the register knows."""
    held = form.get("standing")
    return frozenset() if held is None or held in NOTHING_HELD else frozenset({str(held)})


def personal_benefits(form: Form) -> frozenset[str]:
    """Benefits of the person themself, with or without their amount."""
    return frozenset(str(row["benefit"]) for row in rows(form, "other_benefits", "benefit"))


def amounts_held(form: Form) -> list[dict[str, Any]]:
    """Those of them whose amount is known: yuan a month."""
    known = {row["benefit"]: yuan_in(row.get("monthly")) for row in rows(form, "other_benefits", "benefit")}
    return [{"programme": name, "monthly": amount} for name, amount in known.items() if amount is not None]


def rows(form: Form, name: str, *needed: str) -> Iterator[Form]:
    """The rows of a list that say what a row cannot be read without: a draft may lack anything."""
    for row in form.get(name) or ():
        if all(row.get(one) is not None for one in needed):
            yield row


def after_birth(value: object, born: date) -> date | None:
    """A date of somebody's life; None for one before their birth."""
    found = day_in(value)
    return found if found is None or found >= born else None


def registered_here(form: Form) -> bool | None:
    """None where nobody has said where the person is registered."""
    said = form.get("registered")
    return None if said is None else said in ("here", "sent_here")


def across_provinces(form: Form) -> dict[str, bool | None]:
    """跨省通办: ours whose papers another place has sent here, or somebody else's whose papers we send on."""
    return {"local": registered_here(form), "elsewhere": form.get("registered") == "sent_here"}


# -- money, of one person and of a household


def means(form: Form) -> dict[str, Any]:
    """Money that comes in each month. ``income_kind`` says where most of it is from; else it is simply income."""
    kind = form.get("income_kind", "other")
    amounts = [(kind, yuan_in(form.get("monthly_income"))), (RESIDENTS, yuan_in(form.get("resident_pension")))]
    return {
        "incomes": [{"kind": one, "amount": amount, "source": DECLARED} for one, amount in amounts if amount],
        "works": kind in ("wage", "business"),
    }  # fmt: skip


def assets(form: Form) -> dict[str, Any]:
    """What the family says it owns; an empty answer is unknown, never nothing."""
    counted = {name: form.get(name) for name in ("houses", "vehicles", "companies")}
    return {"financial": yuan_in(form.get("savings")), **counted}


def household(form: Form, applicant: Applicant, day: date) -> FamilyFacts:
    """The family as a form of 低保 has it, with what it owns, holds, and has to spend to earn and to stay well.

    Raises ``FactsError`` as that form does.
    """
    found = dibao.read(form, applicant, day)
    spending = [_with_costs(one, row) for one, row in zip(found.members, rows(form, "members"), strict=True)]
    owned = Property.model_validate(assets(form))
    return found.model_copy(update={"members": tuple(spending), "assets": owned, "holds": standing(form)})


def _with_costs(member: PersonFacts, row: Form) -> PersonFacts:
    amounts = [("job", yuan_in(row.get("job_cost"))), ("illness", yuan_in(row.get("illness_cost")))]
    costs = [Cost.model_validate({"kind": kind, "amount": one, "source": DECLARED}) for kind, one in amounts if one]
    return member.model_copy(update={"costs": tuple(costs)})
