"""What can be done with an alarm in each state: for the API, the board and the tests alike."""

from backend.core.states import Machine

RINGING, ACCEPTED, ON_THE_WAY, ARRIVED, CLOSED = "ringing", "accepted", "on_the_way", "arrived", "closed"

_ALWAYS = {"note": "", "assign": "", "escalate": "", "call": "", "close": CLOSED}


def _row(state: str, **moves: str) -> dict[str, str]:
    return {**{action: target or state for action, target in _ALWAYS.items()}, **moves}


MACHINE = Machine(
    {
        RINGING: _row(RINGING, acknowledge=ACCEPTED, on_my_way=ON_THE_WAY, arrive=ARRIVED, press=RINGING),
        ACCEPTED: _row(ACCEPTED, on_my_way=ON_THE_WAY, arrive=ARRIVED, press=RINGING, decay=RINGING),
        ON_THE_WAY: _row(ON_THE_WAY, on_my_way=ON_THE_WAY, arrive=ARRIVED, press=RINGING, decay=RINGING),
        ARRIVED: _row(ARRIVED, arrive=ARRIVED, press=RINGING),
        CLOSED: {"note": CLOSED},
    }
)

STATE_ZH = {RINGING: "等待接警", ACCEPTED: "已接警", ON_THE_WAY: "正在赶往", ARRIVED: "已到场", CLOSED: "已结案"}
