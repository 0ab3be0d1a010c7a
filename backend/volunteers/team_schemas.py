"""What comes in and goes out about teams."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.volunteers.schemas import NO_MORE, Text, Words


class TeamBody(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "桃园互助小组", "kind": "mutual_help", "division": "500118101001"}]},
    )

    name: Words
    kind: Literal["team", "organisation", "mutual_help"]
    division: Words
    uscc: Annotated[str, Field(max_length=18)] | None = None
    leader: UUID | None = None
    phone: Annotated[str, Field(max_length=32)] = ""
    about: Annotated[str, Field(max_length=500)] = ""
    recruiting: bool = True


class TeamChange(BaseModel):
    model_config = NO_MORE

    leader: UUID | None
    recruiting: bool


class TeamAsk(BaseModel):
    model_config = NO_MORE

    words: Text = ""


class TeamAnswer(BaseModel):
    model_config = NO_MORE

    admit: bool
    why: Text = ""


class TeamOut(BaseModel):
    id: UUID
    name: str
    kind: str
    kind_zh: str
    division: str
    about: str
    phone: str
    recruiting: bool
    state: Literal["active", "closed"]
    members: int


class TeamList(BaseModel):
    items: list[TeamOut]


class MemberOut(BaseModel):
    """Somebody in a team or asking to be: the name is masked for a leader."""

    id: UUID
    volunteer: UUID
    number: str
    name: str
    state: str
    state_zh: str
    words: str
    asked_at: datetime


class MemberList(BaseModel):
    items: list[MemberOut]


class MyTeam(BaseModel):
    id: UUID
    team: UUID
    name: str
    state: str
    state_zh: str
    why: str
    leading: bool


class MyTeamList(BaseModel):
    items: list[MyTeam]
