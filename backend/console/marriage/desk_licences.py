"""Registrars' certificates (R-099): who holds which, from when until when; leads and administrators keep the list."""

from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.console.marriage.desk import blueprint, posted_id, read_day
from backend.core.db import reading, unit_of_work
from backend.core.errors import DomainError
from backend.marriage import licences
from backend.people.sessions import viewer
from backend.problems import problem_of

DONE = {"grant": "已登记。", "revoke": "已停用，这位登记员马上不能签发。"}


@blueprint.get("/licences")
def licence_list() -> str:
    return _page()


def _page(problem: str = "") -> str:
    me = viewer()
    with reading() as work:
        return render_template(
            "console/marriage_licences.html", items=licences.listed(work, me), people=licences.registrars(work, me),
            problem=problem, form=request.form, done=DONE.get(request.args.get("done", "")),
        )  # fmt: skip


@blueprint.post("/licences")
def licence_grant() -> Response:
    me, form = viewer(), request.form
    me.require(licences.LICENCE)
    try:
        days = read_day(form.get("valid_from", "")), read_day(form.get("valid_until", ""))
        with unit_of_work(me.actor) as work:
            licences.grant(work, me, posted_id("staff"), form.get("number", ""), *days)
    except DomainError as error:
        return _refused(error)
    return redirect(url_for(".licence_list", done="grant"), 303)


@blueprint.post("/licences/<uuid:licence_id>/revoke")
def licence_revoke(licence_id: UUID) -> Response:
    me = viewer()
    me.require(licences.LICENCE)
    try:
        with unit_of_work(me.actor) as work:
            licences.revoke(work, me, licence_id, request.form.get("reason", ""))
    except DomainError as error:
        return _refused(error)
    return redirect(url_for(".licence_list", done="revoke"), 303)


def _refused(error: DomainError) -> Response:
    status, body = problem_of(error.code, error.facts)
    return make_response(_page(body["detail"]), status)
