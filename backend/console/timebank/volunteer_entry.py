"""Registering at the counter: the document in the clerk's hands, a minor's guardian, what is offered; changing that."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from flask import render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.timebank.order_acts import number
from backend.console.timebank.order_entry import places
from backend.console.timebank.volunteer_page import back, window_words
from backend.console.timebank.volunteers import blueprint
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents.counter import prove_at_counter
from backend.residents.documents import KINDS
from backend.volunteers import registering, service
from backend.volunteers.guardians import By, Guardian, Rule
from backend.volunteers.models import Volunteer
from backend.volunteers.profiles import Profile, Window
from backend.volunteers.registering import Wish
from backend.volunteers.service import HANDLE
from backend.volunteers.vocabulary import LANGUAGES, SERVICES, SKILLS

DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
# The parts of a day that are ticked at the counter; on the phone everybody chooses their own minutes.
PARTS = (("上午", 8 * 60, 12 * 60), ("下午", 14 * 60, 18 * 60), ("晚上", 18 * 60, 21 * 60))
LISTS: Mapping[str, Any] = {
    "services": SERVICES, "skills": SKILLS, "languages": LANGUAGES, "days": DAYS, "parts": PARTS,
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
            kinds=KINDS, rules=RULES, **LISTS,
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
        wish = Wish(said.text("division"), _profile(request.form, None), guardian())
        return back(registering.register(work, person.id, wish, By(staff=me)).id, "register")

    return tapped.done(run, _page)


def _profile(form: MultiDict[str, str], place: tuple[float, float] | None) -> Profile:
    """``place`` is nothing to be asked at a counter: it stays as the volunteer put it on their phone."""
    return Profile(
        services=form.getlist("service"), skills=form.getlist("skill"), languages=form.getlist("language"),
        areas=form.getlist("area"), hours=[_window(text) for text in form.getlist("hours")], place=place,
        emergency_calls=said.text("emergency_calls") == "yes",
        national_exchange=said.text("national_exchange") == "yes",
    )  # fmt: skip


def _window(text: str) -> Window:
    """``5-480-720``: a weekday, from which minute, to which. Raises ``BadInputError``."""
    parts = text.split("-")
    if len(parts) != len(("day", "start", "end")) or not all(one.isascii() and one.isdigit() for one in parts):
        raise BadInputError(field="空闲时间", why="请从表中勾选")
    day, start, end = map(int, parts)
    return day, start, end


def guardian() -> Guardian | None:
    """Whoever has signed at the counter, if somebody is named. Raises ``BadInputError``."""
    name = said.text("guardian_name")
    if not name:
        return None
    rule: Literal["consent", "company"] | None = next((one for one in RULES if one == said.text("guardian_rule")), None)
    if rule is None:
        raise BadInputError(field="监护人的意见", why="请从列表中选择")
    return Guardian(name, said.text("guardian_phone"), rule, said.text("guardian_paper"))


# -- changing what is offered


@blueprint.get("/<uuid:volunteer_id>/offer")
def offer(volunteer_id: UUID) -> str:
    """What somebody offers, to be changed with them; that somebody looked is written down."""
    return _change_page(volunteer_id)


def _change_page(volunteer_id: UUID, problem: str = "") -> str:
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = service.opened(work, me, volunteer_id)
        me.require(HANDLE, row.division_path)
        return render_template(
            "console/volunteer_change.html", form=request.form or _offered(row), volunteer_id=row.id,
            number=row.number, problem=problem, places=places(work, me, HANDLE), others=_others(row), **LISTS,
        )  # fmt: skip


def _offered(row: Volunteer) -> MultiDict[str, str]:
    """The registration as its form would send it."""
    lists = {"service": row.services, "skill": row.skills, "language": row.languages, "area": row.areas}
    kept = [(name, code) for name, codes in lists.items() for code in codes]
    kept += [("hours", _code(one)) for one in row.hours]
    ticked = {"emergency_calls": row.emergency_calls, "national_exchange": row.national_exchange}
    kept += [(name, "yes") for name, yes in ticked.items() if yes]
    return MultiDict([*kept, ("division", row.division_code), ("version", str(row.version))])


def _code(window: Sequence[int]) -> str:
    return "-".join(map(str, window))


def _others(row: Volunteer) -> dict[str, str]:
    """Hours that are no part of a day in the table: they stay unless somebody unticks them."""
    usual = {(start, end) for _, start, end in PARTS}
    return {_code(one): window_words(one) for one in row.hours if (one[1], one[2]) not in usual}


@blueprint.post("/<uuid:volunteer_id>/offer")
def change_offer(volunteer_id: UUID) -> Response:
    """What is offered from now on; whoever was overtaken by somebody else's change is told."""

    def run(work: Work, me: Viewer) -> str:
        row = service.find(work, me, volunteer_id, action=HANDLE, lock=True)
        place = None if row.longitude is None or row.latitude is None else (row.longitude, row.latitude)
        wish = Wish(said.text("division"), _profile(request.form, place))
        registering.change(work, row, wish, number("version", "版本"), By(staff=me))
        return back(row.id, "offer")

    return tapped.done(run, lambda problem: _change_page(volunteer_id, problem))
