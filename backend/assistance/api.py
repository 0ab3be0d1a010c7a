"""Checks of means for staff: ``/api/v1/staff/assistance/cases/<id>/means``."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend.assistance import means, means_objections, means_report, means_views, schemas
from backend.assistance.errors import QueryUnrelatedError
from backend.cases import service
from backend.cases.models import Case
from backend.cases.tasks import HANDLE
from backend.core.db import Work, unit_of_work
from backend.idempotent_requests import answer_once
from backend.people.sessions import viewer

blueprint = APIBlueprint(
    "assistance_desk", __name__, url_prefix="/api/v1/staff/assistance/cases/<uuid:case_id>/means", tag="经济状况核对"
)  # fmt: skip
Verb = Callable[[Work, Case], Any]


@blueprint.get("")
@blueprint.output(schemas.MeansOut)
def get_means(case_id: UUID) -> dict[str, Any]:
    """核对结果：谁授权了、哪些部门答复了、和填的哪里不一样；谁看过都有记录"""
    with unit_of_work(viewer().actor) as work:
        return means_views.whole(means_report.read(work, viewer(), _case(work, case_id)))


def _case(work: Work, case_id: UUID) -> Case:
    return service.find(work, case_id, viewer=viewer())


def _act(case_id: UUID, verb: Verb) -> Response:
    """One verb on the check of a case of the viewer's place, once, and the check after it."""

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        case = _case(work, case_id)
        viewer().require(HANDLE, case.territory)
        verb(work, case)
        work.session.flush()
        shown = means_views.whole(means_report.read(work, viewer(), case))
        return 200, schemas.MeansOut.model_validate(shown).model_dump(mode="json")

    return answer_once(viewer().actor, run)


def _about(case_id: UUID, person_id: UUID, verb: Verb) -> Response:
    """The same about one person; who is unrelated is refused, and the attempt is kept and told."""
    try:
        return _act(case_id, verb)
    except QueryUnrelatedError:
        with unit_of_work(viewer().actor) as work:
            means.unrelated(work, _case(work, case_id), person_id)
        raise


@blueprint.post("/permissions")
@blueprint.input(schemas.MeansPersonBody)
@blueprint.output(schemas.MeansOut)
def post_permission(case_id: UUID, json_data: schemas.MeansPersonBody) -> Response:
    """登记本人签字的纸质授权书"""
    person = json_data.person_id
    return _about(case_id, person, lambda work, case: means.sign(work, viewer(), case, person))


@blueprint.delete("/permissions/<uuid:person_id>")
@blueprint.output(schemas.MeansOut)
def delete_permission(case_id: UUID, person_id: UUID) -> Response:
    """登记本人签字的撤回；没有查的不再查"""
    return _act(case_id, lambda work, case: means.withdraw(work, case, person_id))


@blueprint.post("/queries")
@blueprint.input(schemas.MeansAskBody)
@blueprint.output(schemas.MeansOut)
def post_query(case_id: UUID, json_data: schemas.MeansAskBody) -> Response:
    """重新核对一位家人；没有授权的、无关的人一律不查，并且报告"""
    body = json_data
    return _about(
        case_id, body.person_id, lambda work, case: means.recheck(work, viewer(), case, body.person_id, body.sources)
    )


@blueprint.post("/explanations/<uuid:objection_id>")
@blueprint.input(schemas.MeansFindingBody)
@blueprint.output(schemas.MeansOut)
def post_finding(case_id: UUID, objection_id: UUID, json_data: schemas.MeansFindingBody) -> Response:
    """对家人说明的核实结果，会告诉本人"""
    body = json_data
    return _act(
        case_id,
        lambda work, case: means_objections.settle(
            work, viewer(), case, objection_id, upheld=body.upheld, finding=body.finding
        ),
    )


@blueprint.post("/adoption")
@blueprint.input(schemas.MeansAdoptBody)
@blueprint.output(schemas.MeansOut)
def post_adoption(case_id: UUID, json_data: schemas.MeansAdoptBody) -> Response:
    """把核对到的存款、住房、车辆、企业写进情况表；没有全部答复的不写"""
    return _act(case_id, lambda work, case: means_report.adopt(work, viewer(), case, version=json_data.version))
