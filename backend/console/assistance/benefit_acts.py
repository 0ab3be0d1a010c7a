"""What is done to a benefit from its page: each form once, each with its reason and what it means in plain words."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import url_for
from werkzeug.wrappers import Response

from backend.assistance import corrections, handling, reviews
from backend.assistance.benefits import Hearing
from backend.assistance.corrections import Asked
from backend.assistance.money import NOTHING
from backend.console import form_values as said
from backend.console import tapped
from backend.console.assistance.benefit_pages import page
from backend.console.assistance.benefits import blueprint
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.people.service import Viewer

Step = Callable[[Work, Viewer, UUID], str]


@blueprint.post("/<uuid:benefit_id>/<string:act>")
def act(benefit_id: UUID, act: str) -> Response:
    """One of ``STEPS``; the answer is the page again, with what was done."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)
    return tapped.done(
        lambda work, me: url_for(".benefit", benefit_id=benefit_id, done=step(work, me, benefit_id)),
        lambda problem: page(benefit_id, problem),
    )


def _suspend(work: Work, me: Viewer, benefit_id: UUID) -> str:
    said.sure()
    handling.suspend(work, me, benefit_id, said.text("reason"))
    return "suspended"


def _resume(work: Work, me: Viewer, benefit_id: UUID) -> str:
    handling.resume(work, me, benefit_id, back_pay=said.text("back_pay") == "yes")
    return "resumed"


def _unchanged(work: Work, me: Viewer, benefit_id: UUID) -> str:
    said.sure()
    handling.unchanged(work, me, benefit_id, said.day("visited_on", "入户日期"))
    return "reviewed"


def _offer_hearing(work: Work, me: Viewer, benefit_id: UUID) -> str:
    said.sure()
    handling.offer_hearing(work, me, benefit_id)
    return "offered"


def _hear(work: Work, me: Viewer, benefit_id: UUID) -> str:
    heard = Hearing(said.day("held_on", "听取日期"), said.text("heard_by"), said.text("said"))
    handling.hear(work, me, benefit_id, heard)
    return "heard"


def _stop(work: Work, me: Viewer, benefit_id: UUID) -> str:
    said.sure()
    last = said.month("last_month", "发到哪个月")
    handling.stop(work, me, benefit_id, why=said.text("why"), reason=said.text("reason"), last_month=last)
    return "stopped"


def _death(work: Work, me: Viewer, benefit_id: UUID) -> str:
    said.sure()
    handling.death(work, me, benefit_id, said.which("person", "去世的人"), said.day("died_on", "去世日期"))
    return "death"


def _refused_work(work: Work, me: Viewer, _benefit_id: UUID) -> str:
    reviews.refused_work(work, me, said.which("member", "家庭成员"))
    return "refused_work"


def _took_work(work: Work, me: Viewer, _benefit_id: UUID) -> str:
    reviews.took_work(work, me, said.which("member", "家庭成员"))
    return "took_work"


def _correct(kind: str) -> Step:
    def propose(work: Work, me: Viewer, benefit_id: UUID) -> str:
        said.sure()
        fine = said.money("fine", "罚款", empty=NOTHING) if kind == "sanction" else NOTHING
        corrections.propose(work, me, benefit_id, Asked(kind, said.money("amount", "金额"), said.text("reason"), fine))
        return "proposed"

    return propose


def _approve(work: Work, me: Viewer, _benefit_id: UUID) -> str:
    corrections.approve(work, me, said.which("correction", "待审批的一笔"))
    return "approved"


def _refuse(work: Work, me: Viewer, _benefit_id: UUID) -> str:
    corrections.refuse(work, me, said.which("correction", "待审批的一笔"))
    return "refused"


STEPS: Mapping[str, Step] = {
    "suspend": _suspend, "resume": _resume, "unchanged": _unchanged, "offer-hearing": _offer_hearing,
    "hear": _hear, "stop": _stop, "death": _death,
    "refused-work": _refused_work, "took-work": _took_work, "top-up": _correct("top_up"),
    "recover": _correct("recovery"), "sanction": _correct("sanction"), "approve": _approve, "refuse": _refuse,
}  # fmt: skip
