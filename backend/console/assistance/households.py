"""One family as it is registered: who belongs, and what changes it: somebody leaves, 分户, it moves, it is closed.

Why is chosen from a list: the record of what was done keeps no free words about a person.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, get_args
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.assistance import benefits, sheets
from backend.assistance import households as families
from backend.assistance.facts import Relation
from backend.assistance.households import NewMember
from backend.assistance.models import Household, HouseholdMember
from backend.cases import service
from backend.cases.tasks import HANDLE
from backend.console import form_values as said
from backend.console import tapped
from backend.console.assistance.benefit_words import programme_names
from backend.console.blueprints import page_blueprint
from backend.console.cases.sections import RELATIONS
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.locks import for_update
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents import masking as mask
from backend.residents.models import Person

blueprint = tapped.with_keys(page_blueprint("console_households", __name__, "/console/households"))

WHY = {
    "leave": {
        "married": "结婚", "divorced": "离婚", "lives_apart": "长期不在一起生活",
        "supported_elsewhere": "由别人赡养、抚养", "institution": "住进机构", "entered_wrongly": "登记错了",
    },
    "split": {"married": "结婚成家", "divorced": "离婚", "lives_apart": "分开生活", "entered_wrongly": "登记错了"},
    "move": {"moved": "搬家", "registration": "户口迁移", "rehoused": "搬迁安置", "entered_wrongly": "登记错了"},
    "close": {
        "moved_away": "全家迁到外地", "joined_other": "并入另一个家庭", "dead": "家里没有人了",
        "entered_wrongly": "登记错了",
    },
}  # fmt: skip
DONE = {
    "leave": "已办好，这个人不再算这家的人。", "split": "已分户，这是新的家庭。",
    "move": "已改好地址，这家的救助今天就复核。",
    "close": "已注销这个家庭，它的救助今天就复核。",
}  # fmt: skip
LONGEST_ADDRESS = 200
Step = Callable[[Work, Household], UUID]


@blueprint.get("/<uuid:household_id>")
def household(household_id: UUID) -> str:
    """Opening it is written down for everybody whose name stands on the page."""
    return page(household_id)


@blueprint.get("/of-case/<uuid:case_id>")
def of_case(case_id: UUID) -> Response:
    """To the family a case is about, once it has been accepted. Raises ``NotFoundError``."""
    me = viewer()
    with reading() as work:
        sheet = sheets.sheet_of(work, service.find(work, case_id, viewer=me).id)
    if sheet is None or sheet.household_id is None:
        raise NotFoundError(case=str(case_id))
    return redirect(url_for(".household", household_id=sheet.household_id))


def page(household_id: UUID, problem: str = "") -> str:
    """The page; ``problem`` is said at the top, with what was typed still in its form."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        home = _mine(work, me, household_id)
        return render_template(
            "console/household.html", home=home, members=_members(work, home), places=_places(work, me),
            held=benefits.live(work, home.id), names=programme_names(), relations=RELATIONS, why=WHY, form=request.form,
            today=local(work.now).date(), opened=request.args.get("do", request.form.get("do", "")), problem=problem,
            said=DONE.get(request.args.get("done", "")) if request.method == "GET" else None,
        )  # fmt: skip


@blueprint.post("/<uuid:household_id>/<string:act>")
def act(household_id: UUID, act: str) -> Response:
    """One of ``STEPS``; the answer is the family's page, after 分户 the new one's."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)

    def run(work: Work, me: Viewer) -> str:
        home = _mine(work, me, household_id)
        said.sure()
        reason = _reason(act)
        shown = step(work, home)
        audit.record(work, "household.reason", f"household:{household_id}", act=act, reason=reason)
        return url_for(".household", household_id=shown, done=act)

    return tapped.done(run, lambda problem: page(household_id, problem))


def _mine(work: Work, me: Viewer, household_id: UUID) -> Household:
    """Locked, so that it is still the asker's when it is changed. Raises ``NotFoundError``, ``NotAllowedError``."""
    wanted = for_update(work, select(Household).where(Household.id == household_id))
    home = work.session.scalars(wanted.execution_options(populate_existing=True)).first()
    if home is None:
        raise NotFoundError(household=str(household_id))
    me.require(HANDLE, home.division_path)
    return home


def _reason(act: str) -> str:
    found = said.text("why")
    if found not in WHY[act]:
        raise BadInputError(field="原因", why="请从列表中选择")
    return found


def _members(work: Work, home: Household) -> list[dict[str, Any]]:
    """Who belongs now, masked; everybody's record says that it was looked at."""
    both = select(HouseholdMember, Person).join(Person, Person.id == HouseholdMember.person_id)
    here = both.where(HouseholdMember.household_id == home.id, HouseholdMember.until.is_(None))
    found = work.session.execute(here.order_by(HouseholdMember.position)).all()
    for _member, who in found:
        audit.record_read(work, who.id, why=f"household:{home.id}")
    return [
        {
            "person_id": who.id, "name": mask.mask_name(who.name), "relation": RELATIONS[member.relation],
            "born": who.birth_date.year if who.birth_date else None, "since": member.since, "counted": member.counted,
        }
        for member, who in found
    ]  # fmt: skip


def _places(work: Work, me: Viewer) -> Sequence[Division]:
    """Where the asker may take a family: the townships and villages they work for."""
    found = select(Division).where(Division.level.in_(("town", "village")), me.sees(Division.path, HANDLE))
    return work.session.scalars(found.order_by(Division.code)).all()


# -- the acts


def _leave(work: Work, home: Household) -> UUID:
    families.leave(work, home, said.which("person", "离开的人"), _day(work))
    return home.id


def _split(work: Work, home: Household) -> UUID:
    day = _day(work)
    members = [_going(one, day) for one in home.members if one.until is None and said.text(f"goes-{one.person_id}")]
    if not members:
        raise BadInputError(field="谁分出去", why="请至少勾选一个人")
    if [one.relation for one in members].count("applicant") != 1:
        raise BadInputError(field="新家的户主", why="分出去的人里，要有一位、只能有一位户主")
    return families.split(work, home, members, address=_address(), day=day).id


def _going(member: HouseholdMember, day: date) -> NewMember:
    """The member as somebody of the new family, related to its head."""
    chosen = said.text(f"relation-{member.person_id}")
    relation: Relation | None = next((one for one in get_args(Relation) if one == chosen), None)
    if relation is None:
        raise BadInputError(field="和新户主的关系", why="请从列表中选择")
    facts = families.facts_of(member).model_copy(update={"relation": relation})
    return NewMember(member.person_id, relation, facts, day, member.counted)


def _move(work: Work, home: Household) -> UUID:
    """Only to where the asker works as well: elsewhere, the colleagues there take the family in."""
    me, place = viewer(), work.session.get(Division, said.text("division"))
    if place is None:
        raise BadInputError(field="搬到哪里", why="请从列表中选择")
    me.require(HANDLE, place.path)
    kind = said.text("urban")
    if kind not in ("urban", "rural"):
        raise BadInputError(field="城镇还是农村", why="请选一个")
    families.move(work, home, division_code=place.code, address=_address(), urban=kind == "urban")
    return home.id


def _close(work: Work, home: Household) -> UUID:
    families.close(work, home, _day(work))
    return home.id


def _day(work: Work) -> date:
    """From which day on; a day to come would change the family at once, so it waits until then."""
    found = said.day("day", "从哪天起")
    if found > local(work.now).date():
        raise BadInputError(field="从哪天起", why="日期还没有到，请到了那天再办")
    return found


def _address() -> str:
    found = said.text("address")
    if not found or len(found) > LONGEST_ADDRESS:
        raise BadInputError(field="住址", why="请写明住址，不超过 200 个字")
    return found


STEPS: Mapping[str, Step] = {"leave": _leave, "split": _split, "move": _move, "close": _close}
