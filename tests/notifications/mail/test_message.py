"""A message as it leaves: text and HTML of the same words, and headers that say what it is."""

from __future__ import annotations

import re
from email.message import EmailMessage
from html.parser import HTMLParser
from uuid import UUID

import pytest
from factories.notifications import create_addressee, create_notification
from mash import partnerships
from notifications.domain.letter import compose
from notifications.domain.notification import Notification
from notifications.mail.message import NotAnAddress, build_message
from notifications.mail.rendering import Rendered, render
from support.clock import START

HAVERING = partnerships.get("havering")
LETTERS = [
    create_notification(),
    create_notification(purpose="feedback", decision_kind="outcomes", decision="lado"),
    create_notification(purpose="written_form_chase"),
]


def rendered(notification: Notification, **addressee: object) -> Rendered:
    addressee = {"missing": ["address", "household"], **addressee}
    return render(compose(notification, create_addressee(**addressee), HAVERING, START), HAVERING)


def build(notification: Notification = LETTERS[0], to: str = "somebody@school.example") -> EmailMessage:
    return build_message(
        rendered(notification), id=UUID(int=7), to=to, mail_from="no-reply@mash.example", at=START
    )


class Reader(HTMLParser):
    """Gathers the words of a page, its tags, and whatever it would fetch or lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.language: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = dict(attrs)
        self.links += [str(found[name]) for name in ("src", "href", "background") if name in found]
        self.language = found.get("lang") or self.language

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html.replace("<title>", "<title hidden>"))
    return reader


@pytest.mark.parametrize("notification", LETTERS, ids=lambda one: one.purpose)
class TestEveryLetter:
    def test_says_the_same_as_text_and_as_html(self, notification: Notification) -> None:
        letter = rendered(notification)
        body = letter.html[letter.html.index("<body") :]
        text = re.sub(r"^- ", "", letter.text, flags=re.MULTILINE)
        assert read(body).words == text.split()

    def test_fetches_nothing_and_leads_nowhere(self, notification: Notification) -> None:
        page = read(rendered(notification).html)
        assert page.links == []
        assert page.tags <= {"html", "head", "meta", "title", "body", "p", "ul", "li"}
        assert page.language == "en-GB"

    def test_tells_whom_to_ring(self, notification: Notification) -> None:
        words = " ".join(rendered(notification).text.split())
        assert "999" in words
        assert "MASH duty line" in words
        assert "01708 433999" in words

    def test_has_no_line_too_long_to_read(self, notification: Notification) -> None:
        assert max(map(len, rendered(notification).text.splitlines())) <= 76

    def test_is_the_same_to_a_member_of_the_public_but_for_what_they_may_not_know(
        self, notification: Notification
    ) -> None:
        words = rendered(notification, is_professional=False).text
        assert "Designated Officer" not in words
        assert "where each child lives" not in words


class TestBuildMessage:
    def test_says_that_no_person_wrote_it(self) -> None:
        assert build()["Auto-Submitted"] == "auto-generated"
        assert build()["List-Id"] is None

    def test_has_the_same_id_at_every_try(self) -> None:
        assert build()["Message-ID"] == build()["Message-ID"] == f"<{UUID(int=7)}@mash.example>"

    def test_has_text_first_and_html_for_those_who_want_it(self) -> None:
        parts = [part.get_content_type() for part in build().iter_parts()]
        assert parts == ["text/plain", "text/html"]

    def test_is_dated_by_the_clock(self) -> None:
        assert build()["Date"].datetime == START

    @pytest.mark.parametrize("address", ["", "nobody", "a@x.example\r\nBcc: b@x.example", "a@x, b@x"])
    def test_goes_to_one_address_or_none(self, address: str) -> None:
        with pytest.raises(NotAnAddress):
            build(to=address)
