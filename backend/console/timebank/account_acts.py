"""What staff do with an account: papers seen, a mistake put right, and the family's account for whoever stands here."""

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
from backend.core.ids import new_id
from backend.people.service import Viewer
from backend.residents import acts
from backend.residents.persons import find_or_create_person
from backend.timebank import adjusting, families, kin, rules
from backend.volunteers.service import HANDLE

Step = Callable[[Work, Viewer, UUID], Any]
HOUR = 60
FIELDS = {"minutes": "时间", "relation": "是本人的什么人", "evidence": "看了什么证明", "receiver": "亲属"}


@blueprint.post("/<uuid:person_id>/<string:act>")
def act(person_id: UUID, act: str) -> Response:
    """One of ``STEPS``; afterwards the account again."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)

    def run(work: Work, me: Viewer) -> str:
        with said.called(FIELDS):
            step(work, me, person_id)
        return address(person_id, act)

    return tapped.done(run, lambda problem: page(person_id, problem))


def _minutes() -> int:
    """What was typed as hours and minutes. Raises ``BadInputError``."""
    return number("hours", "小时") * HOUR + number("minutes", "分钟")


def _adjust(work: Work, me: Viewer, person_id: UUID) -> None:
    minutes, way = _minutes(), said.text("way")
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


# -- the family's account, for somebody who has no phone of their own


def _for_them(work: Work, me: Viewer, person_id: UUID, act: str) -> None:
    """Only in their presence, and with a line in the trail that they can read."""
    me.require(HANDLE)
    said.sure()
    acts.did(
        work, principal_id=person_id, scope="time_bank", action=f"family.{act}", subject=f"person:{person_id}", staff=me
    )


def _family(work: Work, me: Viewer, person_id: UUID) -> None:
    _for_them(work, me, person_id, "found")
    families.found(work, person_id)


def _invite(work: Work, me: Viewer, person_id: UUID) -> None:
    """The relative is a member once they have agreed themselves."""
    _for_them(work, me, person_id, "invite")
    relative = kin.receiver_of(work, person_id, said.which("kin", "亲属"))
    families.invite(work, person_id, relative, may_spend=said.text("may_spend") == "yes")


def _agree(work: Work, me: Viewer, person_id: UUID) -> None:
    _for_them(work, me, person_id, "agree")
    families.agree(work, person_id, said.which("family", "家庭账户"))


def _pay_in(work: Work, me: Viewer, person_id: UUID) -> None:
    _for_them(work, me, person_id, "pay_in")
    families.pay_in(work, person_id, _minutes(), said.text("key") or str(new_id()))


STEPS: dict[str, Step] = {
    "adjust": _adjust,
    "kin": _kin,
    "end-kin": _end_kin,
    "facts": _facts,
    "family": _family,
    "invite": _invite,
    "agree": _agree,
    "pay-in": _pay_in,
}
