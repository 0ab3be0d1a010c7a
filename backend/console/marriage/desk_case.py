"""One case at the registrar's desk: the two side by side, what was seen, the check, and the decision."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import current_app, make_response, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response

from backend.console.marriage.desk import blueprint
from backend.core.clock import local
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.marriage import desk_acts, desk_views, revealing, service
from backend.marriage.cases import VIEW
from backend.marriage.declared import RELATION_WORDS, Declared, DeclaredAgreement, Observed
from backend.marriage.law import law_on
from backend.marriage.providers import for_mode
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents.documents import KINDS
from backend.residents.reveal import REASONS, REVEAL

PROOFS = {
    "marriage_certificate": "结婚证", "divorce_certificate": "离婚证", "court_document": "法院文书",
    "death_proof": "配偶死亡证明",
}  # fmt: skip
CAPACITIES = {"full": "能清楚表达", "limited": "部分能表达", "none": "不能表达"}
SAID = {"not_asked": "没有说", "single": "未婚", "married": "已婚", "divorced": "离异", "widowed": "丧偶"}
CERTIFICATES = {"marriage": "结婚证", "divorce": "离婚证"}
# The classes of 条例 6 by letter: the couple may be looking at the screen. The page of reports says what they are.
CLASSES = {"trafficking": "甲", "coercion": "乙", "violence": "丙"}
SHAPES = {
    "open": "●", "checked": "●", "frozen": "●", "registered": "✓", "refused": "✕", "abandoned": "–",
}  # fmt: skip
DONE = {
    "note": "已记下。", "facts": "已记下声明，请重新核查。", "archive": "已记下，请重新核查。", "check": "核查完成。",
    "register": "已办好。", "refuse": "已登记不予办理，请把告知书交给当事人。", "freeze": "已转办。",
    "release": "已恢复办理，请重新核查。", "abandon": "已记下不办了。",
}  # fmt: skip


@blueprint.get("/cases/<uuid:case_id>")
def case(case_id: UUID) -> str:
    return _page(case_id)


def _page(case_id: UUID, problem: str = "") -> str:
    """The page as it stands now; opening it is a look at the records of the two, and written down."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = service.find(work, me, case_id)
        revealing.opened(work, row)
        shown = desk_views.case_view(work, me, row)
        return render_template(
            "console/marriage_case.html", case=shown, problem=problem, shapes=SHAPES, kinds=KINDS, reasons=REASONS,
            choices=_choices(work), may_reveal=me.may(REVEAL),
            done=DONE.get(request.args.get("done", "")) if request.method == "GET" else None,
        )  # fmt: skip


def _choices(work: Work) -> dict[str, Any]:
    return {
        "proofs": PROOFS, "capacities": CAPACITIES, "said": SAID, "relations": RELATION_WORDS,
        "certificates": CERTIFICATES, "classes": CLASSES,
        "countries": sorted(law_on(local(work.now).date()).no_record_countries),
    }  # fmt: skip


@blueprint.post("/cases/<uuid:case_id>/<action>")
def act(case_id: UUID, action: str) -> Response:
    """One act of the desk. A stale page is shown again as it is now, with what happened in words."""
    me = viewer()
    me.require(VIEW)
    try:
        _do(me, case_id, action)
    except DomainError as error:
        if isinstance(error, NotFoundError):
            raise
        status, body = problem_of(error.code, error.facts)
        return make_response(_page(case_id, body["detail"]), status)
    return redirect(url_for(".case", case_id=case_id, done=action), 303)


Verb = Callable[[Work, Viewer, UUID], object]


def _do(me: Viewer, case_id: UUID, action: str) -> None:
    if action == "check":
        desk_acts.check(me, case_id, _seen(), for_mode(current_app.config["SHOUWANG"].mode))
        return
    step, verb = VERBS.get(action, ("", None))
    if verb is None:
        raise NotFoundError(action=action)
    desk_acts.act(me, case_id, step, _seen(), lambda work: verb(work, me, case_id))


def _seen() -> int:
    text = request.form.get("fence", "")
    return int(text) if text.isdigit() else 0


def _word(name: str) -> str:
    return request.form.get(name, "").strip()


def _note(work: Work, me: Viewer, case_id: UUID) -> None:
    """What was seen of everybody, from one form."""
    for party in service.find(work, me, case_id).parties:
        at = party.position
        service.note_presence(
            work, me, case_id, at, present=f"present{at}" in request.form,
            identity_seen=f"identity_seen{at}" in request.form, statement=f"statement{at}" in request.form,
            observed=_observed(at, service.facts_of(service.find(work, me, case_id)).observed.get(at, Observed())),
        )  # fmt: skip


def _observed(at: int, before: Observed) -> Observed:
    if f"capacity{at}" not in request.form:
        return before
    given = {
        "status": _word(f"status{at}"), "capacity": _word(f"capacity{at}"), "willing": f"willing{at}" in request.form,
        "region": before.region, "proofs": request.form.getlist(f"proofs{at}"),
    }  # fmt: skip
    try:
        return Observed.model_validate(given)
    except ValidationError:
        raise BadInputError(field="看到的情况", why="请从列表中选择") from None


def _facts(work: Work, me: Viewer, case_id: UUID) -> None:
    known = service.facts_of(service.find(work, me, case_id)).declared
    given = known.model_dump() | {
        name: _word(name) for name in ("relation", "country", "certificate") if name in request.form
    }
    if "agreement" in request.form:
        ticks = {name: name in request.form for name in ("will", "children", "assets", "debts")}
        given["agreement"] = DeclaredAgreement(**ticks, outline=known.agreement.outline if known.agreement else "")
    try:
        declared = Declared.model_validate(given)
    except ValidationError:
        raise BadInputError(field="声明", why="请从列表中选择") from None
    service.note_facts(work, me, case_id, declared)


VERBS: dict[str, tuple[str, Verb]] = {
    "note": ("note", _note),
    "facts": ("note", _facts),
    "archive": ("note", lambda work, me, one: service.note_archive(work, me, one, found=_word("found") == "yes")),
    "register": ("register", service.register),
    "refuse": ("refuse", lambda work, me, one: service.refuse(work, me, one, _word("reason_code"), _word("note"))),
    "freeze": ("freeze", lambda work, me, one: service.freeze(work, me, one, _word("kind"), _word("signs"))),
    "release": ("release", lambda work, me, one: service.release(work, me, one, _word("reason"))),
    "abandon": ("abandon", lambda work, me, one: service.abandon(work, me, one, _word("reason"))),
}


@blueprint.post("/cases/<uuid:case_id>/reveal")
def reveal(case_id: UUID) -> dict[str, str]:
    """One field of one of the two, whole: ``field`` is its place in the case and its name, e.g. ``1:id_number``."""
    me = viewer()
    body = request.get_json(silent=True) or {}
    place, _, field = str(body.get("field", "")).partition(":")
    with unit_of_work(me.actor) as work:
        value = revealing.reveal(
            work, me, case_id, int(place) if place.isdigit() else 0, field=field,
            reason=str(body.get("reason", "")), note=str(body.get("note", "")),
        )  # fmt: skip
    return {"value": value}
