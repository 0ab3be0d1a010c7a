"""Volunteers, a team and activities for tests, written as rows."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.core.clock import CHINA
from backend.core.db import Work
from backend.core.ids import new_id
from backend.people.service import Viewer
from backend.volunteers import activities
from backend.volunteers.activities import Organiser
from backend.volunteers.activity_models import Activity
from backend.volunteers.activity_rules import Plan
from backend.volunteers.models import TeamMember, Volunteer, VolunteerTeam
from backend.volunteers.records import Served
from tests.support.residents import person
from tests.support.world import COUNTY, TOWN, VILLAGE

VILLAGE_PATH = f"{COUNTY}/{TOWN}/{VILLAGE}/"


def volunteer(work: Work, serial: int = 1, *, born: date = date(1990, 5, 1), **more: Any) -> UUID:
    """An active volunteer of the village and the person they are."""
    row: dict[str, Any] = {
        "id": new_id(), "number": f"V261122-{serial:04d}-0", "division_code": VILLAGE, "division_path": VILLAGE_PATH,
        "person_id": person(work, f"志愿{serial}", born, serial), "state": "active", "registered_at": work.now,
        "state_at": work.now,
    }  # fmt: skip
    work.session.add(Volunteer(**row | more))
    work.session.flush()
    return UUID(str((row | more)["id"]))


def team_of(work: Work, leader_id: UUID, name: str = "桃园银龄队") -> UUID:
    """A team with its leader as a member."""
    team_id = new_id()
    work.session.add(
        VolunteerTeam(
            id=team_id, name=name, kind="team", division_code=VILLAGE, division_path=VILLAGE_PATH,
            leader_id=leader_id, state="active", created_at=work.now,
        )
    )  # fmt: skip
    work.session.flush()
    work.session.add(TeamMember(team_id=team_id, volunteer_id=leader_id, state="member", asked_at=work.now))
    work.session.flush()
    return team_id


def served(volunteer_id: UUID, started_at: datetime, minutes: int = 60, **more: Any) -> Served:
    """A service of as many minutes as it took."""
    facts: dict[str, Any] = {
        "source": "desk", "source_id": str(new_id()), "name": "助餐", "kind": "meals", "content": "送餐上门",
        "place": "桃园社区", "ended_at": started_at + timedelta(minutes=minutes), "organiser": "桃园社区",
        "lead": "陈静",
    }  # fmt: skip
    return Served(volunteer_id=volunteer_id, started_at=started_at, minutes=minutes, **facts | more)


CHECKED = {question.code: True for question in activities.questions()}
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=CHINA)  # six days ahead of the tests' clock


def plan(**more: Any) -> Plan:
    """Two hours of meals on Saturday in the village, for two volunteers."""
    facts: dict[str, Any] = {
        "title": "为独居老人送餐", "kind": "meals", "content": "给桃园社区十二位独居老人送午餐，陪他们说说话。",
        "organiser": "桃园社区居委会", "contact": "陈静", "contact_phone": "023-42341234", "division_code": VILLAGE,
        "place": "桃园社区食堂门口", "starts_at": SATURDAY, "ends_at": SATURDAY + timedelta(hours=2), "capacity": 2,
        "longitude": 106.05, "latitude": 29.84, "fence_m": 200, "min_age": 16, "checklist": CHECKED,
    }  # fmt: skip
    return Plan(**facts | more)


def published(work: Work, viewer: Viewer, **more: Any) -> Activity:
    """An activity everybody can sign up for."""
    return activities.publish(work, viewer, activities.draft(work, Organiser(viewer=viewer), plan(**more)).id)
