"""The counter's pages about a person: found by a whole number or name, opened with a reason, masked by default."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.console.blueprints import page_blueprint
from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents import acts, finding, proxies, reveal, rights
from backend.residents import masking as mask
from backend.residents import proxy_rules as rules
from backend.residents.documents import KINDS
from backend.residents.models import Person, Proxy, WeChatAccount
from backend.residents.own_data import LEVELS, PROXY_STATES, REQUEST_STATES, SEXES
from backend.residents.rules import SCOPES

blueprint = page_blueprint("console_people", __name__, "/console/people")

SERVE = "person.serve"
DONE = {
    "proved": "已登记当面核验。",
    "agent": "代办已生效，双方都会收到通知。",
    "guardian": "监护代办已登记。",
    "revoked": "代办已取消，双方都会收到通知。",
    "decided": "已答复，本人会收到通知。",
}


@blueprint.get("/")
def index() -> str:
    viewer().require(SERVE)
    return search_page()


def search_page(problem: str = "", found: list[dict[str, Any]] | None = None, why: str = "serve") -> str:
    """The search form, with what was wrong or with the people of one name to choose from."""
    return render_template(
        "console/people.html",
        problem=problem,
        found=found,
        why=why,
        whys=reveal.WHYS_TO_OPEN,
        kinds=KINDS,
        form=request.form,
    )


@blueprint.post("/find")
def find() -> Response | str | tuple[str, int]:
    """One person: their page. Several of one name: a choice, masked. Nobody: said so."""
    me, why = viewer(), request.form.get("why", "")
    try:
        check_why(why)
        with unit_of_work(me.actor) as work:
            rows = [_line(row) for row in finding.find(work, me, request.form.get("q", ""))]
    except DomainError as error:
        return refused(error)
    if len(rows) == 1:
        return redirect(url_for(".person", person_id=rows[0]["id"], why=why), 303)
    return search_page(found=rows, why=why)


def refused(error: DomainError) -> tuple[str, int]:
    """The search page again with what was wrong."""
    status, body = problem_of(error.code, error.facts)
    return search_page(problem=body["detail"]), status


def check_why(why: str) -> None:
    """Raises ``BadInputError`` unless the reason is one of the list."""
    if why not in reveal.WHYS_TO_OPEN:
        raise BadInputError(field="查看理由", why="请先选择为什么查看")


def _line(row: Person) -> dict[str, Any]:
    born = f"{row.birth_date.year} 年生" if row.birth_date else ""
    return {"id": row.id, "name": mask.mask_name(row.name), "number": mask.mask_id(row.id_number), "born": born}


@blueprint.get("/<uuid:person_id>")
def person(person_id: UUID) -> str | tuple[str, int]:
    """Somebody's page. Opening it is written down with the reason, and the person can see that."""
    try:
        return person_page(person_id)
    except BadInputError as error:
        return refused(error)


def person_page(person_id: UUID, problem: str = "") -> str:
    """The page; ``problem`` is said above what was filled in."""
    me, why = viewer(), request.args.get("why", "")
    me.require(SERVE)
    check_why(why)
    with unit_of_work(me.actor) as work:
        row = work.session.get(Person, person_id)
        if row is None or row.erased_at is not None:
            raise NotFoundError
        audit.record_read(work, person_id, why=why)
        return render_template(
            "console/person.html", **_person(work, row, me), why=why, problem=problem, form=request.form,
            done=DONE.get(request.args.get("done", "")), now=work.now,
        )  # fmt: skip


def _person(work: Work, row: Person, me: Viewer) -> dict[str, Any]:
    account = select(WeChatAccount.bound_at).where(
        WeChatAccount.person_id == row.id, WeChatAccount.unbound_at.is_(None)
    )
    return {
        "person": row,
        "name": mask.mask_name(row.name),
        "facts": _facts(row),
        "level": LEVELS[row.assurance],
        "bound_at": work.session.scalars(account).first(),
        "may_reveal": me.may(reveal.REVEAL),
        "reasons": reveal.REASONS,
        "minor": rules.is_minor(row.birth_date, rights.today(work)),
        "proxies": [_proxy(work, one, row.id) for one in proxies.of_person(work, row.id)],
        "requests": [one for one in rights.requests_of(work, row.id) if one.kind == "correct"],
        "trail": acts.trail(work, row.id, 20),
        "looks": reveal.looks_at(work, row.id, 10),
        "choices": CHOICES,
    }


CHOICES: dict[str, Any] = {
    "scopes": SCOPES,
    "relations": rules.RELATIONS,
    "grounds": rules.GUARDIAN_GROUNDS,
    "fields": rights.FIELDS,
    "request_states": REQUEST_STATES,
    "sexes": SEXES,
    "kinds": KINDS,
}


def _facts(row: Person) -> list[tuple[str, str, str]]:
    """(field, word, masked value) of what can be shown whole with a reason."""
    shown = {
        "name": mask.mask_name(row.name),
        "id_number": mask.mask_id(row.id_number),
        "phone": mask.mask_phone(row.phone),
        "address": mask.mask_address(row.address),
        "birth_date": f"{row.birth_date.year} 年" if row.birth_date else "",
    }
    return [(field, reveal.FIELDS[field], value) for field, value in shown.items()]


def _proxy(work: Work, row: Proxy, person_id: UUID) -> dict[str, Any]:
    as_agent = row.agent_id == person_id
    other = mask.mask_name(row.principal_name) if as_agent else proxies.agent_name(work, row)
    open_ = row.state in ("requested", "active") and row.valid_until > work.now
    return {
        "id": row.id,
        "words": f"替{other}办理" if as_agent else f"由{rules.RELATIONS[row.relation]}{other}代办",
        "scopes": rules.scope_words(row.scopes),
        "guardian": row.kind == "guardian",
        "state": PROXY_STATES[row.state] if open_ or row.state not in ("requested", "active") else "已到期",
        "open": open_,
        "asked": open_ and row.state == "requested" and not as_agent,
        "until": row.valid_until,
    }


@blueprint.get("/requests")
def requests() -> str:
    """Corrections that wait for an answer, the most urgent first. Nobody's data are shown here."""
    viewer().require(SERVE)
    with reading() as work:
        rows = rights.open_requests(work)
        return render_template(
            "console/people_requests.html", rows=rows, fields=rights.FIELDS, today=rights.today(work)
        )
