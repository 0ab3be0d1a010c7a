"""What a coordinator does to an order: for the elder on the telephone, and as the arbiter of a dispute."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.timebank.orders import back, blueprint, page
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.people.service import Viewer
from backend.timebank import disputes, order_ending, orders
from backend.timebank.order_records import Who

Step = Callable[[Work, Viewer, UUID], Any]
MINUTES = "minutes-"  # the arbiter's field of each helper, followed by the helper's id
MOST_DIGITS = 4


@blueprint.post("/<uuid:order_id>/<string:act>")
def act(order_id: UUID, act: str) -> Response:
    """One of ``STEPS``; afterwards the order's page again."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)

    def run(work: Work, me: Viewer) -> str:
        step(work, me, order_id)
        return back(order_id)

    return tapped.done(run, lambda problem: page(order_id, problem))


def number(name: str, field: str) -> int:
    """A whole number. Raises ``BadInputError``."""
    text = said.text(name)
    if not (text.isascii() and text.isdigit()) or len(text) > MOST_DIGITS:
        raise BadInputError(field=field, why="请填写整数")
    return int(text)


def _confirm(work: Work, me: Viewer, order_id: UUID) -> None:
    helper = said.which("helper", "志愿者")
    order_ending.confirm(work, Who(staff=me), order_id, helper, number("minutes", "时长"))


def _missed(work: Work, me: Viewer, order_id: UUID) -> None:
    orders.missed(work, Who(staff=me), order_id, said.which("helper", "志愿者"))


def _rate(work: Work, me: Viewer, order_id: UUID) -> None:
    order_ending.rate(work, Who(staff=me), order_id, number("stars", "评分"), said.text("words"))


def _settle(work: Work, me: Viewer, order_id: UUID) -> None:
    """The arbiter's minutes: one field for each helper."""
    named = [name for name in request.form if name.startswith(MINUTES)]
    try:
        minutes = {UUID(name.removeprefix(MINUTES)): number(name, "时长") for name in named}
    except ValueError as error:
        raise BadInputError(field="志愿者", why="请刷新页面再试") from error
    disputes.settle(work, me, order_id, minutes, said.text("words"))


STEPS: dict[str, Step] = {
    "cancel": lambda work, me, one: orders.cancel(work, Who(staff=me), one, said.text("words")),
    "stop": lambda work, me, one: orders.stop(work, Who(staff=me), one, said.text("words")),
    "missed": _missed,
    "confirm": _confirm,
    "rate": _rate,
    "dispute": lambda work, me, one: disputes.raise_by_receiver(work, Who(staff=me), one, said.text("words")),
    "answer": lambda work, me, one: disputes.answer_by_receiver(work, Who(staff=me), one, said.text("words")),
    "follow-up": lambda work, me, one: order_ending.follow_up(work, me, one, said.text("words")),
    "settle": _settle,
}
