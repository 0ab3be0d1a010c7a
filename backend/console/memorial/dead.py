"""One of the dead at the desk of halls: the record in both calendars, put right on papers, by two people where it
matters; and how the desk's forms say by which document somebody is known.
"""

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.core import audit
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, NotFoundError
from backend.memorial import deceased, hall_corrections, hall_views, rules
from backend.memorial.deceased import HANDLE, MEDIATE, Dead
from backend.memorial.hall_concerns import VIEW
from backend.memorial.hall_corrections import Correction
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents.documents import KINDS

blueprint = tapped.with_keys(page_blueprint("console_dead", __name__, "/console/memorial/dead"))

NONE = "none"
ID_KINDS = KINDS | {NONE: "没有证件"}
DONE = {
    "asked": "已记下，等另一位同事核对证明。",
    "done": "已更正，家人会收到消息。",
    "refused": "没有更正，原因已记下。",
}
LEAST_WHY = 2


def known_by() -> tuple[str, str | None, str]:
    """The kind of document, its number, and the proof with the clerk's reason where there is no document.

    Raises ``BadInputError``.
    """
    kind, number, proof = said.text("id_kind") or "resident_id", said.text("id_number") or None, said.text("proof")
    if kind != NONE:
        if number is None:
            raise BadInputError(field="证件号码", why="请填写号码；没有证件的，请选“没有证件”并写明原因")
        return kind, number, proof
    why = said.text("no_id_why")
    if number is not None or len(why) < LEAST_WHY:
        raise BadInputError(field="没有证件的原因", why="请写明为什么没有证件号码，号码一栏留空")
    return "resident_id", None, f"{proof}（没有证件：{why}）"


@blueprint.get("/<uuid:deceased_id>")
def one(deceased_id: UUID) -> str:
    """The record and what was put right; that somebody looked is written down. ``concern``: in which kin asked."""
    return _page(deceased_id)


def _page(deceased_id: UUID, problem: str = "") -> str:
    me = viewer()
    me.require(VIEW)
    with unit_of_work(me.actor) as work:
        row = deceased.find(work, deceased_id)
        shown = hall_views.dead_line(row) | {
            "wish": row.wish, "wish_zh": rules.WISH_ZH[row.wish], "wish_proof": row.wish_proof, "proof": row.proof,
            "id_kind_zh": ID_KINDS[row.id_kind or NONE],
        }  # fmt: skip
        audit.record(work, "deceased.read", f"deceased:{deceased_id}")
        return render_template(
            "console/memorial/dead.html", dead=shown, wishes=rules.WISH_ZH, problem=problem, form=request.form,
            corrections=[hall_views.correction(each, row) for each in hall_corrections.of_deceased(work, row.id)],
            opened=request.form.get("do", ""), may_handle=me.may(HANDLE), may_mediate=me.may(MEDIATE), me=me.staff_id,
            concern=request.values.get("concern", ""),
            said="" if problem else DONE.get(request.args.get("done", ""), ""),
        )  # fmt: skip


@blueprint.post("/<uuid:deceased_id>")
def correct(deceased_id: UUID) -> Response:
    """Ask that it be put right; what one person may do is done at once."""

    def run(work: Work, me: Viewer) -> str:
        right = Dead(
            name=said.text("name"), died=said.day("died", "去世日期"), proof=said.text("proof"),
            born=said.day("born", "出生日期") if said.text("born") else None, wish=said.text("wish"),
            wish_proof=said.text("wish_proof") or None,
        )  # fmt: skip
        concern = said.which("concern", "意见") if said.text("concern") else None
        row = hall_corrections.ask(work, me, deceased_id, Correction(right, said.text("why"), concern))
        return url_for(".one", deceased_id=deceased_id, done="done" if row.state == "done" else "asked")

    return tapped.done(run, lambda problem: _page(deceased_id, problem))


@blueprint.post("/<uuid:deceased_id>/<act>")
def decide(deceased_id: UUID, act: str) -> Response:
    """The second person: ``agree`` or ``refuse`` with the reason."""
    if act not in ("agree", "refuse"):
        raise NotFoundError(act=act[:32])

    def run(work: Work, me: Viewer) -> str:
        which = said.which("correction", "更正")
        row = hall_corrections.decide(work, me, which, agreed=act == "agree", why=said.text("why"))
        return url_for(".one", deceased_id=deceased_id, done=row.state)

    return tapped.done(run, lambda problem: _page(deceased_id, problem))
