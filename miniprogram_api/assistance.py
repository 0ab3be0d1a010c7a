"""One's family and its check of means: ``/api/v1/mini/assistance``.

Everybody allows the check of their own means by themself: a proxy never does it for somebody else.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend.assistance import households, means, means_objections, means_views, schemas
from backend.assistance.errors import AuthoriseYourselfError
from backend.cases.service import SCOPE
from backend.core.db import Work, reading
from backend.core.errors import NotFoundError
from backend.idempotent_requests import answer_once
from backend.residents.sessions import Acting, acting, needs

blueprint = APIBlueprint("mini_assistance", __name__, url_prefix="/api/v1/mini/assistance", tag="我的家庭")
Verb = Callable[[Work, Any, UUID], Any]


def _myself(action: str) -> Acting:
    """Raises ``AuthoriseYourselfError`` for whoever acts for somebody."""
    me = acting(SCOPE, action)
    if me.agent_id is not None:
        raise AuthoriseYourselfError
    return me


@blueprint.get("/household")
@needs("case.follow")
@blueprint.output(schemas.HouseholdOut)
def get_household() -> dict[str, Any]:
    """我的家庭：登记在一起的家人"""
    me = acting(SCOPE, "case.follow").principal_id
    with reading() as work:
        home = households.of_person(work, me)
        if home is None:
            raise NotFoundError(household="mine")
        return means_views.household(work, home)


@blueprint.get("/permissions")
@needs("case.follow")
@blueprint.output(schemas.PermissionList)
def get_permissions() -> dict[str, Any]:
    """要我本人同意的核对，和已经同意的"""
    me = _myself("case.follow").principal_id
    with reading() as work:
        return {"items": means_views.own_permissions(work, me)}


def _permission(case_id: UUID, verb: Verb) -> Response:
    """One's own word in a case of one's family, once."""
    me = _myself("case.apply")

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        case = means_views.own_case(work, me.principal_id, case_id)
        verb(work, case, me.principal_id)
        shown = means_views.permission(work, case, me.principal_id)
        return 200, schemas.PermissionOut.model_validate(shown).model_dump(mode="json")

    return answer_once(me.actor, run)


@blueprint.put("/cases/<uuid:case_id>/permission")
@needs("case.apply")
@blueprint.output(schemas.PermissionOut)
def put_permission(case_id: UUID) -> Response:
    """同意核对我的收入和财产，只用于这一个申请"""
    return _permission(case_id, lambda work, case, me: means.authorise(work, case, me, how="app"))


@blueprint.delete("/cases/<uuid:case_id>/permission")
@needs("case.apply")
@blueprint.output(schemas.PermissionOut)
def delete_permission(case_id: UUID) -> Response:
    """撤回同意；没有查的不再查，申请会停下来"""
    return _permission(case_id, means.withdraw)


@blueprint.get("/cases/<uuid:case_id>/means")
@needs("case.follow")
@blueprint.output(schemas.OwnMeansOut)
def get_means(case_id: UUID) -> dict[str, Any]:
    """我的核对结果，和填的哪里不一样；家人的结果只告诉家人本人"""
    me = _myself("case.follow").principal_id
    with reading() as work:
        return means_views.own_means(work, means_views.own_case(work, me, case_id), me)


@blueprint.post("/cases/<uuid:case_id>/means/<kind>/explanation")
@needs("case.apply")
@blueprint.input(schemas.MeansExplainBody)
@blueprint.output(schemas.OwnMeansOut)
def post_explanation(case_id: UUID, kind: str, json_data: schemas.MeansExplainBody) -> Response:
    """核对结果不一样的原因，工作人员会去核实"""
    me = _myself("case.apply")

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        case = means_views.own_case(work, me.principal_id, case_id)
        means_objections.object_to(work, case, me.principal_id, kind, json_data.words)
        shown = means_views.own_means(work, case, me.principal_id)
        return 200, schemas.OwnMeansOut.model_validate(shown).model_dump(mode="json")

    return answer_once(me.actor, run)
