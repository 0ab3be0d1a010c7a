"""One benefit: what is paid and has been paid, how it was worked out, what was done to it, and what can be done now."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request
from sqlalchemy import select

from backend.assistance import corrections, handling, notices_of_params
from backend.assistance.benefits import BENEFIT, LIVE, basis_of
from backend.assistance.households import facts_of
from backend.assistance.models import Benefit, Entitlement, Household, HouseholdMember
from backend.assistance.payees import with_homes
from backend.assistance.payments import PAY
from backend.assistance.profiles import profile_on, titles_of
from backend.cases.models import Case, Decision
from backend.cases.tasks import HANDLE, VIEW
from backend.console.assistance import benefit_words
from backend.console.assistance.benefit_chart import bars
from backend.console.assistance.benefits import blueprint
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work, unit_of_work
from backend.core.errors import NotFoundError
from backend.people.models import Division, Staff
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents import masking as mask
from backend.residents.models import Person

WHY = "assistance"


@blueprint.get("/<uuid:benefit_id>")
def benefit(benefit_id: UUID) -> str:
    """Opening it is written down for everybody whose name stands on the page."""
    return page(benefit_id)


def page(benefit_id: UUID, problem: str = "") -> str:
    """The page; ``problem`` is said at the top, with what was typed still in its form."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = work.session.get(Benefit, benefit_id)
        if row is None:
            raise NotFoundError(benefit=str(benefit_id))
        me.require(VIEW, row.division_path)
        facts = _facts(work, me, row)
        return render_template(
            "console/benefit.html", row=row, **facts, problem=problem, words=benefit_words, form=request.form,
            names=benefit_words.programme_names(), opened=request.args.get("do", request.form.get("do", "")),
            said=benefit_words.DONE.get(request.args.get("done", "")),
        )  # fmt: skip


def _facts(work: Work, me: Viewer, row: Benefit) -> dict[str, Any]:
    today = local(work.now).date()
    verdict = basis_of(row.basis).verdict
    months = _months(work, row.id)
    members = _members(work, row)
    return {
        "today": today,
        "place": work.session.scalar(select(Division.name).where(Division.path == row.division_path)),
        "home": _home(work, row),
        "members": members,
        "verdict": verdict,
        "laws": titles_of(verdict.profile),
        "doubts": _doubts(row, today),
        "now_monthly": handling.monthly_today(row, today) if row.state in LIVE else None,
        "months": months,
        "bars": bars([(one.month, one.amount, one.state) for one in months if one.state != "cancelled"], today),
        "acts": list(reversed(handling.acts(row))),
        "heard": handling.open_hearing(row, today),
        "offered": handling.offered(row, today),
        "hearing_needed": bool(profile_on(today)["hearing_before_cut"]),
        "corrections": _corrections(work, row.id),
        "fine_cap": profile_on(today)["fine_cap"],
        "possible": BENEFIT.actions(row.state),
        "may_handle": me.may(HANDLE, row.division_path),
        "may_pay": me.may(PAY, row.division_path),
        "stops": handling.STOPS,
        "case": _case(work, row),
    }


def _doubts(row: Benefit, today: date) -> list[notices_of_params.ParamNotice]:
    """Of what decided it, and of what its pages calculate with: the share that may be taken back each month."""
    found = notices_of_params.of_verdict(basis_of(row.basis).verdict, today if row.state in LIVE else None)
    return found + notices_of_params.of_names(["recovery_share"], today)


def _months(work: Work, benefit_id: UUID) -> list[Entitlement]:
    mine = select(Entitlement).where(Entitlement.benefit_id == benefit_id)
    return list(work.session.scalars(mine.order_by(Entitlement.month.desc(), Entitlement.kind)))


def _home(work: Work, row: Benefit) -> Household | None:
    found: Any = select(Household).select_from(Benefit).where(Benefit.id == row.id)
    home: Household | None = work.session.scalars(with_homes(found)).first()
    return home


def _members(work: Work, row: Benefit) -> list[dict[str, Any]]:
    """Those it is for, masked; everybody's record says that it was looked at."""
    found: list[tuple[HouseholdMember | None, Person]] = []
    if row.household_id is not None:
        both = select(HouseholdMember, Person).join(Person, Person.id == HouseholdMember.person_id)
        here = both.where(HouseholdMember.household_id == row.household_id, HouseholdMember.until.is_(None))
        found = [(one, who) for one, who in work.session.execute(here.order_by(HouseholdMember.position))]
    elif row.person_id is not None:
        found = [(None, work.session.get_one(Person, row.person_id))]
    for _member, who in found:
        audit.record_read(work, who.id, why=WHY)
    return [_member_line(member, who) for member, who in found]


def _member_line(member: HouseholdMember | None, who: Person) -> dict[str, Any]:
    return {
        "id": member.id if member else None, "person_id": who.id, "name": mask.mask_name(who.name),
        "born": who.birth_date.year if who.birth_date else None, "died_on": who.died_on,
        "refusals": facts_of(member).refusals if member else 0,
    }  # fmt: skip


def _corrections(work: Work, benefit_id: UUID) -> list[dict[str, Any]]:
    rows = corrections.of_benefit(work, benefit_id)
    ids = {one for row in rows for one in (row.proposed_by, row.settled_by)}
    staff = {one.id: one.name for one in work.session.scalars(select(Staff).where(Staff.id.in_(ids)))}
    mine = viewer().staff_id
    return [
        {
            "row": row,
            "by": staff.get(row.proposed_by),
            "settled": staff.get(row.settled_by) if row.settled_by else None,
            "mine": row.proposed_by == mine,
        }
        for row in rows
    ]


def _case(work: Work, row: Benefit) -> Any:
    """Number of the decision, and the case it was made in."""
    found = select(Decision.number, Case.id, Case.number.label("case_number")).join(Case, Case.id == Decision.case_id)
    return work.session.execute(found.where(Decision.id == row.decision_id)).first()
