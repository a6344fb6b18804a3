"""A manager decides, takes a decision back, confirms it, and stops the clock, each on a page of its own."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from uuid import UUID, uuid4

import pytest
from factories.screening import LEVEL_2, LEVEL_3, RECEIVED_AT, Desk
from mash import partnerships
from mash.contracts.intake import ContactSupplemented
from mash.partnerships import loader
from support.clock import FakeClock
from support.pages import Page


async def decision(desk: Desk, contact_id: UUID, role: str = "manager", **who: object) -> Page:
    return await desk.page(f"/screenings/{contact_id}/decision", role, **who)


async def found(desk: Desk, *indicators: str, rating: str | None = None) -> UUID:
    contact_id = await desk.receive()
    await desk.change(contact_id, "findings", {"indicators": list(indicators)})
    if rating:
        await desk.change(contact_id, "rating", {"rating": rating, "rationale": "Seen."})
    return contact_id


class TestDecide:
    @pytest.mark.requirement("SCR-02")
    async def test_offers_what_the_partnership_has_and_no_more(self, desk: Desk) -> None:
        page = await decision(desk, await found(desk, LEVEL_2))

        havering = partnerships.get("havering")
        for name, known in [
            ("pathway", havering.pathways),
            ("level", [str(level) for level in havering.levels]),
            ("agencies", havering.agencies),
            ("outcomes", havering.outcomes),
            ("services", havering.services),
        ]:
            offered = [one.attributes["value"] for one in page.html.css(f"input[name={name}]")]
            assert offered == list(known), name
        assert not page.html.css("[name=insight]")

    async def test_decides(self, desk: Desk) -> None:
        contact_id = await found(desk, LEVEL_2)
        page = await decision(desk, contact_id)

        page = await page.submit(
            {"pathway": "early_help", "level": "2", "services": ["early_help"], "advice": "Ring the school."},
            button="Decide",
        )

        assert (page.status, page.heading) == (200, "Screening")
        assert "Decided: Early Help" in page.texts(".moj-timeline__title")
        assert "Ring the school." in page.text
        assert (await desk.screening(contact_id))["state"] == "decided"

    @pytest.mark.parametrize(
        ("typed", "errors"),
        [
            ({}, ["Choose what happens next", "Choose the level of need"]),
            ({"pathway": "enquiry", "level": "3"}, ["Choose at least one agency to ask."]),
            (
                {"pathway": "enquiry", "level": "3", "agencies": ["police"]},
                ["Rate the contact first: the rating sets how long agencies have."],
            ),
            (
                {"pathway": "enquiry", "level": "3", "agencies": ["coastguard"]},
                ["Havering does not ask coastguard."],
            ),
            (
                {"pathway": "early_help", "level": "2", "agencies": ["police"]},
                ["Agencies are asked in an enquiry only."],
            ),
            (
                {"pathway": "social_worker_screening", "level": "3"},
                ["Name the social worker who screens the contact."],
            ),
            (
                {"pathway": "social_worker_screening", "level": "3", "worker": "Jo Placeholme"},
                ["Give the worker's sign-in name, which has no spaces"],
            ),
            (
                {"pathway": "fast_track", "level": "4"},
                ["The decision differs from the recommendation; write why."],
            ),
        ],
    )
    async def test_says_what_a_way_needs_and_keeps_what_was_typed(
        self, desk: Desk, typed: dict[str, object], errors: list[str]
    ) -> None:
        contact_id = await found(desk, LEVEL_3)
        page = await decision(desk, contact_id)

        page = await page.submit({**typed, "advice": "Ring the school."}, button="Decide")

        assert (page.status, page.errors) == (422, errors)
        assert page.texts(".govuk-error-message") == [f"Error: {one}" for one in errors]
        fields = page.fields("Decide")
        assert fields["advice"] == ["Ring the school."]
        for name, value in typed.items():
            if value != ["coastguard"]:
                assert fields[name] == ([value] if isinstance(value, str) else value)
        assert (await desk.screening(contact_id))["state"] == "awaiting_decision"

    @pytest.mark.requirement("SCR-08")
    async def test_opens_an_enquiry_beside_the_fast_track(self, desk: Desk) -> None:
        contact_id = await found(desk, LEVEL_3, rating="red")
        page = await decision(desk, contact_id)

        page = await page.submit(
            {
                "pathway": "enquiry",
                "level": "4",
                "agencies": ["police", "health"],
                "fast_track_alongside": "yes",
                "rationale": "Hurt before.",
            },
            button="Decide",
        )

        assert page.status == 200
        assert "Agencies asked Police, Health" in page.text
        (last,) = [one for one in (await desk.screening(contact_id))["decisions"] if one["kind"] == "pathway"]
        assert (last["agencies"], last["fast_track_alongside"]) == (["police", "health"], True)

    @pytest.mark.requirement("SCR-12")
    async def test_asks_for_the_insight_where_the_partnership_does(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        havering = partnerships.get("havering")
        enquiry = havering.pathways["enquiry"].model_copy(update={"needs_insight": True})
        changed = havering.model_copy(update={"pathways": {**havering.pathways, "enquiry": enquiry}})
        loaded = MappingProxyType({**loader.load(), "havering": changed})
        monkeypatch.setattr(loader, "load", lambda: loaded)
        contact_id = await found(desk, LEVEL_3, rating="amber")
        page = await decision(desk, contact_id)

        page = await page.submit(
            {"pathway": "enquiry", "level": "3", "agencies": ["police"], "rationale": "Unclear."},
            button="Decide",
        )

        assert page.errors == ["Write your own insight, which goes with the enquiry."]
        page = await page.submit({"insight": "Both schools say the same."}, button="Decide")
        assert (page.status, "Both schools say the same." in page.text) == (200, True)

    @pytest.mark.requirement("SCR-15")
    async def test_counts_once_however_often_it_is_sent(self, desk: Desk) -> None:
        contact_id = await found(desk, LEVEL_2)
        page = await decision(desk, contact_id)
        for _ in range(2):
            sent = await page.submit({"pathway": "early_help", "level": "2"}, button="Decide")
            assert (sent.status, sent.path) == (200, f"/screenings/{contact_id}")
        assert len((await desk.screening(contact_id))["decisions"]) == 1

    async def test_the_second_of_two_managers_decides_nothing(self, desk: Desk) -> None:
        contact_id = await found(desk, LEVEL_2)
        page = await decision(desk, contact_id)
        await desk.decide(contact_id, rationale="The family asked.")

        page = await page.submit(
            {"pathway": "close_with_advice", "level": "1", "rationale": "Nothing in it."}, button="Decide"
        )

        assert page.status == 412
        assert "the decision, the pathway, by manager" in page.texts("#meanwhile li")[0]
        assert "Nothing in it." in page.text
        assert (await desk.screening(contact_id))["pathway"] == "early_help"

    @pytest.mark.parametrize("role", ["officer", "worker", "analyst", "dpo"])
    @pytest.mark.parametrize("rest", ["decision", "pause", "resumption", "reopening", "confirmation"])
    async def test_is_a_managers_alone(self, desk: Desk, role: str, rest: str) -> None:
        contact_id = await desk.receive()
        assert (await desk.page(f"/screenings/{contact_id}/{rest}", role)).status == 403

    async def test_another_partnership_finds_nothing(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await decision(desk, contact_id, partnerships=["medway"])
        nothing = await decision(desk, uuid4(), partnerships=["medway"])
        assert (page.status, page.text) == (404, nothing.text)


class TestSteps:
    async def step(self, desk: Desk, contact_id: UUID, rest: str, reason: str | None, button: str) -> Page:
        page = await desk.page(f"/screenings/{contact_id}/{rest}")
        return await page.submit({"reason": reason} if reason is not None else {}, button=button)

    @pytest.mark.requirement("SCR-14")
    async def test_the_clock_stops_for_a_reason_and_starts_again(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = await desk.receive()

        refused = await self.step(desk, contact_id, "pause", "", "Stop the clock")
        paused = await self.step(desk, contact_id, "pause", "The file is at the court.", "Stop the clock")
        clock.set(RECEIVED_AT + timedelta(hours=2))
        resumed = await self.step(desk, contact_id, "resumption", None, "Start the clock")

        assert (refused.status, refused.errors) == (422, ["Write why"])
        assert "The file is at the court." in paused.text
        assert "Clock started again" in resumed.texts(".moj-timeline__title")
        assert (await desk.screening(contact_id))["due_at"] == "2026-11-19T12:00:00Z"

    async def test_a_decision_is_reopened_for_a_reason(self, desk: Desk) -> None:
        contact_id = await found(desk, LEVEL_2)
        await desk.decide(contact_id)

        page = await self.step(desk, contact_id, "reopening", "The mother rang.", "Reopen")

        assert "Reopened" in page.texts(".moj-timeline__title")
        assert (await desk.screening(contact_id))["state"] == "awaiting_decision"

    async def test_a_decision_stands_although_something_was_added(self, desk: Desk) -> None:
        contact_id = await found(desk, LEVEL_2)
        await desk.decide(contact_id)
        added = {**ContactSupplemented.example, "contact_id": contact_id, "contact_version": 2}
        await desk.hand(ContactSupplemented.model_validate(added))

        page = await self.step(desk, contact_id, "confirmation", "It says the same.", "Confirm the decision")

        assert "The decision stands" in page.texts(".moj-timeline__title")
        assert (await desk.screening(contact_id))["new_information"] is False

    @pytest.mark.parametrize(
        ("rest", "reason", "button", "why"),
        [
            ("resumption", None, "Start the clock", "is not paused"),
            ("reopening", "It is wrong.", "Reopen", "has not been decided yet"),
            ("confirmation", "It is right.", "Confirm the decision", "has not been decided yet"),
        ],
    )
    async def test_what_cannot_be_done_now_is_said_and_the_words_are_kept(
        self, desk: Desk, rest: str, reason: str | None, button: str, why: str
    ) -> None:
        page = await self.step(desk, await desk.receive(), rest, reason, button)

        assert (page.status, why in page.errors[0]) == (422, True)
        assert page.fields(button).get("reason", [None]) == [reason]

    async def test_an_open_enquiry_keeps_a_decision_from_being_reopened(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.open_enquiry(contact_id)
        page = await self.step(desk, contact_id, "reopening", "The mother rang.", "Reopen")
        assert "Withdraw or decide the enquiry first" in page.errors[0]

    async def test_an_older_version_is_told_what_changed(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await desk.page(f"/screenings/{contact_id}/pause")
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_2]}, role="officer")

        page = await page.submit({"reason": "The file is at the court."}, button="Stop the clock")

        assert page.status == 412
        assert page.fields()["reason"] == ["The file is at the court."]
        assert "what was found, by officer" in page.texts("#meanwhile li")[0]
