"""A real browser at a running hub: signs people in, and holds every page they stop at to the same rules."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from axe_playwright_python.sync_playwright import Axe
from openmash_local.layout import Layout
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)

# The first is Chromium without the window that nobody sees, which takes half the time.
BINARIES: Final = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# No door of the machine's own is opened to pages, and nothing is looked up outside.
FLAGS: Final = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
DESKTOP: Final = ViewportSize(width=1280, height=900)
PHONE: Final = ViewportSize(width=375, height=740)
# The narrowest width that WCAG 2.2 asks for (1.4.10): 1280 pixels at a zoom of 400 %.
NARROWEST: Final = ViewportSize(width=320, height=640)
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Two sentences without a space between them, as templates make them where a condition ends a line.
TOGETHER: Final = re.compile(r"\w*[a-z]{2}[.?!][A-Z]\w+")
SCREENS: Final = "OPENMASH_SCREENS"


def find_browser() -> str | None:
    """The machine's own Chromium or Chrome, if it has one."""
    named = os.environ.get("OPENMASH_BROWSER")
    return named or next(filter(None, map(shutil.which, BINARIES)), None)


@contextmanager
def running_browser(binary: str) -> Iterator[Browser]:
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=[*FLAGS, *sandbox])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Person:
    """Somebody at a browser of their own. ``stops_at`` is where their page is looked at."""

    page: Page
    layout: Layout
    name: str | None
    phone: bool
    scripts: bool
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hears)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _hears(self, said: ConsoleMessage) -> None:
        # That a page itself is answered as refused or absent is no fault; that a part of it does not come is.
        page_itself = said.text.startswith("Failed to load") and "/assets/" not in said.location["url"]
        if said.type == "error" and not page_itself:
            self.faults.append(said.text)

    def opens(self, service: str, path: str) -> Response | None:
        """Go to a page of a service, and sign in on the way where that is asked."""
        answer = self.page.goto(self.layout.url(service) + path)
        if self.name and self.page.url.startswith(self.layout.url("companion")):
            with self.page.expect_navigation(url=lambda url: "/authorize" not in url):
                self.page.locator(f'button[name="persona"][value="{self.name}"]').click()
        return answer

    @property
    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def presses(self, name: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follows(self, name: str) -> None:
        """Follow the last link of this name; one that looks like a button has that role."""
        # What only a screen reader hears of a link has spaces of its own around it.
        said = re.compile(r"^" + r"\s*".join(map(re.escape, re.split(r"\s+|(?=:)", name))) + r"\s*$")
        link = self.page.get_by_role("link", name=said)
        link.or_(self.page.get_by_role("button", name=said)).last.click()

    def writes(self, **said: str) -> None:
        """Fill fields, by their names."""
        for field_name, words in said.items():
            self.page.locator(f"[name={field_name}]").fill(words)

    def reads(self, words: str) -> None:
        """Find these words in the main part, once they are there."""
        expect(self.page.get_by_role("main")).to_contain_text(words)

    def is_at(self, heading: str) -> None:
        """Come to the page with this heading, once it is there."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def is_refused_at(self, name: str) -> None:
        """Stop at a page that has come back with what is wrong."""
        expect(self.page.get_by_text("There is a problem")).to_be_visible()
        self.stops_at(name)

    def stops_at(self, name: str) -> None:
        """Hold the page to what every page owes: no rule of accessibility broken, nothing refused by the
        content policy, no error in the console, sentences apart, nothing wider than the narrowest screen."""
        options = {"runOnly": {"type": "tag", "values": RULES}}
        with nullcontext(self.page) if self.scripts else self._twin() as page:
            found = Axe().run(page, options=options)
        broken = [
            f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:3]]}"
            for one in found.response["violations"]
        ]
        assert not broken, f"{name} ({self.page.url}): " + "\n".join(broken)
        assert not self.faults, f"{name}: {self.faults}"
        assert self.page.locator("h1").count() == 1, f"{name}: a page has one heading of the first level"
        grown_together = TOGETHER.findall(self.page.locator("main").inner_text())
        assert not grown_together, f"{name}: {grown_together}"
        self._fits(name)
        self._shows(name)

    @contextmanager
    def _twin(self) -> Iterator[Page]:
        """The same page as it is without its scripts, where those of the checker can run."""
        assert self.page.context.browser is not None
        with self.page.context.browser.new_context(viewport=self.page.viewport_size) as context:
            twin = context.new_page()
            twin.route("**/*.js", lambda route: route.abort())
            # From the same address, for its look, and under the same policy.
            twin.goto(urljoin(self.page.url, "/accessibility"))
            twin.set_content(self.page.content())
            yield twin

    def _fits(self, name: str) -> None:
        self.page.set_viewport_size(NARROWEST)
        wide = self.page.evaluate(
            """() => [...document.querySelectorAll('body *')]
                 .filter((e) => !e.closest('.hub-scroll, svg, .govuk-visually-hidden, [hidden]'))
                 .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
                 .map((e) => e.outerHTML.slice(0, 160))
                 .slice(0, 3)"""
        )
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size(PHONE if self.phone else DESKTOP)
        assert width <= NARROWEST["width"], f"{name} scrolls sideways at 320 pixels: {wide}"

    def _shows(self, name: str) -> None:
        folder = os.environ.get(SCREENS)
        if not folder:
            return
        for suffix, size in (("desktop", DESKTOP), ("phone", PHONE)):
            self.page.set_viewport_size(size)
            path = Path(folder) / f"{name}-{suffix}.png"
            self.page.screenshot(path=path, full_page=True, animations="disabled")
        self.page.set_viewport_size(PHONE if self.phone else DESKTOP)


class SignIn:
    """``manager = sign_in("manager")``; options: ``phone``, ``scripts=False``; None for the public."""

    def __init__(self, browser: Browser, layout: Layout) -> None:
        self._browser = browser
        self._layout = layout
        self._contexts: list[BrowserContext] = []

    def __call__(self, name: str | None, *, phone: bool = False, scripts: bool = True) -> Person:
        options: dict[str, Any] = {"has_touch": True, "is_mobile": True} if phone else {}
        context = self._browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            locale="en-GB",
            timezone_id="Europe/London",
            java_script_enabled=scripts,
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        return Person(context.new_page(), self._layout, name, phone, scripts)

    def close(self) -> None:
        for context in self._contexts:
            context.close()
