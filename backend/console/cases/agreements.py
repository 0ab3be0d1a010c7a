"""Care agreements (供养协议) at the desk: who has none, which to look at; one person's, with what can be done."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from pydantic import ValidationError
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.assistance import agreements, notices_of_params, self_care
from backend.assistance.agreements import Signed
from backend.assistance.benefits import LIVE
from backend.assistance.care_models import CareAgreement
from backend.assistance.care_terms import BY_HAND, DUTY_ZH, ENDED_ZH, KIND_ZH, TIER_ZH, TITLE_ZH, Terms
from backend.assistance.facts import SelfCare
from backend.assistance.models import Benefit
from backend.assistance.payments import PAY
from backend.assistance.profiles import same_day_later
from backend.assistance.simulation import township_of
from backend.assistance.visit_findings import ITEMS_ZH
from backend.console import form_values as said
from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, NotFoundError
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents.masking import mask_name
from backend.residents.models import Person

blueprint = tapped.with_keys(page_blueprint("console_agreements", __name__, "/console/agreements"))

WORDS = {
    "kinds": KIND_ZH, "titles": TITLE_ZH, "tiers": TIER_ZH, "duties": DUTY_ZH, "ended": ENDED_ZH,
    "by_hand": BY_HAND, "items": ITEMS_ZH,
}  # fmt: skip
DONE = {
    "signed": "协议登记好了。", "renewed": "已换成新的协议。", "ended": "协议已结束，请尽快落实新的照料人。",
    "reviewed": "已记下，下次去看的日期排好了。", "assessed": "已记下评估。档次有变化的，等县民政局决定。",
    "decided": "已按新的档次作出决定。",
}  # fmt: skip
WHY, YEAR = "assistance", 12
Step = Callable[[Work, Viewer, UUID], str]


@blueprint.get("/")
def index() -> str:
    """Who has none, then those that hold by what is due first."""
    me = viewer()
    me.require(agreements.VIEW)
    with unit_of_work(me.actor) as work:
        lacking, live = agreements.lacking(work, me), agreements.live_ones(work, me)
        return render_template(
            "console/agreements.html", lacking=_lines(work, lacking), live=_lines(work, live),
            today=local(work.now).date(), benefits=_benefits(work, live), **WORDS,
        )  # fmt: skip


def _lines(work: Work, rows: list[Any]) -> list[tuple[Any, str, str]]:
    """Each with the masked name and the place."""
    people = {one.id: one for one in work.session.scalars(
        select(Person).where(Person.id.in_([row.person_id for row in rows]))
    )}  # fmt: skip
    paths = {row.division_path for row in rows}
    places = {one.path: one.name for one in work.session.scalars(select(Division).where(Division.path.in_(paths)))}
    return [(row, mask_name(people[row.person_id].name), places.get(row.division_path, "")) for row in rows]


def _benefits(work: Work, rows: list[CareAgreement]) -> dict[UUID, UUID]:
    mine = select(Benefit.person_id, Benefit.id).where(
        Benefit.programme == agreements.PROGRAMME, Benefit.person_id.in_([row.person_id for row in rows])
    )
    return {person: key for person, key in work.session.execute(mine.order_by(Benefit.id)) if person is not None}


# -- one person


@blueprint.get("/benefits/<uuid:benefit_id>")
def benefit(benefit_id: UUID) -> str:
    return _page(benefit_id)


def _page(benefit_id: UUID, problem: str = "") -> str:
    """Whose it is stands on it by their name: opening it is written down."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = _found(work, me, benefit_id)
        person = work.session.get_one(Person, row.person_id)
        audit.record_read(work, person.id, why=WHY)
        return render_template(
            "console/agreement.html", row=row, person=person, problem=problem, form=request.form,
            opened=request.form.get("do", ""), said=DONE.get(request.args.get("done", "")),
            **_facts(work, me, row), **WORDS,
        )  # fmt: skip


def _found(work: Work, me: Viewer, benefit_id: UUID) -> Benefit:
    row = work.session.get(Benefit, benefit_id)
    if row is None or row.programme != agreements.PROGRAMME or row.person_id is None:
        raise NotFoundError(benefit=str(benefit_id))
    me.require(agreements.VIEW, row.division_path)
    return row


def _facts(work: Work, me: Viewer, row: Benefit) -> dict[str, Any]:
    today = local(work.now).date()
    past = agreements.of_person(work, row.person_id) if row.person_id else []
    live = next((one for one in past if one.state == "live"), None)
    waiting = self_care.waiting(work, row) if row.state in LIVE else None
    return {
        "today": today, "live": live, "past": [one for one in past if one is not live],
        "terms_of": agreements.terms, "reviews": agreements.reviews_of(work, live.id) if live else [],
        "homes": agreements.homes(work), "lacking": agreements.missing_for(work, row.id),
        "supported": row.state in LIVE, "may_handle": me.may(agreements.HANDLE, row.division_path),
        "may_pay": me.may(PAY, row.division_path), "waiting": waiting,
        "failed": self_care.items_of(waiting).failed if waiting else 0, "until": same_day_later(today, YEAR),
        "doubts": notices_of_params.of_names(["tekun_agreement_days", "tekun_care_review_months"], today),
    }  # fmt: skip


@blueprint.get("/<uuid:agreement_id>/print")
def sheet(agreement_id: UUID) -> str:
    """The agreement to print and sign; reading it is written down."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = agreements.find(work, me, agreement_id)
        audit.record_read(work, row.person_id, why=WHY)
        town = work.session.get(Division, township_of(row.division_path))
        return render_template(
            "console/agreement_print.html", row=row, terms=agreements.terms(row), place=town.name if town else "",
            person=work.session.get_one(Person, row.person_id), benefit_id=_benefits(work, [row]).get(row.person_id),
            **WORDS,
        )  # fmt: skip


# -- done to it


@blueprint.post("/benefits/<uuid:benefit_id>/<string:act>")
def act(benefit_id: UUID, act: str) -> Response:
    """One of ``STEPS``; the answer is the page again, with what was done."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)

    def run(work: Work, me: Viewer) -> str:
        _found(work, me, benefit_id)
        done = step(work, me, benefit_id)
        return url_for(".benefit", benefit_id=_now(work, benefit_id), done=done)

    return tapped.done(run, lambda problem: _page(benefit_id, problem))


def _now(work: Work, benefit_id: UUID) -> UUID:
    """Where a decision has put another benefit in its place: that one."""
    row = work.session.get_one(Benefit, benefit_id)
    live = select(Benefit.id).where(
        Benefit.person_id == row.person_id, Benefit.programme == row.programme, Benefit.state.in_(LIVE)
    )
    return work.session.scalars(live).first() or benefit_id


def _sign(work: Work, me: Viewer, benefit_id: UUID) -> str:
    agreements.sign(work, me, benefit_id, _signed(work))
    return "signed"


def _renew(work: Work, me: Viewer, _benefit_id: UUID) -> str:
    agreements.renew(work, me, said.which("agreement", "协议"), _signed(work))
    return "renewed"


def _signed(work: Work) -> Signed:
    """What stands on the paper. Raises ``BadInputError``."""
    kind, site = said.text("kind"), said.text("site") or None
    home = agreements.homes(work).get(site or "", "") if kind == "institution" else ""
    days = (said.day("signed_on", "签字日期"), said.day("starts_on", "开始日期"), said.day("ends_on", "到期日期"))
    return Signed(kind, _terms(home), *days, site if home else None)


def _terms(home: str) -> Terms:
    names = ("relation", "phone", "more", "signer", "carer_signer", "township")
    try:
        return Terms.model_validate(
            {name: said.text(name) for name in names}
            | {"carer": home or said.text("carer"), "duties": tuple(request.form.getlist("duty"))}
        )
    except ValidationError as error:
        raise BadInputError(field="协议", why="请填照料人或机构、至少选一样照料的事，并填三方签字人") from error


def _end(work: Work, me: Viewer, _benefit_id: UUID) -> str:
    said.sure()
    agreements.end(work, me, said.which("agreement", "协议"), said.text("why"))
    return "ended"


def _review(work: Work, me: Viewer, _benefit_id: UUID) -> str:
    agreements.review(
        work, me, said.which("agreement", "协议"), said.day("reviewed_on", "去看的日期"), said.text("words"),
        kept=said.text("kept") == "yes",
    )  # fmt: skip
    return "reviewed"


def _assess(work: Work, me: Viewer, benefit_id: UUID) -> str:
    self_care.reassess(work, me, benefit_id, items_said(), said.text("assessor"), said.day("assessed_on", "评估日期"))
    return "assessed"


def items_said() -> SelfCare:
    """The six items of a form. Raises ``BadInputError`` unless each was answered."""
    found = {name: said.text(f"alone.{name}") == "yes" for name in ITEMS_ZH if said.text(f"alone.{name}")}
    if len(found) != len(ITEMS_ZH):
        raise BadInputError(field="六项自理能力", why="每一项都要选“自己能做”或“要人帮”")
    return SelfCare.model_validate(found)


def _decide(work: Work, me: Viewer, benefit_id: UUID) -> str:
    said.sure()
    self_care.decide(work, me, benefit_id)
    return "decided"


STEPS: dict[str, Step] = {
    "sign": _sign, "renew": _renew, "end": _end, "review": _review, "assess": _assess, "decide": _decide,
}  # fmt: skip
