"""The kinds of sensor rules, and what one value does to a threshold. Pure: no database, no clock, no files.

A rule is data (``rules.yaml``); these classes say which fields it has and refuse what cannot work.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt, model_validator

from backend.devices.vocabulary import SPECS, Capability
from backend.sensing import wording
from backend.sensing.schedule import Hours, parse

Severity = Annotated[int, Field(ge=1, le=4)]
HoursField = Annotated[Hours | None, BeforeValidator(lambda text: parse(text) if isinstance(text, str) else text)]
Side = Literal["low", "high"]
Level = Literal["warning", "critical"]
WatchMode = Literal["level", "change"]


class _Rule(BaseModel):
    """What every rule says. ``essential``: no override may switch it off."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    changeable: ClassVar[frozenset[str]] = frozenset({"severity"})

    name: str
    kind: str
    severity: Severity
    source: Annotated[str, Field(min_length=1)]
    review_by: date
    enabled: bool = True
    essential: bool = False


class EventRule(_Rule):
    """An alarming state begins, or a momentary event happens: look at once."""

    type: Literal["event"] = "event"
    capability: Capability
    says: str
    clears: str

    @model_validator(mode="after")
    def _true_is_the_alarming_side(self) -> Self:
        if SPECS[self.capability].alarming is not True:
            raise ValueError(f"{self.capability} does not speak of danger by itself")
        return self


class ThresholdRule(_Rule):
    """A number leaves its limits ``repeat`` times in a row; back inside by ``hysteresis`` as often, it is over.

    ``low`` and ``high`` are the last values that are still right. ``above``: values up to it are no measurement at
    all (0 from a mattress nobody lies on). ``max_gap_s``: values further apart are not "in a row".
    ``max_age_s``: an older value says nothing.
    """

    changeable: ClassVar[frozenset[str]] = _Rule.changeable | {
        "low", "high", "critical_low", "critical_high", "critical_severity", "hysteresis", "repeat",
    }  # fmt: skip

    type: Literal["threshold"] = "threshold"
    capability: Capability
    low: float | None = None
    high: float | None = None
    critical_low: float | None = None
    critical_high: float | None = None
    critical_severity: Severity | None = None
    hysteresis: Annotated[float, Field(ge=0)] = 0
    repeat: PositiveInt = 1
    above: float | None = None
    max_gap_s: PositiveInt | None = None
    max_age_s: PositiveInt | None = None

    @model_validator(mode="after")
    def _limits_fit(self) -> Self:
        order = [self.critical_low, self.low, self.high, self.critical_high]
        limits = [limit for limit in order if limit is not None]
        if not limits or limits != sorted(limits):
            raise ValueError("critical_low <= low <= high <= critical_high, at least one of them")
        if self.low is not None and self.high is not None and self.low + self.hysteresis > self.high - self.hysteresis:
            raise ValueError("hysteresis leaves no value at which the rule would clear")
        has_critical = self.critical_low is not None or self.critical_high is not None
        if has_critical != (self.critical_severity is not None):
            raise ValueError("critical limits and critical_severity come together")
        return self


class _Lasting(_Rule):
    """``between``: the hours in which the rule watches, None is round the clock."""

    changeable: ClassVar[frozenset[str]] = _Rule.changeable | {"for_s", "between"}

    for_s: PositiveInt
    between: HoursField = None
    says: str
    clears: str

    @property
    def lasting(self) -> timedelta:
        return timedelta(seconds=self.for_s)

    @model_validator(mode="after")
    def _fits_its_hours(self) -> Self:
        if self.between is not None and self.lasting > self.between.length:
            raise ValueError("for_s is longer than the hours in which the rule watches")
        return self


class DurationRule(_Lasting):
    """``capability`` has been ``when`` for ``for_s`` seconds.

    The device's own verdicts in ``events`` count at once, at any hour: its installer set its hours. They are told
    as ``event_says``.
    """

    type: Literal["duration"] = "duration"
    capability: Capability
    when: bool
    events: tuple[Capability, ...] = ()
    event_says: str = ""


class SilenceRule(_Lasting):
    """None of ``watch`` gave a sign for ``for_s`` seconds (while ``only_while`` is true, where one is named).

    When ``only_while`` ends, so does what was told. A sign is, per capability, a ``level`` (true, or more than 0) or
    only a ``change`` of the value. ``subject``
    elder: a sign from any of the person's devices is enough.
    """

    type: Literal["silence"] = "silence"
    watch: dict[Capability, WatchMode]
    only_while: Capability | None = None
    subject: Literal["device", "elder"] = "device"


Rule = Annotated[EventRule | ThresholdRule | DurationRule | SilenceRule, Field(discriminator="type")]


def capabilities(rule: Rule) -> tuple[Capability, ...]:
    """The names whose values this rule wants to see."""
    if isinstance(rule, SilenceRule):
        return (*rule.watch, *([rule.only_while] if rule.only_while is not None else ()))
    if isinstance(rule, DurationRule):
        return (rule.capability, *rule.events)
    return (rule.capability,)


def changed(rule: Rule, values: dict[str, Any]) -> Rule:
    """The rule with other numbers; pydantic's ValidationError if they do not fit together."""
    return type(rule).model_validate({**dict(rule), **values})


@dataclass(frozen=True, slots=True)
class Memory:
    """What a threshold remembers: values in a row beyond the limits on one ``side``, or well inside them (``calm``).

    ``level`` and ``said_side`` are what was last told to people; ``since`` is the first value of the row.
    """

    run: int = 0
    critical_run: int = 0
    calm: int = 0
    side: Side | None = None
    level: Level | None = None
    said_side: Side | None = None
    since: datetime | None = None


AT_REST = Memory()
Verdict = Literal["warning", "critical", "clear"]


def _outer(rule: ThresholdRule) -> tuple[float | None, float | None]:
    """The limits that are left first: the warning ones, or the critical ones where there is no warning."""
    lowest = rule.low if rule.low is not None else rule.critical_low
    return lowest, rule.high if rule.high is not None else rule.critical_high


def side_of(rule: ThresholdRule, value: float) -> Side | None:
    """On which side the value is beyond the (warning) limits, if it is."""
    lowest, highest = _outer(rule)
    if lowest is not None and value < lowest:
        return "low"
    if highest is not None and value > highest:
        return "high"
    return None


def is_critical(rule: ThresholdRule, value: float) -> bool:
    too_low = rule.critical_low is not None and value < rule.critical_low
    return too_low or (rule.critical_high is not None and value > rule.critical_high)


def is_calm(rule: ThresholdRule, value: float) -> bool:
    """Inside the limits by the full hysteresis."""
    lowest, highest = _outer(rule)
    above_low = lowest is None or value >= lowest + rule.hysteresis
    return above_low and (highest is None or value <= highest - rule.hysteresis)


def weigh(rule: ThresholdRule, memory: Memory, value: float, at: datetime) -> tuple[Memory, Verdict | None]:
    """What one more value means: the new memory, and what is to be said now (None: nothing new).

    Each level needs ``repeat`` values in a row beyond *its own* limit. A level once said never falls; the other side
    is news and is said again. Between the limit and the hysteresis nothing counts.
    """
    side = side_of(rule, value)
    if side is None:
        return _inside(rule, memory, value)
    if side != memory.side:  # the other side begins its own row
        memory = replace(memory, run=0, critical_run=0, side=side, since=at)
    run = memory.run + 1
    critical_run = memory.critical_run + 1 if is_critical(rule, value) else 0
    since = at if memory.run == 0 else memory.since
    after = replace(memory, run=run, critical_run=critical_run, calm=0, since=since)
    return _said(rule, after)


def _said(rule: ThresholdRule, memory: Memory) -> tuple[Memory, Verdict | None]:
    reached: Level | None = "warning" if memory.run >= rule.repeat else None
    if memory.critical_run >= rule.repeat or memory.level == "critical":
        reached = reached and "critical"
    if reached is None or (reached == memory.level and memory.side == memory.said_side):
        return memory, None
    return replace(memory, level=reached, said_side=memory.side), reached


def _inside(rule: ThresholdRule, memory: Memory, value: float) -> tuple[Memory, Verdict | None]:
    if memory.level is None:
        return AT_REST, None
    calm = memory.calm + 1 if is_calm(rule, value) else 0
    if calm >= rule.repeat:
        return AT_REST, "clear"
    return replace(memory, run=0, critical_run=0, calm=calm), None


def limit_of(rule: ThresholdRule, memory: Memory) -> float:
    """The limit that the present row left: the critical one once the row is long enough beyond it."""
    low = memory.side == "low"
    warning, critical = (rule.low, rule.critical_low) if low else (rule.high, rule.critical_high)
    if warning is None or (critical is not None and memory.critical_run >= rule.repeat):
        warning = critical
    if warning is None:
        raise ValueError(memory.side)
    return warning


def threshold_text(rule: ThresholdRule, verdict: Verdict, value: float, memory: Memory, at: datetime) -> str:
    """``心率 132 次/分，高于 120，已持续 2 分钟``; short rows are counted instead of timed."""
    said = wording.quantity(rule.capability, value)
    if verdict == "clear":
        return f"{said}，已恢复正常"
    beyond = "低于" if memory.side == "low" else "高于"
    text = f"{said}，{beyond} {wording.number(limit_of(rule, memory))}"
    lasted = at - memory.since if memory.since else timedelta()
    if lasted >= timedelta(minutes=1):
        return f"{text}，已持续 {wording.duration(lasted)}"
    return f"{text}，连续 {memory.run} 次" if memory.run > 1 else text
