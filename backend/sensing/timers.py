"""Rules whose time has come: claimed rows, each looked at again before anything is said."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from backend.core.db import Work
from backend.devices.vocabulary import Capability
from backend.sensing import wording
from backend.sensing.findings import Finding
from backend.sensing.memory import State, States
from backend.sensing.models import Latest
from backend.sensing.rulebook import RuleBook
from backend.sensing.rules import DurationRule, Rule, SilenceRule, WatchMode
from backend.sensing.schedule import fires_at


class Heard:
    """What the rules saw last of the devices and elders whose timers ran out, in one look."""

    def __init__(self, rows: Iterable[Latest]) -> None:
        self._by_device: dict[tuple[UUID, str], Latest] = {}
        self._by_elder: defaultdict[tuple[UUID, str], list[Latest]] = defaultdict(list)
        for row in rows:
            self._by_device[row.device_id, row.capability] = row
            if row.elder_id is not None:
                self._by_elder[row.elder_id, row.capability].append(row)

    @classmethod
    def load(cls, work: Work, states: Sequence[State]) -> "Heard":
        devices = {state.device_id for state in states}
        elders = {state.elder_id for state in states if state.elder_id is not None}
        found = select(Latest).where(or_(Latest.device_id.in_(devices), Latest.elder_id.in_(elders)))
        return cls(work.session.scalars(found) if states else ())

    def of_device(self, device: UUID, capability: str) -> Latest | None:
        return self._by_device.get((device, capability))

    def of_elder(self, elder: UUID, capability: str) -> Sequence[Latest]:
        return self._by_elder[elder, capability]


def due(work: Work, rules: RuleBook, limit: int = 200) -> list[Finding]:
    """Say what has lasted too long by now; everything else gets a later timer or is forgotten.

    After an outage a condition that still holds is told once, with the moment at which it was due.
    """
    states = States.claim_due(work, limit)
    heard = Heard.load(work, states.all())
    findings = [_run_out(work, states, state, rules, heard) for state in states.all()]
    states.save(work)
    return [finding for finding in findings if finding is not None]


def _run_out(work: Work, states: States, state: State, rules: RuleBook, heard: Heard) -> Finding | None:
    shipped = rules.rules.get(state.rule)
    rule = rules.effective(shipped, state) if shipped else None
    since = _since(rule, state, heard, work.now) if rule is not None else None
    if not isinstance(rule, DurationRule | SilenceRule) or since is None:
        states.drop(state)
        return None
    state.since, state.fire_at = since, fires_at(since, rule.lasting, rule.between)
    states.keep(state)
    return _fire(work, rule, state, state.fire_at) if state.fire_at <= work.now else None


def _fire(work: Work, rule: DurationRule | SilenceRule, state: State, due_at: datetime) -> Finding:
    state.fire_at, state.fired_at = None, work.now
    since = state.since or due_at
    text = rule.says.format(duration=wording.duration(work.now - since))
    detail = {"rule": rule.name, "since": since.isoformat(), "due_at": due_at.isoformat(), "for_s": rule.for_s}
    return Finding("raise", rule.kind, state.device_id, state.elder_id, rule.severity, due_at, detail, text)


def _since(rule: Rule, state: State, heard: Heard, now: datetime) -> datetime | None:
    """Since when what the rule watches for holds, by what is known now; None if it does not hold."""
    if isinstance(rule, DurationRule):
        row = heard.of_device(state.device_id, rule.capability.value)
        holds = row is not None and row.live_value is not None and bool(row.live_value) == rule.when
        return state.since if holds else None
    return _silent_since(rule, state, heard, now) if isinstance(rule, SilenceRule) else None


def _silent_since(rule: SilenceRule, state: State, heard: Heard, now: datetime) -> datetime | None:
    signs = [_last_sign(row, mode) for name, mode in rule.watch.items() for row in _watched(rule, name, state, heard)]
    moments = [moment for moment in signs if moment is not None]
    if rule.only_while is not None:
        there = heard.of_device(state.device_id, rule.only_while.value)
        # Nobody there to be heard: the silence counts from now on, and the timer keeps looking.
        since = there.live_changed_at if there is not None and there.live_value else None
        moments.append(since or now)
    return max(moments) if moments else None


def _watched(rule: SilenceRule, name: Capability, state: State, heard: Heard) -> Sequence[Latest]:
    if rule.subject == "elder" and state.elder_id is not None:
        return heard.of_elder(state.elder_id, name.value)
    row = heard.of_device(state.device_id, name.value)
    return [row] if row is not None else []


def _last_sign(row: Latest, mode: WatchMode) -> datetime | None:
    """A level that is true (or above 0) was a sign as long as it lasted; a change only when it happened."""
    if mode == "level" and row.live_value:
        return row.live_at
    return row.live_changed_at
