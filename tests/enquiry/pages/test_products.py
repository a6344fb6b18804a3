"""Information products on their pages."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from factories.enquiry import Desk, create_item
from factories.products import CUT, WHOLE, ProductDesk, with_items
from support.pages import Page, visit

PRODUCT = {
    "kind": "school",
    "to": "Safeguarding lead, Sample Primary",
    "purpose": "The school keeps an eye on Wren in the mornings.",
    "lawful_basis": "Children Act 2004, section 10",
    "necessity": "The school sees the child every day and cannot help without it.",
}


async def product_page(
    made: ProductDesk, path: str = "", role: str = "manager", partnerships: tuple[str, ...] = ("havering",)
) -> Page:
    headers = made.desk.tokens.issue(role, partnerships=partnerships)
    return await visit(made.desk.client, f"/enquiries/{made.enquiry_id}/products{path}", headers)


async def own(made: ProductDesk, path: str = "", role: str = "manager") -> Page:
    return await product_page(made, f"/{made.product_id}{path}", role)


class TestMake:
    @pytest.mark.requirement("ENQ-07")
    async def test_begins_one_for_one_receiver_once(self, desk: Desk) -> None:
        made = ProductDesk(desk, await desk.open())
        form = await product_page(made, "/new", "worker")
        page = await form.submit(PRODUCT)
        again = await form.submit(PRODUCT)
        assert page.heading.startswith("Information for Safeguarding lead, Sample Primary")
        assert again.path == page.path
        assert len((await product_page(made)).texts("tbody tr")) == 1

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"to": ""}, "Write which role or organisation it is for"),
            ({"kind": "agency"}, "Name the agency where the receiver is one, and only there."),
            ({"necessity": ""}, "Write why it is necessary, proportionate and relevant"),
        ],
    )
    async def test_comes_back_with_what_was_typed(
        self, desk: Desk, wrong: dict[str, str], error: str
    ) -> None:
        form = await product_page(ProductDesk(desk, await desk.open()), "/new")
        page = await form.submit({**PRODUCT, **wrong})
        assert (page.status, page.errors) == (422, [error])
        assert page.fields()["purpose"] == [PRODUCT["purpose"]]
        assert len(page.texts(".govuk-error-message")) == 1

    @pytest.mark.parametrize("path", ["", "/new"])
    async def test_is_for_social_workers_and_managers(self, desk: Desk, path: str) -> None:
        made = ProductDesk(desk, await desk.open())
        assert (await product_page(made, path, "officer")).status == 403
        assert (await product_page(made, path, partnerships=("medway",))).status == 404


class TestFill:
    @pytest.mark.requirement("ENQ-07")
    async def test_puts_an_item_in_cut_to_what_is_needed(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        page = await own(made, "/items", "worker")
        (name,) = [one for one in page.fields("Put item 1 in") if one.startswith("text-")]

        page = await page.submit({name: CUT}, button="Put item 1 in")

        assert page.path == f"/enquiries/{made.enquiry_id}/products/{made.product_id}"
        assert page.texts(".hub-card > .hub-said") == [CUT]
        assert WHOLE in page.text
        assert "In the product" in (await own(made, "/items")).texts(".govuk-tag")

    async def test_adds_cuts_and_leaves_out(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose()
        page = await (await own(made)).submit({"words": "Ring us each Friday."}, button="Add the words")
        item = (await made.read())["items"][0]["id"]
        page = await page.submit({f"cut-{item}": CUT}, button="Cut item 1")
        assert page.texts(".hub-card > .hub-said") == [CUT, "Ring us each Friday."]
        page = await page.submit({f"drop-{item}": "Not needed."}, button="Leave item 1 out")
        assert "Left out because: Not needed." in page.text
        assert await made.states() == ["dropped", "own"]

    async def test_keeps_the_words_where_they_are_refused(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose()
        page = await own(made)
        await made.send("words", {"text": "Somebody was faster."})
        page = await page.submit({"words": "Ring us each Friday."}, button="Add the words")
        assert page.status == 412
        assert page.fields("Add the words")["words"] == ["Ring us each Friday."]
        page = await page.submit(button="Add the words")
        assert page.texts(".hub-card > .hub-said")[-1] == "Ring us each Friday."
        page = await page.submit(button="Leave item 1 out")
        assert (page.status, page.errors) == (422, ["Write why it is left out"])

    async def test_says_why_a_caveat_keeps_an_item(self, desk: Desk) -> None:
        made = await with_items(desk, "police", caveat="not_to_family", kind="family", name="The mother")
        page = await (await own(made, "/items")).submit(button="Put item 1 in")
        assert (page.status, page.errors) == (
            422,
            ["Its owner marked the item not to family, so that it cannot go to the family."],
        )

    async def test_leaves_what_is_sensitive_to_a_manager(self, desk: Desk) -> None:
        made = await with_items(desk, "police", caveat="sensitive")
        page = await own(made, "/items", "worker")
        assert "a manager chooses it" in page.text
        assert not page.html.css("input[name=item_id]")

    async def test_strikes_out_what_its_owner_has_corrected(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose()
        newer = create_item(text="Officers attended once.")
        await desk.says(
            made.enquiry_id,
            kind="correction",
            version=2,
            answer="information",
            items=[newer],
            searched=None,
            reason="A record was misread.",
        )
        page = await own(made)
        assert page.texts("del .hub-said") == [WHOLE]
        assert "Its owner has corrected the answer since" in page.texts(".govuk-tag")


class TestHandOn:
    @pytest.mark.requirement("ENQ-07")
    async def test_asks_the_owner_then_hands_the_document_over(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose(text=CUT)
        page = await (await own(made, role="worker")).submit(button="Ask the owners to release")
        assert "It waits for Police to release" in page.text
        await made.take("police", made.release(await made.asked()))

        page = await own(made)
        document = await visit(desk.client, page.links()["Read it as its receiver will"], page.headers)
        assert CUT in document.answer.text
        assert WHOLE not in document.answer.text
        page = await page.submit(
            {"how": "in_person", "to_whom": "The lead's desk"}, button="Record that it was handed over"
        )
        assert "There is nothing more to do" in page.text
        assert "The lead's desk" in page.text

    async def test_sends_to_an_agency(self, desk: Desk) -> None:
        made = await with_items(desk, "police", kind="agency", agency="health", name="Health visitors")
        await made.choose()
        await made.released("police")
        page = await (await own(made)).submit(button="Send it to Health")
        assert "has not reached the agency's own store yet" in page.text

    async def test_is_not_sent_while_intake_does_not_answer(self, desk: Desk) -> None:
        made = await with_items(desk, "police", kind="agency", agency="health", name="Health visitors")
        await made.choose()
        await made.released("police")
        page = await own(made)
        desk.intake.is_away = True
        page = await page.submit(button="Send it to Health")
        assert page.status == 422
        assert "Nothing was sent: intake" in page.errors[0]

    async def test_is_handed_on_by_a_manager_alone(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose()
        await made.released("police")
        page = await own(made, role="worker")
        assert "A manager hands it over" in page.text
        assert not page.html.css("input[name=how]")
        assert (await own(made, "/document", "worker")).status == 403

    async def test_a_form_with_a_fault_stays_on_what_was_seen(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        page = await own(made)
        await made.choose()
        for button in ("Give it up", "Add the words"):
            failed = await page.submit(button=button)
            assert failed.status == 422
            assert failed.fields(button)["version"] == page.fields(button)["version"]

    async def test_is_given_up_with_a_reason(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        page = await (await own(made)).submit(button="Give it up")
        assert page.errors == ["Write why it is given up"]
        page = await page.submit({"reason": "No longer needed."}, button="Give it up")
        assert "It was given up, and nothing was sent." in page.text

    async def test_words_for_one_given_up_meanwhile_are_not_lost(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        page, choose = await own(made), await own(made, "/items")
        await page.submit({"reason": "No longer needed."}, button="Give it up")
        late = await page.submit({"words": "Ring first."}, button="Add the words")
        assert "What you sent, which was not kept Words of the hub's own Ring first." in late.text
        chosen = {name: CUT for name in choose.fields() if name.startswith("text-")}
        late = await choose.submit(chosen)
        assert f"What you sent, which was not kept In fewer words {CUT}" in late.text

    async def test_finds_none_of_another_enquiry(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        made.product_id = str(uuid4())
        assert (await own(made)).status == 404

    async def test_is_not_found_in_another_partnership(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        path = f"/{made.product_id}"
        assert (await product_page(made, path, partnerships=("medway",))).status == 404
        unsent: dict[str, Any] = await made.read()
        assert unsent["state"] == "draft"
