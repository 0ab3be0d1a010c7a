"""The desk of memorial halls: deaths on papers seen, halls opened, kin proven, what waits for a mediator, the plate."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app, render_template, request, url_for
from markupsafe import Markup
from segno import make
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.console.memorial.dead import ID_KINDS, known_by
from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.numbers import normal
from backend.memorial import deceased, hall_concerns, hall_corrections, hall_mediation, hall_people, hall_views, halls
from backend.memorial.deceased import HANDLE, MEDIATE, Dead
from backend.memorial.hall_concerns import VIEW
from backend.memorial.hall_mediation import MEDIATED_ZH, Answer
from backend.memorial.models import Deceased, Hall
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents.documents import KINDS
from backend.residents.indexes import name_index
from backend.residents.models import Person
from backend.residents.persons import find_or_create_person

blueprint = tapped.with_keys(page_blueprint("console_halls", __name__, "/console/memorial/halls"))

MOST = 50
PLACES = {"tomb": "墓碑", "wall": "骨灰墙", "tree": "纪念树"}
DONE = {
    "dead": "已登记。", "open": "已设好，家人在手机上就能看到。", "death": "已记下。", "kin": "已加入。",
    "freeze": "已暂停修改。", "thaw": "已恢复。", "settle": "已答复。",
}  # fmt: skip
Step = Callable[[Work, Viewer, UUID], Any]


@blueprint.get("/")
def index() -> str:
    """What waits for a mediator, a hall by its number, and the forms of the counter."""
    return _index()


def _index(problem: str = "") -> str:
    me, name = viewer(), request.values.get("find", "").strip()
    with reading(me.actor) as work:
        waiting = hall_concerns.waiting(work, me)
        return render_template(
            "console/memorial/halls.html", concerns=[hall_views.on_desk(work, row, hall) for row, hall in waiting],
            corrections=_corrections(work, me), id_kinds=KINDS, dead_id_kinds=ID_KINDS,
            dead=[hall_views.dead_line(one) for one in _named(work, name)], hall=_numbered(work, name), find=name,
            choices=hall_views.choices(), problem=problem, form=request.form, opened=request.form.get("do", ""),
            said="" if problem else DONE.get(request.args.get("done", ""), ""), may_handle=me.may(HANDLE),
            may_mediate=me.may(MEDIATE),
        )  # fmt: skip


def _corrections(work: Work, me: Viewer) -> list[dict[str, Any]]:
    if not me.may(MEDIATE):
        return []
    return [hall_views.correction(row, dead) for row, dead in hall_corrections.waiting(work, me)]


def _named(work: Work, name: str) -> Sequence[Deceased]:
    """The dead of exactly this name: the register is not for leafing through."""
    if not name:
        return []
    mine = select(Deceased).where(Deceased.name_index == name_index(name)).order_by(Deceased.died.desc())
    return work.session.scalars(mine.limit(MOST)).all()


def _numbered(work: Work, number: str) -> Hall | None:
    known = normal(number)
    return work.session.scalars(select(Hall).where(Hall.number == known)).first() if known else None


@blueprint.post("/")
def post() -> Response:
    """``do``: register who has died, note a resident's death, or open a hall."""
    verb = VERBS.get(said.text("do"))
    if verb is None:
        raise NotFoundError(act=said.text("do")[:32])
    return tapped.done(verb, _index)


def _dead(work: Work, me: Viewer) -> str:
    kind, number, proof = known_by()
    row = deceased.register(
        work, me,
        Dead(
            name=said.text("name"), died=said.day("died", "去世日期"), born=_day_or_none("born"), id_kind=kind,
            id_number=number, proof=proof, wish=said.text("wish"), wish_proof=said.text("wish_proof") or None,
        ),
    )  # fmt: skip
    if said.text("martyr"):
        hall_concerns.report_martyr(work, row.id, "登记时证明写明是烈士")
    return url_for(".index", find=row.name, done="dead")


def _day_or_none(name: str) -> date | None:
    return said.day(name, "出生日期") if said.text(name) else None


def _death(work: Work, me: Viewer) -> str:
    deceased.record_death(work, me, said.text("id_number"), said.day("died", "去世日期"), said.text("proof"))
    return url_for(".index", done="death")


def _relative(work: Work) -> Person:
    return find_or_create_person(
        work, name=said.text("name"), id_kind=said.text("id_kind") or "resident_id", id_number=said.text("id_number"),
        phone=said.text("phone") or None,
    )  # fmt: skip


def _open(work: Work, me: Viewer) -> str:
    asked = halls.Opening(
        applicant_id=_relative(work).id, relation=said.text("relation"), proof=said.text("proof"),
        deceased_ids=_chosen(), kind=said.text("kind"), title=said.text("title"), theme=said.text("theme"),
    )  # fmt: skip
    return url_for(".hall", hall_id=halls.open_hall(work, me, asked).id, done="open")


def _chosen() -> list[UUID]:
    try:
        return [UUID(one) for one in request.form.getlist("dead")]
    except ValueError:
        raise BadInputError(field="逝者", why="请从列表中选择") from None


VERBS: dict[str, Callable[[Work, Viewer], str]] = {"dead": _dead, "death": _death, "open": _open}


# -- one hall


@blueprint.get("/<uuid:hall_id>")
def hall(hall_id: UUID) -> str:
    """Who keeps it and what is objected; that somebody looked is written down."""
    return _hall(hall_id)


def _hall(hall_id: UUID, problem: str = "") -> str:
    me = viewer()
    me.require(VIEW)
    with unit_of_work(me.actor) as work:
        shown = hall_views.for_desk(work, halls.find(work, hall_id))
        audit.record(work, "memorial.read", f"memorial_hall:{hall_id}")
    return render_template(
        "console/memorial/hall_desk.html", hall=shown, id_kinds=KINDS, mediated=MEDIATED_ZH,
        choices=hall_views.choices(), places=PLACES, problem=problem,
        form=request.form, opened=request.form.get("do", ""), may_handle=me.may(HANDLE), may_mediate=me.may(MEDIATE),
        said="" if problem else DONE.get(request.args.get("done", ""), ""),
    )  # fmt: skip


@blueprint.post("/<uuid:hall_id>/<act>")
def act(hall_id: UUID, act: str) -> Response:
    """One of ``STEPS``; afterwards the hall's page again."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)

    def run(work: Work, me: Viewer) -> str:
        step(work, me, hall_id)
        return url_for(".hall", hall_id=hall_id, done=act)

    return tapped.done(run, lambda problem: _hall(hall_id, problem))


def _kin(work: Work, me: Viewer, hall_id: UUID) -> None:
    person = _relative(work)
    hall_people.join(work, me, hall_id, person.id, said.text("relation"), said.text("proof"))


def _settle(work: Work, me: Viewer, _hall_id: UUID) -> None:
    answer = Answer(
        said.text("answer"), upheld=said.text("upheld") == "yes", mediated=said.text("mediated") or None,
        whom=said.which("whom", "逝者") if said.text("whom") else None,
    )  # fmt: skip
    hall_mediation.settle(work, me, said.which("concern", "意见"), answer)


STEPS: dict[str, Step] = {
    "kin": _kin,
    "settle": _settle,
    "freeze": lambda work, me, hall_id: hall_mediation.freeze(work, me, hall_id, said.text("why")),
    "thaw": hall_mediation.thaw,
}


@blueprint.get("/<uuid:hall_id>/plate/<place>")
def plate(hall_id: UUID, place: str) -> str:
    """What is printed for a tomb, a wall or a tree: the number and its code, no day and no family."""
    viewer().require(VIEW)
    if place not in PLACES:
        raise NotFoundError(place=place)
    with reading(viewer().actor) as work:
        row = halls.find(work, hall_id)
    link = f"{current_app.config['SHOUWANG'].public_url}{url_for('memorial_open.page', number=row.number)}"
    code = make(link, error="q").svg_inline(scale=6, border=2, title="扫一扫，进纪念馆", omitsize=True)
    return render_template(
        "console/memorial/plate.html", title=row.title, number=row.number, place=PLACES[place],
        back=url_for(".hall", hall_id=hall_id),
        code=Markup(code),  # noqa: S704 - our own SVG, drawn from our own address
    )  # fmt: skip
