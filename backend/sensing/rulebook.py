"""The rules of ``rules.yaml`` together with what was changed for single elders, beds and sites."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from backend.core import strict_yaml
from backend.core.db import Work
from backend.sensing import marks
from backend.sensing.models import RuleOverride
from backend.sensing.rules import Rule, capabilities, changed

RULES = Path(__file__).with_name("rules.yaml")
log = structlog.get_logger(__name__)

SCOPES = ("site", "bed", "elder")
"""From the weakest to the strongest: what is said of the elder beats what is said of the bed or the site."""

_parser: TypeAdapter[Rule] = TypeAdapter(Rule)


class Placed(Protocol):
    """Whatever knows where it belongs: a sample, or the remembered state of a rule."""

    @property
    def elder_id(self) -> UUID | None: ...
    @property
    def bed_id(self) -> UUID | None: ...
    @property
    def site_code(self) -> str | None: ...


def load(path: Path = RULES) -> dict[str, Rule]:
    """Read rules by name; ValueError for a key that comes twice, an unknown key, a missing source or review_by."""
    document = strict_yaml.load(path)
    if set(document) != {"rules"}:
        raise ValueError(f"{path.name}: only 'rules' may stand at the top, found {sorted(document)}")
    rules: dict[str, Any] = document["rules"]
    return {name: _parser.validate_python({"name": name, **body}) for name, body in rules.items()}


@cache
def shipped() -> dict[str, Rule]:
    return load()


@dataclass(frozen=True, slots=True)
class Change:
    """One override: other values for fields of a rule, or the rule switched off."""

    values: Mapping[str, Any]
    off: bool


@dataclass(slots=True)
class RuleBook:
    """Rules by name, and by the capability they watch; the changes by (rule, scope, scope id)."""

    rules: Mapping[str, Rule]
    changes: Mapping[tuple[str, str, str], Change] = field(default_factory=dict)
    by_capability: Mapping[str, tuple[Rule, ...]] = field(init=False)
    _changed_rules: frozenset[str] = field(init=False)
    _effective: dict[tuple[str, UUID | None, UUID | None, str | None], Rule | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules.values():
            for capability in capabilities(rule):
                found[capability.value].append(rule)
        self.by_capability = {capability: tuple(rules) for capability, rules in found.items()}
        self._changed_rules = frozenset(rule for rule, _, _ in self.changes)

    def effective(self, rule: Rule, where: Placed) -> Rule | None:
        """The rule as it holds for this place; None where it is switched off."""
        if rule.name not in self._changed_rules:
            return rule if rule.enabled else None
        key = (rule.name, where.elder_id, where.bed_id, where.site_code)
        if key not in self._effective:
            self._effective[key] = effective(rule, self._changes_for(rule.name, where))
        return self._effective[key]

    def _changes_for(self, rule: str, where: Placed) -> list[Change]:
        ids = {"site": where.site_code, "bed": where.bed_id, "elder": where.elder_id}
        found = (self.changes.get((rule, scope, str(ids[scope]))) for scope in SCOPES if ids[scope] is not None)
        return [change for change in found if change is not None]


def effective(rule: Rule, changes: list[Change]) -> Rule | None:
    """Apply changes from the weakest scope to the strongest, field by field; the strongest decides on/off."""
    for change in changes:
        rule = _apply(rule, {**change.values, "enabled": not change.off})
    return rule if rule.enabled else None


def _apply(rule: Rule, values: dict[str, Any]) -> Rule:
    try:
        return changed(rule, values)
    except ValidationError:  # stored for an older rule, or two scopes that contradict each other
        log.warning("override does not fit its rule", rule=rule.name, fields=sorted(values))
        return changed(rule, {"enabled": values["enabled"]})


def read(work: Work) -> RuleBook:
    """The shipped rules and all overrides as they stand now."""
    rows = work.session.scalars(select(RuleOverride))
    changes = {(row.rule, row.scope, row.scope_id): Change(row.values, row.off) for row in rows}
    return RuleBook(shipped(), changes)


@dataclass(slots=True)
class BookShelf:
    """Keeps a process's rule book, and reads it again only when an override was changed by whomever."""

    _version: int | None = None
    _book: RuleBook | None = None

    def current(self, work: Work) -> RuleBook:
        number = marks.number(work, "overrides")
        if self._book is None or number != self._version:
            self._book, self._version = read(work), number
        return self._book
