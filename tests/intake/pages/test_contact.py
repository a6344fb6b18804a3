"""The Contact tab, and the forms by which a contact officer corrects a contact."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from factories.intake import NHS_NUMBERS, create_child, create_email, create_form
from intake.api.forms import Sections
from intake.pages.contact_fields import SECTIONS
from support.intake import Store
from support.pages import Page, visit
from support.tokens import Tokens

MERLIN_IN_DOUBT = """OFFICIAL - SENSITIVE

CHILD COMING TO NOTICE - PRE-ASSESSMENT CHECKLIST

Report Number:      26PAC104413

SUBJECT
Surname:            TESTCASE
Forename(s):        ROBIN
DOB:                03/02/2046
Sex:                Male
Home Address:       14 SAMPLE CLOSE, ROMFORD, RM99 1AB

CIRCUMSTANCES OF INCIDENT
The child was upstairs.
"""


@pytest.fixture
def mailbox(tokens: Tokens) -> dict[str, str]:
    return tokens.issue("mailbox")


async def send(client: httpx.AsyncClient, referrer: dict[str, str], **changes: Any) -> str:
    answer = await client.post("/v1/contacts", json=create_form(**changes), headers=referrer)
    contact_id: str = answer.json()["contact_id"]
    return contact_id


async def take_in(client: httpx.AsyncClient, mailbox: dict[str, str], **changes: Any) -> str:
    headers = mailbox | {"content-type": "message/rfc822"}
    answer = await client.post(
        "/v1/emails?partnership=havering", content=create_email(**changes), headers=headers
    )
    contact_id: str = answer.json()["contacts"][0]["id"]
    return contact_id


async def correct(client: httpx.AsyncClient, headers: dict[str, str], contact_id: str, section: str) -> Page:
    return await visit(client, f"/contacts/{contact_id}/correct/{section}", headers)


async def stored(client: httpx.AsyncClient, headers: dict[str, str], contact_id: str) -> dict[str, Any]:
    page = await visit(client, f"/contacts/{contact_id}", headers)
    reference = page.heading and next(word for word in page.text.split() if word.startswith("HAV-26-"))
    found: dict[str, Any] = (await client.get(f"/v1/contacts/{reference}", headers=headers)).json()
    return found


class TestContactPage:
    @pytest.mark.requirement("INT-06")
    async def test_shows_a_form_and_names_what_is_missing(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        contact_id = await send(intake, referrer, views={})
        page = await visit(intake, f"/contacts/{contact_id}", officer)
        assert page.status == 200
        assert "Robin came to school hungry three days running." in page.text
        assert "The family has been told of the referral" in page.text
        assert "Children Act 1989, section 17" in page.text
        assert page.texts("#children-title ~ h4") == ["Robin Testcase, 7"]
        assert "Still missing" in page.texts("h2")

    @pytest.mark.requirement("INT-03")
    async def test_marks_the_words_that_each_fact_was_read_from(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str]
    ) -> None:
        contact_id = await take_in(intake, mailbox)
        page = await visit(intake, f"/contacts/{contact_id}", officer)
        assert "Forename(s): ROBIN" in page.texts("mark")
        assert "Read from “DOB: 03/02/2019”" in page.text
        (place,) = [one for text, one in page.links().items() if text == "Show Date of birth in the text"]
        assert page.texts(place) == ["DOB: 03/02/2019"]

    async def test_says_what_the_reader_doubted(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str]
    ) -> None:
        contact_id = await take_in(intake, mailbox, body=MERLIN_IN_DOUBT, message_id="<2@met.police.example>")
        page = await visit(intake, f"/contacts/{contact_id}", officer)
        assert "A person has to go through this contact" in page.text
        assert "a date of birth that cannot be right" in page.text
        assert "Date of birth Not taken over Doubtful: look at it" in page.text

    async def test_forgets_the_words_of_what_was_corrected(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str]
    ) -> None:
        contact_id = await take_in(intake, mailbox)
        form = await correct(intake, officer, contact_id, "children")
        page = await form.submit({"children-0-given": "Robyn"}, button="Save")
        assert page.path == f"/contacts/{contact_id}"
        assert "Robyn" in page.text
        assert "Forename(s): ROBIN" not in page.texts("mark")
        assert "What “Children” said before" in page.text

    async def test_runs_nothing_that_somebody_wrote(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
        child = create_child(given=hostile, school=hostile)
        contact_id = await send(
            intake, referrer, children=[child], concern={"narrative": hostile}, address=hostile
        )
        page = await visit(intake, f"/contacts/{contact_id}", officer)
        assert page.texts("main script") == page.texts("main img") == []
        assert hostile in page.text

    async def test_gives_a_document_as_a_download(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str]
    ) -> None:
        order = ("order.pdf", "application/pdf", b"%PDF-1.4 fictitious")
        contact_id = await take_in(intake, mailbox, attached=[order])
        page = await visit(intake, f"/contacts/{contact_id}", officer)
        answer = await intake.get(page.links()["order.pdf"], headers=officer)
        assert (answer.content, answer.headers["content-type"]) == (order[2], "application/octet-stream")
        assert answer.headers["content-disposition"].startswith("attachment")

    @pytest.mark.parametrize("role", ["referrer-school", "analyst", "dpo", "ops"])
    async def test_is_closed_to_who_does_not_work_at_the_hub(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], tokens: Tokens, role: str
    ) -> None:
        contact_id = await send(intake, referrer)
        page = await visit(intake, f"/contacts/{contact_id}", tokens.issue(role))
        assert (page.status, "hungry" in page.text) == (403, False)

    async def test_is_not_there_for_another_partnership(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], tokens: Tokens
    ) -> None:
        contact_id = await send(intake, referrer)
        other = tokens.issue("contact_officer", partnerships=["medway"])
        for path in ("", "/correct/children", "/documents/01980000-0000-7000-8000-000000000001"):
            assert (await visit(intake, f"/contacts/{contact_id}{path}", other)).status == 404

    async def test_is_not_there_for_who_is_not_named(
        self, intake: httpx.AsyncClient, sent: str, officer: dict[str, str], tokens: Tokens
    ) -> None:
        contact_id = (await intake.get(f"/v1/contacts/{sent}", headers=officer)).json()["id"]
        body = {"restricted": True, "why": "staff_family", "reason": "A colleague's own family."}
        manager = tokens.issue("manager")
        answer = await intake.put(f"/v1/contacts/{sent}/restriction", json=body, headers=manager)
        assert answer.status_code == 200, answer.text
        assert (await visit(intake, f"/contacts/{contact_id}", officer)).status == 404
        assert (await visit(intake, f"/contacts/{contact_id}/correct/children", officer)).status == 404
        assert "Restricted" in (await visit(intake, f"/contacts/{contact_id}", manager)).texts(".govuk-tag")

    async def test_asks_a_social_worker_what_somebody_elses_case_is_opened_for(
        self, intake: httpx.AsyncClient, sent: str, officer: dict[str, str], tokens: Tokens, store: Store
    ) -> None:
        contact_id = (await intake.get(f"/v1/contacts/{sent}", headers=officer)).json()["id"]
        await store.allocate(sent, "somebody-else")
        worker = tokens.issue("social_worker")
        assert "hungry" not in (await visit(intake, f"/contacts/{contact_id}", worker)).text
        page = await visit(intake, f"/contacts/{contact_id}?purpose=duty_cover", worker)
        assert "hungry" in page.text


class TestAddInformation:
    async def test_puts_it_beneath_and_keeps_what_was_there(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        page = await visit(intake, f"/contacts/{await send(intake, referrer)}", officer)
        added = await page.submit({"text": "The aunt rang.", "danger": "yes"}, button="Add")
        assert added.texts(".moj-timeline .hub-said") == ["The aunt rang."]
        assert "Immediate danger" in added.texts(".govuk-tag")

    async def test_counts_once_however_often_it_is_sent(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        page = await visit(intake, f"/contacts/{await send(intake, referrer)}", officer)
        await page.submit({"text": "The aunt rang."}, button="Add")
        again = await page.submit({"text": "The aunt rang."}, button="Add")
        assert again.texts(".moj-timeline .hub-said") == ["The aunt rang."]

    async def test_asks_for_words_where_there_are_none(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        page = await visit(intake, f"/contacts/{await send(intake, referrer)}", officer)
        refused = await page.submit({"types": ["neglect"]}, button="Add")
        assert (refused.status, refused.errors) == (422, ["Write what you have to add"])
        assert refused.fields("Add")["types"] == ["neglect"]


class TestCorrect:
    @pytest.mark.parametrize("section", [one.name for one in SECTIONS])
    async def test_keeps_what_nobody_touched(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str], section: str
    ) -> None:
        contact_id = await send(intake, referrer, address="14 Sample Close, Romford, RM99 1AB")
        before = (await stored(intake, officer, contact_id))["document"]
        form = await correct(intake, officer, contact_id, section)
        saved = await form.submit(button="Save")
        assert (saved.status, saved.path) == (200, f"/contacts/{contact_id}")
        after = (await stored(intake, officer, contact_id))["document"]
        assert _without_defaults(after) == _without_defaults(before)

    async def test_asks_for_all_that_the_json_route_takes(self) -> None:
        for section in SECTIONS:
            asked = {field.name for field in section.fields}
            if section.at_root:
                assert asked | {one.name for one in SECTIONS} >= set(Sections.model_fields)
            else:
                assert asked == set(section.schema.model_fields) - {"id"}

    async def test_adds_a_person_and_takes_one_away_without_losing_a_word(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        contact_id = await send(intake, referrer)
        form = await correct(intake, officer, contact_id, "children")
        form = await form.submit({"children-0-school": "Ink Street Primary"}, button="Add another child")
        assert form.texts("legend.govuk-fieldset__legend--m") == ["Child 1", "Child 2"]
        form = await form.submit(
            {"children-1-given": "Sam", "children-1-nhs_number": NHS_NUMBERS[1]}, button="Add another child"
        )
        form = await form.submit({"children-2-given": "Max"}, button="Take away child 2")
        page = await form.submit(button="Save")
        assert page.texts("#children-title ~ h4") == ["Robin Testcase, 7", "Max"]
        assert "Ink Street Primary" in page.text
        assert NHS_NUMBERS[1] not in page.text

    async def test_keeps_nobody_of_whom_nothing_is_said(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        contact_id = await send(intake, referrer, professionals=[])
        form = await correct(intake, officer, contact_id, "professionals")
        form = await form.submit(button="Add another professional")
        page = await form.submit({"professionals-1-name": "Pat Draft"}, button="Save")
        document = (await stored(intake, officer, contact_id))["document"]
        assert [one["name"] for one in document["professionals"]] == ["Pat Draft"]
        assert page.status == 200

    async def test_comes_back_with_what_was_typed_where_a_date_cannot_be(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        contact_id = await send(intake, referrer)
        form = await correct(intake, officer, contact_id, "children")
        back = await form.submit({"children-0-dob-day": "31", "children-0-given": "Robyn"}, button="Save")
        assert (back.status, back.errors) == (422, ["Date of birth must be a real date"])
        typed = back.fields("Save")
        assert (typed["children-0-given"], typed["children-0-dob-day"]) == (["Robyn"], ["31"])
        assert back.html.css_first("#children-0-dob") is not None

    @pytest.mark.parametrize(
        ("section", "typed", "told"),
        [
            (
                "children",
                {"children-0-estimated_age_years": "200"},
                "Child 1: About how many years old, if the date is not known is too large (the limit is 25)",
            ),
            ("other_addresses", {"other_addresses-0-reason": "Weekends"}, "Address 1: Address is needed"),
            (
                "history",
                {"history-previous": "x" * 20_001},
                "Anything earlier is too long: 20000 characters at most",
            ),
        ],
    )
    async def test_calls_what_is_wrong_as_the_page_does(
        self,
        intake: httpx.AsyncClient,
        referrer: dict[str, str],
        officer: dict[str, str],
        section: str,
        typed: dict[str, str],
        told: str,
    ) -> None:
        form = await correct(intake, officer, await send(intake, referrer), section)
        back = await form.submit(typed, button="Save")
        assert (back.status, back.errors) == (422, [told])
        (link,) = back.html.css(".govuk-error-summary__list a")
        assert back.html.css_first(link.attributes["href"] or "") is not None

    async def test_says_at_its_field_what_the_rules_refuse(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        contact_id = await send(intake, referrer)
        form = await correct(intake, officer, contact_id, "children")
        back = await form.submit({"children-0-dob-year": "2031"}, button="Save")
        assert back.status == 422
        (link,) = [one.attributes["href"] for one in back.html.css(".govuk-error-summary__list a")]
        assert link == "#children-0-dob"

    @pytest.mark.requirement("SCR-12")
    async def test_comes_back_with_what_was_typed_where_somebody_else_was_first(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        contact_id = await send(intake, referrer)
        mine = await correct(intake, officer, contact_id, "children")
        theirs = await correct(intake, officer, contact_id, "children")
        await theirs.submit({"children-0-school": "Ink Street Primary"}, button="Save")

        back = await mine.submit({"children-0-given": "Robyn"}, button="Save")
        assert back.status == 412
        assert "Changed since you opened it: Children" in back.text
        assert "Ink Street Primary" in back.text
        assert back.fields("Save")["children-0-given"] == ["Robyn"]

        page = await back.submit(button="Save")
        assert "Robyn Testcase, 7" in page.text

    @pytest.mark.requirement("INT-03")
    async def test_is_complete_once_a_person_says_so(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str]
    ) -> None:
        contact_id = await take_in(intake, mailbox, body=MERLIN_IN_DOUBT)
        form = await correct(intake, officer, contact_id, "children")
        page = await form.submit({"children-0-given": "Robin"}, button="Save")
        assert "A person has to go through this contact" in page.text
        form = await correct(intake, officer, contact_id, "consent")
        page = await form.submit({"told": "informed", "complete": "yes"}, button="Save")
        assert "A person went through this contact" in page.text

    async def test_is_complete_as_it_stands_only_on_the_version_that_was_seen(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str]
    ) -> None:
        contact_id = await take_in(intake, mailbox, body=MERLIN_IN_DOUBT)
        page = await visit(intake, f"/contacts/{contact_id}", officer)
        form = await correct(intake, officer, contact_id, "consent")
        await form.submit({"told": "informed"}, button="Save")
        complete = "I have gone through it: it is complete"
        back = await page.submit(button=complete)
        assert (back.status, "Somebody else has changed this" in back.text) == (412, True)
        assert "A person went through this contact" in (await back.submit(button=complete)).text

    async def test_is_for_contact_officers(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], tokens: Tokens
    ) -> None:
        contact_id = await send(intake, referrer)
        page = await correct(intake, tokens.issue("social_worker"), contact_id, "children")
        assert page.status == 403

    async def test_has_no_section_of_another_name(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        contact_id = await send(intake, referrer)
        assert (await correct(intake, officer, contact_id, "kin")).status == 404


def _without_defaults(document: dict[str, Any]) -> dict[str, Any]:
    """A document without what says nothing, as JSON routes and pages leave out differently."""
    if not isinstance(document, dict):
        return document
    plain = {name: _without_defaults(value) for name, value in document.items()}
    return {name: value for name, value in plain.items() if value not in ({}, [], None)}
