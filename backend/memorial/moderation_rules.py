"""What a verdict leads to, who may look a second time, and which words call for a person. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal

from backend.core.states import Machine

Verdict = Literal["pass", "review", "risky"]

CHECKING, QUEUED, SHOWN, REFUSED = "checking", "queued", "shown", "refused"
REMOVED, APPEALED, WITHDRAWN = "removed", "appealed", "withdrawn"
WAITING = (CHECKING, QUEUED)
MOST_TRIES = 2
ASK_AGAIN_AFTER = timedelta(minutes=20)  # twice before ``notices.media`` gives up
BETWEEN_LETTERS = re.compile(r"[\s\W_]+")
SECOND_LOOKS = 2  # people who look again, neither of them the one who decided

STATE_ZH = {
    CHECKING: "正在检查", QUEUED: "等人看一看", SHOWN: "已显示", REFUSED: "没有显示", REMOVED: "已撤下",
    APPEALED: "正在复核", WITHDRAWN: "已收回",
}  # fmt: skip


ITEM = Machine(
    {
        CHECKING: {},
        QUEUED: {"show": SHOWN, "refuse": REFUSED},
        SHOWN: {"remove": REMOVED},
        REFUSED: {"appeal": APPEALED},
        REMOVED: {"appeal": APPEALED},
        APPEALED: {"restore": SHOWN, "uphold": REFUSED},
        WITHDRAWN: {},
    }
)


def after_machine(verdict: Verdict, *, person_first: bool, suspected: bool) -> str:
    """The state that follows from the machine's verdict: only a clear "pass" that needs nobody's eyes is shown.

    ``risky`` goes to a person too: the machine removes nothing for good, and what it finds may have to be reported.
    """
    return SHOWN if verdict == "pass" and not person_first and not suspected else QUEUED


def suspected(words: str | None, look: Mapping[str, Sequence[str]]) -> list[str]:
    """The rules whose words stand in a text, blind to spaces and signs between the letters."""
    plain = BETWEEN_LETTERS.sub("", words or "").casefold()
    return [rule for rule, found in look.items() if any(word in plain for word in found)]


def second_outcome(votes: Sequence[str]) -> str | None:
    """What the second look says: restored only if both say so; None while one of them has not spoken."""
    if "uphold" in votes:
        return "uphold"
    return "restore" if len(votes) >= SECOND_LOOKS else None
