"""Who may do what, by real requests: every endpoint has an audience, every action refuses whoever lacks its role."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from backend.alarms import raising, service
from backend.alarms.queries import BY_HAND
from backend.alarms.raising import Trigger
from backend.alarms.states import MACHINE
from backend.app import create_app
from backend.core.access import Audience, audience_of
from backend.core.db import Work, db, unit_of_work
from backend.core.ids import new_id
from backend.devices.models import Device
from backend.marriage import service as marriage
from backend.people.models import ROLES, Staff
from backend.people.rules import PERMISSIONS, Grant, allows
from backend.people.service import _open_session
from backend.settings import Settings, load_settings
from tests.support import registry, services, world
from tests.support.asks import ASKS
from tests.support.offices import build_office
from tests.support.residents import person
from tests.support.sources import ROOT, code
from tests.support.world import COUNTY, HOME, HOME_PATH, VILLAGE, World

LIBRARY_FILES = {"static", "bootstrap.static"}
OPEN_TO_EVERYBODY = {
    "openapi.spec", "ops.healthz", "ops.readyz", "docs.page", "docs.start", "docs.asset",
    "staff_sign_in.post_session", "console_static.static", "console_public.root", "console_public.console_root",
    "console_public.login", "console_public.post_login", "mini_log_in.post_session", "mini_log_in.post_refresh",
    "mini_guides.get_guides", "mini_guides.get_guide",
    "mini_guides.post_question", "mini_marriage_open.get_matters", "mini_marriage_open.post_pre_check",
    "console_gongshi.page", "console_gongshi.objection",
    "verify_certificate.index", "verify_certificate.page",
    "mini_volunteers_open.get_vocabulary", "mini_volunteers_open.get_teams",
    "mini_cases_open.get_matters", "mini_cases_open.get_places", "mini_cases_open.get_board",
    "mini_cases_open.post_objection",
    "mini_activities_open.get_activities", "mini_activities_open.get_choices", "mini_activities_open.get_activity",
    "activities_public.page", "activities_public.one",
    "mini_tributes_open.get_choices", "mini_tributes_open.get_open_hall", "mini_tributes_open.post_report",
    "mini_tributes_open.post_report_answer", "moderation_checking.get_unchecked",
    "burial_prices_open.page", "mini_burials_open.get_cemeteries", "mini_burials_open.get_prices",
    "memorial_open.page", "memorial_open.enter", "memorial_open.media", "memorial_open.complaint",
    "mini_memorial_open.get_choices", "farewell_public.mine", "farewell_public.invited",
    "farewell_room.page", "farewell_room.post_door", "farewell_room.get_now", "farewell_room.post_enter",
    "farewell_room.post_words", "farewell_room.delete_words",
    "mini_help_open.get_choices", "mini_help_open.get_shared",
    "mini_offices.get_offices", "mini_offices.get_slots", "mini_link.page",
    "open_data.page", "open_data.as_json", "open_data.as_csv", "console_queue_screen.page", "console_queue_screen.live",
    "demo_phone_pages.index", "demo_phone_pages.without_slash", "demo_phone_pages.file", "demo_phone_pages.hall",
    "demo_phone.get_people",
    "demo_phone.get_today",
    "demo_phone.post_login_code", "demo_phone.post_phone_code", "demo_phone.get_poster", "demo_phone.get_qr",
}  # fmt: skip
REFUSED = {401, 403, 404}


@dataclass
class County:
    """A running demonstration (it has every endpoint) with one person per role, signed in."""

    app: APIFlask
    world: World
    tokens: dict[str, str]
    device: UUID
    person: UUID
    case: UUID

    def ask(self, method: str, path: str, username: str | None, json: Any = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.tokens[username]}"} if username else {}
        return self.app.test_client().open(path, method=method, headers=headers, json=json)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def county(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """One county per database for all tests of this file: each test rings its own alarms."""
    folder = tmp_path_factory.mktemp("county")
    app = create_app(_demo_settings(_database(request, folder), folder))
    with app.app_context():
        with unit_of_work() as w:
            built = world.build(w)
            built.staff["registrar2"] = world._staff(w, "registrar2", "registrar", HOME)
            built.staff["elsewhere"] = world._staff(w, "elsewhere", "lead", VILLAGE)
            for role in sorted(set(ROLES) - set(built.staff)):
                built.staff[role] = world._staff(w, role, role, COUNTY)
            device = Device(
                id=new_id(), source="zigbee2mqtt", external_id="b1", name="按钮", state="in_service", site_code=HOME,
                registered_at=w.now, in_service_at=w.now, expected_interval_s=300,
            )  # fmt: skip
            w.session.add(device)
            build_office(w, division=HOME)
            somebody = person(w)
            case = _case(w, built)
            names = (*ROLES, "elsewhere")
            tokens = {name: _open_session(w, w.session.get_one(Staff, built.staff[name])) for name in names}
        yield County(app, built, tokens, device.id, somebody, case)
        db.engine.dispose()


def _case(w: Work, built: World) -> UUID:
    """A couple at the registry of the care home's division."""
    couple = registry.couple(w)
    who = built.viewer("registrar", "registrar")
    return marriage.open_walk_in(w, who, marriage.WalkIn("HY01", "marriage_registration", couple)).id


def _database(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("template_sqlite"), folder / "test.db")
        return f"sqlite:///{folder / 'test.db'}"
    server, name = request.getfixturevalue("postgres"), f"t_{uuid4().hex[:12]}"
    services.create_database(server, name, request.getfixturevalue("template_postgres"))
    return f"{server}/{name}"


def _demo_settings(database_url: str, folder: Path) -> Settings:
    return load_settings(
        {
            "SHOUWANG_MODE": "demo",
            "SHOUWANG_DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database_url,
            "SHOUWANG_REDIS_PORT": str(services.free_port()),
        }
    )


def ring(kind: str = "bed_exit") -> UUID:
    """A new alarm of an elder of the care home."""
    with unit_of_work() as w:
        found = Trigger(kind, f"elder:{uuid4()}", "王秀英", "203房", HOME_PATH, w.now, site_code=HOME)
        return raising.raise_alarm(w, found).id


# -- audiences


def test_every_endpoint_is_wired_for_exactly_one_audience(county: County) -> None:
    rules = list(county.app.url_map.iter_rules())
    ways = [(rule.rule, method) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}]
    assert sorted(set(ways)) == sorted(ways)
    unknown = [rule.endpoint for rule in rules if audience_of(county.app, rule.endpoint) is None]
    assert set(unknown) == LIBRARY_FILES


def test_what_is_open_to_everybody_is_a_short_list_that_nobody_lengthens_by_accident(county: County) -> None:
    assert {rule.endpoint for rule in _rules(county.app, Audience.PUBLIC)} == OPEN_TO_EVERYBODY


def _rules(app: APIFlask, *audiences: Audience) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if audience_of(app, rule.endpoint) in audiences]


def _path(rule: Rule) -> str:
    filled = re.sub(r"<uuid:\w+>", str(uuid4()), rule.rule)
    filled = re.sub(r"<any\((\w+)[^>]*>", r"\1", filled)
    return re.sub(r"<[^>]+>", "x", filled)


def _requests(app: APIFlask, *audiences: Audience) -> Iterator[tuple[str, str]]:
    for rule in _rules(app, *audiences):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, _path(rule)


def test_a_stranger_gets_nothing_from_any_endpoint_for_staff(county: County) -> None:
    answers = {
        f"{method} {path}": county.ask(method, path, None, json={}).status_code
        for method, path in _requests(county.app, Audience.STAFF)
    }
    assert len(answers) > 20
    assert {path: status for path, status in answers.items() if status != 401} == {}


def test_a_stranger_is_sent_from_every_page_to_the_sign_in_page(county: County) -> None:
    answers = {
        f"{method} {path}": county.ask(method, path, None).headers.get("Location", "")
        for method, path in _requests(county.app, Audience.CONSOLE)
    }
    assert len(answers) > 10
    assert {path: to for path, to in answers.items() if not to.startswith("/console/login")} == {}


def test_a_platform_without_its_proof_is_refused(county: County) -> None:
    answers = {
        f"{method} {path}": county.ask(method, path, None, json={}).status_code
        for method, path in _requests(county.app, Audience.CLOUD)
    }
    assert answers
    assert {path: status for path, status in answers.items() if status not in (401, 403)} == {}


def test_metrics_are_for_the_local_network(county: County) -> None:
    client = county.app.test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "114.114.114.114"}).status_code == 403
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 200


def test_the_demonstrations_endpoints_exist_only_there(app: APIFlask) -> None:
    assert [rule.rule for rule in app.url_map.iter_rules() if "demo" in rule.rule] == []


def test_a_cookie_alone_changes_nothing(county: County) -> None:
    client = county.app.test_client()
    client.set_cookie("shouwang_staff", county.tokens["duty"])
    assert client.get("/api/v1/staff/session").status_code == 200
    assert client.post(f"/api/v1/staff/alarms/{ring()}/acknowledge", json={}).status_code == 403


# -- one request per action, by every role


def _filled(value: Any, county: County) -> Any:
    """``value`` with every ``{name}`` filled; ``{alarm}`` is a new one each time."""
    if isinstance(value, str) and "{alarm}" in value:
        return value.replace("{alarm}", str(ring()))
    facts = {
        "device": county.device,
        "elder": county.world.elder,
        "person": county.person,
        "case": county.case,
        **county.world.staff,
    }
    if isinstance(value, dict):
        return {name: _filled(one, county) for name, one in value.items()}
    return re.sub(r"\{(\w+)\}", lambda found: str(facts[found[1]]), value) if isinstance(value, str) else value


def test_every_action_the_code_asks_for_is_in_the_table_and_has_a_request_here() -> None:
    asked = {
        word
        for one in code()
        if one.path != "backend/people/rules.py"
        for word in re.findall(r"[\"']([a-z]+(?:\.[a-z]+)?)[\"']", one.text)
        if word in PERMISSIONS
    }
    assert asked - {"demo", "handover"} == set(ASKS) - {"demo", "handover"}


@pytest.mark.parametrize("action", sorted(ASKS))
def test_an_action_is_refused_to_every_role_without_it(action: str, county: County) -> None:
    ask = ASKS[action]
    answers = {
        role: county.ask(ask.method, _filled(ask.path, county), role, _filled(ask.json, county)).status_code
        for role in ROLES
    }
    refused = {role for role, status in answers.items() if status in REFUSED}
    assert refused == set(ROLES) - PERMISSIONS[action], answers
    assert {role: status for role, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("action", sorted(set(ASKS) - {"demo", "figures.view"}))
def test_an_action_ends_at_the_border_of_ones_part_of_the_county(action: str, county: County) -> None:
    ask = ASKS[action]
    answer = county.ask(ask.method, _filled(ask.path, county), "elsewhere", _filled(ask.json, county))
    assert answer.status_code in REFUSED


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", sorted(PERMISSIONS))
def test_a_grant_reaches_its_subtree_and_nothing_else(action: str, role: str) -> None:
    grants = [Grant(role, "500118/500118101/")]
    has = role in PERMISSIONS[action]
    assert allows(grants, action, "500118/500118101/500118101-H1/") == has
    assert allows(grants, action, "500118/500118101/") == has
    assert not allows(grants, action, "500118/500118102/")
    assert not allows(grants, action, "500118/5001181019/")
    assert not allows(grants, action, "500118/")


def test_this_file_names_every_role() -> None:
    assert set().union(*PERMISSIONS.values()) == set(ROLES)
    assert (ROOT / "backend" / "people" / "rules.py").is_file()


# -- every state x action x role of an alarm


PATHS = {"on_my_way": "on-my-way"}
BODIES = {"close": {"disposition": "false_alarm"}, "assign": {"username": "duty2"}, "note": {"note": "看过"}}


def _bring_to(state: str, county: County) -> UUID:
    """A new alarm in this state, brought there by a colleague."""
    alarm_id = ring()
    colleague = county.world.viewer("duty2")
    steps = {
        "ringing": (),
        "accepted": (service.acknowledge,),
        "on_the_way": (service.on_my_way,),
        "arrived": (service.arrive,),
        "closed": (lambda w, who, one: service.close(w, who, one, "false_alarm"),),
    }
    for step in steps[state]:
        with unit_of_work() as w:
            step(w, colleague, alarm_id)
    return alarm_id


@pytest.mark.parametrize("username", [*ROLES, "elsewhere"])
@pytest.mark.parametrize("state", sorted(MACHINE.table))
def test_every_action_in_every_state_does_what_the_table_says(state: str, username: str, county: County) -> None:
    wrong = {}
    for action in BY_HAND:
        path = f"/api/v1/staff/alarms/{_bring_to(state, county)}/{PATHS.get(action, action)}"
        status = county.ask("POST", path, username, BODIES.get(action, {})).status_code
        possible = 200 if action in MACHINE.actions(state) else 409
        sees = username in PERMISSIONS["alarm.view"]  # a stranger to alarms and one from elsewhere find nothing
        if status != (possible if sees else 404):
            wrong[action] = status
    assert wrong == {}


def test_the_buttons_shown_are_those_of_the_table(county: County) -> None:
    for state in MACHINE.table:
        shown = county.ask("GET", f"/api/v1/staff/alarms/{_bring_to(state, county)}", "duty").get_json()
        assert shown["state"] == state
        assert shown["actions"] == [action for action in BY_HAND if action in MACHINE.actions(state)]
