"""The verbs of this domain: take samples in, find what has become due, keep and show the series."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from backend.core.db import Work
from backend.devices.vocabulary import SPECS
from backend.sensing import timers
from backend.sensing.bulk import Shape
from backend.sensing.findings import Finding
from backend.sensing.memory import States
from backend.sensing.models import Reading
from backend.sensing.newest import Board
from backend.sensing.overrides import clear_override, overrides_of, set_override
from backend.sensing.rollups import purge, roll_up
from backend.sensing.rulebook import BookShelf, RuleBook
from backend.sensing.samples import Sample
from backend.sensing.series import card, series
from backend.sensing.watch import Watch, subject_of

_EVENTS = frozenset(capability.value for capability, spec in SPECS.items() if spec.alarming is True)
__all__ = [
    "Finding",
    "RuleBook",
    "Sample",
    "card",
    "clear_override",
    "due",
    "observe",
    "overrides_of",
    "purge",
    "roll_up",
    "rule_book",
    "series",
    "set_override",
]

_readings = Shape(Reading, ("device_id", "elder_id", "capability", "at", "value", "text", "stored_at"))
_shelves: WeakKeyDictionary[Any, BookShelf] = WeakKeyDictionary()
"""One per database engine: version numbers of two databases say nothing about each other."""


def rule_book(work: Work) -> RuleBook:
    """The rules with all overrides as of now; one small look-up unless an override was changed."""
    return _shelves.setdefault(work.session.get_bind(), BookShelf()).current(work)


def observe(work: Work, samples: Sequence[Sample], *, rules: RuleBook) -> list[Finding]:
    """Keep the samples and say what the rules make of them, in the order of arrival.

    One INSERT of readings, one look and one upsert of the newest values, one look at the rules' memory. A sample
    whose ``at`` lies after its ``received_at`` is kept at ``received_at``: a clock that runs ahead would otherwise
    make everything after it look old.
    """
    if not samples:
        return []
    samples = [_clamped(sample) for sample in samples]
    _keep_readings(work, samples)
    board = Board.load(work, samples)
    states = States.load(work, _subjects(samples, rules))
    watch = Watch(states, work.now)
    for sample in samples:
        board.show(sample, sample.at)
        if sample.live:
            _look(watch, board, sample, rules)
    board.save(work)
    states.save(work)
    return watch.findings


def due(work: Work, limit: int = 200) -> list[Finding]:
    """What has lasted, or been silent, too long by now; call it every second. See ``timers.due``."""
    return timers.due(work, rule_book(work), limit)


def _clamped(sample: Sample) -> Sample:
    return sample if sample.at <= sample.received_at else replace(sample, at=sample.received_at)


def _keep_readings(work: Work, samples: Sequence[Sample]) -> None:
    rows = ([s.device_id, s.elder_id, s.capability, s.at, s.value, s.text, work.now] for s in samples)
    _readings.insert(work, rows)


def _subjects(samples: Sequence[Sample], rules: RuleBook) -> set[UUID]:
    watched = rules.by_capability
    return {
        subject_of(rule, sample)
        for sample in samples
        if sample.live
        for rule in watched.get(sample.capability, ())
    }  # fmt: skip


def _look(watch: Watch, board: Board, sample: Sample, rules: RuleBook) -> None:
    # A press leaves the level alone: a device that also speaks in levels must not have its next edge hidden by it.
    press = sample.momentary and sample.capability in _EVENTS
    step = None if press else board.step(sample, sample.at)
    for rule in rules.by_capability.get(sample.capability, ()):
        holds = rules.effective(rule, sample)
        if holds is None:
            watch.switched_off(rule, sample)
        else:
            watch.look(holds, sample, step)
