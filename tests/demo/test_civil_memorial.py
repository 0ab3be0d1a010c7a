"""Remembering in the demonstration: whoever looks in finds halls, a cemetery, bills and farewells at every step."""

from datetime import timedelta
from decimal import Decimal

import requests
from sqlalchemy import func, select

from backend.booking.models import Booking
from backend.booking.offices import office_of
from backend.booking.verifying import differences
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Base, Work, reading, unit_of_work
from backend.demo import seed
from backend.demo.civil_burial_data import burials
from backend.demo.civil_memorial import memorial
from backend.demo.civil_moments import viewer_of
from backend.memorial import (
    cemeteries,
    cemetery_fees,
    day_reminders,
    farewell_book,
    farewell_guests,
    funeral_orders,
    grave_visits,
    hall_concerns,
    hall_media,
    halls,
    moderation_desk,
    sweeping,
    tributes,
    visit_days,
)
from backend.memorial.burial_models import FuneralOrder, PlotTerm, SweepingErrand
from backend.memorial.farewell_models import Farewell
from backend.memorial.models import Hall
from backend.memorial.tribute_models import Tribute
from backend.residents.models import Person
from backend.timebank.verifying import verify
from tests.support.phone import Demonstration

TWENTY_DAYS = timedelta(days=20)


def named(w: Work, name: str) -> Person:
    return next(one for one in w.session.scalars(select(Person)) if one.name == name)


def hall(w: Work, privacy: str) -> Hall:
    return w.session.scalars(select(Hall).where(Hall.privacy == privacy)).one()


def roles_of(w: Work, name: str) -> list[tuple[str, str]]:
    return [(one.privacy, role.role) for one, role in halls.of_person(w, named(w, name).id)]


def test_everybody_reads_the_public_hall_and_nobody_else_the_familys(shown: Demonstration) -> None:
    with reading() as w:
        numbers = {privacy: hall(w, privacy).number for privacy in ("public", "family", "invited")}
        roles = {name: dict(roles_of(w, name)) for name in ("赵敏", "张伟")}
        assert roles == {"赵敏": {"family": "keeper"}, "张伟": {"invited": "guest"}}
        assert not halls.may_see(w, hall(w, "family"), named(w, "王芳").id)
    page = requests.get(f"{shown.url}/memorial/{numbers['public']}", timeout=10)
    for words in ("王德厚", "柳溪村小学", "周素兰", "舅舅，您给我削的铅笔", "上学路上的石桥"):
        assert words in page.text, words
    assert "法事" not in page.text
    for privacy in ("family", "invited"):
        closed = requests.get(f"{shown.url}/memorial/{numbers[privacy]}", timeout=10)
        assert "桂花树" not in closed.text
        assert "李春生开了" not in closed.text


def test_what_waits_for_a_person_is_two_words_a_picture_and_a_report(shown: Demonstration) -> None:
    with reading() as w:
        waiting = moderation_desk.queue(w, viewer_of(w, "clerk"))
        assert sorted((one.item.content, one.item.state, one.reports) for one in waiting) == [
            ("picture", "queued", 0), ("text", "queued", 0), ("text", "queued", 0), ("text", "shown", 1),
        ]  # fmt: skip
        assert moderation_desk.queue(w, viewer_of(w, "clerk2")) == []
        everybody = hall_media.visible(w, hall(w, "public"), None)
        assert [one.state for one in everybody] == ["shown"] * 3
        rows = memorial().halls[0].tributes
        assert w.session.scalar(select(func.count()).select_from(Tribute)) == sum(
            len(one.tributes) for one in memorial().halls
        )
        assert len(tributes.shown(w, hall(w, "public").id)) == sum(
            one.words is not None and not one.waiting for one in rows
        )


def test_brother_and_sister_wait_for_a_mediator_and_a_daughter_for_her_fathers_day(shown: Demonstration) -> None:
    with reading() as w:
        [(concern, about)] = hall_concerns.waiting(w, viewer_of(w, "bureau"))
        assert (concern.kind, concern.blocks, about and about.title) == ("dispute", True, "怀念李春生")
        kinds = {one.kind: one.day for one in day_reminders.of_person(w, named(w, "王芳").id)}
        assert set(kinds) == {"death", "qingming"}
        assert kinds["death"] - local(shown.clock.now()).date() == timedelta(days=3)


def test_the_cemetery_has_terms_fees_visits_and_a_sweeping_with_pictures(shown: Demonstration) -> None:
    today = local(shown.clock.now()).date()
    with reading() as w:
        code = burials().cemetery.code
        cemetery = cemeteries.find(w, viewer_of(w, "clerk"), code)
        left = sorted((one.until - today).days for one in w.session.scalars(select(PlotTerm)))
        assert (len(left), left[0]) == (5, 40)
        assert left[1] > 5 * 365
        account = cemetery_fees.account(w, cemetery.id)
        assert [account.paid_in, account.used, account.balance] == [3400, 1180, 2220]
        assert account.right
        niche = cemeteries.grave(w, code, "思亲楼", "A区1格")
        assert len(cemeteries.lying_in(w, [niche.id])) == 2
        states = {
            one: [v.booking.state for v in grave_visits.visits_of(w, named(w, one).id)] for one in ("王芳", "张伟")
        }
        assert states == {"王芳": ["booked"], "张伟": ["displaced"]}
        done = w.session.scalars(select(SweepingErrand).where(SweepingErrand.state == "done")).one()
        pictures = sweeping.photos(w, done)
        assert [sweeping.photo(w, done, one)[:2] for one in pictures] == [b"\xff\xd8"] * 2
        assert len(sweeping.to_do(w, cemetery.id)) == 1
        unlike = visit_days.ahead(w, office_of(w, code), today)
        assert [(one.kind, one.displaced) for one in unlike] == [("closed", 1), *[("open", 0)] * 3]


def test_one_bill_is_partly_waived_and_its_family_complains(shown: Demonstration) -> None:
    with reading() as w:
        orders = w.session.scalars(select(FuneralOrder).order_by(FuneralOrder.at)).all()
        bills = [funeral_orders.bill_of(w, one) for one in orders]
        assert [one.state for one in orders] == ["done", "accepted"]
        assert bills[0].total == Decimal(1720)
        assert Decimal(0) < bills[0].waived < bills[0].total
        assert orders[0].granted_by
        assert [bills[1].total, bills[1].waived] == [1360, 0]
        [complaint] = funeral_orders.complaints_of(w, orders[0])
        assert complaint.answer is None
    prices = requests.get(f"{shown.url}/memorial/prices", timeout=10).text
    for words in ("政府定价", "政府指导价", "市场调节价", "420", "请本县填写"):
        assert words in prices, words


def test_one_farewell_is_over_with_a_recording_that_ends_and_one_is_to_come(shown: Demonstration) -> None:
    today = local(shown.clock.now()).date()
    with reading() as w:
        before, ahead = w.session.scalars(select(Farewell).order_by(Farewell.starts_at)).all()
        assert (before.state, ahead.state) == ("over", "planned")
        assert before.consent_at is not None
        assert before.recording_until is not None
        assert timedelta() < before.recording_until - today <= TWENTY_DAYS
        assert (local(ahead.starts_at).date() - today).days in range(1, 10)
        assert w.session.get_one(Booking, ahead.booking_id).matter == "farewell"
        came = {one.name for one in farewell_guests.invited(w, before) if one.came_at is not None}
        assert (came, len(farewell_guests.invited(w, before))) == ({"王家大姐", "小赵"}, 3)
        assert [one.state for one in farewell_book.entries(w, before, None)] == ["shown", "shown"]


def test_every_record_of_it_is_whole_and_a_second_seeding_changes_nothing(shown: Demonstration) -> None:
    def counted(w: Work) -> list[int]:
        tables: tuple[type[Base], ...] = (Hall, Tribute, Farewell, FuneralOrder, SweepingErrand, PlotTerm, Person)
        return [w.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables]

    with reading() as w:
        before = counted(w)
        assert audit.verify(w.session) > 0
        assert differences(w) == []
        assert list(verify(w)) == []
    with unit_of_work(seed.SEEDER) as w:
        assert not seed.seed(w)
        assert counted(w) == before
