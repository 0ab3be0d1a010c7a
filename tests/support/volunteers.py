"""Volunteers, a team and activities for tests, written as rows."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.core.db import Work
from backend.core.ids import new_id
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
