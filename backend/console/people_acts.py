"""What a clerk does at the counter for the person who stands there: prove, witness, register a guardian, answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.console import people
from backend.console.people import blueprint
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, DomainError
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents import proxy_counter, reveal, rights
from backend.residents.counter import prove_at_counter
from backend.residents.persons import find_or_create_person

__all__ = ["blueprint"]


def _field(name: str, longest: int = 500) -> str:
    return request.form.get(name, "").strip()[:longest]


def _days() -> int:
    try:
        return int(request.form.get("days", ""))
    except ValueError:
        raise BadInputError(field="有效期", why="请从列表中选择") from None


def _act(person_id: UUID, done: str, verb: Callable[[Work], Any]) -> Response:
    """Do it and show the page again; what cannot be done is said above what was filled in."""
    me = viewer()
    me.require(people.SERVE)
    people.check_why(request.args.get("why", ""))
    try:
        with unit_of_work(me.actor) as work:
            verb(work)
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(people.person_page(person_id, problem["detail"]), status)
    return redirect(url_for(".person", person_id=person_id, why=request.args["why"], done=done), 303)


@blueprint.post("/prove")
def prove() -> Response:
    """The person is here with their document: known from now on, and bound to their WeChat with the code they show."""
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            found = prove_at_counter(
                work, me, name=_field("name", 64), id_kind=_field("id_kind", 16), id_number=_field("id_number", 24),
                code=_field("code", 16) or None, phone=_field("phone", 24) or None,
            )  # fmt: skip
    except DomainError as error:
        return make_response(people.refused(error))
    return redirect(url_for(".person", person_id=found.id, why="verify", done="proved"), 303)


@blueprint.post("/<uuid:person_id>/agents")
def add_agent(person_id: UUID) -> Response:
    """The principal is here and names an agent, who need not be."""

    def name_agent(work: Work) -> None:
        agent = find_or_create_person(
            work, name=_field("name", 64), id_kind=_field("id_kind", 16), id_number=_field("id_number", 24)
        )
        proxy_counter.consent_at_counter(
            work, viewer(), principal_id=person_id, agent_id=agent.id, relation=_field("relation", 32),
            scopes=request.form.getlist("scope"), days=_days(), evidence=_field("evidence"),
        )  # fmt: skip

    return _act(person_id, "agent", name_agent)


@blueprint.post("/<uuid:person_id>/guardians")
def add_guardian(person_id: UUID) -> Response:
    """The ward's guardian is here with their own document and the papers."""

    def name_guardian(work: Work) -> None:
        guardian = prove_at_counter(
            work, viewer(), name=_field("name", 64), id_kind=_field("id_kind", 16), id_number=_field("id_number", 24)
        )
        proxy_counter.guardian_at_counter(
            work, viewer(), ward_id=person_id, guardian_id=guardian.id, ground=_field("ground", 16),
            relation=_field("relation", 32), evidence=_field("evidence"), scopes=request.form.getlist("scope"),
        )  # fmt: skip

    return _act(person_id, "guardian", name_guardian)


@blueprint.post("/<uuid:person_id>/proxies/<uuid:proxy_id>/consent")
def witness(person_id: UUID, proxy_id: UUID) -> Response:
    """The principal is here and agrees to what was asked for."""

    def agree(work: Work) -> None:
        proxy_counter.witness_request(work, viewer(), person_id, proxy_id, evidence=_field("evidence"))

    return _act(person_id, "agent", agree)


@blueprint.post("/<uuid:person_id>/proxies/<uuid:proxy_id>/revoke")
def revoke(person_id: UUID, proxy_id: UUID) -> Response:
    """One of the two wants it ended; a telephone call is enough."""

    def end(work: Work) -> None:
        proxy_counter.revoke_at_counter(work, viewer(), proxy_id, person_id=person_id, why=_field("evidence"))

    return _act(person_id, "revoked", end)


@blueprint.post("/<uuid:person_id>/requests/<uuid:request_id>")
def decide(person_id: UUID, request_id: UUID) -> Response:
    """Answer a request: ``outcome`` is ``grant`` or ``refuse``."""

    def answer(work: Work) -> None:
        outcome = request.form.get("outcome")
        if outcome not in ("grant", "refuse"):
            raise BadInputError(field="结果", why="请选择更正或不更正")
        rights.decide(work, viewer(), request_id, granted=outcome == "grant", answer=_field("answer"))

    return _act(person_id, "decided", answer)


@blueprint.post("/<uuid:person_id>/reveal")
def show(person_id: UUID) -> dict[str, str]:
    """``{value}``: one field, whole, once."""
    asked: Any = request.get_json(silent=True)
    words = asked if isinstance(asked, dict) else {}
    me = viewer()
    with unit_of_work(me.actor) as work:
        value = reveal.reveal(
            work, me, person_id, field=str(words.get("field", "")), reason=str(words.get("reason", "")),
            note=str(words.get("note", "")), case=str(words.get("case", "")),
        )  # fmt: skip
    return {"value": value}
