"""One enquiry as its people see it, and what a manager changes in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from factories.enquiry import DECIDED_AT, NARRATIVE, REASON, Desk, create_item
from mash.contracts.intake import AccessChanged
from support.clock import FakeClock
from support.pages import Page, visit

CHANGES = ("rating", "ask", "withdrawal", "decision")


async def opened(
    desk: Desk, id: UUID, path: str = "", role: str = "manager", partnerships: Sequence[str] = ("havering",)
) -> Page:
    return await visit(
        desk.client, f"/enquiries/{id}{path}", desk.tokens.issue(role, partnerships=partnerships)
    )


async def answered(desk: Desk) -> UUID:
    """An enquiry of four agencies, one of each kind of answer and one that has said nothing."""
    id = await desk.open("police", "health", "housing", "probation")
    await desk.informs(id, "police")
    await desk.says(id, "health")
    await desk.says(
        id, "housing", answer="refused", searched=None, reason=REASON, refused_because="privileged"
    )
    return id


async def change_form(desk: Desk, id: UUID, what: str, agency: str = "police") -> Page:
    if what in ("narrow", "reissue", "cancel"):
        request = await desk.request(id, agency)
        return await opened(desk, id, f"/requests/{request['request_id']}/{what}")
    return await opened(desk, id, f"/{what}")


class TestTheEnquiry:
    @pytest.mark.requirement("ENQ-05", "ENQ-10")
    async def test_tells_five_kinds_of_answer_apart(self, desk: Desk) -> None:
        id = await answered(desk)
        await desk.change(id, "requests", {"agency": "health", "rationale": "Newer records."})
        await desk.says(id, "health", answer="not_covered", searched=None)

        page = await opened(desk, id)

        assert page.texts("tbody .hub-answer") == [
            "Information",
            "Nothing held (nil return)",
            "Refused",
            "No answer yet",
            "Not covered",
        ]
        looks = {one.attributes["class"] for one in page.html.css("tbody .hub-answer")}
        shapes = {one.attributes["d"] for one in page.html.css("tbody .hub-answer path")}
        assert (len(looks), len(shapes)) == (5, 5)

    async def test_never_shows_silence_as_nothing_known(self, desk: Desk) -> None:
        page = await opened(desk, await answered(desk))
        (probation,) = [one for one in page.texts(".hub-side-by-side > .hub-card") if "Probation" in one]
        assert "It has said nothing. That does not mean that nothing is known." in probation
        assert "Nothing held" not in probation

    @pytest.mark.requirement("ENQ-05")
    async def test_shows_answers_with_owner_date_basis_and_caveat(self, desk: Desk) -> None:
        id = await desk.open()
        await desk.informs(id, items=[create_item(rationale="")])
        page = await opened(desk, id)
        (card,) = [one for one in page.texts(".hub-side-by-side > .hub-card") if NARRATIVE in one]
        for words in (
            "It is Police's own information",
            "Recorded: 3 November 2026",
            "From: Records of incidents",
            "Lawful basis: Public task",
            "Caveat: For professionals only",
            "Lacks why sharing it is necessary",
        ):
            assert words in card

    async def test_shows_what_was_searched_for_a_nil_return(self, desk: Desk) -> None:
        page = await opened(desk, await answered(desk))
        (health,) = [one for one in page.texts(".hub-side-by-side > .hub-card") if one.startswith("Health")]
        assert "Systems: Records of incidents" in health
        assert "Fresh as of: 17 November 2026" in health

    @pytest.mark.requirement("ENQ-11", "ENQ-03")
    async def test_says_when_each_was_asked_chased_and_raised(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police")
        clock.set(DECIDED_AT + timedelta(hours=24))
        await desk.fire_timers()
        clock.set(DECIDED_AT + timedelta(hours=40))
        await desk.fire_timers()

        row = (await opened(desk, id)).texts("tbody tr")[0]

        assert "Asked 18 Nov, 10am" in row
        assert "Not yet in its queue" in row
        assert "Chased 19 Nov" in row
        assert "Raised to the agency's lead 20 Nov" in row
        assert "Late by 16 h 0 min" in row

    async def test_strikes_out_what_was_corrected(self, desk: Desk) -> None:
        id = await desk.open()
        await desk.informs(id)
        await desk.says(id, kind="correction", version=2, reason="Another child's record.")
        page = await opened(desk, id)
        assert NARRATIVE in " ".join(page.texts("del"))
        assert "Police has corrected it since" in page.text

    async def test_strikes_out_and_dates_what_was_withdrawn(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open()
        await desk.informs(id)
        clock.advance(hours=2)
        await desk.says(id, kind="withdrawal", reason="Sent in error.")
        page = await opened(desk, id)
        assert NARRATIVE in " ".join(page.texts("del"))
        assert "Police withdrew it 18 November 2026 at midday." in page.text
        assert "Answer withdrawn, no other yet" in page.texts("tbody .hub-answer")

    async def test_time_runs_on_for_whoever_took_the_answer_back(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        await desk.says(id, kind="withdrawal", reason="Sent in error.")
        clock.set(DECIDED_AT + timedelta(hours=25))
        row = (await opened(desk, id)).texts("tbody tr")[0]
        assert "Late by 1 h 0 min" in row
        await desk.decide(id, silent_rationale="A child cannot wait.")
        row = (await opened(desk, id)).texts("tbody tr")[0]
        assert "Withdrawn, and nothing came in its place" in row

    async def test_marks_what_came_after_it_was_closed(self, desk: Desk) -> None:
        id = await desk.open("police")
        assert (await desk.decide(id, silent_rationale="A child cannot wait.")).status_code == 200
        await desk.informs(id)
        page = await opened(desk, id)
        assert "Something came after this was closed" in page.text
        assert "Came after the enquiry was closed" in page.texts(".govuk-tag")

    async def test_tells_what_was_done_newest_first(self, desk: Desk) -> None:
        id = await desk.open()
        await desk.rate(id, "red")
        page = await opened(desk, id)
        assert page.texts(".moj-timeline__title") == ["Rating changed", "Enquiry opened"]
        assert "Rated red. The picture has changed." in page.text

    async def test_shows_a_contact_officer_no_way_to_change_it(self, desk: Desk) -> None:
        id = await desk.open()
        page = await opened(desk, id, role="officer")
        assert page.status == 200
        assert not {"Decide", "Change the rating", "Cancel the request to Police"} & page.links().keys()

    async def test_is_headed_by_the_child(self, desk: Desk) -> None:
        id = await desk.open()
        desk.intake.named((await desk.enquiry(id))["contact_id"])
        assert "Wren Example, 7" in (await opened(desk, id)).texts("body")[0]

    async def test_comes_without_names_where_intake_does_not_answer(self, desk: Desk) -> None:
        id = await desk.open()
        desk.intake.is_away = True
        assert (await opened(desk, id)).status == 200


class TestWhoMayOpenIt:
    async def test_is_not_found_in_another_partnership(self, desk: Desk) -> None:
        assert (await opened(desk, await desk.open(), partnerships=["medway"])).status == 404

    async def test_is_not_found_where_it_is_restricted_to_others(self, desk: Desk) -> None:
        id = await desk.open()
        await desk.hand(
            AccessChanged.model_validate(
                {
                    **AccessChanged.example,
                    "contact_id": (await desk.enquiry(id))["contact_id"],
                    "partnership": "havering",
                    "restricted": True,
                    "named": [],
                    "changed_at": desk.hub.clock(),
                }
            )
        )
        for path in ("", "/proof", "/snapshot", "/decision", "/rating"):
            assert (await opened(desk, id, path)).status == 404

    @pytest.mark.parametrize("path", ["", "/proof", "/snapshot"])
    @pytest.mark.parametrize("role", ["analyst", "dpo", "referrer-school"])
    async def test_is_closed_to_who_works_on_no_case(self, desk: Desk, path: str, role: str) -> None:
        assert (await opened(desk, await desk.open(), path, role)).status == 403

    @pytest.mark.parametrize("what", CHANGES)
    async def test_is_changed_by_a_manager_alone(self, desk: Desk, what: str) -> None:
        assert (await opened(desk, await desk.open(), f"/{what}", "worker")).status == 403

    async def test_is_asked_of_a_worker_what_for_once_it_is_closed(self, desk: Desk) -> None:
        id = await desk.open()
        await desk.change(id, "withdrawal", {"reason": "Opened in error."})
        page = await opened(desk, id, role="worker")
        assert (page.status, page.heading) == (403, "What do you open this case for?")
        page = await page.submit({"purpose": "duty_cover"}, button="Open the case")
        assert page.status == 200
        assert page.links()["Proof of who was told what"].endswith("?purpose=duty_cover")


class TestChanging:
    async def test_changes_the_rating_with_what_is_due_foretold(self, desk: Desk) -> None:
        id = await desk.open()
        page = await change_form(desk, id, "rating")
        assert "Then due 18 November 2026 at 2pm" in page.text
        assert "The clock never restarts" in page.text

        page = await page.submit({"rating": "red", "rationale": "A baby is in the home."})

        assert page.path == f"/enquiries/{id}"
        found = await desk.enquiry(id)
        assert (found["rating"], found["due_at"]) == ("red", "2026-11-18T14:00:00Z")

    @pytest.mark.requirement("ENQ-12")
    async def test_asks_another_agency_what_is_ticked(self, desk: Desk) -> None:
        id = await desk.open("police")
        page = await (await change_form(desk, id, "ask")).submit({"agency": "housing"})
        assert page.heading == "Ask Housing"
        wanted = page.fields("Ask it now")["questions"]

        page = await page.submit({"questions": wanted[:1], "rationale": "They moved."})

        assert page.path == f"/enquiries/{id}"
        assert [one["id"] for one in (await desk.request(id, "housing"))["questions"]] == wanted[:1]

    async def test_does_not_offer_an_agency_that_owes_an_answer(self, desk: Desk) -> None:
        page = await change_form(desk, await desk.open("police", "health"), "ask")
        offered = [one.attributes["value"] for one in page.html.css("input[name=agency]")]
        assert offered
        assert not {"police", "health"} & set(offered)

    @pytest.mark.requirement("ENQ-12")
    async def test_narrows_sends_again_and_cancels(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        page = await change_form(desk, id, "narrow")
        first = page.html.css("input[name=questions]")[0].attributes["value"]
        page = await page.submit({"questions": [first], "rationale": "The rest is known."})
        assert len((await desk.request(id))["questions"]) == 1

        page = await (await change_form(desk, id, "reissue")).submit({"rationale": "A name was corrected."})
        assert page.path == f"/enquiries/{id}"
        page = await (await change_form(desk, id, "cancel")).submit({"reason": "Known from elsewhere."})
        assert "Cancelled, no answer wanted" in page.texts("tbody .hub-answer")
        assert [one.kind for one in await desk.posted("police")] == [
            "request",
            "changed",
            "request",
            "cancelled",
        ]

    async def test_withdraws_with_a_reason(self, desk: Desk) -> None:
        id = await desk.open()
        page = await (await change_form(desk, id, "withdrawal")).submit({"reason": "Opened in error."})
        assert "The enquiry was withdrawn" in page.text

    @pytest.mark.parametrize(
        ("what", "filled", "error"),
        [
            ("rating", {"rationale": "A baby is in the home."}, "Choose the new rating"),
            ("rating", {"rating": "red"}, "Write why"),
            ("narrow", {"rationale": "The rest is known."}, "Name some of the questions"),
            ("reissue", {}, "Write why"),
            ("cancel", {}, "Write why"),
            ("withdrawal", {}, "Write why"),
        ],
    )
    async def test_comes_back_with_what_was_typed(
        self, desk: Desk, what: str, filled: dict[str, Any], error: str
    ) -> None:
        id = await desk.open()
        page = await (await change_form(desk, id, what)).submit(filled)
        assert page.status == 422
        assert page.errors[0].startswith(error)
        typed = page.fields()
        assert {name: typed[name] for name in filled} == {name: [value] for name, value in filled.items()}

    @pytest.mark.parametrize(
        ("what", "filled"),
        [
            ("rating", {"rating": "red", "rationale": "A baby is in the home."}),
            ("reissue", {"rationale": "A name was corrected."}),
            ("cancel", {"reason": "Known from elsewhere."}),
            ("withdrawal", {"reason": "Opened in error."}),
        ],
    )
    async def test_keeps_the_words_where_somebody_was_faster(
        self, desk: Desk, what: str, filled: dict[str, Any]
    ) -> None:
        id = await desk.open()
        form = await change_form(desk, id, what)
        await desk.informs(id, "health")

        page = await form.submit(filled)

        assert page.status == 412
        assert "What was returned (health)" in page.text
        assert page.fields() | {} == page.fields() | {name: [value] for name, value in filled.items()}
        assert (await page.submit()).status == 200

    @pytest.mark.parametrize(
        "what", ["rating", "ask?agency=housing", "narrow", "reissue", "cancel", "withdrawal"]
    )
    async def test_a_form_with_a_fault_stays_on_what_was_seen(self, desk: Desk, what: str) -> None:
        id = await desk.open()
        form = await change_form(desk, id, what)
        await desk.informs(id, "health")
        page = await form.submit()
        assert page.status == 422
        assert page.fields()["version"] == form.fields()["version"]

    async def test_keeps_the_words_where_intake_does_not_answer(self, desk: Desk) -> None:
        id = await desk.open()
        form = await change_form(desk, id, "reissue")
        desk.intake.is_away = True
        page = await form.submit({"rationale": "A name was corrected."})
        assert page.status == 422
        assert "Nothing was sent: intake" in page.errors[0]
        assert page.fields()["rationale"] == ["A name was corrected."]

    async def test_finds_no_request_of_another_enquiry(self, desk: Desk) -> None:
        id = await desk.open()
        assert (await opened(desk, id, f"/requests/{uuid4()}/cancel")).status == 404

    async def test_cannot_be_sent_from_another_partnership(self, desk: Desk) -> None:
        id = await desk.open()
        form = await change_form(desk, id, "rating")
        stranger = Page(desk.client, desk.tokens.issue("manager", partnerships=["medway"]), form.answer)
        page = await stranger.submit({"rating": "red", "rationale": "A baby is in the home."})
        assert page.status == 404
        assert (await desk.enquiry(id))["rating"] == "amber"


class TestProof:
    @pytest.mark.requirement("ENQ-11")
    async def test_says_who_was_told_what_and_how_far_it_came(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        await desk.says(id, kind="receipt")
        page = await opened(desk, id, "/proof")
        cells = page.texts("tbody td")
        assert cells[:4] == ["Asked", "Researcher", "18 November 2026 at 10am", "Waits to be sent"]
        assert "In the agency's own queue" in cells
        assert "1 of 2 messages has not reached" in page.text
