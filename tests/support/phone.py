"""A demonstration with its WeChat and a browser the size of a phone in front of it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from backend.app import create_app
from backend.core.clock import CHINA, ManualClock
from backend.core.db import db, unit_of_work
from backend.demo.seed import SEEDER, seed
from backend.sandbox.server import listening
from backend.settings import Settings
from tests.support.legibility import broken
from tests.support.wechat_world import Phone, house_settings, sandbox

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=CHINA)
MORNING = TUESDAY - timedelta(hours=1)
SIZE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "zh-CN",
}  # fmt: skip
PICTURES = Path(__file__).parents[2] / "build" / "screenshots" / "phone"


@dataclass
class Demonstration:
    """The application, its address and its clock; ``faults``: scripts that failed, requests the policy forbids."""

    app: APIFlask
    url: str
    wechat: Phone
    clock: ManualClock
    browser: Browser
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def phone(self, *, elder: bool | None = False) -> "Handset":
        """A phone nobody has logged in on; ``elder`` None: it has not been asked about large type yet."""
        context = self.browser.new_context(**SIZE)
        self.contexts.append(context)
        context.set_default_timeout(30_000)
        if elder is not None:
            context.add_init_script(f"localStorage.setItem('shouwang.elder', '{str(elder).lower()}')")
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda told: self.faults.extend([told.text] if "Content Security" in told.text else []))
        return Handset(self, context, page)


@dataclass
class Handset:
    """One phone in one hand."""

    demonstration: Demonstration
    context: BrowserContext
    page: Page

    def open(self, path: str) -> Page:
        """Go to an address of the phone's page and wait until it stands there."""
        address = f"{self.demonstration.url}/phone/#{path}"
        if self.page.url == address:
            self.page.reload()
        else:
            self.page.evaluate("document.querySelector('main')?.removeAttribute('data-at')")
            self.page.goto(address)
        self.settled()
        return self.page

    def settled(self) -> None:
        """The page is drawn; what it asks for afterwards (the count of messages) changes nothing on it."""
        expect(self.page.locator("main[data-at]:not([aria-busy]) h1")).to_be_visible()

    def log_in(self, name: str) -> "Handset":
        self.open("/login").locator(".row", has=self.page.locator(f".row-title:text-is('{name}')")).click()
        expect(self.page.locator("main[data-at='#/home'] h1")).to_be_visible()
        return self

    def press(self, words: str, role: Any = "button") -> None:
        self.page.get_by_role(role, name=words, exact=True).click()

    def heading(self, words: str) -> None:
        """Wait for the page with this heading."""
        expect(self.page.locator("main[data-at]:not([aria-busy]) h1")).to_have_text(words)

    def take(self, name: str) -> None:
        """Keep a picture for people to look at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    def read(self, words: str, picture: str) -> None:
        """Wait for these words, on a page that keeps the promises of 长辈版; and keep a picture of it."""
        expect(self.page.locator("main")).to_contain_text(words)
        self.take(f"elder-{picture}")
        assert broken(self.page, elder=True) == {}

    def walk(self, paths: Iterable[str]) -> dict[str, Any]:
        """What every page of these breaks of the promises of 长辈版, with a picture of each; empty: nothing."""
        found = {}
        for path in paths:
            found[path] = broken(self.open(path), elder=True)
            self.take(f"elder{path.replace('/', '-')}")
        return {path: what for path, what in found.items() if what}

    def born(self, who: str, year: int, month: int, day: int) -> None:
        for unit, value in (("年", year), ("月", month), ("日", day)):
            self.page.get_by_label(f"{who}的出生日期{unit}", exact=True).fill(str(value))


def demo_settings(database_url: str, folder: Path, wechat: Phone) -> Settings:
    # Nobody taps as fast as a test does: how often one account may ask is not what is tried here.
    own = {"mode": "demo", "embedded": frozenset({"wechat"}), "limit_resident": "6000 per minute"}
    return house_settings(database_url, folder, wechat).model_copy(update=own)


def keep_seeded(database_url: str, folder: Path) -> None:
    """Write the demonstration into a database, as of eight on that Tuesday."""
    clock = ManualClock(MORNING)
    with sandbox(clock) as wechat:
        app = create_app(demo_settings(database_url, folder, wechat), clock)
        with app.app_context():
            with unit_of_work(SEEDER) as work:
                seed(work)
            db.engine.dispose()  # the last connection to close leaves nothing beside the file


@contextmanager
def demonstration(database_url: str, folder: Path, browser: Browser) -> Iterator[Demonstration]:
    """A demonstration on a Tuesday morning, served on a port of its own; seeded unless it is a copy of one."""
    clock = ManualClock(MORNING)
    with sandbox(clock) as wechat:
        app = create_app(demo_settings(database_url, folder, wechat), clock)
        with app.app_context():
            with unit_of_work(SEEDER) as work:
                seed(work)
            clock.advance(3600)
            with listening(app, 0) as port:
                running = Demonstration(app, f"http://127.0.0.1:{port}", wechat, clock, browser)
                yield running
                for context in running.contexts:
                    context.close()
            db.engine.dispose()
