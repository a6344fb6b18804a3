"""The hub asks to let items go to others: the agency decides at its own gateway, in its own ledger."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from factories.partner_gateway import Gateway, create_answer, create_item, create_message
from mash.contracts.boundary import (
    InformationRequest,
    Product,
    ProductReceipt,
    Release,
    ReleaseAsked,
    ReleaseOutcome,
)
from mash.db.tables import audit
from mash.messaging.handlers import Unreadable, Wait
from partner_gateway.usecases.outward import outward
from partner_gateway.usecases.releasing import AboutProduct, take_about_product
from support.clock import START
from support.tokens import Tokens

Headers = dict[str, str]
WORDS = "Officers came to the address."


class Released:
    """A police gateway that has returned an item, and what the hub says about products."""

    def __init__(self, gateway: Gateway, headers: Headers, asked: InformationRequest, item_id: UUID) -> None:
        self.gateway, self.headers, self.request, self.item_id = gateway, headers, asked, item_id
        self.product_id, self.in_product = uuid4(), uuid4()

    def about(self) -> dict[str, Any]:
        return {
            "message_id": uuid4(),
            "partnership": "havering",
            "enquiry_id": self.request.enquiry_id,
            "product_id": self.product_id,
            "agency": "police",
        }

    def shown(self) -> dict[str, Any]:
        return {
            **self.about(),
            "reference": "HAV-26-7K3M9QXT",
            "receiver": {"kind": "school", "name": "Safeguarding lead, Sample Primary"},
            "purpose": "The school keeps an eye on Robin.",
            "lawful_basis": "Children Act 2004, section 10",
            "necessity": "The school sees the child every day.",
        }

    def asking(self, **changes: Any) -> ReleaseAsked:
        """The hub asks to let the item go, in fewer words."""
        item = {
            "id": self.in_product,
            "text": WORDS,
            "owner": "police",
            "recorded_on": "2026-10-02",
            "caveat": "professionals_only",
            "item_id": self.item_id,
            "request_id": self.request.request_id,
            "answer_version": 1,
            **changes.pop("item", {}),
        }
        made = {"version": 3, "items": [item], "asked_at": START, "asked_by": "MASH, 01632 960100"}
        return ReleaseAsked.model_validate({**self.shown(), **made, **changes})

    def outcome(self, became: str) -> ReleaseOutcome:
        made = {"became": became, "items": [self.in_product], "at": START}
        return ReleaseOutcome.model_validate({**self.about(), **made})

    async def hear(self, message: AboutProduct) -> UUID:
        """Let the gateway take a message, as its consumer does; give its id."""
        async with self.gateway.hub.transaction() as tx:
            await take_about_product(tx, message, outward(self.gateway.hub))
        return message.message_id

    async def get(self, path: str, **wanted: Any) -> httpx.Response:
        return await self.gateway.client.get(f"/v1/{path}", headers=self.headers, params=wanted)

    async def answer(
        self, asking: UUID, decision: str = "released", *, version: int = 1, **changes: Any
    ) -> httpx.Response:
        """Decide on the one item that was asked about."""
        because = {"refused_because": "more_detrimental"} if decision == "refused" else {}
        item = {
            "id": str(self.in_product),
            "decision": decision,
            "explanation": "The school would act on it.",
            **because,
            **changes,
        }
        return await self.gateway.client.post(
            f"/v1/releases/{asking}/answer",
            headers={**self.headers, "if-match": f'"{version}"'},
            json={"items": [item]},
        )

    async def correct(self) -> None:
        answer = await self.gateway.client.post(
            f"/v1/requests/{self.request.request_id}/correction",
            headers={**self.headers, "if-match": '"2"'},
            json={**create_answer("nil"), "correction_reason": "It was another family."},
        )
        assert answer.status_code == 201, answer.text

    async def releases(self) -> list[Release]:
        return [one for one in await self.gateway.all_sent() if isinstance(one, Release)]

    async def lines(self, **wanted: Any) -> list[dict[str, Any]]:
        return list((await self.get("ledger", **wanted)).json()["items"])


@pytest.fixture
async def police(gateway: Gateway, researcher: Headers) -> Released:
    asked = await gateway.hear(create_message())
    done = await gateway.client.post(
        f"/v1/requests/{asked.request_id}/return",
        headers={**researcher, "if-match": '"1"'},
        json=create_answer(items=[create_item()]),
    )
    assert done.status_code == 201, done.text
    [sent] = await gateway.answers()
    return Released(gateway, researcher, asked, sent.items[0].id)


class TestAsking:
    async def test_lies_in_the_queue_with_all_that_a_decision_needs(self, police: Released) -> None:
        id = await police.hear(police.asking())
        [line] = (await police.get("releases")).json()["items"]
        assert (line["release_id"], line["waiting"]) == (str(id), True)
        assert line["receiver"]["name"] == "Safeguarding lead, Sample Primary"
        assert (line["purpose"], line["items"][0]["text"]) == ("The school keeps an eye on Robin.", WORDS)
        [receipt] = [one for one in await police.gateway.all_sent() if isinstance(one, ProductReceipt)]
        assert receipt.receipt_of == id

    @pytest.mark.parametrize("member", ["item_id", "request_id"])
    async def test_about_what_was_never_returned_is_set_aside(self, police: Released, member: str) -> None:
        with pytest.raises(Unreadable, match="did not return"):
            await police.hear(police.asking(item={member: uuid4()}))
        with pytest.raises(Unreadable, match="did not return"):
            await police.hear(police.asking(enquiry_id=uuid4()))

    @pytest.mark.parametrize("newer_first", [False, True])
    async def test_in_other_words_takes_the_place_of_the_one_before(
        self, police: Released, newer_first: bool
    ) -> None:
        both = [police.asking(), police.asking(version=5, item={"text": "Officers came."})]
        for one in reversed(both) if newer_first else both:
            await police.hear(one)
        [line] = (await police.get("releases")).json()["items"]
        assert line["items"][0]["text"] == "Officers came."
        old = await police.answer(both[0].message_id)
        assert (old.status_code, await police.releases()) == (409, [])

    async def test_that_was_given_up_waits_no_longer(self, police: Released) -> None:
        id = await police.hear(police.asking())
        await police.hear(police.outcome("not_sent"))
        assert (await police.get("releases")).json()["items"] == []
        assert (await police.answer(id, version=2)).status_code == 409

    async def test_an_outcome_that_comes_first_waits_for_it(self, police: Released) -> None:
        with pytest.raises(Wait):
            await police.hear(police.outcome("sent"))


class TestAnswer:
    @pytest.mark.requirement("RET-04")
    async def test_a_release_is_in_the_ledger_and_told_to_the_hub(self, police: Released) -> None:
        id = await police.hear(police.asking())
        assert (await police.answer(id)).status_code == 201
        [told] = await police.releases()
        assert (told.asked_in, told.items[0].decision) == (id, "released")
        [line] = await police.lines(kind="released")
        assert (line["text"], line["of_item"], line["by"]) == (
            WORDS,
            str(police.item_id),
            "researcher-police",
        )
        assert line["receiver"] == "Safeguarding lead, Sample Primary"
        assert (line["used_at"], line["explanation"]) == (None, "The school would act on it.")

    @pytest.mark.requirement("CON-06")
    async def test_a_refusal_tells_the_hub_its_kind_and_no_more(self, police: Released) -> None:
        id = await police.hear(police.asking())
        refused = await police.answer(id, "refused", explanation="The caller would be known.")
        assert refused.status_code == 201
        [told] = await police.releases()
        assert (told.items[0].decision, told.items[0].refused_because) == ("refused", "more_detrimental")
        assert "caller" not in told.model_dump_json()
        [line] = await police.lines(kind="release_refused")
        assert (line["reason"], line["explanation"], line["by"]) == (
            "more_detrimental",
            "The caller would be known.",
            "researcher-police",
        )

    @pytest.mark.requirement("RET-04")
    async def test_the_ledger_says_when_the_item_has_gone(self, police: Released) -> None:
        id = await police.hear(police.asking())
        await police.answer(id)
        await police.hear(police.outcome("sent"))
        [line] = await police.lines(kind="released")
        assert line["used_at"] == "2026-11-18T10:00:00Z"
        late = await police.answer(id, "refused", version=3)
        assert (late.status_code, len(await police.releases())) == (409, 1)
        assert "gone to its receiver" in late.json()["detail"]

    async def test_what_was_refused_at_the_end_is_not_marked_as_used(self, police: Released) -> None:
        id = await police.hear(police.asking())
        await police.answer(id)
        await police.answer(id, "refused", version=2)
        await police.hear(police.outcome("sent"))
        assert [one["used_at"] for one in await police.lines(kind="released")] == [None]
        assert [one.version for one in await police.releases()] == [1, 2]

    async def test_what_was_corrected_cannot_be_released_but_refused(self, police: Released) -> None:
        id = await police.hear(police.asking())
        await police.correct()
        assert (await police.answer(id)).status_code == 409
        assert (await police.answer(id, "refused")).status_code == 201

    async def test_a_correction_leaves_the_lines_of_releases_as_they_are(self, police: Released) -> None:
        id = await police.hear(police.asking())
        await police.answer(id)
        await police.correct()
        assert [one["corrected_at"] for one in await police.lines(kind="released")] == [None]
        assert [one["corrected_at"] is None for one in await police.lines(kind="item")] == [False]

    @pytest.mark.parametrize(
        ("changes", "status"),
        [
            ({"explanation": " "}, 422),
            ({"id": str(uuid4())}, 422),
            ({"decision": "refused", "refused_because": None}, 422),
            ({"refused_because": "other"}, 422),
            ({"version": 2}, 412),
        ],
    )
    async def test_refuses_what_has_no_meaning(
        self, police: Released, changes: dict[str, Any], status: int
    ) -> None:
        id = await police.hear(police.asking())
        assert (await police.answer(id, **changes)).status_code == status
        assert await police.releases() == []

    async def test_the_same_answer_sent_twice_leaves_once(self, police: Released) -> None:
        id = await police.hear(police.asking())
        police.headers = {**police.headers, "idempotency-key": "desk-1"}
        both = [await police.answer(id) for _ in range(2)]
        assert both[0].json() == both[1].json()
        assert len(await police.releases()) == 1

    async def test_another_partnership_finds_nothing(self, police: Released, tokens: Tokens) -> None:
        id = await police.hear(police.asking())
        police.headers = tokens.issue("agency_lead", agency="police", partnerships=["redbridge"])
        assert (await police.get("releases")).json()["items"] == []
        assert (await police.get(f"releases/{id}")).status_code == 404
        assert (await police.answer(id)).status_code == 404


class TestProduct:
    def product(self, police: Released, **changes: Any) -> Product:
        made = {
            "receiver": {"kind": "agency", "name": "Police", "agency": "police"},
            "people": [{"role": "child", "given": "Robin"}],
            "family_told": "The family has been told.",
            "family_agreed": "Not recorded.",
            "items": [{"id": uuid4(), "text": "Health visited in May.", "owner": "health"}],
            "sent_at": START,
            "sent_by": "MASH manager",
        }
        return Product.model_validate({**police.shown(), **made, **changes})

    @pytest.mark.requirement("ENQ-07")
    async def test_is_kept_shown_and_acknowledged(self, police: Released) -> None:
        id = await police.hear(self.product(police))
        found = (await police.get(f"products/{police.product_id}")).json()
        assert (found["items"][0]["text"], found["items"][0]["owner"]) == (
            "Health visited in May.",
            "health",
        )
        [listed] = (await police.get("products")).json()["items"]
        assert listed == found
        assert [
            one.receipt_of for one in await police.gateway.all_sent() if isinstance(one, ProductReceipt)
        ] == [id]

    async def test_every_look_is_recorded(self, police: Released) -> None:
        await police.hear(self.product(police))
        await police.get(f"products/{police.product_id}")
        looks = [one for one in await police.gateway.rows(audit) if one["action"] == "product.viewed"]
        assert [(one["case_id"], one["subject"]) for one in looks] == [
            (police.request.enquiry_id, "researcher-police")
        ]

    async def test_is_none_of_another_partnerships(self, police: Released, tokens: Tokens) -> None:
        await police.hear(self.product(police))
        police.headers = tokens.issue("agency_lead", agency="police", partnerships=["redbridge"])
        assert (await police.get("products")).json()["items"] == []
        assert (await police.get(f"products/{police.product_id}")).status_code == 404
