"""What staff do with an account: relatives proven by papers, an elder's circumstances, a mistake put right."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.timebank.accounts import FACTS, address, blueprint, page
from backend.console.timebank.order_acts import number
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.people.service import Viewer
from backend.residents.persons import find_or_create_person
from backend.timebank import adjusting, kin, rules

Step = Callable[[Work, Viewer, UUID], Any]
HOUR = 60


@blueprint.post("/<uuid:person_id>/<string:act>")
def act(person_id: UUID, act: str) -> Response:
    """One of ``STEPS``; afterwards the account again."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)

    def run(work: Work, me: Viewer) -> str:
        step(work, me, person_id)
        return address(person_id, act)

    return tapped.done(run, lambda problem: page(person_id, problem))


def _adjust(work: Work, me: Viewer, person_id: UUID) -> None:
    minutes = number("hours", "小时") * HOUR + number("minutes", "分钟")
    way = said.text("way")
    if way not in ("give", "take"):
        raise BadInputError(field="补记还是扣减", why="请选一个")
    said.sure()
    adjusting.adjust(work, me, person_id, minutes if way == "give" else -minutes, said.text("why"))


def _kin(work: Work, me: Viewer, person_id: UUID) -> None:
    """The relative is who the paper names: found by the number, or made if nobody has met them yet."""
    me.require(kin.HANDLE)
    other = find_or_create_person(
        work, name=said.text("name"), id_kind=said.text("id_kind"), id_number=said.text("id_number")
    )
    kin.prove(work, me, person_id, other.id, said.text("relation"), said.text("evidence"))


def _end_kin(work: Work, me: Viewer, person_id: UUID) -> None:
    """Raises ``NotKinError`` for somebody else's relative."""
    which = said.which("kin", "亲属")
    kin.receiver_of(work, person_id, which)
    why = said.text("why")
    if not why:
        raise BadInputError(field="原因", why="请写明为什么结束")
    kin.end(work, me, which, why[: kin.LONGEST])


def _facts(work: Work, me: Viewer, person_id: UUID) -> None:
    known = {name: name in request.form.getlist("fact") for name in FACTS}
    adjusting.declare(work, me, person_id, rules.Circumstances(**known), said.text("evidence"))


STEPS: dict[str, Step] = {"adjust": _adjust, "kin": _kin, "end-kin": _end_kin, "facts": _facts}
