"""Reads and sends the pages of a service as a browser without scripts does, but by a token.

``page = await visit(client, "/board", manager)``; ``await page.submit({"rating": "red"}, button="Rate")``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode

MOST_REDIRECTS = 5
ACCEPT = {"accept": "text/html,application/xhtml+xml"}


@dataclass
class Page:
    """A page as it came, and who asked for it."""

    client: httpx.AsyncClient
    headers: Mapping[str, str]
    answer: httpx.Response

    def __post_init__(self) -> None:
        self.html = LexborHTMLParser(self.answer.text)

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def path(self) -> str:
        return self.answer.url.raw_path.decode()

    @property
    def heading(self) -> str:
        (found,) = self.html.css("h1")
        return tidy(found)

    @property
    def text(self) -> str:
        """All that is to be read in the main part."""
        main = self.html.css_first("main")
        assert main is not None, self.answer.text[:400]
        return tidy(main)

    @property
    def errors(self) -> list[str]:
        """What the summary at the top says is wrong."""
        return [tidy(one) for one in self.html.css(".govuk-error-summary__list li")]

    def texts(self, selector: str) -> list[str]:
        return [tidy(one) for one in self.html.css(selector)]

    def links(self) -> dict[str, str]:
        """Where each link of the main part leads, by its text."""
        return {tidy(one): one.attributes.get("href") or "" for one in self.html.css("main a[href]")}

    def form(self, button: str | None = None) -> LexborNode:
        """The form with this button, or the only one of the main part that sends something."""
        forms = self.html.css("main form")
        if button is not None:
            forms = [one for one in forms if button in [tidy(found) for found in one.css("button")]]
        elif len(forms) > 1:
            forms = [one for one in forms if (one.attributes.get("method") or "get").lower() == "post"]
        assert len(forms) == 1, f"{len(forms)} forms at {self.path}: say which by its button"
        return forms[0]

    def fields(self, button: str | None = None) -> dict[str, list[str]]:
        """What the form would send as it stands."""
        found: dict[str, list[str]] = {}
        for node in self.form(button).css("input, textarea, select"):
            name, values = node.attributes.get("name"), _values(node)
            if name and values is not None:
                found.setdefault(name, []).extend(values)
        return found

    async def submit(
        self,
        changes: Mapping[str, Any] | None = None,
        *,
        button: str | None = None,
        files: Sequence[tuple[str, tuple[str, bytes, str]]] | None = None,
    ) -> Page:
        """Send the form with some of its fields changed, and go where that leads."""
        form, sent = self.form(button), self.fields(button)
        for name, value in (changes or {}).items():
            sent[name] = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
        for node in form.css("button[name]"):
            if button is None or tidy(node) == button:
                sent[node.attributes["name"] or ""] = [node.attributes.get("value") or ""]
        action = urljoin(str(self.answer.url), form.attributes.get("action") or "")
        if (form.attributes.get("method") or "get").lower() == "get":
            return await _follow(self.client, "GET", action, self.headers, params=sent)
        return await _follow(self.client, "POST", action, self.headers, data=sent, files=files)


async def visit(client: httpx.AsyncClient, path: str, headers: Mapping[str, str] | None = None) -> Page:
    """Open a page, and go where it leads."""
    return await _follow(client, "GET", path, headers or {})


async def _follow(
    client: httpx.AsyncClient, method: str, url: str, headers: Mapping[str, str], **sent: Any
) -> Page:
    answer = await client.request(method, url, headers={**ACCEPT, **headers}, **sent)
    for _ in range(MOST_REDIRECTS):
        if not answer.has_redirect_location:
            return Page(client, headers, answer)
        onward = urljoin(str(answer.url), answer.headers["location"])
        answer = await client.get(onward, headers={**ACCEPT, **headers})
    raise AssertionError(f"{url} leads on and on")


def tidy(node: LexborNode) -> str:
    return " ".join(node.text().split())


def _values(node: LexborNode) -> list[str] | None:
    """What a field would send, or none where it sends nothing."""
    kind = node.attributes.get("type", "text")
    if "disabled" in node.attributes or kind in ("submit", "button", "file"):
        return None
    if node.tag == "textarea":
        return [node.text().removeprefix("\n")]
    if node.tag == "select":
        options = node.css("option[selected]") or node.css("option")[:1]
        return [one.attributes.get("value") or "" for one in options]
    if kind in ("checkbox", "radio") and "checked" not in node.attributes:
        return None
    return [node.attributes.get("value") or ""]
