"""Registering at the counter: the document in the clerk's hands, what the volunteer offers, a minor's guardian."""

from collections.abc import Mapping
from typing import Literal

from flask import render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.timebank.order_entry import places
from backend.console.timebank.volunteer_page import back
from backend.console.timebank.volunteers import blueprint
from backend.core.db import Work, reading
from backend.core.errors import BadInputError
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents.counter import prove_at_counter
from backend.residents.documents import KINDS
from backend.volunteers import registering
from backend.volunteers.guardians import By, Guardian, Rule
from backend.volunteers.profiles import Profile, Window
from backend.volunteers.registering import Wish
from backend.volunteers.service import HANDLE
from backend.volunteers.vocabulary import LANGUAGES, SERVICES, SKILLS

DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
# The parts of a day that are ticked at the counter; on the phone everybody chooses their own minutes.
PARTS: Mapping[str, tuple[str, int, int]] = {
    "morning": ("上午", 8 * 60, 12 * 60), "afternoon": ("下午", 14 * 60, 18 * 60),
    "evening": ("晚上", 18 * 60, 21 * 60),
}  # fmt: skip
RULES: Mapping[Rule, str] = {"consent": "同意参加", "company": "陪同参加"}


@blueprint.get("/new")
def new() -> str:
    return _page()


def _page(problem: str = "") -> str:
    me = viewer()
    me.require(HANDLE)
    with reading(me.actor) as work:
        return render_template(
            "console/volunteer_new.html", form=request.form, problem=problem, places=places(work, me, HANDLE),
            kinds=KINDS, services=SERVICES, skills=SKILLS, languages=LANGUAGES, days=DAYS, parts=PARTS, rules=RULES,
        )  # fmt: skip


@blueprint.post("/new")
def enter() -> Response:
    """The person is proved by the document, then registered: both or neither."""

    def run(work: Work, me: Viewer) -> str:
        place = work.session.get(Division, said.text("division"))
        me.require(HANDLE, place.path if place else None)
        person = prove_at_counter(
            work, me, name=said.text("name"), id_kind=said.text("id_kind"), id_number=said.text("id_number"),
            phone=said.text("phone") or None,
        )  # fmt: skip
        wish = Wish(said.text("division"), _profile(request.form), guardian())
        return back(registering.register(work, person.id, wish, By(staff=me)).id, "register")

    return tapped.done(run, _page)


def _profile(form: MultiDict[str, str]) -> Profile:
    return Profile(
        services=form.getlist("service"), skills=form.getlist("skill"), languages=form.getlist("language"),
        areas=form.getlist("area"), hours=[_window(text) for text in form.getlist("hours")],
        emergency_calls=said.text("emergency_calls") == "yes",
        national_exchange=said.text("national_exchange") == "yes",
    )  # fmt: skip


def _window(text: str) -> Window:
    """``5-morning`` as minutes of that weekday. Raises ``BadInputError``."""
    day, _, part = text.partition("-")
    if part not in PARTS or not day.isdecimal():
        raise BadInputError(field="空闲时间", why="请从表中勾选")
    _, start, end = PARTS[part]
    return int(day), start, end


def guardian() -> Guardian | None:
    """Whoever has signed at the counter, if somebody is named. Raises ``BadInputError``."""
    name = said.text("guardian_name")
    if not name:
        return None
    rule: Literal["consent", "company"] | None = next((one for one in RULES if one == said.text("guardian_rule")), None)
    if rule is None:
        raise BadInputError(field="监护人的意见", why="请从列表中选择")
    return Guardian(name, said.text("guardian_phone"), rule, said.text("guardian_paper"))
