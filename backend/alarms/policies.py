"""The kinds of alarm and their escalation policies, read once from ``policies.yaml`` and checked."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.core import strict_yaml

TARGETS = frozenset({"duty", "lead", "officer", "admin", "contact", "board", "all_duty", "group"})
SEVERITY_NAMES = {4: "critical", 3: "high", 2: "medium", 1: "low"}
SEVERITY_ZH = {4: "紧急", 3: "重要", 2: "一般", 1: "提示"}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Strict):
    """What happens ``after_s`` seconds: whom to tell, by which channels in order."""

    after_s: Annotated[int, Field(ge=0)]
    tell: list[str]
    ways: list[str]

    @model_validator(mode="after")
    def _known_targets(self) -> Self:
        if not self.tell or not set(self.tell) <= TARGETS:
            raise ValueError(self.tell)
        return self


class Policy(_Strict):
    """Steps in seconds, then the last step again every ``repeat_s``: a chain has no end."""

    steps: Annotated[list[Step], Field(min_length=1)]
    repeat_s: Annotated[int, Field(ge=30)]
    remind_grace_s: Annotated[int, Field(ge=30)]
    chase_s: Annotated[int, Field(ge=300)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        times = [step.after_s for step in self.steps]
        if times[0] != 0 or times != sorted(set(times)):
            raise ValueError(times)
        return self


class Kind(_Strict):
    name: str
    severity: Annotated[int, Field(ge=1, le=4)]
    policy: str
    home_policy: str | None = None
    latching: bool
    on_site: bool
    siren: bool
    auto_close: bool = False


class Book(_Strict):
    source: str
    review_by: date
    policies: dict[str, Policy]
    kinds: dict[str, Kind]
    dispositions: dict[str, str]

    @model_validator(mode="after")
    def _policies_exist(self) -> Self:
        for kind in self.kinds.values():
            if kind.policy not in self.policies or (kind.home_policy or kind.policy) not in self.policies:
                raise ValueError(kind)
        return self


@cache
def book() -> Book:
    return Book.model_validate(strict_yaml.load(Path(__file__).with_name("policies.yaml")))


def kind_of(name: str) -> Kind:
    return book().kinds[name]


def frozen_plan(policy: str, *, arrival_s: int) -> dict[str, Any]:
    """The plan an alarm keeps for its life, as JSON."""
    return {"policy": policy, "arrival_s": arrival_s, **book().policies[policy].model_dump(mode="json")}


def policy_for(kind: str, *, at_home: bool) -> str:
    known = kind_of(kind)
    return (known.home_policy or known.policy) if at_home else known.policy


ALIASES = {"真实": "real", "真实报警": "real", "false": "false_alarm", "取消": "no_help_needed"}


def disposition_code(text: str) -> str | None:
    """The code of a disposition given as a code or in Chinese; None if it is neither."""
    known = book().dispositions
    if text in known:
        return text
    by_name = {name: code for code, name in known.items()}
    return by_name.get(text) or ALIASES.get(text)
