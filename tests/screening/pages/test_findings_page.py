"""The form for what a screener found: hundreds of indicators, and nothing that was ticked is lost."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from factories.screening import LEVEL_2, LEVEL_3, LEVEL_4, Desk
from mash import partnerships
from support.pages import Page

KEEP = "Keep what you found"


async def findings(desk: Desk, contact_id: UUID, role: str = "officer", **who: object) -> Page:
    return await desk.page(f"/screenings/{contact_id}/findings", role, **who)


async def recorded(desk: Desk, contact_id: UUID) -> dict[str, object]:
    found: dict[str, object] = (await desk.screening(contact_id))["findings"]
    return found


class TestTheForm:
    @pytest.mark.requirement("SCR-03")
    async def test_has_every_indicator_of_the_version_by_domain_and_level(self, desk: Desk) -> None:
        page = await findings(desk, await desk.receive())

        thresholds = partnerships.get("havering").thresholds()
        boxes = [one.attributes["value"] for one in page.html.css("input[name=indicators]")]
        assert len(boxes) == len(thresholds.indicators)
        assert set(boxes) == set(thresholds.indicators)
        assert len(page.texts("details[id^=domain-]")) == len(thresholds.domains)
        first = page.texts("details[id^=domain-]:first-of-type legend")
        assert first[0].startswith("Level 4")

    async def test_keeps_what_was_found(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await findings(desk, contact_id)

        page = await page.submit(
            {
                "indicators": [LEVEL_3],
                "criteria": ["hav.criterion.19"],
                "stated": "say",
                "concerns": ["neglect", "housing"],
                "fact-attendance_percent": "85",
                "fact-open_case": "no",
                "fact-agreement": "not_asked",
            },
            button=KEEP,
        )

        assert (page.status, page.heading) == (200, "Screening")
        assert await recorded(desk, contact_id) == {
            "indicators": [LEVEL_3],
            "criteria": ["hav.criterion.19"],
            "concerns": ["housing", "neglect"],
            "facts": {"attendance_percent": 85, "open_case": False, "agreement": "not_asked"},
            "recorded_at": "2026-11-18T10:00:00Z",
        }

    async def test_keeps_a_fact_of_thousands(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await findings(desk, contact_id)
        page = await page.submit({"fact-theft_pounds": "2500"}, button=KEEP)
        assert page.status == 200
        assert (await recorded(desk, contact_id))["facts"] == {"theft_pounds": 2500}

    async def test_shows_again_what_was_kept(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        found = {
            "indicators": [LEVEL_3, LEVEL_2],
            "concerns": ["neglect"],
            "facts": {"open_case": True, "source_code": "5A"},
        }
        await desk.change(contact_id, "findings", found)
        page = await findings(desk, contact_id)

        fields = page.fields(KEEP)
        assert (fields["indicators"], fields["concerns"]) == ([LEVEL_3, LEVEL_2], ["neglect"])
        assert (fields["stated"], fields["fact-open_case"]) == (["say"], ["yes"])
        await page.submit({}, button=KEEP)
        assert (await recorded(desk, contact_id))["facts"] == {"open_case": True, "source_code": "5A"}

    async def test_leaves_the_referrers_concerns_where_nobody_says_otherwise(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await findings(desk, contact_id)
        await page.submit({"indicators": [LEVEL_2]}, button=KEEP)
        assert (await recorded(desk, contact_id))["concerns"] is None


class TestFind:
    async def test_shows_only_those_with_the_words_and_keeps_every_tick(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await findings(desk, contact_id)

        page = await page.submit({"indicators": [LEVEL_4], "words": "Police called"}, button="Find")

        assert all("police" in text.casefold() for text in page.texts("details[id^=domain-] label"))
        assert page.texts("details[open][id^=domain-] label")
        assert page.fields(KEEP)["indicators"] == [LEVEL_4]
        await page.submit({}, button=KEEP)
        assert (await recorded(desk, contact_id))["indicators"] == [LEVEL_4]

    async def test_changes_nothing_and_says_when_nothing_has_the_words(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await findings(desk, contact_id)
        page = await page.submit({"words": "zebra crossing"}, button="Find")
        assert "0 indicators have these words" in page.text
        assert (await recorded(desk, contact_id))["recorded_at"] is None

    async def test_stays_on_the_version_that_the_form_was_made_on(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await findings(desk, contact_id)
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_4]})

        page = await page.submit({"indicators": [LEVEL_2], "words": "police"}, button="Find")
        page = await page.submit({}, button=KEEP)

        assert page.status == 412
        assert (await recorded(desk, contact_id))["indicators"] == [LEVEL_4]


class TestRefused:
    @pytest.mark.parametrize(
        ("typed", "error"),
        [
            ({"fact-dash_score": "many"}, "The DASH score must be a whole number"),
            ({"fact-attendance_percent": "120"}, "school attendance in per cent: give no more than 100."),
            ({"fact-theft_pounds": "1000001"}, "The value stolen in pounds must be 1,000,000 at most"),
            ({"concerns": ["neglect"]}, "You ticked concerns: say that these are the concerns"),
        ],
    )
    async def test_says_why_at_the_field_and_keeps_the_ticks(
        self, desk: Desk, typed: dict[str, object], error: str
    ) -> None:
        contact_id = await desk.receive()
        page = await findings(desk, contact_id)

        page = await page.submit({"indicators": [LEVEL_3], **typed}, button=KEEP)

        assert (page.status, page.errors) == (422, [error])
        assert page.texts(".govuk-error-message") == [f"Error: {error}"]
        assert page.fields(KEEP)["indicators"] == [LEVEL_3]
        assert (await recorded(desk, contact_id))["recorded_at"] is None

    async def test_refuses_an_indicator_of_another_document(self, desk: Desk) -> None:
        page = await findings(desk, await desk.receive())
        page = await page.submit({"indicators": ["med.health.1.01"]}, button=KEEP)
        assert page.status == 422
        assert "does not have med.health.1.01" in page.errors[0]

    @pytest.mark.requirement("SCR-15")
    async def test_shows_the_second_of_two_where_their_ticks_differ(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await findings(desk, contact_id)
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_4]}, role="worker")
        indicators = partnerships.get("havering").thresholds().indicators

        page = await page.submit({"indicators": [LEVEL_2]}, button=KEEP)

        assert page.status == 412
        assert "what was found, by worker" in page.texts("#meanwhile li")[0]
        assert page.texts(".hub-card li")[1:] == [indicators[LEVEL_4].text, indicators[LEVEL_2].text]
        assert page.fields(KEEP)["indicators"] == [LEVEL_2]
        assert (await recorded(desk, contact_id))["indicators"] == [LEVEL_4]
        page = await page.submit({"indicators": [LEVEL_2, LEVEL_4]}, button=KEEP)
        assert (await recorded(desk, contact_id))["indicators"] == [LEVEL_2, LEVEL_4]

    async def test_shows_what_was_sent_once_it_is_decided(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await findings(desk, contact_id)
        await desk.decide(contact_id, rationale="The family asked for help.")

        page = await page.submit({"indicators": [LEVEL_2]}, button=KEEP)

        assert page.status == 412
        assert "What you sent, which was not kept" in page.text
        assert LEVEL_2 in page.text

    async def test_a_form_without_its_version_is_not_taken(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        answer = await desk.client.post(
            f"/screenings/{contact_id}/findings",
            data={"do": "keep", "indicators": LEVEL_2},
            headers={**desk.tokens.issue("officer"), "accept": "text/html"},
        )
        assert answer.status_code == 422
        assert "does not say which version" in answer.text


class TestWhoMay:
    async def test_another_partnership_finds_nothing(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await findings(desk, contact_id, partnerships=["medway"])
        nothing = await findings(desk, uuid4(), partnerships=["medway"])
        assert (page.status, page.text) == (404, nothing.text)

    @pytest.mark.parametrize("role", ["analyst", "dpo", "ops", "referrer-school"])
    async def test_is_closed_to_who_screens_nothing(self, desk: Desk, role: str) -> None:
        assert (await findings(desk, await desk.receive(), role)).status == 403
