"""Counselling: voluntary, taken by one counsellor, its notes for nobody else."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select, text

from backend.booking import closures, records
from backend.booking.models import Booking
from backend.core.clock import ManualClock, local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.marriage import counselling
from backend.marriage.booking import BookingAsk, book_matter
from backend.marriage.counselling import Talk
from backend.marriage.errors import TalkSettledError, TalkTakenError
from backend.marriage.models import Counselling
from backend.ratings.models import RatingInvitation
from scheduler import desk_jobs
from tests.conftest import WorkFactory
from tests.support.registry import HERE, Registry, couple, slot, someone
from tests.support.residents import person

NOTES = "双方愿意再谈一次，约下周。"
TOPIC = {"topic": "conflict", "consent": True}
HOUR_S = 3600


def _day(w: Work) -> date:
    return local(w.now).date()


@pytest.fixture
def talk(work: WorkFactory, here: Registry) -> UUID:
    with work() as w:
        ask = BookingAsk(
            HERE, "family_counselling", slot(w, here, _day(w)), couple(w),
            service=TOPIC,
        )  # fmt: skip
        book_matter(w, ask, by=None, staff=here.viewer())
        return w.session.scalars(select(Counselling.id)).one()


def _shown(w: Work, here: Registry, name: str = "registrar") -> Talk:
    (found,) = counselling.of_day(w, here.viewer(name), HERE, _day(w))
    return found


def test_the_list_shows_topic_and_consent_and_no_names(work: WorkFactory, here: Registry, talk: UUID) -> None:
    with work() as w:
        found = _shown(w, here)
        assert (found.id, found.topic_zh, found.state_zh) == (talk, "矛盾调解", "等待辅导")
        assert found.names == ("陈*", "林*")
        assert found.consent_at == w.now
        assert found.counsellor is None


def test_a_talk_is_taken_by_one_counsellor(work: WorkFactory, here: Registry, talk: UUID) -> None:
    with work() as w:
        counselling.take(w, here.viewer(), talk)
        assert _shown(w, here).mine
        with pytest.raises(TalkTakenError):
            counselling.hold(w, here.viewer("unlicensed"), talk, "eased", NOTES)


def test_the_notes_are_sealed_and_their_authors_only(work: WorkFactory, here: Registry, talk: UUID) -> None:
    with work() as w:
        counselling.hold(w, here.viewer(), talk, "again", NOTES)
    with work() as w:
        assert counselling.notes(w, here.viewer(), talk) == NOTES
        with pytest.raises((TalkTakenError, NotAllowedError)):
            counselling.notes(w, here.viewer("unlicensed"), talk)
        assert NOTES not in str(w.session.execute(text("SELECT notes FROM counselling")).scalar())
        assert _shown(w, here).outcome_zh == "愿意再谈"


def test_nobody_reads_notes_of_a_talk_that_is_not_theirs_yet(work: WorkFactory, here: Registry, talk: UUID) -> None:
    with work() as w, pytest.raises(NotAllowedError):
        counselling.notes(w, here.viewer(), talk)


@pytest.mark.parametrize(("outcome", "length"), [("magic", 5), ("eased", 4001)])
def test_an_unknown_outcome_and_endless_notes_are_refused(
    work: WorkFactory, here: Registry, talk: UUID, outcome: str, length: int
) -> None:
    with work() as w, pytest.raises(BadInputError):
        counselling.hold(w, here.viewer(), talk, outcome, "字" * length)


def test_a_talk_ends_once_and_the_share_counts_it(work: WorkFactory, here: Registry, talk: UUID) -> None:
    with work() as w:
        who = here.viewer()
        assert counselling.share(w, who).share is None
        counselling.miss(w, who, talk)
        with pytest.raises(TalkSettledError):
            counselling.hold(w, who, talk, "eased", "")
        found = counselling.share(w, who)
        assert (found.held, found.missed, found.share) == (0, 1, 0.0)


def test_another_county_and_other_roles_see_nothing(work: WorkFactory, here: Registry, talk: UUID) -> None:
    with work() as w:
        with pytest.raises(NotFoundError):
            counselling.take(w, here.viewer("registrar_there"), talk)
        for name in ("lead", "clerk"):
            with pytest.raises(NotAllowedError):
                counselling.of_day(w, here.viewer(name), HERE, _day(w))


# -- who came, and what follows


def _state(w: Work) -> str:
    return w.session.scalars(select(Booking).execution_options(populate_existing=True)).one().state


def _end(work: WorkFactory, clock: ManualClock) -> None:
    clock.advance(6 * HOUR_S)
    desk_jobs.end_missed()


def test_both_may_rate_a_talk_and_of_its_topic_nothing_is_said(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        known = [person(w, name, date(1990, 1, 1), serial) for serial, name in enumerate(("陈明", "林芳"), 1)]
        pair = tuple(someone(w, name, at, person_id=known[at - 1]) for at, name in enumerate(("陈明", "林芳"), 1))
        ask = BookingAsk(HERE, "family_counselling", slot(w, here, _day(w)), pair, service=TOPIC)
        book_matter(w, ask, by=None, staff=here.viewer())
        held = w.session.scalars(select(Counselling.id)).one()
        counselling.hold(w, here.viewer(), held, "eased", "")
    with work() as w:
        found = w.session.scalars(select(RatingInvitation)).all()
        assert {(one.person_id, one.subject_id) for one in found} == {(one, str(held)) for one in known}
        assert {one.title for one in found} == {"婚姻家庭辅导"}


def test_a_talk_written_down_after_they_were_called_absent_undoes_it(
    work: WorkFactory, here: Registry, clock: ManualClock, talk: UUID
) -> None:
    _end(work, clock)
    with work() as w:
        assert _state(w) == "no_show"
        counselling.hold(w, here.viewer(), talk, "eased", "")
        assert _state(w) == "done"


def test_who_has_talked_is_not_called_absent_when_a_closed_day_opens_again(
    work: WorkFactory, here: Registry, clock: ManualClock, talk: UUID
) -> None:
    with work() as w:
        booking = w.session.scalars(select(Booking.id)).one()
        closures.displace(w, booking)
        counselling.hold(w, here.viewer(), talk, "eased", "")
        assert _state(w) == "displaced"
        records.change(w, booking, "restore")
    _end(work, clock)
    with work() as w:
        assert _state(w) == "done"
