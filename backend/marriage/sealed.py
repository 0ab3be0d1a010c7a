"""What is sealed with a booking of the registry: what was declared, and what a document other than an ID card lacks."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from backend.marriage.declared import Declared, DeclaredPerson
from backend.marriage.rules import Region, Sex


class SealedPerson(BaseModel):
    """Sex, birth and region of one of the people, and what they declared of themself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sex: Sex
    birth_date: date
    region: Region
    said: DeclaredPerson | None = None


class Sealed(BaseModel):
    """The JSON in ``booking.details``. ``service``: the topic, guests and wishes of a talk or a ceremony."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    declared: Declared = Declared()
    people: tuple[SealedPerson, ...] = ()
    service: dict[str, Any] = Field(default_factory=dict)

    def beside(self, place: int) -> dict[str, Any]:
        """What ``identities.identity`` needs beside the document of the person at this place."""
        if place >= len(self.people):
            return {}
        one = self.people[place]
        return {"sex": one.sex, "birth_date": one.birth_date, "region": one.region}
