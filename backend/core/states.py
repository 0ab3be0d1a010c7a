"""Allowed transitions as a table: the only way a state changes, and the answer to "what can be done now?"."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.core.errors import DomainError


class WrongStateError(DomainError):
    """The action does not fit the present state; the facts say which actions would."""

    code = "wrong_state"


@dataclass(frozen=True)
class Machine:
    """``table[state][action]`` is the next state. Anything not in the table is refused."""

    table: Mapping[str, Mapping[str, str]]

    def next(self, state: str, action: str, **facts: Any) -> str:
        target = self.table[state].get(action)
        if target is None:
            raise WrongStateError(state=state, action=action, possible=self.actions(state), **facts)
        return target

    def actions(self, state: str) -> list[str]:
        return sorted(self.table[state])
