"""What staff do about a volunteer: pause and resume, proofs and training, records put right, certificates."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.timebank.order_acts import number
from backend.console.timebank.volunteer_entry import guardian
from backend.console.timebank.volunteer_page import back, page
from backend.console.timebank.volunteers import blueprint
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.people.service import Viewer
from backend.volunteers import certificates, honours, qualifications, records, registering, service
from backend.volunteers.guardians import By
from backend.volunteers.models import Volunteer
from backend.volunteers.qualifications import Course, Cover, Proof
from backend.volunteers.service import HANDLE

Step = Callable[[Work, Viewer, Volunteer], Any]
LONGEST = {"name": 64, "issuer": 64, "number": 64, "organiser": 64, "content": 500, "insurer": 64, "policy_number": 64}


@blueprint.post("/<uuid:volunteer_id>/<string:act>")
def act(volunteer_id: UUID, act: str) -> Response:
    """One of ``STEPS``; afterwards the volunteer's page again."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)

    def run(work: Work, me: Viewer) -> str:
        step(work, me, service.find(work, me, volunteer_id, action=HANDLE, lock=True))
        return back(volunteer_id, act)

    return tapped.done(run, lambda problem: page(volunteer_id, problem))


def _words(name: str, field: str) -> str:
    """Words that must be there and fit their column. Raises ``BadInputError``."""
    text = said.text(name)
    if not 0 < len(text) <= LONGEST[name]:
        raise BadInputError(field=field, why=f"请填写，最多 {LONGEST[name]} 个字")
    return text


def _last_day(name: str = "valid_until") -> date | None:
    """Left open: without an end."""
    return said.day(name, "有效期") if said.text(name) else None


# -- the registration


def _guardian(work: Work, me: Viewer, row: Volunteer) -> None:
    signed = guardian()
    if signed is None:
        raise BadInputError(field="监护人", why="请填写监护人姓名")
    registering.guardian_signs(work, me, row, signed)


# -- proofs


def _qualification(work: Work, me: Viewer, row: Volunteer) -> None:
    """Said and seen at once: the original is in the clerk's hands."""
    proof = Proof(
        said.text("kind"), _words("issuer", "发证单位"), _words("number", "证书编号"),
        said.day("obtained_on", "取得日期"), _last_day(),
    )  # fmt: skip
    qualifications.seen(work, me, row, qualifications.say(work, row, proof).id)


def _training(work: Work, me: Viewer, row: Volunteer) -> None:
    minutes = number("minutes", "时长")
    if minutes == 0:
        raise BadInputError(field="时长", why="请填写培训了多少分钟")
    course = Course(
        _words("name", "培训名称"), _words("content", "培训内容"), minutes, _words("organiser", "培训单位"),
        said.day("held_on", "培训日期"), _last_day(),
    )  # fmt: skip
    qualifications.train(work, me, row, course)


def _insurance(work: Work, me: Viewer, row: Volunteer) -> None:
    cover = Cover(
        _words("insurer", "保险公司"), _words("policy_number", "保单号"), said.day("valid_from", "开始日期"),
        said.day("valid_until", "结束日期"),
    )  # fmt: skip
    qualifications.insure(work, me, row, cover)


# -- records


def _record(work: Work, me: Viewer, row: Volunteer) -> UUID:
    """The record the form is about, if it is this volunteer's. Raises ``NotFoundError``."""
    found = records.find(work, me, said.which("record", "服务记录"))
    if found.volunteer_id != row.id:
        raise NotFoundError(record=str(found.id))
    return found.id


def _evaluate(work: Work, me: Viewer, row: Volunteer) -> None:
    records.evaluate(work, me, _record(work, me, row), number("stars", "评价"), said.text("words"))


def _correct(work: Work, me: Viewer, row: Volunteer) -> None:
    records.correct(
        work, me, _record(work, me, row), started_at=said.moment("started", "开始时间"),
        ended_at=said.moment("ended", "结束时间"), minutes=number("minutes", "时长"), why=said.text("why"),
    )  # fmt: skip


# -- certificates


def _issue(work: Work, me: Viewer, row: Volunteer) -> None:
    certificates.issue(work, row, said.day("since", "开始日期"), said.day("until", "结束日期"), By(staff=me))


def _revoke(work: Work, me: Viewer, row: Volunteer) -> None:
    certificates.revoke(work, me, row, said.which("certificate", "证明"), said.text("why"))


STEPS: dict[str, Step] = {
    "guardian": _guardian,
    "suspend": lambda work, me, row: registering.suspend(work, me, row, said.text("why")),
    "resume": registering.resume,
    "withdraw": lambda work, me, row: registering.withdraw(work, row, By(staff=me), said.text("why")),
    "qualification": _qualification,
    "seen": lambda work, me, row: qualifications.seen(work, me, row, said.which("qualification", "资格")),
    "remove": lambda work, me, row: qualifications.remove(work, row, said.which("qualification", "资格"), me),
    "training": _training,
    "insurance": _insurance,
    "praise": lambda work, me, row: honours.praise(work, me, row, said.text("name"), said.text("by")),
    "evaluate": _evaluate,
    "correct": _correct,
    "void": lambda work, me, row: records.void(work, me, _record(work, me, row), said.text("why")),
    "keep": lambda work, me, row: records.keep(work, me, _record(work, me, row), said.text("why")),
    "issue": _issue,
    "revoke": _revoke,
}
