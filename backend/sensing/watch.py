"""Lets every rule look at every live sample of a batch, in the order of arrival, and collects what they say."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.sensing import wording
from backend.sensing.findings import Finding
from backend.sensing.memory import State, States
from backend.sensing.newest import Step
from backend.sensing.rules import (
    AT_REST,
    DurationRule,
    EventRule,
    Memory,
    Rule,
    SilenceRule,
    ThresholdRule,
    Verdict,
    limit_of,
    threshold_text,
    weigh,
)
from backend.sensing.samples import Sample
from backend.sensing.schedule import fires_at


def subject_of(rule: Rule, sample: Sample) -> UUID:
    """The elder for rules that watch all devices of one person, else the device."""
    if isinstance(rule, SilenceRule) and rule.subject == "elder" and sample.elder_id is not None:
        return sample.elder_id
    return sample.device_id


def is_sign(rule: SilenceRule, sample: Sample, step: Step) -> bool:
    """Whether the sample breaks the silence."""
    for capability, mode in rule.watch.items():
        if capability == sample.capability:
            return bool(sample.value) if mode == "level" else step.changed
    return False


def cleared(rule: Rule, state: State, at: datetime, text: str) -> Finding:
    detail = {"rule": rule.name, "since": state.since.isoformat() if state.since else None}
    return Finding("clear", rule.kind, state.device_id, state.elder_id, None, at, detail, text)


def lasted(state: State, at: datetime) -> str:
    return wording.duration(at - (state.since or at))


class Watch:
    """The rules at work on one batch."""

    def __init__(self, states: States, now: datetime) -> None:
        self._states = states
        self._now = now
        self.findings: list[Finding] = []

    def look(self, rule: Rule, sample: Sample, step: Step | None) -> None:
        """``step`` is None for a sample older than its series: then only momentary events count."""
        if isinstance(rule, EventRule):
            self._event(rule, sample, step)
        elif step is None:
            if sample.momentary and isinstance(rule, DurationRule):
                self._device_verdict(rule, sample, step)
        elif isinstance(rule, ThresholdRule):
            self._threshold(rule, sample, step)
        elif isinstance(rule, DurationRule):
            self._duration(rule, sample, step)
        else:
            self._silence(rule, sample, step)

    def switched_off(self, rule: Rule, sample: Sample) -> None:
        """A rule that was switched off forgets; what it had said is taken back, not left standing."""
        state = self._states.get(rule.name, subject_of(rule, sample))
        if state is None:
            return
        self._states.drop(state)
        if state.told:
            self.findings.append(cleared(rule, state, sample.at, "这条监测规则已停用"))

    def _state(self, rule: Rule, sample: Sample) -> State | None:
        """The remembered state, unless the device has gone to somebody else since."""
        state = self._states.get(rule.name, subject_of(rule, sample))
        if state is not None and state.elder_id != sample.elder_id:
            self._states.drop(state)
            return None
        return state

    def _new(self, rule: Rule, sample: Sample, since: datetime) -> State:
        subject = subject_of(rule, sample)
        where = (sample.device_id, sample.elder_id, sample.bed_id, sample.site_code)
        return State(rule.name, subject, *where, since=since)

    def _raise(self, rule: Rule, sample: Sample, text: str, severity: int | None = None, **facts: Any) -> None:
        detail = {"rule": rule.name, "capability": sample.capability, **facts}
        rank = severity or rule.severity
        self.findings.append(
            Finding("raise", rule.kind, sample.device_id, sample.elder_id, rank, sample.at, detail, text)
        )

    def _clear(self, rule: Rule, sample: Sample, text: str, **facts: Any) -> None:
        detail = {"rule": rule.name, "capability": sample.capability, **facts}
        self.findings.append(
            Finding("clear", rule.kind, sample.device_id, sample.elder_id, None, sample.at, detail, text)
        )

    def _event(self, rule: EventRule, sample: Sample, step: Step | None) -> None:
        match verdict_of(sample, step):
            case True:
                self._raise(rule, sample, rule.says, momentary=sample.momentary)
            case False:
                self._clear(rule, sample, rule.clears, momentary=sample.momentary)

    def _threshold(self, rule: ThresholdRule, sample: Sample, step: Step) -> None:
        value = sample.value
        if value is None or (rule.above is not None and value <= rule.above):
            return
        if rule.max_age_s is not None and (self._now - sample.at).total_seconds() > rule.max_age_s:
            return
        state = self._state(rule, sample)
        before = _unbroken(rule, state.memory if state else AT_REST, step)
        memory, verdict = weigh(rule, before, value, sample.at)
        if memory != AT_REST:
            state = state or self._new(rule, sample, sample.at)
            state.remember(memory)
            self._states.keep(state)
        elif state is not None:
            self._states.drop(state)
        if verdict is not None:
            self._say(rule, sample, verdict, memory)

    def _say(self, rule: ThresholdRule, sample: Sample, verdict: Verdict, memory: Memory) -> None:
        value = sample.value or 0.0
        text = threshold_text(rule, verdict, value, memory, sample.at)
        if verdict == "clear":
            self._clear(rule, sample, text, value=value)
            return
        severity = rule.critical_severity if verdict == "critical" else rule.severity
        facts = {"level": verdict, "side": memory.side, "limit": limit_of(rule, memory), "count": memory.run}
        since = memory.since.isoformat() if memory.since else None
        self._raise(rule, sample, text, severity, value=value, since=since, **facts)

    def _duration(self, rule: DurationRule, sample: Sample, step: Step) -> None:
        if sample.capability in rule.events:
            self._device_verdict(rule, sample, step)
            return
        state = self._state(rule, sample)
        if bool(sample.value) != rule.when:
            self._over(rule, state, sample.at)
        elif state is None:
            state = self._new(rule, sample, step.changed_at)
            state.fire_at = fires_at(step.changed_at, rule.lasting, rule.between)
            self._states.keep(state)

    def _over(self, rule: DurationRule, state: State | None, at: datetime) -> None:
        if state is None:
            return
        self._states.drop(state)
        if state.told:
            self.findings.append(cleared(rule, state, at, rule.clears.format(duration=lasted(state, at))))

    def _device_verdict(self, rule: DurationRule, sample: Sample, step: Step | None) -> None:
        """The device decided by itself: told at once, remembered as told, so that the return is told too."""
        verdict = verdict_of(sample, step)
        state = self._state(rule, sample)
        if verdict:
            state = state or self._new(rule, sample, sample.at)
            state.fire_at, state.fired_at = None, self._now
            self._states.keep(state)
            self._raise(rule, sample, rule.event_says, momentary=sample.momentary)
        elif verdict is False:
            text = rule.clears.format(duration=lasted(state, sample.at) if state else "时间不详")
            if state is not None:
                self._states.drop(state)
            self._clear(rule, sample, text, momentary=sample.momentary)

    def _silence(self, rule: SilenceRule, sample: Sample, step: Step) -> None:
        """The timer is not moved with every sign: when it runs out, ``due`` looks when the last sign was."""
        state = self._state(rule, sample)
        if sample.capability not in rule.watch:
            self._nobody_left(rule, state, sample)
            return
        if state is not None and not (state.told and is_sign(rule, sample, step)):
            return
        if state is not None:
            text = rule.clears.format(duration=lasted(state, sample.at))
            self.findings.append(cleared(rule, state, sample.at, text))
        fresh = self._new(rule, sample, sample.at)
        fresh.fire_at = fires_at(sample.at, rule.lasting, rule.between)
        self._states.keep(fresh)

    def _nobody_left(self, rule: SilenceRule, state: State | None, sample: Sample) -> None:
        """An empty bed owes nobody a pulse: what was told is over, and the timer looks again later."""
        if state is None or not state.told or sample.value:
            return
        self.findings.append(cleared(rule, state, sample.at, "人已离开，不再等待数据"))
        fresh = self._new(rule, sample, sample.at)
        fresh.fire_at = fires_at(sample.at, rule.lasting, rule.between)
        self._states.keep(fresh)


def verdict_of(sample: Sample, step: Step | None) -> bool | None:
    """True: danger begins, False: it is over, None: nothing new. A momentary record is always one or the other."""
    if sample.momentary:
        return sample.value is None or bool(sample.value)
    if step is None or bool(sample.value) == bool(step.previous_value):
        return None
    return bool(sample.value)


def _unbroken(rule: ThresholdRule, memory: Memory, step: Step) -> Memory:
    """Values too far apart are not in a row; what was told stays told."""
    if rule.max_gap_s is None or step.previous_at is None:
        return memory
    if (step.at - step.previous_at).total_seconds() <= rule.max_gap_s:
        return memory
    return replace(memory, run=0, critical_run=0, calm=0, since=None, side=memory.said_side)
