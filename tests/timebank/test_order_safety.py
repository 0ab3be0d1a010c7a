"""A volunteer in a stranger's home: what is seen before and after accepting, the link, the cry for help, the long
visit; photos.
"""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import func, select

from backend.alarms.models import Alarm
from backend.cases import paper_files
from backend.cases.errors import PaperRefusedError
from backend.core.clock import ManualClock
from backend.core.errors import NotFoundError
from backend.eldercare.models import Elder
from backend.notices.models import Notice
from backend.residents.indexes import id_index
from backend.timebank import order_photos, order_views, orders, safety
from backend.timebank.order_errors import (
    PhotoNotAgreedError,
    ShareOverError,
    WrongOrderStateError,
)
from backend.timebank.order_models import OrderHelper, OrderPhoto
from backend.timebank.order_records import find, locked
from scheduler import order_jobs
from tests.conftest import WorkFactory
from tests.support import help_orders
from tests.support.help_orders import TEN, Help, alarm_of, ask, of
from tests.support.residents import id_number
from tests.support.world import HOME, HOME_PATH

DAY_S = 86_400


@pytest.fixture
def found(work: WorkFactory) -> Help:
    with work() as w:
        return help_orders.build(w)


@pytest.fixture
def order_id(found: Help, work: WorkFactory) -> UUID:
    with work() as w:
        return ask(w, found, photo_agreed=True).id


@pytest.fixture
def begun(found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock) -> UUID:
    """The first volunteer is there since ten."""
    one = found.volunteers[0]
    with work() as w:
        orders.accept(w, of(w, one), order_id)
    clock.advance((TEN - clock.now()).total_seconds())
    with work() as w:
        orders.start(w, of(w, one), order_id, help_orders.HERE)
    return order_id


# -- what is seen


def test_the_door_and_the_telephone_are_seen_only_by_who_accepted(
    found: Help, order_id: UUID, work: WorkFactory
) -> None:  # fmt: skip
    first, second, _third = found.volunteers
    with work() as w:
        before = order_views.for_helper(w, of(w, first), locked(w, order_id))
        assert (before["address"], before["phone"], before["place"], before["receiver"]) == (None, None, None, "王**")
        assert before["reasons"]
        orders.accept(w, of(w, first), order_id)
        after = order_views.for_helper(w, of(w, first), locked(w, order_id))
        assert (after["address"], after["phone"], after["receiver"]) == ("桃园路8号2单元301", "02342341234", "王秀英")
        other = order_views.for_helper(w, of(w, second), locked(w, order_id))
        assert (other["address"], other["mine"]) == (None, "released")
        orders.withdraw(w, of(w, first), order_id, "孩子发烧了")
        assert order_views.for_helper(w, of(w, first), locked(w, order_id))["address"] is None
        bodies = " ".join(w.session.scalars(select(Notice.body)))
        assert "桃园路" not in bodies


# -- the link


def test_somebody_follows_the_visit_until_it_ends(found: Help, begun: UUID, work: WorkFactory) -> None:
    one = found.volunteers[0]
    with work() as w:
        old = safety.share(w, of(w, one), begun)
        code = safety.share(w, of(w, one), begun)
        safety.here(w, of(w, one), begun, (105.94, 29.37))
    with work() as w:
        with pytest.raises(ShareOverError):
            safety.followed(w, old)
        seen = safety.followed(w, code)
        assert (seen.name, seen.area, seen.place) == ("志**", "桃园社区", (105.94, 29.37))
        assert seen.planned_end == TEN + timedelta(minutes=60)
        assert w.session.scalar(select(func.count()).where(OrderHelper.share_digest == code)) == 0
        w.now += timedelta(minutes=60)
        orders.finish(w, of(w, one), begun)
        with pytest.raises(ShareOverError):
            safety.followed(w, code)
        with pytest.raises(WrongOrderStateError):
            safety.share(w, of(w, one), begun)


# -- the cry for help


def test_a_cry_for_help_reaches_those_on_duty_with_who_and_where(found: Help, begun: UUID, work: WorkFactory) -> None:
    with work() as w:
        safety.sos(w, of(w, found.volunteers[0]), begun, (105.9301, 29.3602))
        alarm = alarm_of(w, safety.SOS)
        assert (alarm.severity, alarm.subject_name, alarm.place) == (4, "志愿者志愿1", "桃园社区 桃园路8号2单元301")
        assert alarm.subject_key == f"volunteer:{found.volunteers[0]}"
        assert "105.93010,29.36020" in alarm.detail["text"]
        assert "02342341234" in alarm.detail["text"]
        told = {row.recipient_name for row in w.session.scalars(select(Notice).where(Notice.alarm_id == alarm.id))}
        assert "姓名officer" in told  # no site answers for this village: the county's officer on duty is told at once


def test_for_an_elder_in_care_those_on_duty_at_her_station_are_told(
    found: Help, begun: UUID, work: WorkFactory
) -> None:  # fmt: skip
    with work() as w:
        elder = w.session.scalars(select(Elder)).one()
        elder.id_number_index = id_index(id_number(help_orders.ELDER_BORN, help_orders.ELDER_SERIAL))
        safety.sos(w, of(w, found.volunteers[0]), begun)
        alarm = alarm_of(w, safety.SOS)
        assert (alarm.division_path, alarm.site_code) == (HOME_PATH, HOME)
        told = {row.recipient_name for row in w.session.scalars(select(Notice).where(Notice.alarm_id == alarm.id))}
        assert {"姓名duty", "姓名lead", "姓名officer"} <= told


def test_only_who_is_bound_to_come_can_cry_for_help(found: Help, order_id: UUID, work: WorkFactory) -> None:
    with work() as w, pytest.raises(WrongOrderStateError):
        safety.sos(w, of(w, found.volunteers[0]), order_id)


def test_a_visit_that_does_not_end_is_told_then_an_alarm_that_ends_with_it(
    found: Help, begun: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    clock.advance(90 * 60 - 1)
    assert order_jobs.watch_visits() == 0
    clock.advance(1)
    assert [order_jobs.watch_visits(), order_jobs.watch_visits()] == [1, 0]
    clock.advance(30 * 60 - 1)
    assert order_jobs.watch_visits() == 0
    clock.advance(1)
    assert [order_jobs.watch_visits(), order_jobs.watch_visits()] == [1, 0]
    with work() as w:
        alarm = alarm_of(w, safety.OVERDUE)
        assert (alarm.closed_at, alarm.severity) == (None, 3)
        orders.finish(w, of(w, found.volunteers[0]), begun, 60)
        w.session.refresh(alarm)
        assert alarm.closed_at is not None


def test_after_a_day_switched_off_a_long_visit_is_an_alarm_at_once(
    begun: UUID, work: WorkFactory, clock: ManualClock
) -> None:  # fmt: skip
    clock.advance(DAY_S)
    assert [order_jobs.watch_visits(), order_jobs.watch_visits()] == [1, 0]
    with work() as w:
        assert locked(w, begun).state == "started"
        assert w.session.scalar(select(func.count()).select_from(Alarm)) == 1


# -- photos


def picture(kind: str = "JPEG") -> bytes:
    out, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "camera of somebody"
    Image.new("RGB", (40, 30), "white").save(out, kind, exif=exif)
    return out.getvalue()


def test_a_photo_is_kept_plain_sealed_and_for_its_days_only(
    found: Help, begun: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    one, data = found.volunteers[0], order_photos.read_photo(picture())
    assert b"camera" in picture()
    assert b"camera" not in data
    with work() as w:
        photo = order_photos.add(w, of(w, one), begun, data).id
    with work() as w:
        assert order_photos.shown(w, find(w, found.herself, begun), photo) == data
        assert data[:20] not in (paper_files.folder() / f"{photo}.sealed").read_bytes()
    clock.advance(91 * DAY_S)
    assert [order_jobs.forget_photos(), order_jobs.forget_photos()] == [1, 0]
    with work() as w:
        assert not (paper_files.folder() / f"{photo}.sealed").exists()
        with pytest.raises(NotFoundError):
            order_photos.shown(w, locked(w, begun), photo)


def test_no_photo_without_agreement_of_another_kind_or_before_the_visit(
    found: Help, order_id: UUID, work: WorkFactory
) -> None:
    one, data = found.volunteers[0], order_photos.read_photo(picture("PNG"))
    noise = BytesIO()
    Image.effect_noise((200, 200), 50).convert("RGB").save(noise, "JPEG")
    half = noise.getvalue()[: len(noise.getvalue()) // 2]
    for bad, refused in (
        (b"%PDF-1.4 x", PaperRefusedError), (half, PaperRefusedError), (b"GIF89a", PaperRefusedError),
        (b"", PaperRefusedError),
    ):  # fmt: skip
        with pytest.raises(refused):
            order_photos.read_photo(bad)
    with work() as w:
        with pytest.raises(WrongOrderStateError):
            order_photos.add(w, of(w, one), order_id, data)
        other = ask(w, found, kind="company")
        orders.accept(w, of(w, one), other.id)
        w.now = TEN
        orders.start(w, of(w, one), other.id)
        with pytest.raises(PhotoNotAgreedError):
            order_photos.add(w, of(w, one), other.id, data)
        assert w.session.scalars(select(OrderPhoto)).all() == []
