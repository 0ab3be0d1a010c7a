"""Counselling: voluntary, taken by one counsellor, its notes for nobody else."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select, text

from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.marriage import counselling
from backend.marriage.booking import BookingAsk, book_matter
from backend.marriage.counselling import Talk
from backend.marriage.errors import TalkSettledError, TalkTakenError
from backend.marriage.models import Counselling
from tests.conftest import WorkFactory
from tests.support.registry import HERE, Registry, couple, slot

NOTES = "双方愿意再谈一次，约下周。"


def _day(w: Work) -> date:
    return local(w.now).date()


@pytest.fixture
def talk(work: WorkFactory, here: Registry) -> UUID:
    with work() as w:
        ask = BookingAsk(
            HERE, "family_counselling", slot(w, here, _day(w)), couple(w),
            service={"topic": "conflict", "consent": True},
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
