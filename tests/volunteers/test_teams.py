"""Teams: founded with a true code, recruiting, admitting once, left, closed."""

from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotAllowedError, NotFoundError
from backend.people.service import Viewer
from backend.residents.models import InboxItem
from backend.volunteers import teams
from backend.volunteers.errors import (
    AlreadyAskedError,
    MemberDecidedError,
    TeamClosedError,
    TeamExistsError,
    VolunteerSuspendedError,
)
from backend.volunteers.models import Volunteer
from backend.volunteers.teams import Founding
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.at_once import at_once
from tests.support.volunteers import team_of, volunteer
from tests.support.world import COUNTY, TOWN, VILLAGE, World

CODE = "91110000600037341L"  # its check digit holds
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return world.build(w)


def clerk(county: World) -> Viewer:
    return county.viewer("officer", "clerk", f"{COUNTY}/{TOWN}/")


def who(w: Work, volunteer_id: UUID) -> Volunteer:
    return w.session.get_one(Volunteer, volunteer_id)


@one_database
@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Founding("桃园志愿服务中心", "organisation", VILLAGE, CODE), None),
        (Founding("桃园志愿服务中心", "organisation", VILLAGE, CODE[:-1] + "M"), BadInputError),
        (Founding("桃园志愿服务中心", "organisation", VILLAGE), BadInputError),
        (Founding("桃园互助小组", "mutual_help", VILLAGE), None),
        (Founding("桃", "team", VILLAGE), BadInputError),
        (Founding("桃园队", "club", VILLAGE), BadInputError),
        (Founding("县直属队", "team", COUNTY), NotAllowedError),
    ],
    ids=["organisation", "wrong_code", "no_code", "group", "short_name", "unknown_kind", "not_here"],
)
def test_a_team_is_founded_only_with_what_can_be_true(
    county: World, work: WorkFactory, wish: Founding, expected: type[DomainError] | None
) -> None:
    with work() as w:
        if expected is None:
            assert teams.found(w, clerk(county), wish).state == "active"
            with pytest.raises(TeamExistsError):
                teams.found(w, clerk(county), wish)
        else:
            with pytest.raises(expected):
                teams.found(w, clerk(county), wish)


@one_database
def test_somebody_asks_the_leader_is_told_and_refuses_with_a_reason(county: World, work: WorkFactory) -> None:
    assert county.staff
    with work() as w:
        leader, other = who(w, volunteer(w, 1)), who(w, volunteer(w, 3))
        team = teams.find(w, team_of(w, leader.id))
        asked = teams.apply(w, other, team.id, "我会做饭")
        with pytest.raises(AlreadyAskedError):
            teams.apply(w, other, team.id)
        assert "志**申请加入“桃园银龄队”" in w.session.scalars(select(InboxItem.body)).one()
        with pytest.raises(NotFoundError):
            teams.require_leader(w, other, team.id)
        mine = teams.require_leader(w, leader, team.id)
        with pytest.raises(BadInputError):
            teams.decide(w, mine, asked.id, admit=False)
        teams.decide(w, mine, asked.id, admit=False, why="人已经满了")
        assert teams.apply(w, other, team.id).state == "applied"


@one_database
def test_leaving_closing_and_pausing_end_what_they_should(county: World, work: WorkFactory) -> None:
    with work() as w:
        leader, other = who(w, volunteer(w, 1)), who(w, volunteer(w, 3))
        team = teams.find(w, team_of(w, leader.id))
        teams.decide(w, team, teams.apply(w, other, team.id).id, admit=True)
        teams.leave(w, other, team.id)
        with pytest.raises(NotFoundError):
            teams.leave(w, other, team.id)
        other.state, other.why = "suspended", "核实情况"
        with pytest.raises(VolunteerSuspendedError):
            teams.apply(w, other, team.id)
        teams.change(w, clerk(county), team, leader_id=leader.id, recruiting=False)
        with pytest.raises(TeamClosedError):
            teams.apply(w, leader, team.id)
        teams.close(w, clerk(county), team, "任务完成了")
        assert [row.state for row, _team in teams.of_volunteer(w, leader.id)] == ["left"]


@pytest.mark.both_databases
def test_of_many_who_decide_at_once_one_wins(county: World, app: APIFlask, work: WorkFactory) -> None:
    assert county.staff
    with work() as w:
        team_id, other = team_of(w, volunteer(w, 1)), who(w, volunteer(w, 3))
        member_id = teams.apply(w, other, team_id).id

    def decide(number: int) -> str:
        with unit_of_work() as w:
            return teams.decide(w, teams.find(w, team_id), member_id, admit=number % 2 == 0, why="再考虑一下").state

    answers = at_once(app, 6, decide)
    assert answers.count(MemberDecidedError) == 5
    with work() as w:
        state = teams.of_volunteer(w, other.id)[0][0].state
        assert [answer for answer in answers if answer is not MemberDecidedError] == [state]


@pytest.mark.both_databases
def test_an_organisation_registered_at_several_counters_at_once_is_registered_once(
    app: APIFlask, county: World
) -> None:
    """Some type the same name, some only the same code: the database holds both, whichever is met first."""

    def register(number: int) -> str:
        wish = Founding(f"桃园志愿服务中心{number % 3 or ''}", "organisation", VILLAGE, CODE)
        with unit_of_work() as w:
            return teams.found(w, clerk(county), wish).kind

    answers = at_once(app, 20, register)
    assert (answers.count("organisation"), answers.count(TeamExistsError)) == (1, 19)
