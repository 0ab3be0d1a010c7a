"""What the forms about a funeral ask alike: who has died, and where they were registered. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import day_in
from backend.assistance.programmes import answers


def dead(form: answers.Form, day: date) -> dict[str, Any]:
    """Without a birth date (a draft) the day of death stands for it: no rule of a funeral asks for the age."""
    died = day_in(form.get("died_on"))
    born = day_in(form.get("birth_date")) or died or day
    who = {"key": answers.ME, "name": form.get("name", ""), "birth_date": born}
    return who | {"died_on": answers.after_birth(died, born)}


def about(form: answers.Form, who: Mapping[str, Any], day: date, said: Mapping[str, Any]) -> FamilyFacts:
    """The facts of a funeral; ``said``: fields of ``Funeral`` that only one programme asks."""
    return answers.family(form, who, day, funeral={"local": answers.registered_here(form), **said})
