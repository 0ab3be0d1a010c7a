"""办事指南 and questions for residents: ``/api/v1/mini/guides`` and ``/api/v1/mini/questions``."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import current_app, jsonify, request
from werkzeug.wrappers import Response

from backend.core.db import reading, unit_of_work
from backend.guides import schemas, service, views
from backend.residents.sessions import needs, resident

public = APIBlueprint("mini_guides", __name__, url_prefix="/api/v1/mini", tag="办事指南")
private = APIBlueprint("mini_questions", __name__, url_prefix="/api/v1/mini", tag="办事指南")

# The items change with a release of the system: five minutes of an old one do no harm.
CACHED_S = 300
ASK_LIMIT = "60 per minute"


def _cached(response: Response) -> Response:
    """With an ETag, so that a phone on a slow line asks but does not load again."""
    response.cache_control.public = True
    response.cache_control.max_age = CACHED_S
    response.add_etag()
    return response.make_conditional(request)


@public.get("/guides")
@public.output(schemas.GuideList)
@public.doc(responses={304: "没有变化"})
def get_guides() -> Response:
    """全部办事指南，按类别"""
    return _cached(jsonify(schemas.GuideList.model_validate(views.groups()).model_dump(mode="json")))


@public.get("/guides/<code>")
@public.output(schemas.GuideOut)
@public.doc(responses={304: "没有变化"})
def get_guide(code: str) -> Response:
    """一份办事指南：谁能办、带什么、在哪办、要多久、依据、免不免费"""
    item = views.whole(service.guide(code))
    return _cached(jsonify(schemas.GuideOut.model_validate(item).model_dump(mode="json")))


@public.post("/questions")
@public.input(schemas.QuestionBody)
@public.output(schemas.QuestionAnswers, status_code=201)
def post_question(json_data: schemas.QuestionBody) -> dict[str, Any]:
    """问一个问题：从办事指南里找答案，写明依据；找不到就请工作人员回答"""
    with current_app.extensions["shouwang_limiter"].limit(ASK_LIMIT), unit_of_work() as work:
        return views.asked(service.ask(work, json_data.text))


@private.post("/questions/<uuid:question_id>/ask-a-person")
@needs("guide.ask")
@private.output(schemas.QuestionOut)
def ask_a_person(question_id: UUID) -> dict[str, Any]:
    """请工作人员回答；要先实名认证，答复才能交到本人手里"""
    me = resident()
    with unit_of_work(me.actor) as work:
        return views.question(service.hand_over(work, question_id, me.person()))


@private.get("/questions")
@needs("guide.ask")
@private.output(schemas.QuestionList)
def get_questions() -> dict[str, Any]:
    """我请工作人员回答的问题，新的在前"""
    me = resident()
    with reading() as work:
        found = service.questions_of(work, me.person_id) if me.person_id else []
        return {"items": [views.question(row) for row in found]}
