"""One volunteer: who they are, what they offer and have shown, what they have done, and what that is worth."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.console.timebank.volunteers import blueprint
from backend.core.clock import local
from backend.core.db import Work, unit_of_work
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents import masking
from backend.residents.models import Person
from backend.timebank import views as bank
from backend.timebank.rules import words
from backend.volunteers import certificates, service, showing, teams, views
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.models import Volunteer
from backend.volunteers.service import HANDLE
from backend.volunteers.states import MEMBER_ZH, VOLUNTEER
from backend.volunteers.vocabulary import LANGUAGES, QUALIFICATIONS, SERVICES, SKILLS, titles

RECORDS = 100
SOURCES = {"activity": "活动", "order": "上门帮忙", "import": "导入", "desk": "补录"}
WEEKDAYS = "一二三四五六日"
DONE = {
    "register": "已登记为志愿者，本人会收到编号。", "guardian": "监护人已签字同意。",
    "suspend": "已暂停，本人会看到原因。", "resume": "已恢复。", "withdraw": "已办理退出，服务记录保留。",
    "qualification": "资格已登记并核对。", "seen": "资格原件已核对。", "remove": "这项资格已去掉。",
    "training": "培训已记下。", "insurance": "保险已登记。", "praise": "表彰已记下，本人会收到通知。",
    "evaluate": "评价已记下。", "correct": "记录已更正，原来的作废。", "void": "这条记录已作废，本人会收到通知。",
    "offer": "已改好。", "keep": "已答复本人：记录不变。",
    "issue": "证明已开具，可以打印。", "revoke": "证明已撤销，核对的人会看到原因。",
}  # fmt: skip


def back(volunteer_id: UUID, done: str) -> str:
    """The address of a volunteer's page that says what was done."""
    return url_for("console_volunteers.volunteer", volunteer_id=volunteer_id, done=done)


@blueprint.get("/<uuid:volunteer_id>")
def volunteer(volunteer_id: UUID) -> str:
    """One volunteer; that somebody looked is written down."""
    return page(volunteer_id)


def page(volunteer_id: UUID, problem: str = "") -> str:
    """The page; ``problem`` is said at the top, with what was typed still in its form."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = service.opened(work, me, volunteer_id)
        return render_template(
            "console/volunteer.html", who=_who(work, row), acts=me.may(HANDLE, row.division_path), moves=_moves(row),
            account=bank.overview(work, row.person_id), records=_records(work, row.id), most=RECORDS,
            papers=[views.certificate(one, showing.address()) for one in certificates.of(work, row.id)],
            teams=_teams(work, row.id), kinds=QUALIFICATIONS, today=local(work.now).date(), words=words,
            problem=problem, form=request.form,
            opened=request.form.get("do", ""), said="" if problem else DONE.get(request.args.get("done", ""), ""),
            serves=me.may("person.serve"),
        )  # fmt: skip


def _moves(row: Volunteer) -> Sequence[str]:
    return tuple(VOLUNTEER.table[row.state])


def _who(work: Work, row: Volunteer) -> dict[str, Any]:
    """The record whole, its codes in words. The telephone stays masked: the counter opens it with a reason."""
    person = work.session.get_one(Person, row.person_id)
    return views.whole(work, row) | {
        "person_id": row.person_id, "born": person.birth_date, "phone": masking.mask_phone(person.phone),
        "national_number": row.national_number, "state_at": row.state_at, "offers": titles(SERVICES, row.services),
        "can": titles(SKILLS, row.skills), "speaks": titles(LANGUAGES, row.languages),
        "where": _names(work, row.areas), "free": [window_words(one) for one in row.hours],
    }  # fmt: skip


def _names(work: Work, codes: Sequence[str]) -> list[str]:
    return list(work.session.scalars(select(Division.name).where(Division.code.in_(codes)).order_by(Division.path)))


def window_words(window: Sequence[int]) -> str:
    """``周六 08:00–12:00``."""
    day, start, end = window
    return f"周{WEEKDAYS[day]} {start // 60:02}:{start % 60:02}–{end // 60:02}:{end % 60:02}"


def _records(work: Work, volunteer_id: UUID) -> list[dict[str, Any]]:
    """What is recorded and what was taken back, the newest first; those that somebody asks about on top."""
    mine = select(ServiceRecord).where(ServiceRecord.volunteer_id == volunteer_id)
    newest = mine.order_by(ServiceRecord.asked_at.is_(None), ServiceRecord.started_at.desc(), ServiceRecord.id)
    return [_record(one) for one in work.session.scalars(newest.limit(RECORDS))]


def _record(one: ServiceRecord) -> dict[str, Any]:
    begun, ended = local(one.started_at), local(one.ended_at)
    return {
        "id": one.id, "day": begun.date(), "begun": begun, "ended": ended, "name": one.name, "minutes": one.minutes,
        "kind": SERVICES.get(one.kind, one.kind), "content": one.content, "organiser": one.organiser,
        "source": SOURCES[one.source], "quality": one.quality, "evaluation": one.evaluation,
        "void": one.state == "void", "why": one.why, "asked": one.asked_why if one.asked_at else "",
        "corrects": one.corrects is not None,
    }  # fmt: skip


def _teams(work: Work, volunteer_id: UUID) -> list[tuple[UUID, str, str]]:
    rows = teams.of_volunteer(work, volunteer_id)
    return [(team.id, team.name, MEMBER_ZH[one.state]) for one, team in rows if one.state in teams.LIVE]


@blueprint.get("/<uuid:volunteer_id>/certificates/<uuid:certificate_id>.pdf")
def paper(volunteer_id: UUID, certificate_id: UUID) -> Response:
    """The certificate to print, with the code by which anybody verifies it."""
    me: Viewer = viewer()
    with unit_of_work(me.actor) as work:
        row = service.opened(work, me, volunteer_id)
        return showing.paper(work, certificates.one_of(work, row, certificate_id))
