"""The ledger of consents: one "yes" is one message, nothing goes below none, and WeChat's word is the last."""

import threading
from collections.abc import Mapping

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.app import create_app
from backend.core.clock import ManualClock
from backend.core.db import db, reading, unit_of_work
from backend.core.errors import BadInputError
from backend.notices import grants
from backend.notices.channels.base import Outcome, Reason, failed, refused, sent
from backend.notices.dispatcher import Dispatcher
from backend.notices.envelope import Envelope
from backend.notices.models import Attempt, SubscriptionGrant
from backend.settings import Settings
from tests.conftest import WorkFactory
from tests.support.outgoing import Line, attempts, status, write

OPENID, TPL = "oZhangWei", "TPL-1"
ADDRESS = "wechat-address"  # what tests.support.outgoing gives its recipients


def _left(openid: str = OPENID, template: str = TPL) -> int | None:
    with reading() as work:
        return grants.left(work, openid, template)


def _report(work: WorkFactory, answers: Mapping[str, str], source: grants.Source = "client") -> None:
    with work() as w:
        grants.report(w, OPENID, answers, source=source)


def test_what_nobody_has_told_is_not_known(app: APIFlask) -> None:
    assert _left() is None


def test_every_yes_is_one_message_more_and_every_message_one_less(app: APIFlask, work: WorkFactory) -> None:
    _report(work, {TPL: "accept"})
    _report(work, {TPL: "accept"})
    assert _left() == 2
    for expected in (1, 0, 0):
        with work() as w:
            grants.spend(w, OPENID, TPL)
        assert _left() == expected


def test_people_and_templates_are_kept_apart_and_no_openid_is_readable(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        grants.add(w, OPENID, TPL)
    assert (_left("oSomebodyElse"), _left(template="TPL-2")) == (None, None)
    with reading() as w:
        assert OPENID not in w.session.scalars(select(SubscriptionGrant.openid_index)).one()


@pytest.mark.parametrize(("gap_s", "counted"), [(0, 1), (119, 1), (120, 2), (121, 2)])
def test_the_mini_program_and_wechat_tell_of_one_yes_once(
    app: APIFlask, work: WorkFactory, clock: ManualClock, gap_s: int, counted: int
) -> None:
    _report(work, {TPL: "accept"})
    clock.advance(gap_s)
    _report(work, {TPL: "accept"}, "push")
    assert _left() == counted


def test_two_quick_yeses_told_twice_each_are_at_least_two(app: APIFlask, work: WorkFactory) -> None:
    for source in ("client", "push", "client", "push"):
        _report(work, {TPL: "accept"}, source)
    assert _left() == 2


def test_a_no_in_a_popup_leaves_what_was_allowed_before(app: APIFlask, work: WorkFactory) -> None:
    _report(work, {TPL: "accept", "TPL-2": "reject", "TPL-3": "filter", "TPL-4": "ban"})
    _report(work, {TPL: "reject"})
    assert [_left(template=name) for name in (TPL, "TPL-2", "TPL-3", "TPL-4")] == [1, 0, None, 0]


@pytest.mark.parametrize("answers", [{TPL: "yes"}, {f"T{number}": "accept" for number in range(6)}])
def test_what_wechat_would_not_answer_is_refused(app: APIFlask, work: WorkFactory, answers: dict[str, str]) -> None:
    with pytest.raises(BadInputError):
        _report(work, answers)
    assert _left() is None


def test_a_name_of_ours_and_the_accounts_id_are_one_line(settings: Settings, clock: ManualClock) -> None:
    named = settings.model_copy(
        update={"wechat_templates": {"reminder": TPL, "again": TPL}, "wechat_long_term": ("for-good",)}
    )
    with create_app(named, clock).app_context():
        with unit_of_work() as w:
            grants.add(w, OPENID, "reminder")
            grants.add(w, OPENID, "for-good")
        assert (_left(template="again"), _left(template=TPL)) == (1, 1)
        for _ in range(2):
            with unit_of_work() as w:
                grants.spend(w, OPENID, "for-good")
        assert _left(template="for-good") == 1
        with unit_of_work() as w:
            grants.report(w, OPENID, {"for-good": "reject"})
        assert _left(template="for-good") == 0
        db.engine.dispose()


def test_twenty_threads_spend_five_and_never_less_than_none(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        grants.add(w, OPENID, TPL, 5)
    start = threading.Barrier(20)

    def spend() -> None:
        with app.app_context():
            start.wait()
            with unit_of_work() as w:
                grants.spend(w, OPENID, TPL)

    _together([threading.Thread(target=spend) for _ in range(20)])
    assert _left() == 0


def test_twenty_threads_that_allow_at_once_are_all_counted(app: APIFlask) -> None:
    start = threading.Barrier(20)

    def allow() -> None:
        with app.app_context():
            start.wait()
            with unit_of_work() as w:
                grants.add(w, OPENID, TPL)

    _together([threading.Thread(target=allow) for _ in range(20)])
    assert _left() == 20


def _together(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# -- at a send


def _send(
    app: APIFlask, answers: list[Outcome], *, ways: tuple[str, ...] = ("wechat", "sms")
) -> tuple[Line, list[tuple[str, str | None]]]:
    line = Line("wechat", answers)
    with unit_of_work() as w:
        one = write(w, f"key-{len(answers)}", *ways)
    dispatcher = Dispatcher(app, {"wechat": line, "sms": Line("sms")}, envelope=Envelope({"alarm": TPL}))
    while dispatcher.run_once():
        pass
    assert status(one) == "sent"
    return line, attempts(one)


def test_a_message_that_went_out_costs_one_yes(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        grants.add(w, ADDRESS, TPL, 2)
    assert _send(app, [sent("1")])[1] == [("wechat", "sent")]
    assert _left(ADDRESS) == 1


def test_a_refusal_by_wechat_empties_the_line_and_the_next_way_is_taken(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        grants.add(w, ADDRESS, TPL, 2)
    assert _send(app, [refused(Reason.NO_GRANT, "errcode 43101")])[1] == [("wechat", "refused"), ("sms", "sent")]
    assert _left(ADDRESS) == 0


def test_an_empty_line_is_not_tried_and_says_why(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        grants.take_back(w, ADDRESS, TPL)
    line, tried = _send(app, [])
    assert (line.taken, tried) == ([], [("wechat", "refused"), ("sms", "sent")])
    with reading() as w:
        assert w.session.scalars(select(Attempt.reason).where(Attempt.channel == "wechat")).one() == "no_grant"


def test_where_nothing_is_known_wechat_is_asked(app: APIFlask) -> None:
    line, tried = _send(app, [])
    assert (len(line.taken), tried) == (1, [("wechat", "sent")])
    assert _left(ADDRESS) is None


def test_a_send_nobody_knows_about_costs_nothing(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        grants.add(w, ADDRESS, TPL)
    _send(app, [failed(Reason.TIMEOUT)])
    assert _left(ADDRESS) == 1


def test_a_new_yes_opens_the_way_again(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        grants.take_back(w, ADDRESS, TPL)
    with work() as w:
        grants.add(w, ADDRESS, TPL)
    assert len(_send(app, [])[0].taken) == 1


def test_the_operator_sees_why_wechat_sends_nothing(app: APIFlask, work: WorkFactory, clock: ManualClock) -> None:
    _send(app, [refused(Reason.NO_GRANT, "errcode 43101")])
    line = 'shouwang_wechat_refusals_last_day{reason="no_grant"} 1.0'
    assert line in app.test_client().get("/metrics").text
    clock.advance(24 * 3600 + 1)
    assert line not in app.test_client().get("/metrics").text
