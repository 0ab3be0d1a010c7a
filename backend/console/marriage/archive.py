"""The archive of registrations: looked up with a reason, shown as it was written and as it holds today."""

from typing import Any
from uuid import UUID

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.console.blueprints import page_blueprint
from backend.console.marriage.records_words import changes_of, lines_of, staff_names
from backend.core.db import unit_of_work
from backend.core.errors import DomainError
from backend.marriage import archive, archive_search, corrections
from backend.marriage.archive_rows import WORDS_OF_KIND
from backend.marriage.archive_search import WHYS, Query
from backend.marriage.corrections import CORRECT, FIELDS, JUDGMENTS, Subject
from backend.marriage.record_models import ArchiveEntry
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents.masking import mask_id, mask_name

blueprint = page_blueprint("console_archive", __name__, "/console/marriage/archive")


@blueprint.get("/")
def index() -> str:
    viewer().require(archive_search.SEARCH)
    return _page()


@blueprint.post("/")
def search() -> Response:
    """Numbers and names come in the body: an address is kept in too many places."""
    me, query = viewer(), _query()
    try:
        with unit_of_work(me.actor) as work:
            found = archive_search.search(work, me, query)
            rows = [_masked(entry) for entry in found]
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_page(problem=problem["detail"]), status)
    return make_response(_page(rows=rows, why=query.why, case=query.case))


def _query() -> Query:
    form = request.form
    return Query(
        form.get("why", ""), form.get("id_number", ""), form.get("name", ""), form.get("year", ""), form.get("case", "")
    )


def _page(**more: Any) -> str:
    return render_template(
        "console/marriage_archive.html",
        whys=WHYS,
        form=request.form,
        most=archive_search.AT_MOST,
        may_load=viewer().may(archive.MANAGE),
        **more,
    )


def _masked(entry: ArchiveEntry) -> dict[str, Any]:
    """A found entry as the list shows it: enough to choose, the rest after one more step that is logged too."""
    return {
        "id": entry.id, "kind": WORDS_OF_KIND[entry.kind], "day": entry.registered_on, "office": entry.office_name,
        "number": entry.certificate_number, "place": " · ".join(one for one in (entry.box, entry.page) if one),
        "names": [mask_name(entry.name_a), mask_name(entry.name_b)],
        "ids": [mask_id(entry.id_a), mask_id(entry.id_b)],
    }  # fmt: skip


@blueprint.get("/entries/<uuid:entry_id>")
def entry(entry_id: UUID) -> Response:
    """An entry whole; without a reason the page asks for one."""
    why = request.args.get("why", "")
    if why not in WHYS:
        viewer().require(archive_search.SEARCH)
        return make_response(render_template("console/marriage_why.html", whys=WHYS))
    return make_response(shown(entry_id, why, request.args.get("case", "")))


def shown(entry_id: UUID, why: str, case: str, problem: str = "") -> str:
    """The page of an entry; looking at it is logged."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        found = archive_search.look(work, me, entry_id, why, case)
        subject = Subject(archive_id=entry_id)
        history = corrections.history(work, subject)
        return render_template(
            "console/marriage_entry.html",
            title=f"{WORDS_OF_KIND[found.kind]}登记档案",
            lines=lines_of(corrections.of_entry(work, entry_id), history),
            changes=changes_of(history, staff_names(work, history)),
            subject=subject,
            fields=FIELDS,
            judgments=JUDGMENTS,
            may_correct=me.may(CORRECT),
            back=url_for(".index"),
            problem=problem,
            form=request.form,
            done=request.args.get("done"),
        )
