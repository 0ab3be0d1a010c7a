"""The device pages: how they are doing, registering one, and what is not in the register."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from backend.console.blueprints import page_blueprint
from backend.console.care import device_forms
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError
from backend.devices import forms, installer_sheet, provisioning, queries, service, strangers
from backend.devices.provisioning import Provisioned
from backend.devices.schemas import ListQuery
from backend.devices.uses import SOURCES, USES
from backend.people.sessions import viewer
from backend.problems import problem_of

blueprint = page_blueprint("console_devices", __name__, "/console/devices")

TEST_MINUTES = 10
FILTERS = {"": "全部", "offline": "失联", "registered": "待测试", "maintenance": "维护中", "discovered": "新发现"}
DONE = {
    "test-mode": f"已进入测试模式 {TEST_MINUTES} 分钟，期间按下不通知任何人。",
    "end-test": "已结束测试模式，按下会正常报警。",
    "maintenance": "已开始维护，期间不报警。",
    "end-maintenance": "已恢复使用，会正常报警。",
    "retire": "已停用，接入账号已收回。",
    "place": "位置已更换。",
}


@blueprint.get("/")
def index() -> str:
    return _list()


def _list(problem: str = "") -> str:
    me, chosen, word = viewer(), request.args.get("show", ""), request.args.get("q", "").strip()[:64]
    with reading() as work:
        groups = queries.by_site(work, me, _query(chosen, word))
        return render_template(
            "console/devices.html",
            groups=groups,
            cut=sum(len(rows) for _site, rows in groups) == queries.PAGE,
            shown=queries.PAGE,
            due=queries.tests_due(work, me),
            may_manage=me.may(queries.MANAGE),
            unknown=len(queries.strangers(work, me)) if me.may(queries.MANAGE) else 0,
            filters=FILTERS,
            chosen=chosen,
            word=word,
            problem=problem,
            done=DONE.get(request.args.get("done", "")),
            test_minutes=TEST_MINUTES,
            now=work.now,
        )


def _query(chosen: str, word: str) -> ListQuery:
    wanted: dict[str, Any] = {"q": word or None}
    if chosen == "offline":
        wanted["offline"] = True
    elif chosen in FILTERS:
        wanted["state"] = chosen or None
    return ListQuery.model_validate(wanted)


@blueprint.get("/<uuid:device_id>/place")
def spot(device_id: UUID) -> str:
    me = viewer()
    with reading() as work:
        device = queries.as_dict(work, queries.find(work, me, device_id, queries.MANAGE))
        return render_template("console/device_spot.html", device=device, spots=device_forms.spots(work, me))


@blueprint.get("/new")
def new() -> str:
    return _form()


def _form(problem: str = "") -> str:
    me = viewer()
    me.require(queries.MANAGE)
    with reading() as work:
        return render_template(
            "console/device_new.html",
            spots=device_forms.spots(work, me),
            gateways=device_forms.gateways(work, me),
            uses=USES,
            sources=SOURCES,
            form=request.form or request.args,
            problem=problem,
        )


@blueprint.post("/new")
def add() -> Response:
    """Register, and show the sheet in the answer itself: the password exists in no other place."""
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            given = forms.add(work, me, device_forms.read_device(request.form))
            return _sheet(work, given)
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_form(problem["detail"]), status)


def _sheet(work: Work, given: Provisioned) -> Response:
    # Our own SVG, drawn from our own text: nothing in it comes from a form unescaped.
    code = Markup(installer_sheet.qr_svg(installer_sheet.qr_text(given)))  # noqa: S704 - see above
    device = queries.as_dict(work, given.device)
    answer = make_response(
        render_template(
            "console/device_sheet.html", given=given, device=device, code=code, access=installer_sheet.ACCESS
        )
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/<uuid:device_id>/password")
def password(device_id: UUID) -> Response:
    with unit_of_work(viewer().actor) as work:
        queries.find(work, viewer(), device_id, queries.MANAGE)
        given = provisioning.new_password(work, device_id, broker_dir=forms.broker_dir(), endpoint=forms.endpoint())
        return _sheet(work, given)


VERBS: dict[str, Callable[[Work, UUID], Any]] = {
    "test-mode": lambda work, one: service.start_test(work, one, TEST_MINUTES),
    "end-test": lambda work, one: service.start_test(work, one, 0),
    "maintenance": lambda work, one: service.start_maintenance(work, one, request.form.get("reason", "")),
    "end-maintenance": service.end_maintenance,
    "retire": lambda work, one: provisioning.retire(
        work, one, request.form.get("reason", ""), broker_dir=forms.broker_dir()
    ),
    "place": lambda work, one: forms.place(work, viewer(), one, device_forms.read_spot(request.form.get("spot", ""))),
}


@blueprint.post("/<uuid:device_id>/<action>")
def act(device_id: UUID, action: str) -> Response:
    verb = VERBS.get(action)
    try:
        if verb is None:
            raise BadInputError(field="操作", why="没有这个操作")
        with unit_of_work(viewer().actor) as work:
            queries.find(work, viewer(), device_id, queries.MANAGE)
            verb(work, device_id)
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_list(problem["detail"]), status)
    return redirect(url_for(".index", done=action), 303)


@blueprint.get("/unknown")
def unknown() -> str:
    with reading() as work:
        rows = queries.strangers(work, viewer())
        return render_template("console/device_unknown.html", rows=rows, sources=SOURCES, now=work.now)


@blueprint.get("/quarantine")
def quarantine() -> str:
    with reading() as work:
        return render_template("console/device_quarantine.html", rows=queries.quarantined(work, viewer()))


@blueprint.post("/quarantine/<uuid:message_id>")
def looked_at(message_id: UUID) -> Response:
    viewer().require(queries.MANAGE)
    with unit_of_work(viewer().actor) as work:
        strangers.mark_looked_at(work, message_id)
    return redirect(url_for(".quarantine"), 303)
