"""What did not reach a referrer, on its pages."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from factories.notifications import EMAIL, SECRETS, TELEPHONE, Desk, create_decided
from support.pages import Page, visit
from support.smtp import Mailbox


async def undelivered(
    desk: Desk,
    path: str = "/undelivered",
    role: str = "officer",
    partnerships: tuple[str, ...] = ("havering",),
) -> Page:
    return await visit(desk.client, path, desk.tokens.issue(role, partnerships=partnerships))


async def failed(desk: Desk) -> UUID:
    """A contact that could not be acknowledged, for what was given is no address."""
    contact_id = await desk.receive(referrer={"email": "not an address"})
    desk.intake.named(contact_id)
    return contact_id


async def first(page: Page) -> Page:
    (link, *_) = [href for href in page.links().values() if href.startswith("/undelivered/")]
    return await visit(page.client, link, page.headers)


class TestUndelivered:
    @pytest.mark.requirement("FBK-04")
    async def test_says_what_failed_to_whom_by_role_and_why(self, desk: Desk) -> None:
        await failed(desk)
        page = await undelivered(desk)
        assert page.texts("tbody th a")[0].startswith("That their contact came")
        cells = page.texts("tbody td")
        assert cells[0].startswith("The referrer (school)")
        assert "Not delivered" in cells[1]
        assert "What they gave is no e-mail address that can be used." in cells[1]

    @pytest.mark.requirement("FBK-04")
    async def test_shows_what_has_to_be_told_by_a_person(self, desk: Desk) -> None:
        contact_id = await desk.receive(referrer={"email": None, "may_write": False})
        assert (await undelivered(desk)).texts("tbody tr") == []
        await desk.hand(create_decided(contact_id))
        await desk.deliver()
        page = await undelivered(desk)
        assert "Cannot be written to" in page.texts("tbody .govuk-tag")

    async def test_shows_nothing_that_arrived(self, desk: Desk) -> None:
        await desk.receive()
        page = await undelivered(desk)
        assert page.texts("tbody tr") == []
        assert "Everything has reached whom it was for" in page.text

    async def test_holds_no_address(self, desk: Desk) -> None:
        await failed(desk)
        page = await undelivered(desk)
        one = await first(page)
        for private in (EMAIL, TELEPHONE, "not an address", *SECRETS[:6]):
            assert private not in page.text
            assert private not in one.text

    async def test_is_none_of_another_partnerships(self, desk: Desk) -> None:
        await failed(desk)
        assert (await undelivered(desk, partnerships=("medway",))).texts("tbody tr") == []

    @pytest.mark.parametrize("role", ["dpo", "analyst", "ops", "referrer-school"])
    async def test_is_closed_to_who_works_on_no_case(self, desk: Desk, role: str) -> None:
        assert (await undelivered(desk, role=role)).status == 403


class TestOneMessage:
    @pytest.mark.requirement("FBK-04")
    async def test_is_tried_again_once_the_address_is_mended(self, desk: Desk, smtp: Mailbox) -> None:
        contact_id = await failed(desk)
        page = await first(await undelivered(desk))
        assert "Refused" in page.texts("tbody td")
        desk.intake.knows(contact_id)

        page = await page.submit(button="Try again now")
        assert "It goes out by itself" in page.text
        await desk.deliver()

        assert len(smtp.messages) == 1
        page = await undelivered(desk, page.path)
        assert "The referrer has been told." in page.text

    @pytest.mark.parametrize(
        ("purpose", "words"),
        [
            ("acknowledgement", "Nobody has to tell them instead."),
            ("feedback", "tell the referrer another way, and record that in the task."),
        ],
    )
    async def test_speaks_of_a_task_only_where_there_is_one(
        self, desk: Desk, purpose: str, words: str
    ) -> None:
        contact_id = await desk.receive(referrer={"may_write": False})
        await desk.hand(create_decided(contact_id))
        await desk.deliver()
        unwritten = await desk.notification(contact_id, purpose)
        assert words in (await undelivered(desk, f"/undelivered/{unwritten['id']}")).text

    async def test_is_not_tried_twice(self, desk: Desk) -> None:
        await failed(desk)
        form = await first(await undelivered(desk))
        await form.submit(button="Try again now")
        page = await form.submit(button="Try again now")
        assert (page.status, page.errors) == (
            409,
            ["Only what failed or could not be written can be tried again."],
        )

    async def test_is_not_found_in_another_partnership(self, desk: Desk) -> None:
        await failed(desk)
        path = (await first(await undelivered(desk))).path
        assert (await undelivered(desk, path, partnerships=("medway",))).status == 404
        assert (await undelivered(desk, f"/undelivered/{uuid4()}")).status == 404


class TestProof:
    @pytest.mark.requirement("FBK-04")
    async def test_says_what_a_referrer_was_told_and_when(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        desk.intake.named(contact_id)
        await desk.hand(create_decided(contact_id))
        await desk.deliver()
        page = await undelivered(desk, f"/contacts/{contact_id}/feedback")
        assert page.texts("tbody th") == ["That their contact came", "What was decided"]
        assert page.texts("tbody tr:first-child td")[:3] == ["Sent", "18 November 2026 at 10am", "By e-mail"]
        assert "Everything has been told" in page.text

    async def test_is_not_found_where_the_contact_is_not(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        path = f"/contacts/{contact_id}/feedback"
        assert (await undelivered(desk, path, partnerships=("medway",))).status == 404
        assert (await undelivered(desk, f"/contacts/{uuid4()}/feedback")).status == 404
