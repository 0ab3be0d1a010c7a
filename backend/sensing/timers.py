"""Rules whose time has come: claimed rows, each looked at again before anything is said."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select

from backend.core.db import Work
from backend.devices.vocabulary import Capability
from backend.sensing import wording
from backend.sensing.findings import Finding
from backend.sensing.memory import State, States
from backend.sensing.models import Latest
from backend.sensing.rulebook import RuleBook
from backend.sensing.rules import DurationRule, Rule, SilenceRule, WatchMode, capabilities
from backend.sensing.schedule import fires_at


def due(work: Work, rules: RuleBook, limit: int = 200) -> list[Finding]:
    """Say what has lasted too long by now; everything else gets a later timer or is forgotten.

    After an outage a condition that still holds is told once, with the moment at which it was due.
    """
    states = States.claim_due(work, limit)
    findings = [finding for state in states.all() if (finding := _run_out(work, states, state, rules)) is not None]
    states.save(work)
    return findings


def _run_out(work: Work, states: States, state: State, rules: RuleBook) -> Finding | None:
    shipped = rules.rules.get(state.rule)
    rule = rules.effective(shipped, state) if shipped else None
    since = _since(work, rule, state) if rule is not None else None
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


def _since(work: Work, rule: Rule, state: State) -> datetime | None:
    """Since when what the rule watches for holds, by what is known now; None if it does not hold."""
    if isinstance(rule, DurationRule):
        return _lasts_since(work, rule, state)
    if isinstance(rule, SilenceRule):
        return _silent_since(work, rule, state)
    return None


def _lasts_since(work: Work, rule: DurationRule, state: State) -> datetime | None:
    row = work.session.get(Latest, (state.device_id, rule.capability.value))
    holds = row is not None and row.live_value is not None and bool(row.live_value) == rule.when
    return state.since if holds else None


def _silent_since(work: Work, rule: SilenceRule, state: State) -> datetime | None:
    signs = [_last_sign(row, rule.watch[name]) for row, name in _watched(work, rule, state)]
    moments = [moment for moment in signs if moment is not None]
    if rule.only_while is not None:
        # Nobody there to be heard: the silence counts from now on, and the timer keeps looking.
        moments.append(_true_since(work, state.device_id, rule.only_while.value) or work.now)
    return max(moments) if moments else None


def _watched(work: Work, rule: SilenceRule, state: State) -> Sequence[tuple[Latest, Capability]]:
    device = Latest.device_id == state.device_id
    elder_wide = rule.subject == "elder" and state.elder_id is not None
    whose = or_(device, Latest.elder_id == state.elder_id) if elder_wide else device
    found = select(Latest).where(and_(whose, Latest.capability.in_([name.value for name in capabilities(rule)])))
    return [(row, Capability(row.capability)) for row in work.session.scalars(found)]


def _last_sign(row: Latest, mode: WatchMode) -> datetime | None:
    """A level that is true (or above 0) was a sign as long as it lasted; a change only when it happened."""
    if mode == "level" and row.live_value:
        return row.live_at
    return row.live_changed_at


def _true_since(work: Work, device_id: UUID, capability: str) -> datetime | None:
    row = work.session.get(Latest, (device_id, capability))
    return row.live_changed_at if row is not None and row.live_value else None
