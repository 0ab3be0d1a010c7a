"""纪念馆 on the phone: ``/api/v1/mini/memorial``: one's halls, what is written and shown, who keeps them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, request, stream_with_context

from backend.cases.serving import allow_a_paper, let_out
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.numbers import normal
from backend.idempotent_requests import answer_once
from backend.memorial import (
    hall_concerns,
    hall_export,
    hall_files,
    hall_media,
    hall_mediation,
    hall_people,
    hall_views,
    hall_words,
    halls,
    schemas,
)
from backend.memorial.hall_concerns import Objection
from backend.memorial.schemas import HallActBody
from backend.residents.sessions import needs, resident

public = APIBlueprint("mini_memorial_open", __name__, url_prefix="/api/v1/mini/memorial", tag="网上祭扫")
private = APIBlueprint("mini_memorial", __name__, url_prefix="/api/v1/mini/memorial", tag="网上祭扫")
private.url_value_preprocessor(allow_a_paper)

KEEP = "memorial.keep"


@public.get("/choices")
@public.output(schemas.HallChoices)
def get_choices() -> dict[str, Any]:
    """关系、样式、谁能看、意见的种类"""
    return hall_views.choices()


@private.get("/halls")
@needs(KEEP)
@private.output(schemas.HallList)
def get_halls() -> dict[str, Any]:
    """我家的、邀请我的纪念馆"""
    with reading() as work:
        rows = halls.of_person(work, resident().person())
        seen = [(hall, role) for hall, role in rows if halls.may_see(work, hall, resident().person())]
        return {"items": [hall_views.line(work, hall, role) for hall, role in seen]}


@private.post("/enter")
@needs(KEEP)
@private.input(schemas.HallEnterBody)
@private.output(schemas.HallOut)
def post_enter(json_data: schemas.HallEnterBody) -> Response:
    """凭编号和家人给的邀请码进入；公开的只要编号"""
    body, me = json_data, resident()

    def enter(work: Work) -> tuple[int, dict[str, Any]]:
        number = normal(body.number) or body.number
        if not body.code:
            return 200, _shown(work, hall_people.public(work, number).id)
        return 200, _shown(work, hall_people.enter(work, me.person(), number, body.code).hall_id)

    return answer_once(me.actor, enter)


def _shown(work: Work, hall_id: UUID, **more: Any) -> dict[str, Any]:
    """The hall for the one who asks. Raises ``NotFoundError`` for those who may not see it."""
    work.session.flush()
    hall, me = halls.find(work, hall_id), resident().person()
    if not halls.may_see(work, hall, me):
        raise NotFoundError(hall=str(hall_id))
    shown = hall_views.for_person(work, hall, me) | more
    return schemas.HallOut.model_validate(shown).model_dump(mode="json")


@private.get("/halls/<uuid:hall_id>")
@needs(KEEP)
@private.output(schemas.HallOut)
def get_hall(hall_id: UUID) -> dict[str, Any]:
    """一座纪念馆，和我能做什么"""
    with reading() as work:
        return _shown(work, hall_id)


Act = Callable[[Work, UUID, UUID, HallActBody], Any]
ACTS: dict[str, Act] = {
    "story": lambda work, me, one, body: hall_words.write_story(work, me, one, body.words),
    "erase-story": lambda work, me, one, _body: hall_words.erase_story(work, me, one),
    "theme": lambda work, me, one, body: hall_words.set_theme(work, me, one, body.choice),
    "privacy": lambda work, me, one, body: hall_words.set_privacy(work, me, one, body.choice),
    "add-relative": lambda work, me, one, body: hall_words.add_relative(
        work, me, one, body.name, body.choice, dead=body.yes
    ),
    "remove-relative": lambda work, me, one, body: hall_words.remove_relative(work, me, one, _target(body)),
    "remove-media": lambda work, me, one, body: hall_media.remove(work, me, one, _target(body)),
    "likeness": lambda work, me, one, body: hall_media.consent(work, me, one, _target(body), agreed=body.yes),
    "appoint": lambda work, me, one, body: hall_people.appoint(work, me, one, _target(body), body.choice),
    "successor": lambda work, me, one, body: hall_people.name_successor(work, me, one, _target(body)),
    "hand-over": lambda work, me, one, body: hall_people.hand_over(work, me, one, _target(body)),
    "send-away": lambda work, me, one, body: hall_people.send_away(work, me, one, _target(body)),
    "close": lambda work, me, one, body: halls.close(work, me, one, body.words),
    "restore": lambda work, me, one, _body: halls.restore(work, me, one),
}


def _target(body: HallActBody) -> UUID:
    if body.target is None:
        raise BadInputError(field="哪一个", why="请先选一个")
    return body.target


@private.post("/halls/<uuid:hall_id>/<action>")
@needs(KEEP)
@private.input(HallActBody)
@private.output(schemas.HallOut)
def post_act(hall_id: UUID, action: str, json_data: HallActBody) -> Response:
    """生平 story、样式 theme、谁能看 privacy、家谱、照片、同意仿真、角色、继任、交接、关闭 close、恢复 restore"""
    me = resident()
    verb = ACTS.get(action)
    if verb is None:
        raise NotFoundError(action=action)

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        verb(work, me.person(), hall_id, json_data)
        return 200, _shown(work, hall_id)

    return answer_once(me.actor, run)


@private.post("/halls/<uuid:hall_id>/invite")
@needs(KEEP)
@private.output(schemas.HallOut)
def post_invite(hall_id: UUID) -> Response:
    """换一个新的邀请码；旧的随即失效"""
    me = resident()
    return answer_once(
        me.actor,
        lambda work: (200, _shown(work, hall_id, invite_code=hall_people.invite(work, me.person(), hall_id))),
    )


@private.post("/halls/<uuid:hall_id>/leave")
@needs(KEEP)
@private.output({}, status_code=204)
def post_leave(hall_id: UUID) -> str:
    """退出；管理人退出后，由指定的或最早的近亲属接管"""
    with unit_of_work(resident().actor) as work:
        hall_people.leave(work, resident().person(), hall_id)
    return ""


@private.post("/halls/<uuid:hall_id>/dispute")
@needs(KEEP)
@private.input(HallActBody)
@private.output(schemas.HallSaidOut, status_code=201)
def post_dispute(hall_id: UUID, json_data: HallActBody) -> Response:
    """近亲属有不同意见，请工作人员调解；可以要求调解前先不要修改（yes）"""
    me, body = resident(), json_data

    def say(work: Work) -> tuple[int, dict[str, Any]]:
        row = hall_concerns.dispute(work, me.person(), hall_id, body.words, blocks=body.yes)
        return 201, {"number": row.number}

    return answer_once(me.actor, say)


@private.post("/halls/<uuid:hall_id>/complaint")
@needs(KEEP)
@private.input(HallActBody)
@private.output(schemas.HallSaidOut, status_code=201)
def post_complaint(hall_id: UUID, json_data: HallActBody) -> Response:
    """投诉、涉及烈士、人还健在（choice）"""
    me, body = resident(), json_data

    def say(work: Work) -> tuple[int, dict[str, Any]]:
        said = Objection(body.choice, body.words, me.person(), body.contact)
        return 201, {"number": hall_concerns.complain(work, hall_id, said).number}

    return answer_once(me.actor, say)


@private.get("/concerns")
@needs(KEEP)
@private.output(schemas.ConcernList)
def get_concerns() -> dict[str, Any]:
    """我提过的意见和答复"""
    with reading() as work:
        mine = hall_concerns.of_person(work, resident().person())
        return {"items": [hall_views.concern(row, hall) for row, hall in mine]}


@private.post("/concerns/<uuid:concern_id>/again")
@needs(KEEP)
@private.input(HallActBody)
@private.output(schemas.HallSaidOut, status_code=201)
def post_again(concern_id: UUID, json_data: HallActBody) -> Response:
    """不同意答复，请没有参与过的人再看一次，只能一次"""
    me, body = resident(), json_data

    def say(work: Work) -> tuple[int, dict[str, Any]]:
        return 201, {"number": hall_mediation.ask_again(work, me.person(), concern_id, body.words).number}

    return answer_once(me.actor, say)


@private.post("/halls/<uuid:hall_id>/correction")
@needs(KEEP)
@private.input(HallActBody)
@private.output(schemas.HallSaidOut, status_code=201)
def post_correction(hall_id: UUID, json_data: HallActBody) -> Response:
    """近亲属说逝者的姓名、日期哪里写错了；带证明到窗口更正"""
    me, body = resident(), json_data

    def say(work: Work) -> tuple[int, dict[str, Any]]:
        row = hall_concerns.ask_correction(work, me.person(), hall_id, body.words, body.contact)
        return 201, {"number": row.number}

    return answer_once(me.actor, say)


# -- pictures and sounds


@private.post("/halls/<uuid:hall_id>/media")
@needs(KEEP)
@private.output(schemas.HallOut, status_code=201)
@private.doc(
    description="multipart/form-data：file（JPG、PNG、MP3、WAV，10 MB 以内）、caption、revived=1（机器仿做的）"
)
def post_photo(hall_id: UUID) -> tuple[dict[str, Any], int]:
    """加一张照片或一段录音；拍照的时间和地点不会留下"""
    sent = request.files.get("file")
    if sent is None:
        raise BadInputError(field="照片", why="请选择照片或录音")
    file, form = hall_files.read(sent.stream.read()), request.form
    with unit_of_work(resident().actor) as work:
        hall_media.add(
            work, resident().person(), hall_id, file, form.get("caption", ""), revived=form.get("revived") == "1"
        )
        return _shown(work, hall_id), 201


@private.get("/halls/<uuid:hall_id>/media/<uuid:media_id>")
@needs(KEEP)
@private.doc(responses={200: "照片或录音"})
def get_media(hall_id: UUID, media_id: UUID) -> Response:
    """看一张照片，听一段录音"""
    with reading() as work:
        data, kind = hall_media.opened(work, halls.find(work, hall_id), resident().person(), media_id)
        return let_out(data, kind, "纪念")


@private.get("/halls/<uuid:hall_id>/export")
@needs(KEEP)
@private.doc(responses={200: "ZIP"})
def get_export(hall_id: UUID) -> Response:
    """家人留存：全部文字、照片和录音，一个文件；解开就能看，不用联网"""
    with unit_of_work(resident().actor) as work:
        asked = hall_export.order(work, resident().person(), hall_id)
    return let_out(stream_with_context(hall_export.pieces(asked)), "application/zip", "纪念馆.zip")
