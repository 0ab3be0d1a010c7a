"""An appointment as a calendar file (RFC 5545): the same UID for ever, SEQUENCE counts what has changed."""

from datetime import timedelta

from icalendar import Alarm, Calendar, Event

from backend.booking.matters import matter_of
from backend.booking.models import Booking
from backend.booking.reminders import bring
from backend.core.clock import local

PRODUCT = "-//Shouwang//Booking//ZH"
DOMAIN = "booking.shouwang"
AHEAD = timedelta(hours=2)
STATUSES = {"cancelled": "CANCELLED", "displaced": "TENTATIVE"}
PROVISIONAL = "{year}年放假安排未公布，日期可能调整"
MIME = "text/calendar; charset=utf-8"


def calendar(booking: Booking) -> bytes:
    """The file. METHOD is CANCEL for a cancelled appointment, which takes it out of the calendar again."""
    gone = booking.state == "cancelled"
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "CANCEL" if gone else "PUBLISH")
    found.add_component(_event(booking, gone=gone))
    found.add_missing_timezones()
    return bytes(found.to_ical())


def _event(booking: Booking, *, gone: bool) -> Event:
    title, office = matter_of(booking.matter).title, booking.office
    event = Event()
    event.add("uid", f"{booking.id}@{DOMAIN}")
    event.add("sequence", booking.sequence + gone)  # calendars take a cancellation only as something newer
    event.add("dtstamp", booking.changed_at)
    event.add("dtstart", local(booking.starts_at))
    event.add("dtend", local(booking.ends_at))
    event.add("summary", f"{title}（{office.name}）")
    event.add("location", f"{office.name}，{office.address}")
    event.add("description", _words(booking))
    event.add("status", STATUSES.get(booking.state, "CONFIRMED"))
    if office.latitude is not None and office.longitude is not None:
        event.add("geo", (office.latitude, office.longitude))
    if not gone:
        event.add_component(_alarm(title))
    return event


def _words(booking: Booking) -> str:
    lines = [f"预约号 {booking.number}", f"请带：{bring(booking.matter)}", booking.office.directions]
    if booking.provisional:
        lines.append(PROVISIONAL.format(year=booking.day.year))
    lines.append(f"来不了请提前取消或改时间。电话 {booking.office.phone}")
    return "\n".join(line for line in lines if line)


def _alarm(matter: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{matter}，两小时后开始")
    alarm.add("trigger", -AHEAD)
    return alarm
