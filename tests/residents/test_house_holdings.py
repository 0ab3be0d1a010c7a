"""The whole house: an export shows every domain's part, an erasure stops at what is live and keeps what must stay."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from backend.booking.models import Booking, BookingParty
from backend.core.clock import ManualClock, local
from backend.core.db import Work
from backend.core.ids import new_id
from backend.eldercare.models import Elder
from backend.guides.models import Question
from backend.holdings import ERASABLES, HOLDINGS
from backend.marriage.models import RegistrationParty
from backend.ratings.models import Rating, RatingInvitation
from backend.residents import erasure
from backend.residents.export import export
from backend.residents.holdings import Line
from backend.residents.indexes import id_index
from backend.residents.models import Person
from backend.residents.persons import find_or_create_person
from backend.residents.rights_errors import ErasureBlockedError
from tests.conftest import WorkFactory
from tests.support import registry, world
from tests.support.registry import HERE, Registry


@pytest.fixture
def offices(work: WorkFactory) -> Registry:
    with work() as w:
        return registry.build(w)


def _groom(w: Work) -> UUID:
    """The man of the first couple, as the house comes to know him: after his case, with his number."""
    one = registry.couple(w)[0]
    return find_or_create_person(w, name=one.name, id_kind="resident_id", id_number=one.id_number).id


def _lines(w: Work, who: UUID, key: str) -> Sequence[Line]:
    return next(one.lines for one in export(w, who, HOLDINGS).sections if one.holding.key == key)


def test_every_part_of_the_house_says_what_and_why() -> None:
    keys = [one.key for one in HOLDINGS]
    assert len(set(keys)) == len(keys)
    assert {"bookings", "marriages", "ratings", "questions", "care"} <= set(keys)
    assert all(one.title and one.purpose and one.ground and one.keep for one in HOLDINGS)


def test_a_marriage_is_shown_and_stays_a_hundred_years(work: WorkFactory, offices: Registry) -> None:
    with work() as w:
        case = registry.registered(w, offices.viewer(), "marriage_registration", registry.couple(w))
        me = _groom(w)
        assert _lines(w, me, "marriages")[0]["证件字号"] == case.certificate_number
        found = erasure.plan(w, me, ERASABLES)
        assert found.blocked_by == []
        kept = next(one for one in found.kept if one.what == "婚姻登记档案")
        assert kept.until.year == local(w.now).year + 100
        erasure.erase(w, me, ERASABLES, "")
    with work() as w:
        assert w.session.get_one(Person, me).name == "已注销"
        assert [row.name for row in w.session.query(RegistrationParty).order_by(RegistrationParty.position)] == [
            "陈明", "林芳",
        ]  # fmt: skip


def test_a_case_at_the_desk_blocks_an_erasure(work: WorkFactory, offices: Registry) -> None:
    with work() as w:
        registry.walk_in(w, offices.viewer(), "marriage_registration", registry.couple(w))
        with pytest.raises(ErasureBlockedError) as refused:
            erasure.erase(w, _groom(w), ERASABLES, "")
        assert "正在办理的" in refused.value.facts["what"]


def _booked(w: Work, offices: Registry, days: int, state: str) -> Booking:
    """A booking ``days`` from today, naming the groom by his number alone."""
    one, start = registry.couple(w)[0], w.now + timedelta(days=days)
    row = Booking(
        id=new_id(), number=f"J{days}", office_id=offices.offices[HERE], matter="marriage_registration",
        pool="marriage", day=local(start).date(), starts_at=start, ends_at=start + timedelta(hours=1), slot_ids=[],
        state=state, source="online", created_at=w.now, changed_at=w.now,
    )  # fmt: skip
    row.parties.append(
        BookingParty(
            position=1,
            matter_group="marriage",
            person_index=id_index(one.id_number),
            name=one.name,
            id_number=one.id_number,
            live=state == "booked",
        )
    )
    w.session.add(row)
    w.session.flush()
    return row


def test_a_live_booking_blocks_and_is_named(work: WorkFactory, offices: Registry) -> None:
    with work() as w:
        row = _booked(w, offices, 8, "booked")
        me = _groom(w)
        assert _lines(w, me, "bookings")[0]["编号"] == row.number
        assert erasure.plan(w, me, ERASABLES).blocked_by == ["11月30日结婚登记预约"]


@pytest.mark.parametrize(("days", "stays"), [(-364, True), (-365, False), (-366, False)])
def test_a_booking_past_its_year_loses_the_name(work: WorkFactory, offices: Registry, days: int, stays: bool) -> None:
    with work() as w:
        _booked(w, offices, days, "no_show")
        me = _groom(w)
        kept = [one.what for one in erasure.plan(w, me, ERASABLES).kept]
        assert ("没有办成登记的预约" in kept) == stays
        erasure.erase(w, me, ERASABLES, "")
    with work() as w:
        assert w.session.query(BookingParty).one().name == ("陈明" if stays else "已注销")


def test_words_of_ratings_and_questions_go(work: WorkFactory, offices: Registry, clock: ManualClock) -> None:
    with work() as w:
        me = _groom(w)
        invitation = RatingInvitation(
            id=new_id(), person_id=me, subject_kind="booking", subject_id="1", title="结婚登记",
            division_path="500118/", invited_at=w.now,
        )  # fmt: skip
        w.session.add(invitation)
        w.session.flush()
        w.session.add(
            Rating(
                invitation_id=invitation.id,
                subject_kind="booking",
                subject_id="1",
                person_id=me,
                title="结婚登记",
                level=5,
                items={},
                comment="小李很热情",
                division_path="500118/",
                at=w.now,
            )
        )
        w.session.add(Question(asker_id=me, text="我叫陈明，怎么办？", found=False, cites=[], asked_at=w.now))
        w.session.flush()
        assert _lines(w, me, "ratings")[0]["意见"] == "小李很热情"
        assert _lines(w, me, "questions")[0]["提问"] == "我叫陈明，怎么办？"
        erasure.erase(w, me, ERASABLES, "")
    with work() as w:
        assert w.session.query(Rating).one().comment is None
        assert w.session.query(Question).count() == 0


def test_somebody_in_care_sees_that_too_and_ends_it_with_the_home_first(work: WorkFactory) -> None:
    with work() as w:
        elder = world.build(w).elder
        me = _groom(w)
        assert _lines(w, me, "care") == []
        w.session.get_one(Elder, elder).id_number_index = w.session.get_one(Person, me).id_index
        w.session.flush()
        assert _lines(w, me, "care")[0]["服务单位"] == "安康养老院"
        assert erasure.plan(w, me, ERASABLES).blocked_by == ["正在接受的养老照护服务"]
