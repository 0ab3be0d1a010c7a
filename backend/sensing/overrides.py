"""Other numbers of a rule for one elder, one bed or one site: set, taken back, listed; each audited with its reason."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Select, delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core import audit
from backend.core.db import Work, is_sqlite
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.sensing import marks
from backend.sensing.errors import BadOverrideError, EssentialRuleError, NoOverrideError, UnknownRuleError
from backend.sensing.models import RuleOverride, RuleState
from backend.sensing.rulebook import shipped
from backend.sensing.rules import Rule, changed

Scope = Literal["elder", "bed", "site"]
PLACES = {"elder": RuleState.elder_id, "bed": RuleState.bed_id, "site": RuleState.site_code}


def set_override(
    work: Work,
    rule: str,
    scope: Scope,
    scope_id: str,
    *,
    reason: str,
    values: Mapping[str, Any] | None = None,
    off: bool = False,
) -> RuleOverride:
    """Change a rule for one place, replacing what was set there before; running timers are looked at again at once.

    ``values`` are fields of the rule (see ``changeable`` of its class), e.g. ``{"high": 110}`` or
    ``{"between": "21:00-07:00"}``. Raises UnknownRuleError, BadOverrideError, EssentialRuleError, BadInputError.
    """
    _check(rule, scope, scope_id, dict(values or {}), reason, off=off)
    row = {
        "values": dict(values or {}), "off": off, "reason": reason.strip(), "set_by": work.actor.id, "set_at": work.now,
    }  # fmt: skip
    insert = (sqlite_insert if is_sqlite(work) else pg_insert)(RuleOverride)
    insert = insert.values(id=new_id(), rule=rule, scope=scope, scope_id=scope_id, **row)
    keys = ["rule", "scope", "scope_id"]
    work.session.execute(insert.on_conflict_do_update(index_elements=keys, set_=row))
    _changed(work, rule, scope, scope_id)
    audit.record(work, "sensing.override_set", f"{scope}:{scope_id}", rule=rule, **_told(row))
    return work.session.scalars(_find(rule, scope, scope_id).execution_options(populate_existing=True)).one()


def clear_override(work: Work, rule: str, scope: Scope, scope_id: str, *, reason: str) -> None:
    """Go back to the numbers of the wider place; NoOverrideError if there was nothing to take back."""
    _check_reason(reason)
    gone = work.execute_dml(
        delete(RuleOverride).where(
            RuleOverride.rule == rule, RuleOverride.scope == scope, RuleOverride.scope_id == scope_id
        )
    )
    if not gone:
        raise NoOverrideError(rule=rule, scope=scope)
    _changed(work, rule, scope, scope_id)
    audit.record(work, "sensing.override_cleared", f"{scope}:{scope_id}", rule=rule, reason=reason.strip())


def overrides_of(work: Work, scope: Scope, scope_id: str) -> list[RuleOverride]:
    found = select(RuleOverride).where(RuleOverride.scope == scope, RuleOverride.scope_id == scope_id)
    return list(work.session.scalars(found.order_by(RuleOverride.rule)))


def _find(rule: str, scope: str, scope_id: str) -> Select[RuleOverride]:
    return select(RuleOverride).where(
        RuleOverride.rule == rule, RuleOverride.scope == scope, RuleOverride.scope_id == scope_id
    )


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {"values": row["values"], "off": row["off"], "reason": row["reason"]}


def _check(name: str, scope: str, scope_id: str, values: dict[str, Any], reason: str, *, off: bool) -> None:
    _check_reason(reason)
    _check_place(scope, scope_id)
    rule = shipped().get(name)
    if rule is None:
        raise UnknownRuleError(rule=name)
    if rule.essential and (off or values):
        raise EssentialRuleError(rule=name)
    _check_values(rule, values)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise BadInputError(field="reason", why="请写明调整原因")


def _check_place(scope: str, scope_id: str) -> None:
    if scope not in PLACES:
        raise BadInputError(field="scope", why="只能是老人、床位或机构")
    if scope == "site":
        return
    try:
        UUID(scope_id)
    except ValueError:
        raise BadInputError(field="scope_id", why="编号格式不对") from None


def _check_values(rule: Rule, values: dict[str, Any]) -> None:
    for field in values:
        if field not in rule.changeable:
            raise BadOverrideError(rule=rule.name, field=field, why="这一项不能调整")
    try:
        changed(rule, values)
    except ValidationError as error:
        place = error.errors()[0]["loc"]
        field = str(place[0]) if place else "、".join(values)
        raise BadOverrideError(rule=rule.name, field=field, why="数值不合理或相互矛盾") from error


def _changed(work: Work, rule: str, scope: str, scope_id: str) -> None:
    """Make every process read its rules again, and let waiting timers of this place be worked out anew."""
    marks.count_up(work, "overrides")
    place: Any = scope_id if scope == "site" else UUID(scope_id)
    waiting = (RuleState.rule == rule, PLACES[scope] == place, RuleState.fire_at.is_not(None))
    work.session.execute(update(RuleState).where(*waiting).values(fire_at=work.now))
