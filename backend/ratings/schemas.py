"""What comes in and goes out about ratings."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.ratings.service import LONGEST_COMMENT

Level = Annotated[int, Field(ge=1, le=5, description="5 非常满意，4 满意，3 基本满意，2 不满意，1 非常不满意")]
ID = "0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3"


class Choice(BaseModel):
    level: int
    name: str


class Aspect(BaseModel):
    code: str
    name: str


class Invitation(BaseModel):
    id: UUID
    title: str = Field(description="办完的事")
    invited_at: datetime


class InvitationList(BaseModel):
    """What can be rated, and the words to choose from. Rating is voluntary."""

    items: list[Invitation]
    levels: list[Choice]
    aspects: list[Aspect]


class AspectLevels(BaseModel):
    """Levels by aspect; each may be left out."""

    model_config = ConfigDict(extra="forbid")

    efficiency: Level | None = None
    guide_accuracy: Level | None = None
    convenience: Level | None = None
    platform: Level | None = None


class RatingBody(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"invitation": ID, "level": 5, "comment": "很耐心"}]})

    invitation: UUID
    level: Level
    items: AspectLevels = Field(default_factory=AspectLevels)
    comment: str | None = Field(default=None, max_length=LONGEST_COMMENT, description="想说的话，可以不写")


class RatingOut(BaseModel):
    id: UUID
    title: str
    level: int
    level_name: str
    message: str = Field(description="给办事人的一句话")
