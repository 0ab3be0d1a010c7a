"""A live server on the test's database, a browser in front of it, and a county to look at."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.test import Client, TestResponse

from backend.alarms import raising
from backend.alarms.raising import Trigger
from backend.console.care import live
from backend.core.clock import ManualClock
from tests.conftest import WorkFactory
from tests.support.world import HOME, HOME_PATH, World, build

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PASSWORD = "secret"
FOUND = 302
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"


class QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name werkzeug gave it
        """Say nothing: the tests read answers, not access lines."""


def _closing(app: APIFlask) -> "WSGIApplication":
    """All but streams is read at once: a browser that goes away half-way makes this server forget to close a file."""

    def whole(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        kinds: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            kinds.append(dict(headers).get("Content-Type", ""))
            return start_response(status, headers, *more)

        answer = app(environ, start)
        if kinds[0].startswith("text/event-stream"):
            return answer
        with contextlib.closing(cast("Any", answer)):
            return [b"".join(answer)]

    return whole


class CuttableServer(ThreadedWSGIServer):
    """A threaded server whose open connections can be cut, as a power failure would."""

    daemon_threads = False  # so that closing waits for the last stream to notice

    def __init__(self, app: APIFlask, port: int = 0) -> None:
        super().__init__("127.0.0.1", port, _closing(app), handler=QuietHandler)
        self._sockets: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._running = True
        self._thread.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._sockets.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._sockets.discard(request)
        super().shutdown_request(request)

    def cut(self) -> None:
        """Stop listening and drop every open stream."""
        if not self._running:
            return
        self._running = False
        self.shutdown()
        for connection in list(self._sockets):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
        self._thread.join(5)


@dataclass
class Site:
    """The running console: its address and the county behind it."""

    url: str
    world: World
    work: WorkFactory
    clock: ManualClock
    server: CuttableServer

    def restart(self, app: APIFlask) -> None:
        """Power is back: the same address answers again."""
        self.server = CuttableServer(app, self.server.port)

    def raise_alarm(self, kind: str = "sos", **more: Any) -> UUID:
        facts: dict[str, Any] = {
            "kind": kind,
            "subject_key": f"elder:{self.world.elder}",
            "subject_name": "王秀英",
            "place": "安康养老院 2楼 203房 1床",
            "division_path": HOME_PATH,
            "occurred_at": self.clock.now(),
            "elder_id": self.world.elder,
            "site_code": HOME,
        }
        with self.work() as w:
            return raising.raise_alarm(w, Trigger(**{**facts, **more})).id


@pytest.fixture(autouse=True)
def talkative_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream notices that its reader has gone when it speaks: let it speak often, so that tests end soon."""
    monkeypatch.setattr(live, "SPEAK_ANYWAY_S", 0.2)


@pytest.fixture
def site(app: APIFlask, work: WorkFactory, clock: ManualClock) -> Iterator[Site]:
    with work() as w:
        world = build(w)
    with serving(app, work, clock, world) as running:
        yield running


@contextlib.contextmanager
def serving(app: APIFlask, work: WorkFactory, clock: ManualClock, world: World | None = None) -> Iterator[Site]:
    """A console on a port of its own; ``world``: None where nobody asks for the county behind it."""
    server = CuttableServer(app)
    running = Site(f"http://127.0.0.1:{server.port}", world, work, clock, server)  # type: ignore[arg-type] # see above
    yield running
    running.server.cut()


@pytest.fixture
def staff(app: APIFlask) -> Callable[[str], Client]:
    """Somebody signed in, with a client that asks without a browser."""

    def signed_in(username: str) -> Client:
        client = app.test_client()
        client.post("/console/login", data={"username": username, "password": PASSWORD})
        return client

    return signed_in


def send(client: Client, path: str, key: str = "", **said: str) -> TestResponse:
    """A form of the pages of benefits; ``key``: two with the same one are a double tap."""
    page = client.get("/console/benefits/").get_data(as_text=True)
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    return client.post(path, data={"csrf_token": token, "key": f"{key or 'a-form':-<36}", **said})


OpenPage = Callable[..., Page]
Shoot = Callable[[Page, str], None]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[OpenPage]:
    """Open a page as a signed-in member of staff: ``open_page("/console/board", width=390, height=844)``."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_(path: str, username: str = "duty", width: int = 1366, height: int = 800, **more: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **more)
        contexts.append(context)
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.extend(forbidden(message.text)))
        sign_in(context, site.url, username)
        page.goto(site.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not faults, "a script failed, or the page asked for something its policy forbids"


def forbidden(message: str) -> list[str]:
    return [message] if "Content Security Policy" in message else []


def sign_in(context: BrowserContext, url: str, username: str = "duty", password: str = PASSWORD) -> None:
    """By the form's own request, without drawing its page: the cookie is the context's."""
    said = {"username": username, "password": password}
    answer = context.request.post(f"{url}/console/login", form=said, max_redirects=0)
    assert answer.status == FOUND, answer.status


@pytest.fixture
def shoot() -> Shoot:
    """Keep a picture of the page under build/screenshots for people to look at."""

    def take(page: Page, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return take
