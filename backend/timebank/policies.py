"""The dated policies of ``params/bank.yaml``, and how a transfer remembers those that decided it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from backend.core import params

FILE = Path(__file__).parent / "params" / "bank.yaml"


@dataclass(frozen=True, slots=True)
class PolicyOn:
    """The policies of one day."""

    day: date

    def __getitem__(self, name: str) -> Any:
        """Raises ``params.NoValueError`` before a policy began, ``KeyError`` for a name there is not."""
        return params.load(FILE).at(name, self.day).value

    def noted(self, *names: str) -> dict[str, Any]:
        """These policies as a transfer keeps them: value, source and first day."""
        found = {name: params.load(FILE).at(name, self.day) for name in names}
        return {
            name: {"value": one.value, "source": one.source, "from": one.since.isoformat()}
            for name, one in found.items()
        }
