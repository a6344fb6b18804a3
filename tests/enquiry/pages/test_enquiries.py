"""The list of enquiries, and the way from a contact to its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from factories.enquiry import DECIDED_AT, Desk, create_decided
from mash.contracts.intake import AccessChanged, ContactReceived
from support.clock import FakeClock
from support.pages import Page, visit


async def listed(
    desk: Desk, path: str = "/enquiries", role: str = "manager", partnerships: Sequence[str] = ("havering",)
) -> Page:
    return await visit(desk.client, path, desk.tokens.issue(role, partnerships=partnerships))


async def contact_of(desk: Desk, id: UUID) -> UUID:
    return UUID((await desk.enquiry(id))["contact_id"])


class TestEnquiries:
    async def test_puts_the_next_to_be_late_first_by_name(self, desk: Desk) -> None:
        later = await desk.open()
        sooner = await desk.open(rating="red")
        desk.intake.named(await contact_of(desk, later))
        desk.intake.named(await contact_of(desk, sooner), children=[{"name": "Max Testcase"}])

        page = await listed(desk)

        assert page.texts("tbody th a") == ["Max Testcase", "Wren Example, 7"]
        assert page.texts("tbody .hub-rating") == ["Red", "Amber"]

    @pytest.mark.requirement("ENQ-05")
    async def test_has_a_gauge_for_each_agency_by_word_and_shape(self, desk: Desk) -> None:
        id = await desk.open("police", "health", "housing")
        await desk.informs(id, "police")
        await desk.says(id, "health")

        page = await listed(desk)

        assert sorted(page.texts("tbody td li")) == [
            "Health: Nothing held (nil return)",
            "Housing: No answer yet",
            "Police: Information",
        ]
        assert len(page.html.css("tbody td li .hub-answer svg path")) == 3

    async def test_says_what_is_late_and_what_is_back(self, desk: Desk, clock: FakeClock) -> None:
        await desk.open()
        clock.set(DECIDED_AT + timedelta(hours=26))
        await desk.fire_timers()

        page = await listed(desk)

        assert "1 enquiry is back for a decision" in page.text
        assert page.texts("tbody td")[1].startswith("Late by 2 h 0 min due 19 Nov, 10am")
        assert "No answer, and late" in page.text

    async def test_filters_and_says_when_nothing_is_left(self, desk: Desk) -> None:
        await desk.open()
        page = await (await listed(desk)).submit({"rating": "red"}, button="Show")
        assert "Nothing here is as you asked for" in page.text
        assert page.fields("Show")["rating"] == ["red"]
        assert (await (await listed(desk)).submit({"late": "yes"}, button="Show")).texts("tbody tr") == []

    async def test_says_what_to_do_with_none(self, desk: Desk) -> None:
        assert "No enquiry is open" in (await listed(desk)).text

    async def test_is_shown_by_reference_where_intake_does_not_answer(self, desk: Desk) -> None:
        await desk.open()
        desk.intake.is_away = True
        assert (await listed(desk)).texts("tbody th a") == ["HAV-26-7K3M9QXT"]

    async def test_shows_nothing_of_another_partnership(self, desk: Desk) -> None:
        await desk.open()
        assert (await listed(desk, partnerships=["medway"])).texts("tbody tr") == []

    async def test_shows_nothing_restricted_to_who_is_not_named(self, desk: Desk) -> None:
        id = await desk.open()
        await restrict(desk, await contact_of(desk, id))
        assert (await listed(desk)).texts("tbody tr") == []

    @pytest.mark.parametrize("role", ["analyst", "dpo", "ops", "referrer-school"])
    async def test_is_closed_to_who_works_on_no_case(self, desk: Desk, role: str) -> None:
        page = await listed(desk, role=role)
        assert (page.status, page.heading) == (403, "You may not open this")


class TestTheEnquiryOfAContact:
    async def test_leads_to_the_newest(self, desk: Desk, clock: FakeClock) -> None:
        first = await desk.open()
        contact_id = await contact_of(desk, first)
        await desk.change(first, "withdrawal", {"reason": "Opened in error."})
        clock.advance(hours=1)
        await desk.hand(create_decided(contact_id, decided_at=clock()))

        page = await listed(desk, f"/contacts/{contact_id}/enquiry")

        assert page.status == 200
        assert page.path not in (f"/enquiries/{first}", f"/contacts/{contact_id}/enquiry")
        assert page.path.startswith("/enquiries/")

    async def test_says_that_nothing_was_decided_yet(self, desk: Desk) -> None:
        contact_id = uuid4()
        await desk.hand(received(contact_id))
        page = await listed(desk, f"/contacts/{contact_id}/enquiry")
        assert page.heading == "There is no enquiry yet"
        assert "has not been decided" in page.text

    async def test_says_that_it_was_decided_otherwise(self, desk: Desk) -> None:
        contact_id = uuid4()
        await desk.hand(received(contact_id))
        await desk.hand(create_decided(contact_id, pathway="early_help", agencies=[]))
        page = await listed(desk, f"/contacts/{contact_id}/enquiry")
        assert "No agency was asked, for the contact was decided otherwise" in page.text

    async def test_is_known_from_intake_before_any_event_has_come(self, desk: Desk) -> None:
        contact_id = uuid4()
        desk.intake.named(contact_id)
        page = await listed(desk, f"/contacts/{contact_id}/enquiry")
        assert (page.status, page.heading) == (200, "There is no enquiry yet")

    async def test_is_not_found_where_the_contact_is_not(self, desk: Desk) -> None:
        assert (await listed(desk, f"/contacts/{uuid4()}/enquiry")).status == 404

    async def test_is_not_found_in_another_partnership(self, desk: Desk) -> None:
        contact_id = await contact_of(desk, await desk.open())
        page = await listed(desk, f"/contacts/{contact_id}/enquiry", partnerships=["medway"])
        assert page.status == 404

    async def test_is_not_found_where_it_is_restricted_to_others(self, desk: Desk) -> None:
        contact_id = await contact_of(desk, await desk.open())
        await restrict(desk, contact_id)
        assert (await listed(desk, f"/contacts/{contact_id}/enquiry")).status == 404


def received(contact_id: UUID) -> ContactReceived:
    return ContactReceived.model_validate(
        {**ContactReceived.example, "contact_id": contact_id, "received_at": DECIDED_AT}
    )


async def restrict(desk: Desk, contact_id: UUID) -> None:
    example = {**AccessChanged.example, "restricted": True, "named": []}
    await desk.hand(
        AccessChanged.model_validate(
            {**example, "contact_id": contact_id, "partnership": "havering", "changed_at": desk.hub.clock()}
        )
    )
