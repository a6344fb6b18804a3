"""The professional's form as a browser without scripts goes through it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from mash.partnerships import get
from support.clock import FakeClock
from support.intake import Store
from support.pages import Page, visit
from support.services import Services
from support.tokens import Tokens

GO_ON, LATER, SEND = "Save and go on", "Save and come back later", "Send to Havering MASH"
PDF = b"%PDF-1.7\n1 0 obj\n"


async def begin(client: httpx.AsyncClient, headers: dict[str, str], danger: str = "no") -> Page:
    page = await visit(client, "/portal/new", headers)
    return await page.submit({"danger": danger})


def base(page: Page) -> str:
    """Where the pages of the draft are."""
    return "/".join(page.path.split("?")[0].split("/")[:4])


async def at(page: Page, path: str) -> Page:
    return await visit(page.client, f"{base(page)}/{path}", dict(page.headers))


async def write(page: Page, path: str, **said: Any) -> Page:
    return await (await at(page, path)).submit(said, button=GO_ON)


class TestBeginning:
    async def test_asks_about_danger_before_anything_else(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        start = await visit(intake, "/portal", referrer)
        assert start.heading == "Your referrals"
        page = await visit(intake, start.links()["Tell us of a child"], referrer)
        assert page.heading == "Is a child in immediate danger?"
        assert "999" in page.text
        assert "MASH duty line" in page.text

    async def test_names_whoever_answers_at_this_hour(
        self, intake: httpx.AsyncClient, tokens: Tokens, clock: FakeClock
    ) -> None:
        by_day = await visit(intake, "/portal/new", tokens.issue("referrer"))
        assert "Who answers now MASH duty line" in by_day.text
        clock.set(datetime(2026, 11, 18, 23, 30, tzinfo=UTC))
        by_night = await visit(intake, "/portal/new", tokens.issue("referrer"))
        assert "Who answers now Emergency Duty Team" in by_night.text
        assert "01708 433999" in by_night.text

    async def test_tells_who_says_yes_to_ring_first(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer, "yes")
        assert page.heading == "Ring before you write"
        shown = await at(page, "check")
        assert "Is a child in immediate danger now? Yes" in shown.text

    async def test_does_not_go_on_without_an_answer(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], store: Store
    ) -> None:
        page = await (await visit(intake, "/portal/new", referrer)).submit({})
        assert (page.status, page.errors) == (422, ["Say whether a child is in immediate danger"])
        assert await store.count("draft") == 0

    async def test_asks_for_the_area_only_where_there_are_several(
        self, service: Services, tokens: Tokens
    ) -> None:
        async with service("intake", partnerships=["havering", "redbridge", "medway"]) as client:
            one = await visit(client, "/portal/new", tokens.issue("referrer"))
            assert "partnership" not in one.fields()
            headers = tokens.issue("referrer", partnerships=["havering", "redbridge"])
            page = await visit(client, "/portal/new", headers)
            assert "Havering" in page.text
            assert "Medway" not in page.text
            assert (await page.submit({"danger": "no", "partnership": "medway"})).status == 422
            page = await page.submit({"danger": "no", "partnership": "redbridge"})
            assert page.heading == "What are you asking for?"
            kinds = page.texts("input[name=request] + label")
            assert kinds == [one.title for one in get("redbridge").requests.values()]

    async def test_pressed_twice_begins_one(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], store: Store
    ) -> None:
        page = await visit(intake, "/portal/new", referrer)
        await asyncio.gather(page.submit({"danger": "no"}), page.submit({"danger": "no"}))
        assert await store.count("draft") == 1


@pytest.mark.requirement("INT-22")
class TestDraft:
    async def test_is_saved_by_each_page_and_come_back_to(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], tokens: Tokens
    ) -> None:
        page = await begin(intake, referrer)
        page = await (await at(page, "concern")).submit({"narrative": "Robin was hungry."}, button=LATER)
        assert page.heading == "It is saved, and has not been sent"
        elsewhere = await visit(intake, "/portal", tokens.issue("referrer-school"))
        assert "About a child who is not named yet" in elsewhere.text
        link = next(href for text, href in elsewhere.links().items() if text.startswith("Go on with it"))
        assert "Robin was hungry." in (await visit(intake, link, tokens.issue("referrer-school"))).text

    async def test_exists_for_nobody_else(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], tokens: Tokens, officer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer)
        other = tokens.issue("referrer", subject="another-school")
        for path in ("check", "concern", "children", "children/1/name", "files", "delete", "later", "ring"):
            assert (await visit(intake, f"{base(page)}/{path}", other)).status == 404, path
        assert "About" not in (await visit(intake, "/portal", other)).text
        assert (await visit(intake, f"{base(page)}/check", officer)).status == 403
        sent = await intake.post(f"{base(page)}/send", headers=other | {"accept": "text/html"})
        assert sent.status_code == 404

    async def test_is_deleted_once_that_is_asked(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], store: Store
    ) -> None:
        page = await at(await begin(intake, referrer), "delete")
        assert "Delete what you have begun?" in page.heading
        page = await page.submit()
        assert (page.heading, await store.count("draft")) == ("Your referrals", 0)

    async def test_gives_back_what_was_written_when_it_is_gone(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer)
        written = await at(page, "concern")
        await (await at(page, "delete")).submit()
        page = await written.submit({"narrative": "Two hours of work."}, button=GO_ON)
        assert page.status == 404
        assert "Two hours of work." in page.text

    async def test_tells_who_wrote_meanwhile_and_keeps_both(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer)
        phone, desk = await at(page, "concern"), await at(page, "concern")
        await phone.submit({"narrative": "From the phone."}, button=GO_ON)
        late = await desk.submit({"narrative": "From the desk."}, button=GO_ON)
        assert late.status == 412
        assert "From the phone." in late.text
        assert late.fields(GO_ON)["narrative"] == ["From the desk."]
        settled = await late.submit({"narrative": "From both."}, button=GO_ON)
        assert settled.heading == "What kinds of worry are these?"

    async def test_tells_of_who_wrote_meanwhile_also_after_a_mistake(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer)
        await write(page, "children/1/name", given="Robin")
        phone, desk = await at(page, "children/1/age"), await at(page, "children/1/age")
        await phone.submit({"estimated_age_years": "7"}, button=GO_ON)
        wrong = await desk.submit({"estimated_age_years": "eight"}, button=GO_ON)
        assert wrong.status == 422
        late = await wrong.submit({"estimated_age_years": "8"}, button=GO_ON)
        assert late.status == 412
        assert "about how many years old 7" in late.text

    async def test_calls_what_is_wrong_by_its_label_at_its_field(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer)
        wrong = await write(page, "children/1/name", given="R" * 201)
        assert wrong.errors == ["First name is too long: 200 characters at most"]
        assert wrong.html.css_first("a[href='#given']") is not None

    async def test_says_of_another_page_s_fault_at_no_field_of_its_own(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], clock: FakeClock
    ) -> None:
        page = await begin(intake, referrer)
        await write(page, "children/1/name", given="Robin")
        born = {"dob-day": "18", "dob-month": "11", "dob-year": "2026"}
        await write(page, "children/1/age", **born)
        clock.set(datetime(2026, 11, 17, 10, tzinfo=UTC))
        wrong = await write(page, "home", address="14 Sample Close")
        assert wrong.errors == ["A date of birth cannot be in the future."]
        assert wrong.html.css(".govuk-error-summary__list a") == []

    async def test_takes_the_reference_of_a_call_however_it_is_typed(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer)
        wrong = await write(page, "request", follows_call="hav-26-1")
        assert wrong.errors == ["Enter the whole reference, such as HAV-26-7K3M9PXR"]
        assert wrong.fields(GO_ON)["follows_call"] == ["hav-26-1"]
        await write(page, "request", follows_call=" hav-26-7k3m9pxr ")
        assert "HAV-26-7K3M9PXR" in (await at(page, "check")).text

    async def test_pages_apart_are_written_at_once_without_a_clash(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer)
        one, other = await at(page, "concern"), await at(page, "views")
        await one.submit({"narrative": "What was seen."}, button=GO_ON)
        assert (await other.submit({"child": "I am hungry."}, button=GO_ON)).status == 200
        shown = (await at(page, "check")).text
        assert "What was seen." in shown
        assert "I am hungry." in shown

    async def test_keeps_what_was_typed_beside_what_is_wrong(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer)
        await write(page, "children/1/name", given="Robin")
        typed = {"dob-day": "31", "dob-month": "2", "dob-year": "2019", "estimated_age_years": "seven"}
        wrong = await write(page, "children/1/age", **typed)
        assert wrong.status == 422
        assert wrong.errors == [
            "Date of birth must be a real date",
            "If you do not know it, about how many years old must be a whole number, such as 7",
        ]
        assert wrong.fields(GO_ON)["dob-day"] == ["31"]
        future = await write(page, "children/1/age", **{"dob-day": "1", "dob-month": "1", "dob-year": "2031"})
        assert (future.status, future.errors) == (422, ["A date of birth cannot be in the future."])
        assert future.html.css_first("a[href='#dob']") is not None


class TestChildren:
    async def test_are_added_changed_and_removed(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer)
        listed = await at(page, "children")
        named = await visit(intake, listed.links()["Add a child"], referrer)
        aged = await named.submit({"given": "Robin", "family": "Testcase"}, button=GO_ON)
        about = await aged.submit({"dob-day": "3", "dob-month": "2", "dob-year": "2019"}, button=GO_ON)
        places = await about.submit({"sex": "male", "interpreter_needed": "no"}, button=GO_ON)
        listed = await places.submit({"nhs_number": "999 000 0018"}, button=GO_ON)
        assert listed.texts("dt") == ["Robin Testcase"]
        again = await visit(intake, listed.links()["Add another child"], referrer)
        await again.submit({}, button=GO_ON)
        listed = await at(page, "children")
        assert listed.texts("dt") == ["Robin Testcase", "Child without a name, number 2"]
        gone = await visit(intake, listed.links()["Remove Robin Testcase"], referrer)
        assert "Remove Robin Testcase?" in gone.heading
        assert (await gone.submit()).texts("dt") == ["Child without a name, number 1"]

    async def test_not_born_yet_has_a_mother(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer)
        await write(page, "household/1/person", given="Marian", relationship="Mother")
        await write(page, "children/1/name")
        age = await at(page, "children/1/age")
        (mother,) = [
            one.attributes["value"]
            for one in age.html.css("select[name=mother] option")
            if one.text() == "Marian"
        ]
        due = {"edd-day": "3", "edd-month": "2", "edd-year": "2027", "mother": mother}
        await age.submit(due, button=GO_ON)
        sent = await (await at(page, "check")).submit(button=SEND)
        reference = sent.texts(".govuk-panel__body strong")[0]
        seen = (await intake.get(f"/v1/contacts/{reference}", headers=officer)).json()
        assert seen["unborn"]
        assert seen["document"]["children"][0]["mother"] == seen["document"]["household"][0]["id"]

    async def test_loses_a_mother_who_is_taken_out(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer)
        await write(page, "household/1/person", given="Marian")
        await write(page, "children/1/name", given="Robin")
        age = await at(page, "children/1/age")
        mother = age.html.css("select[name=mother] option")[1].attributes["value"]
        await age.submit({"mother": mother}, button=GO_ON)
        await (await at(page, "household/1/remove")).submit()
        assert "who the mother is" not in (await at(page, "check")).text

    @pytest.mark.parametrize(
        "path", ["children/2/name", "children/1/age", "children/0/name", "x", "concern/1/x"]
    )
    async def test_there_are_not_have_no_pages(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], path: str
    ) -> None:
        assert (await at(await begin(intake, referrer), path)).status == 404

    async def test_nobody_is_added_where_nothing_was_written(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer)
        assert "Nobody has been added yet." in (await write(page, "household/1/person")).text


class TestCheck:
    async def test_names_what_is_missing_and_lets_it_be_sent(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], store: Store
    ) -> None:
        page = await begin(intake, referrer)
        await write(page, "concern", narrative="Robin was hungry.")
        check = await at(page, "check")
        assert "You can send this as it is." in check.text
        assert check.links()["each child's name"].endswith("/children?then=check")
        sent = await check.submit(button=SEND)
        assert sent.status == 200
        status = await intake.get(
            f"/v1/contacts/{sent.texts('.govuk-panel__body strong')[0]}/status", headers=referrer
        )
        assert "each child's name" in [item["label"] for item in status.json()["missing"]]
        assert await store.count("contact") == 1

    async def test_leads_back_to_itself_from_a_change(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await at(await begin(intake, referrer), "check")
        concern = await visit(intake, page.links()["Change: What has happened?"], referrer)
        back = await concern.submit({"narrative": "Robin was hungry."}, button=GO_ON)
        assert back.heading == "Check your answers before you send them"

    @pytest.mark.requirement("CON-01")
    async def test_asks_why_the_family_was_not_told(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await begin(intake, referrer)
        telling = await at(page, "telling")
        assert len(telling.texts("input[name=told] + label")) == 5
        await telling.submit({"told": "not_informed_further_risk"}, button=GO_ON)
        links = (await at(page, "check")).links()
        assert links["why the family was not told"].endswith("/telling?then=check")
        assert links["who decided that the family was not told"].endswith("/telling?then=check")
        reason = {"rationale": "He would hit her.", "decided_by": "Lynn Marker, safeguarding lead"}
        await write(page, "telling", told="not_informed_further_risk", **reason)
        assert "why the family was not told" not in (await at(page, "check")).links()

    async def test_refuses_what_says_nothing_and_says_so(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], store: Store
    ) -> None:
        page = await (await at(await begin(intake, referrer), "check")).submit(button=SEND)
        assert page.status == 422
        assert page.errors == ["Tell us of a child, or of what worries you, before you send this."]
        assert await store.count("contact") == 0


@pytest.mark.requirement("INT-20")
async def test_sent_twice_is_one_contact(
    intake: httpx.AsyncClient, referrer: dict[str, str], store: Store
) -> None:
    page = await begin(intake, referrer)
    await write(page, "concern", narrative="Robin was hungry.")
    check = await at(page, "check")
    first, again = await asyncio.gather(check.submit(button=SEND), check.submit(button=SEND))
    assert first.path == again.path
    assert await store.count("contact") == 1


@pytest.mark.requirement("INT-22")
async def test_sends_the_very_document_that_the_form_of_other_systems_does(
    intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
) -> None:
    page = await begin(intake, referrer)
    await write(page, "concern", narrative="Robin was hungry.", when="On Monday")
    await write(page, "kinds", types=["neglect"])
    await write(page, "you", name="Lynn Marker", kind="school")
    await write(page, "reach", email="lmarker@paperlane.sch.example", safe_to_write="no")
    sent = await (await at(page, "check")).submit(button=SEND)
    same = {
        "partnership": "havering",
        "concern": {"narrative": "Robin was hungry.", "when": "On Monday", "types": ["neglect"]},
        "referrer": {
            "name": "Lynn Marker",
            "kind": "school",
            "email": "lmarker@paperlane.sch.example",
            "safe_to_write": False,
        },
    }
    other = (await intake.post("/v1/contacts", json=same, headers=referrer)).json()["reference"]
    found = [
        (await intake.get(f"/v1/contacts/{reference}", headers=officer)).json()
        for reference in (sent.texts(".govuk-panel__body strong")[0], other)
    ]
    assert found[0]["document"] == found[1]["document"]
    assert not found[0]["may_write"]


class TestFiles:
    async def test_are_added_given_back_and_removed(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await at(await begin(intake, referrer), "files")
        assert page.heading == "Do you want to send any files?"
        page = await page.submit(
            button="Add the file", files=[("content", ("letter.pdf", PDF, "application/pdf"))]
        )
        assert "letter.pdf" in page.text
        got = await intake.get(page.links()["letter.pdf"], headers=referrer)
        assert (got.content, got.headers["content-type"]) == (PDF, "application/octet-stream")
        assert got.headers["content-disposition"].startswith("attachment")
        page = await page.submit(button="Remove letter.pdf")
        assert "No file has been added yet." in page.text

    async def test_sent_twice_are_kept_once(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        page = await at(await begin(intake, referrer), "files")
        letter = [("content", ("letter.pdf", PDF, "application/pdf"))]
        await page.submit(button="Add the file", files=letter)
        again = await page.submit(button="Add the file", files=letter)
        assert len(again.texts("main ul.govuk-list > li")) == 1
        other = [("content", ("report.pdf", PDF + b"2", "application/pdf"))]
        refused = await page.submit(button="Add the file", files=other)
        assert (refused.status, len(refused.errors)) == (422, 1)
        both = await refused.submit(button="Add the file", files=other)
        assert len(both.texts("main ul.govuk-list > li")) == 2

    @pytest.mark.parametrize(
        ("content", "error"),
        [
            (b"MZ\x90\x00\x00", "The file must be one of these:"),
            (b"", "The file is empty."),
            (PDF + b"x" * 5000, "The file must be smaller than 4 KB."),
        ],
    )
    async def test_that_are_not_taken_are_refused_in_plain_words(
        self, service: Services, tokens: Tokens, content: bytes, error: str
    ) -> None:
        async with service("intake", max_attachment_bytes=4096) as client:
            page = await at(await begin(client, tokens.issue("referrer-school")), "files")
            page = await page.submit(
                button="Add the file", files=[("content", ("letter.pdf", content, "application/pdf"))]
            )
            assert page.status == 422
            assert page.errors[0].startswith(error)
            none = await (await at(page, "files")).submit(
                button="Add the file", files=[("content", ("", b"", ""))]
            )
            assert none.errors == ["Choose a file"]
