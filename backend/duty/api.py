"""The roster for staff: ``/api/v1/staff/duty``."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from backend.alarms import queries as alarms
from backend.alarms.schemas import ListQuery
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.duty import schemas, service
from backend.duty.lint import ROLE_NAMES
from backend.duty.models import DUTY_ROLES, RosterOverride
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer

blueprint = APIBlueprint("duty", __name__, url_prefix="/api/v1/staff/duty", tag="值班")


def open_alarms(work: Work, who: Viewer, place: Division) -> list[dict[str, Any]]:
    """The alarms a handover lists: those of the site, or all in view for a post above the sites."""
    site = place.code if place.level == "site" else None
    rows, _ = alarms.page(work, who, ListQuery(status="open", site=site, limit=1000))
    return [_line(alarms.as_dict(row)) for row in rows]


def _line(alarm: dict[str, Any]) -> dict[str, Any]:
    facts = ("id", "kind", "kind_name", "severity_name", "state_name")
    person = {"name": alarm["subject"]["name"], "place": alarm["subject"]["place"]}
    return {name: alarm[name] for name in facts} | person | {"raised_at": alarm["raised_at"].isoformat()}


def posts_now(work: Work, place: Division) -> list[dict[str, Any]]:
    """Who is on duty now and who comes next, for each post that has anybody or must have somebody."""
    found = []
    for role in DUTY_ROLES:
        present = service.on_duty(work, place.code, role)
        if present or service.needed(work, place.code, role):
            coming = service.next_on_duty(work, place.code, role)
            found.append(
                {
                    "role": role,
                    "role_name": ROLE_NAMES[role],
                    "now": [{"id": who.staff_id, "name": who.name, "until": who.until} for who in present],
                    "next": [{"id": who.staff_id, "name": who.name, "starts": who.starts} for who in coming],
                }
            )
    return found


def roster_of(work: Work, place: Division, day: date) -> dict[str, Any]:
    """A day of one place as ``schemas.RosterOut``."""
    found = service.roster(work, place.code, day)
    return {
        "division": place.code,
        "division_name": place.name,
        "day": day,
        "posts": posts_now(work, place),
        "duties": [
            {"role": duty.role, "id": duty.staff_id, "name": duty.name, "starts": duty.starts, "ends": duty.ends}
            for duty in found.duties
        ],
        "gaps": [
            {"role": role, "starts": gap.starts, "ends": gap.ends} for role, gaps in found.gaps.items() for gap in gaps
        ],
        "overrides": [override_out(row) for row in found.overrides],
        "findings": [asdict(finding) for finding in service.lint(work, place.code)],
        "handovers": [asdict(view) for view in service.pending_handovers(work, place.code)],
    }


def override_out(row: RosterOverride) -> dict[str, Any]:
    """An override as ``schemas.OverrideOut``."""
    return {name: getattr(row, name) for name in schemas.OverrideOut.model_fields}


@blueprint.get("/roster")
@blueprint.input(schemas.RosterQuery, location="query")
@blueprint.output(schemas.RosterOut)
def get_roster(query_data: schemas.RosterQuery) -> dict[str, Any]:
    """一天的班表：现在谁在班、下一班是谁、空档和变动"""
    with reading() as work:
        place = service.place(work, viewer(), query_data.division, "roster.view")
        return roster_of(work, place, query_data.day or local(work.now).date())


@blueprint.post("/overrides")
@blueprint.input(schemas.OverrideBody)
@blueprint.output(schemas.OverrideOut, status_code=201)
def post_override(json_data: schemas.OverrideBody) -> dict[str, Any]:
    """登记一次加班、请假或顶班"""
    facts = json_data.model_dump(exclude={"division", "role"})
    with unit_of_work(viewer().actor) as work:
        service.place(work, viewer(), json_data.division, "roster.edit")
        return override_out(service.add_override(work, json_data.division, json_data.role, **facts))


@blueprint.delete("/overrides/<uuid:override_id>")
@blueprint.output({}, status_code=204)
def delete_override(override_id: UUID) -> str:
    """撤销一次变动；已经值过的部分不变"""
    with unit_of_work(viewer().actor) as work:
        service.place(work, viewer(), service.find_override(work, override_id).division_code, "roster.edit")
        service.cancel_override(work, override_id)
    return ""


@blueprint.post("/take-over")
@blueprint.input(schemas.TakeOverBody)
@blueprint.output(schemas.OverrideOut, status_code=201)
def post_take_over(json_data: schemas.TakeOverBody) -> dict[str, Any]:
    """我现在来值这个班"""
    facts = json_data.model_dump(exclude={"division", "role"})
    with unit_of_work(viewer().actor) as work:
        service.place(work, viewer(), json_data.division, "handover")
        return override_out(service.take_over_now(work, json_data.division, json_data.role, **facts))


@blueprint.get("/handovers")
@blueprint.input(schemas.PlaceQuery, location="query")
@blueprint.output(schemas.HandoverList)
def get_handovers(query_data: schemas.PlaceQuery) -> dict[str, Any]:
    """交接班记录，新的在前"""
    with reading() as work:
        place = service.place(work, viewer(), query_data.division, "roster.view")
        return {"items": [asdict(view) for view in service.recent_handovers(work, place.code)]}


@blueprint.post("/handovers")
@blueprint.input(schemas.HandoverBody)
@blueprint.output(schemas.HandoverOut, status_code=201)
def post_handover(json_data: schemas.HandoverBody) -> dict[str, Any]:
    """交班：把未结案的报警和交代的事交给下一班"""
    with unit_of_work(viewer().actor) as work:
        place = service.place(work, viewer(), json_data.division, "handover")
        listed = open_alarms(work, viewer(), place)
        row = service.open_handover(work, place.code, json_data.role, note=json_data.note, open_alarms=listed)
        return asdict(service.handover_view(work, row.id))


@blueprint.post("/handovers/<uuid:handover_id>/accept")
@blueprint.output(schemas.HandoverOut)
def accept(handover_id: UUID) -> dict[str, Any]:
    """接班：同时看过并接下现在未结案的报警"""
    with unit_of_work(viewer().actor) as work:
        place = handover_place(work, handover_id)
        service.accept_handover(work, handover_id, open_alarms=open_alarms(work, viewer(), place))
        return asdict(service.handover_view(work, handover_id))


@blueprint.post("/handovers/<uuid:handover_id>/cancel")
@blueprint.output(schemas.HandoverOut)
def cancel(handover_id: UUID) -> dict[str, Any]:
    """撤回交班"""
    with unit_of_work(viewer().actor) as work:
        handover_place(work, handover_id)
        service.cancel_handover(work, handover_id)
        return asdict(service.handover_view(work, handover_id))


def handover_place(work: Work, handover_id: UUID) -> Division:
    """Where a handover happens, if the viewer may take part in handovers there."""
    row = service.find_handover(work, handover_id)
    return service.place(work, viewer(), row.division_code, "handover")
