"""Counselling, certificate ceremonies and group weddings (R-095, R-097): what is kept beside their appointment."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.marriage.errors import ConsentNeededError
from backend.marriage.models import Ceremony, Counselling

TOPICS = {
    "premarital": "婚前准备", "communication": "夫妻沟通", "parenting": "子女教育", "conflict": "矛盾调解",
    "divorce": "离婚辅导", "violence": "家庭暴力求助",
}  # fmt: skip
COUNSELLING = frozenset({"premarital_counselling", "family_counselling"})
CEREMONIES = frozenset({"award_ceremony", "group_wedding"})
MOST_GUESTS = 200


class Talk(BaseModel):
    """A counselling talk is voluntary: ``consent`` must be given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: Literal["premarital", "communication", "parenting", "conflict", "divorce", "violence"]
    consent: bool = False


class Party(BaseModel):
    """``guests`` who come to watch, and what the couple wishes for (a host, words, a language)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    guests: Annotated[int, Field(ge=0, le=MOST_GUESTS)] = 0
    wishes: Annotated[str, Field(max_length=500)] = ""


def checked(matter: str, service: dict[str, Any]) -> Talk | Party | None:
    """What a talk or a ceremony needs; None for any other matter. Raises ``ConsentNeededError``, ``BadInputError``."""
    if matter not in COUNSELLING | CEREMONIES:
        return None
    try:
        found = Talk.model_validate(service) if matter in COUNSELLING else Party.model_validate(service)
    except ValidationError:
        words = "请选择辅导主题" if matter in COUNSELLING else f"亲友人数填 0 到 {MOST_GUESTS}，愿望最多 500 字"
        raise BadInputError(field="预约内容", why=words) from None
    if isinstance(found, Talk) and not found.consent:
        raise ConsentNeededError
    return found


def keep(work: Work, booking_id: UUID, service: Talk | Party | None) -> None:
    """Write it beside the booking, in the same transaction."""
    if isinstance(service, Talk):
        work.session.add(
            Counselling(id=new_id(), booking_id=booking_id, topic=service.topic, consent_at=work.now, state="planned")
        )
    elif isinstance(service, Party):
        wishes = service.wishes.strip() or None
        work.session.add(Ceremony(id=new_id(), booking_id=booking_id, guests=service.guests, wishes=wishes))
