"""What follows from an answer or from silence; which transitions there are."""

import re

import pytest
from sqlalchemy import CheckConstraint

from backend.core.states import WrongStateError
from backend.notices.channels.base import Outcome, OutcomeStatus, Reason, failed, refused, sent
from backend.notices.rules import Verdict, after_answer, after_silence
from backend.notices.states import NOTICE, from_which
from backend.schema import METADATA

DELIVERED = Outcome(OutcomeStatus.DELIVERED)


@pytest.mark.parametrize(
    ("outcome", "way", "cancelled", "verdict"),
    [
        (sent(), 0, False, Verdict("send", 0)),
        (DELIVERED, 1, False, Verdict("deliver", 1)),
        (sent(), 0, True, Verdict("send", 0)),
        (failed(Reason.TIMEOUT), 0, False, Verdict("next_way", 1)),
        (refused(Reason.NO_GRANT), 0, False, Verdict("next_way", 1)),
        (failed(Reason.TIMEOUT), 1, False, Verdict("fail", 1, "timeout")),
        (failed(Reason.TIMEOUT), 0, True, Verdict("cancel", 0)),
    ],
)
def test_an_answer_ends_it_or_leads_to_the_next_way(
    outcome: Outcome, way: int, cancelled: bool, verdict: Verdict
) -> None:
    assert after_answer(outcome, way=way, ways=2, cancelled=cancelled) == verdict


@pytest.mark.parametrize(
    ("way", "ways", "lost", "verdict"),
    [
        (0, 2, 1, Verdict("next_way", 1)),
        (0, 1, 1, Verdict("next_way", 0)),
        (1, 2, 1, Verdict("next_way", 1)),
        (1, 3, 2, Verdict("fail", 1, "sender_died")),
        (0, 1, 2, Verdict("fail", 0, "sender_died")),
    ],
)
def test_silence_is_repeated_once_at_most(way: int, ways: int, lost: int, verdict: Verdict) -> None:
    assert after_silence(way=way, ways=ways, lost=lost, cancelled=False, too_late=False) == verdict


def test_silence_after_an_answered_alarm_or_a_deadline_ends_it() -> None:
    assert after_silence(way=0, ways=2, lost=1, cancelled=True, too_late=True).action == "cancel"
    assert after_silence(way=0, ways=2, lost=1, cancelled=False, too_late=True) == Verdict("expire", 0, "too_late")


def test_the_table_knows_every_status_of_the_database_and_no_other() -> None:
    table = METADATA.tables["notice"]
    checks = [one for one in table.constraints if isinstance(one, CheckConstraint)]
    (text,) = [str(one.sqltext) for one in checks if one.name == "ck_notice_status"]
    assert set(re.findall(r"'(\w+)'", text)) == NOTICE.table.keys()


def test_every_transition_leads_into_the_table_and_ends_stay_ends() -> None:
    assert {target for actions in NOTICE.table.values() for target in actions.values()} <= NOTICE.table.keys()
    for state in ("read", "failed", "cancelled", "expired"):
        assert NOTICE.actions(state) == []
        with pytest.raises(WrongStateError):
            NOTICE.next(state, "claim")


def test_only_what_waits_or_is_in_flight_can_be_cancelled() -> None:
    assert from_which("cancel") == ["pending", "sending"]
