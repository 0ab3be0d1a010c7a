"""Which blueprint is for whom: the complete list, in one place."""

from collections.abc import Iterator

from apiflask import APIFlask
from flask import Blueprint

from backend.alarms import api as alarms_api
from backend.assistance import api as assistance_api
from backend.booking import api as booking_api
from backend.cases import api as cases_api
from backend.console import mini_link
from backend.console import pages as console_pages
from backend.console import people_acts as console_people
from backend.console.assistance import households as console_households
from backend.console.assistance import money_pages as console_money
from backend.console.assistance import open_data as console_open_data
from backend.console.assistance import reviews as console_reviews
from backend.console.assistance import simulation as console_simulation
from backend.console.booking import appointments as console_appointments
from backend.console.booking import calendar as console_calendar
from backend.console.booking import callbacks as console_callbacks
from backend.console.booking import offices as console_offices
from backend.console.booking import questions as console_questions
from backend.console.booking import queue_screen as console_queue_screen
from backend.console.care import devices as console_devices
from backend.console.care import messages as console_messages
from backend.console.care import roster as console_roster
from backend.console.cases import agreements as console_agreements
from backend.console.cases import gongshi as console_gongshi
from backend.console.cases import leads as console_leads
from backend.console.cases import near_relatives as console_relatives
from backend.console.cases import pages as console_cases
from backend.console.cases import rounds as console_rounds
from backend.console.cases import supervision as console_supervision
from backend.console.cases import visits as console_visits
from backend.console.marriage import archive as console_archive
from backend.console.marriage import archive_imports as console_imports
from backend.console.marriage import desk_pages as console_marriage
from backend.console.marriage import figures as console_marriage_figures
from backend.console.marriage import records as console_records
from backend.console.marriage import records_register as console_register
from backend.console.memorial import applications as console_hall_applications
from backend.console.memorial import (
    burial_figures,
    burial_register_pages,
    cemetery_acts,
    farewell_public,
    farewell_room,
    funeral_paper_pages,
    hall_page,
    price_page,
    visit_day_pages,
)
from backend.console.memorial import dead as console_dead
from backend.console.memorial import farewell_desk as console_farewells
from backend.console.memorial import halls as console_halls
from backend.console.memorial import moderation as console_moderation
from backend.console.memorial import moderation_figures as console_moderation_figures
from backend.console.timebank import account_pages as console_accounts
from backend.console.timebank import activities_public, checkin_screen
from backend.console.timebank import activity_pages as console_activities
from backend.console.timebank import exchange as console_exchange
from backend.console.timebank import figures as console_timebank_figures
from backend.console.timebank import gifts as console_gifts
from backend.console.timebank import order_pages as console_orders
from backend.console.timebank import teams as console_teams
from backend.console.timebank import verify as console_verify
from backend.console.timebank import volunteer_pages as console_volunteers
from backend.core.access import Audience
from backend.core.fresh import KEPT_S
from backend.delivery import on_undeliverable
from backend.demo import api as demo_api
from backend.demo import phone_api
from backend.devices import api as devices_api
from backend.duty import api as duty_api
from backend.marriage import api as marriage_api
from backend.memorial import api as memorial_api
from backend.memorial import moderation_api
from backend.notices import api as notices_api
from backend.notices import wechat_push
from backend.people import api as people_api
from backend.timebank import api as timebank_api
from backend.timebank import order_api as help_orders_api
from backend.volunteers import activity_api, exchange_api, team_api
from backend.volunteers import api as volunteers_api
from iot import http_ingest
from miniprogram_api import activities as mini_activities
from miniprogram_api import assistance as mini_assistance
from miniprogram_api import booking as mini_booking
from miniprogram_api import burials as mini_burials
from miniprogram_api import cases as mini_cases
from miniprogram_api import consents as mini_consents
from miniprogram_api import farewells as mini_farewells
from miniprogram_api import guides as mini_guides
from miniprogram_api import hall_applications as mini_hall_applications
from miniprogram_api import help_orders as mini_help
from miniprogram_api import identity as mini_identity
from miniprogram_api import inbox as mini_inbox
from miniprogram_api import leads as mini_leads
from miniprogram_api import marriage as mini_marriage
from miniprogram_api import me as mini_me
from miniprogram_api import memorial as mini_memorial
from miniprogram_api import proxies as mini_proxies
from miniprogram_api import ratings as mini_ratings
from miniprogram_api import rights as mini_rights
from miniprogram_api import rush as mini_rush
from miniprogram_api import session as mini_session
from miniprogram_api import timebank as mini_timebank
from miniprogram_api import tributes as mini_tributes
from miniprogram_api import volunteers as mini_volunteers


def blueprints(*, demo: bool) -> Iterator[tuple[Blueprint, Audience]]:
    """Every blueprint with its audience; the demo's own exist only in a demo."""
    yield people_api.public, Audience.PUBLIC
    yield people_api.private, Audience.STAFF
    yield alarms_api.blueprint, Audience.STAFF
    yield duty_api.blueprint, Audience.STAFF
    yield devices_api.blueprint, Audience.STAFF
    yield booking_api.blueprint, Audience.STAFF
    yield marriage_api.blueprint, Audience.STAFF
    yield cases_api.blueprint, Audience.STAFF
    yield assistance_api.blueprint, Audience.STAFF
    yield from _timebank_apis()
    yield from _mini_program()
    yield console_pages.static, Audience.PUBLIC
    yield console_pages.public, Audience.PUBLIC
    yield console_pages.console, Audience.CONSOLE
    yield console_roster.blueprint, Audience.CONSOLE
    yield console_devices.blueprint, Audience.CONSOLE
    yield console_appointments.blueprint, Audience.CONSOLE
    yield console_offices.blueprint, Audience.CONSOLE
    yield console_queue_screen.blueprint, Audience.PUBLIC
    yield console_gongshi.blueprint, Audience.PUBLIC
    yield console_people.blueprint, Audience.CONSOLE
    yield console_questions.blueprint, Audience.CONSOLE
    yield console_callbacks.blueprint, Audience.CONSOLE
    yield console_marriage.blueprint, Audience.CONSOLE
    yield console_calendar.blueprint, Audience.CONSOLE
    yield from _assistance_pages()
    yield from _timebank_pages()
    yield from _remembering()
    yield notices_api.callbacks(on_undeliverable), Audience.CLOUD
    yield http_ingest.blueprint, Audience.CLOUD
    yield wechat_push.blueprint, Audience.CLOUD
    if demo:
        yield demo_api.blueprint, Audience.STAFF
        yield phone_api.blueprint, Audience.PUBLIC
        yield phone_api.pages, Audience.PUBLIC
        yield console_messages.blueprint, Audience.CONSOLE


def _assistance_pages() -> Iterator[tuple[Blueprint, Audience]]:
    """Social assistance in the console: cases, leads, visits, money; and its open data."""
    yield console_money.benefit_blueprint, Audience.CONSOLE
    yield console_households.blueprint, Audience.CONSOLE
    yield console_cases.blueprint, Audience.CONSOLE
    yield console_supervision.blueprint, Audience.CONSOLE
    yield console_money.payment_blueprint, Audience.CONSOLE
    yield console_reviews.blueprint, Audience.CONSOLE
    yield console_open_data.blueprint, Audience.PUBLIC
    yield console_leads.blueprint, Audience.CONSOLE
    yield console_relatives.blueprint, Audience.CONSOLE
    yield console_rounds.blueprint, Audience.CONSOLE
    yield console_visits.blueprint, Audience.CONSOLE
    yield console_agreements.blueprint, Audience.CONSOLE
    yield console_simulation.blueprint, Audience.CONSOLE


def _timebank_apis() -> Iterator[tuple[Blueprint, Audience]]:
    """Volunteers, their activities, help orders and the time bank for staff."""
    yield help_orders_api.blueprint, Audience.STAFF
    yield activity_api.blueprint, Audience.STAFF
    yield volunteers_api.blueprint, Audience.STAFF
    yield team_api.blueprint, Audience.STAFF
    yield exchange_api.blueprint, Audience.STAFF
    yield timebank_api.blueprint, Audience.STAFF


def _timebank_pages() -> Iterator[tuple[Blueprint, Audience]]:
    """Volunteers and the time bank in the console, and what of it everybody may open."""
    yield console_orders.blueprint, Audience.CONSOLE
    yield console_volunteers.blueprint, Audience.CONSOLE
    yield console_teams.blueprint, Audience.CONSOLE
    yield console_exchange.blueprint, Audience.CONSOLE
    yield console_accounts.blueprint, Audience.CONSOLE
    yield console_gifts.blueprint, Audience.CONSOLE
    yield console_timebank_figures.blueprint, Audience.CONSOLE
    yield activities_public.blueprint, Audience.PUBLIC
    yield console_activities.blueprint, Audience.CONSOLE
    yield checkin_screen.blueprint, Audience.CONSOLE
    yield console_verify.blueprint, Audience.PUBLIC


def _remembering() -> Iterator[tuple[Blueprint, Audience]]:
    """Memorial halls, tributes, farewells and burials: for residents, for staff, and what everybody may open."""
    yield hall_page.blueprint, Audience.PUBLIC
    yield console_halls.blueprint, Audience.CONSOLE
    yield console_dead.blueprint, Audience.CONSOLE
    yield mini_memorial.public, Audience.PUBLIC
    yield mini_memorial.private, Audience.RESIDENT
    yield memorial_api.blueprint, Audience.STAFF
    yield mini_hall_applications.blueprint, Audience.RESIDENT
    yield console_hall_applications.blueprint, Audience.CONSOLE
    yield mini_tributes.public, Audience.PUBLIC
    yield mini_farewells.day_blueprint, Audience.RESIDENT
    yield mini_farewells.blueprint, Audience.RESIDENT
    yield console_farewells.blueprint, Audience.CONSOLE
    yield farewell_public.blueprint, Audience.PUBLIC
    yield farewell_room.blueprint, Audience.PUBLIC  # by a cookie of its own
    yield mini_tributes.private, Audience.RESIDENT
    yield moderation_api.blueprint, Audience.STAFF
    yield moderation_api.checking, Audience.PUBLIC
    yield console_moderation.blueprint, Audience.CONSOLE
    yield console_moderation_figures.blueprint, Audience.CONSOLE
    yield price_page.blueprint, Audience.PUBLIC
    yield mini_burials.public, Audience.PUBLIC
    yield mini_burials.private, Audience.RESIDENT
    yield cemetery_acts.blueprint, Audience.CONSOLE
    yield visit_day_pages.blueprint, Audience.CONSOLE
    yield funeral_paper_pages.blueprint, Audience.CONSOLE
    yield burial_figures.blueprint, Audience.CONSOLE
    yield burial_register_pages.blueprint, Audience.CONSOLE


def doors(app: APIFlask) -> None:
    """What stands in front of the application. Tests move the clock by hand and want to see what they just did."""
    mini_rush.put_door(app, 0.0 if app.config["SHOUWANG"].mode == "test" else KEPT_S)


def _mini_program() -> Iterator[tuple[Blueprint, Audience]]:
    """The residents' side, and what of it is open before anybody has logged in."""
    yield mini_link.public, Audience.PUBLIC
    yield console_archive.blueprint, Audience.CONSOLE
    yield console_imports.blueprint, Audience.CONSOLE
    yield console_records.blueprint, Audience.CONSOLE
    yield console_register.blueprint, Audience.CONSOLE
    yield console_marriage_figures.blueprint, Audience.CONSOLE
    yield mini_session.public, Audience.PUBLIC
    yield mini_help.public, Audience.PUBLIC
    yield mini_help.private, Audience.RESIDENT
    yield mini_timebank.blueprint, Audience.RESIDENT
    yield mini_session.private, Audience.RESIDENT
    yield mini_me.blueprint, Audience.RESIDENT
    yield mini_identity.blueprint, Audience.RESIDENT
    yield mini_inbox.blueprint, Audience.RESIDENT
    yield mini_consents.blueprint, Audience.RESIDENT
    yield mini_proxies.blueprint, Audience.RESIDENT
    yield mini_rights.blueprint, Audience.RESIDENT
    yield mini_guides.public, Audience.PUBLIC
    yield mini_guides.private, Audience.RESIDENT
    yield mini_marriage.public, Audience.PUBLIC
    yield mini_marriage.private, Audience.RESIDENT
    yield mini_ratings.blueprint, Audience.RESIDENT
    yield mini_booking.public, Audience.PUBLIC
    yield mini_booking.blueprint, Audience.RESIDENT
    yield mini_cases.public, Audience.PUBLIC
    yield mini_cases.private, Audience.RESIDENT
    yield mini_assistance.blueprint, Audience.RESIDENT
    yield mini_leads.blueprint, Audience.RESIDENT
    yield mini_activities.public, Audience.PUBLIC
    yield mini_activities.private, Audience.RESIDENT
    yield mini_volunteers.public, Audience.PUBLIC
    yield mini_volunteers.private, Audience.RESIDENT
