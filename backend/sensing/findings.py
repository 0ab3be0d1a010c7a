"""What a rule has to say: somebody should look, or the reason to look is gone."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Finding:
    """``raise``: open an alarm of ``kind``, or add to the open one; ``clear``: the condition is over.

    ``severity`` is 1 (low) to 4 (critical), None for a ``clear``. A rising severity comes as a new ``raise`` of the
    same kind; it never falls silently. ``at`` is the moment of the value, or of the timer that ran out. ``detail``
    is JSON (rule, capability, value, limit, since …); ``text`` is the Chinese sentence for the person on duty.
    """

    action: Literal["raise", "clear"]
    kind: str
    device_id: UUID
    elder_id: UUID | None
    severity: int | None
    at: datetime
    detail: dict[str, Any] = field(default_factory=dict)
    text: str = ""
