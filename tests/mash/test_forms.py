"""What a form says is wrong, and what it keeps."""

from __future__ import annotations

from datetime import date

import pytest
from mash.web.concurrency import StaleVersion
from mash.web.idempotency import KeyUsedForAnotherRequest
from mash.web.pages import Form
from pydantic import BaseModel, Field


class Sent(BaseModel):
    reason: str = Field(min_length=1, max_length=5)
    count: int = 0


def form_of_day(day: str, month: str, year: str) -> Form:
    return Form.of({"born-day": day, "born-month": month, "born-year": year})


class TestDays:
    def test_is_read(self) -> None:
        assert form_of_day("3", "3", "2015").day("born", "Date of birth") == date(2015, 3, 3)

    @pytest.mark.parametrize("year", ["15", "0015", "1015", "9999"])
    def test_a_year_is_not_guessed(self, year: str) -> None:
        form = form_of_day("3", "3", year)
        assert form.day("born", "Date of birth") is None
        assert form.error("born") == "Date of birth must have a year of four figures, such as 2019"

    def test_says_what_is_missing_and_what_never_was(self) -> None:
        without, never = form_of_day("3", "", "2015"), form_of_day("31", "2", "2015")
        assert without.day("born", "Date of birth") is never.day("born", "Date of birth") is None
        assert without.error("born") == "Date of birth must have a month"
        assert never.error("born") == "Date of birth must be a real date"


class TestVersions:
    def test_is_the_current_one_until_the_form_was_sent(self) -> None:
        assert Form.of().version_or(3) == 3

    def test_stays_what_was_seen_where_something_else_is_wrong(self) -> None:
        assert Form.of({"version": 1}).version_or(3) == 1

    def test_is_the_current_one_once_the_change_was_told(self) -> None:
        form = Form.of({"version": 1})
        form.refuse(StaleVersion("The record", current=3))
        assert form.version_or(3) == 3


class TestBodies:
    def test_too_many_words_are_not_called_none(self) -> None:
        form = Form()
        assert form.body(Sent, {"reason": "far too long"}, {"reason": "why: Say why"}) is None
        assert form.error("why") == "This is too long: 5 characters at most"

    def test_no_words_are_asked_for_as_the_page_does(self) -> None:
        form = Form()
        assert form.body(Sent, {"reason": ""}, {"reason": "why: Say why"}) is None
        assert form.error("why") == "Say why"

    def test_a_field_is_called_as_on_the_page(self) -> None:
        form = Form()
        labels = {"why": "Child 1: reason", "count": "How many"}
        assert form.body(Sent, {"reason": "far too long", "count": "x"}, {"reason": "why"}, labels) is None
        assert form.error("why") == "Child 1: reason is too long: 5 characters at most"
        assert form.error("count") == "How many must be a whole number"


def test_a_key_that_stood_for_other_words_is_let_go() -> None:
    form = Form.of(once="0198b7a4-0000-7000-8000-000000000000", reason="more words")
    form.refuse(KeyUsedForAnotherRequest("This Idempotency-Key was used before with another body."))
    assert form.text("once") == ""
    assert form.text("reason") == "more words"
    assert form.errors[0].text.startswith("This form was sent before with other words")
