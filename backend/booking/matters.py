"""The matters that can be booked, read once from ``matters.yaml`` and checked."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.booking.errors import OtherEntranceError, UnknownMatterError
from backend.core import strict_yaml

MOST_PARTIES = 8
ENTRANCES = {"booking": "预约", "marriage": "婚姻登记", "burial": "陵园祭扫"}


class Matter(BaseModel):
    """One line of the catalogue; ``parties`` is the least and the greatest number of people a booking names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, Field(min_length=1, max_length=20)]
    group: str
    parties: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(le=MOST_PARTIES)]]
    guide: str | None
    entrance: Literal["booking", "marriage", "burial"]
    prefix: Annotated[str, Field(pattern=r"^[A-HJ-NP-Y]{1,3}$")]
    penalty: str = "none"
    waiting_list: bool = True

    @model_validator(mode="after")
    def _least_is_not_above_greatest(self) -> Self:
        if self.parties[0] > self.parties[1]:
            raise ValueError(self.parties)
        return self


@cache
def catalogue() -> dict[str, Matter]:
    """Every matter by its code, in the order of the file."""
    raw = strict_yaml.load(Path(__file__).with_name("matters.yaml"))
    return {code: Matter.model_validate(row) for code, row in raw.items()}


def matter_of(code: str) -> Matter:
    """Raises ``UnknownMatterError``."""
    found = catalogue().get(code)
    if found is None:
        raise UnknownMatterError(matter=code)
    return found


def require_entrance(code: str, entrance: str) -> Matter:
    """The matter, if this API may take it. Raises ``OtherEntranceError``: the other one checks the law first."""
    matter = matter_of(code)
    if matter.entrance != entrance:
        raise OtherEntranceError(matter=matter.title, entrance=ENTRANCES[matter.entrance])
    return matter
