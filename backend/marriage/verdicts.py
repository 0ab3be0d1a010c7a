"""A verdict as it is frozen into a case: readable years later without the code that made it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.marriage.models import Registration
from backend.marriage.rules import Facts, Law, Verdict


class FrozenReason(BaseModel):
    """Why not: ``kind`` as in ``grounds.Ground``."""

    model_config = ConfigDict(frozen=True)

    code: str
    kind: str
    article: str
    words: str


class Check(BaseModel):
    """``facts`` and ``law`` as they were judged, ``sources`` of the numbers; ``dishonesty``: entries to look at."""

    model_config = ConfigDict(frozen=True)

    day: date
    ok: bool
    reasons: tuple[FrozenReason, ...] = ()
    facts: dict[str, Any] = Field(default_factory=dict)
    sources: dict[str, str] = Field(default_factory=dict)
    dishonesty: tuple[UUID, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether something could not be found out yet."""
        return any(reason.kind == "wait" for reason in self.reasons)


def frozen(day: date, facts: Facts, law: Law, verdict: Verdict, dishonesty: Sequence[UUID]) -> Check:
    return Check(
        day=day,
        ok=verdict.ok,
        reasons=tuple(FrozenReason(**asdict(reason)) for reason in verdict.reasons),
        facts=asdict(facts),
        sources=law.sources,
        dishonesty=tuple(dishonesty),
    )


def check_of(case: Registration) -> Check | None:
    """The verdict of a case's last check."""
    return None if case.check is None else Check.model_validate_json(case.check)
