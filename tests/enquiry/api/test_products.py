"""Products: what goes into one, who lets it go, where it goes, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from enquiry.store.tables import product_sent, release
from factories.enquiry import Desk, create_item
from factories.products import CUT, WHOLE, ProductDesk, create_product, with_items
from mash.contracts.boundary import Product, ProductReceipt, ReleaseAsked, ReleaseOutcome
from mash.contracts.enquiry import ProductSent
from mash.messaging.handlers import Unreadable
from sqlalchemy.exc import DBAPIError
from support.clock import FakeClock

HANDED = {"how": "secure_email", "to_whom": "Ms Sample, safeguarding lead"}
OTHERS = ("officer", "referrer-school", "portal", "mailbox", "analyst", "dpo", "ops")


class TestMaking:
    @pytest.mark.parametrize("role", ["worker", "manager"])
    async def test_is_for_one_receiver_with_its_reasons(self, desk: Desk, role: str) -> None:
        made = ProductDesk(desk, await desk.open("police"))
        await made.make(role)
        found = await made.read()
        assert found["receiver"]["name"] == "Safeguarding lead, Sample Primary"
        assert found["lawful_basis"] == "Children Act 2004, section 10"
        assert (found["state"], found["items"], found["is_ready"]) == ("draft", [], False)

    @pytest.mark.parametrize("missing", ["purpose", "lawful_basis", "necessity", "receiver"])
    async def test_refuses_one_that_does_not_say_why(self, desk: Desk, missing: str) -> None:
        id = await desk.open("police")
        form = create_product()
        del form[missing]
        headers = desk.tokens.issue("manager")
        answer = await desk.client.post(f"/v1/enquiries/{id}/products", json=form, headers=headers)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == missing

    @pytest.mark.parametrize(
        "receiver",
        [
            {"kind": "agency"},
            {"kind": "agency", "agency": "navy"},
            {"kind": "school", "agency": "housing"},
        ],
    )
    async def test_refuses_a_receiver_who_is_not_clear(self, desk: Desk, receiver: dict[str, Any]) -> None:
        id = await desk.open("police")
        answer = await desk.client.post(
            f"/v1/enquiries/{id}/products",
            json=create_product(**receiver),
            headers=desk.tokens.issue("manager"),
        )
        assert answer.status_code == 422

    async def test_may_be_after_the_decision(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        await desk.decide(id)
        made = ProductDesk(desk, id)
        await made.make()
        assert (await made.choose()).status_code == 201

    async def test_the_same_form_sent_twice_makes_one(self, desk: Desk) -> None:
        id = await desk.open("police")
        headers = {**desk.tokens.issue("manager"), "Idempotency-Key": "desk-1"}
        path = f"/v1/enquiries/{id}/products"
        both = [await desk.client.post(path, json=create_product(), headers=headers) for _ in range(2)]
        assert both[0].json() == both[1].json()
        assert len((await desk.get(f"/{id}/products")).json()) == 1


class TestItems:
    async def test_keeps_the_original_beside_what_was_cut(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose(text=CUT)
        (item,) = (await made.read())["items"]
        assert (item["text"], item["original"]["text"], item["owner"]) == (CUT, WHOLE, "police")

    async def test_takes_words_of_the_hubs_own(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.send("words", {"text": "Ring us about anything new."})
        (item,) = (await made.read())["items"]
        assert (item["state"], item["owner"], item["original"]) == ("own", None, None)

    @pytest.mark.parametrize(
        ("caveat", "kind", "status"),
        [
            ("not_to_family", "family", 409),
            ("professionals_only", "family", 409),
            ("professionals_only", "public", 409),
            ("sensitive", "family", 409),
            ("may_be_shared_with_family", "family", 201),
            ("may_be_shared_with_family", "public", 409),
            ("an_agencys_own_word", "public", 409),
            ("not_to_family", "school", 201),
        ],
    )
    async def test_is_bound_by_its_owners_caveat(
        self, desk: Desk, caveat: str, kind: str, status: int
    ) -> None:
        made = await with_items(desk, "police", caveat=caveat, kind=kind)
        answer = await made.choose(text=CUT)
        assert answer.status_code == status, answer.text

    async def test_a_sensitive_one_needs_the_manager(self, desk: Desk) -> None:
        made = await with_items(desk, "police", caveat="sensitive")
        assert (await made.choose(role="worker")).status_code == 403
        assert (await made.choose(role="manager")).status_code == 201

    async def test_is_not_chosen_twice(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose()
        assert (await made.choose()).status_code == 409

    async def test_is_taken_only_from_the_answer_that_stands(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        old = await made.chosen()
        await desk.informs(made.enquiry_id, kind="correction", version=2)
        answer = await made.send("items", old)
        assert (answer.status_code, answer.json()["current_answer_version"]) == (409, 2)

    async def test_of_another_enquiry_is_not_found(self, desk: Desk) -> None:
        made, other = await with_items(desk, "police"), await with_items(desk, "police")
        assert (await made.send("items", await other.chosen())).status_code == 404

    @pytest.mark.parametrize("stale", [0, 2])
    async def test_needs_the_version_that_was_read(self, desk: Desk, stale: int) -> None:
        made = await with_items(desk, "police")
        answer = await made.send("items", await made.chosen(), version=stale)
        assert answer.status_code == 412


class TestRelease:
    @pytest.mark.requirement("ENQ-07")
    async def test_asks_each_owner_about_its_own_items_in_the_words_that_go(self, desk: Desk) -> None:
        made = await with_items(desk, "police", "health")
        await made.choose("police", text=CUT)
        await made.choose("health")
        asked = await made.ask("police")
        (item,) = asked.items
        assert (item.text, item.owner, asked.receiver.kind) == (CUT, "police", "school")
        assert asked.necessity.startswith("The school sees")
        assert [one.text for one in (await made.asked("health")).items] == [WHOLE]
        assert (await made.read())["waits_for"] == ["health", "police"]

    async def test_asks_nobody_twice_about_the_same_words(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose()
        await made.ask()
        assert (await made.send("releases")).status_code == 409

    @pytest.mark.parametrize("decision", ["released", "refused"])
    async def test_takes_the_owners_answer(self, desk: Desk, decision: str) -> None:
        made = await with_items(desk, "police")
        await made.choose()
        await made.released("police", decision=decision)
        found = await made.read()
        assert [item["state"] for item in found["items"]] == [decision]
        assert found["is_ready"] is (decision == "released")
        assert found["items"][0]["refused_because"] == ("more_detrimental" if decision == "refused" else None)

    async def test_other_words_have_to_be_asked_about_anew(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose()
        first = await made.ask()
        (item,) = (await made.read())["items"]
        assert (await made.send(f"items/{item['id']}/cut", {"text": CUT})).status_code == 200
        await made.take("police", made.release(first))
        assert await made.states() == ["chosen"]
        assert await desk.count(release) == 1
        await made.released("police")
        assert await made.states() == ["released"]

    async def test_of_two_answers_the_higher_version_counts(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose()
        asked = await made.ask()
        await made.take("police", made.release(asked, "refused", version=2))
        await made.take("police", made.release(asked, "released", version=1))
        assert await made.states() == ["refused"]
        assert await desk.count(release) == 2

    async def test_a_repeat_changes_nothing(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose()
        asked = await made.ask()
        await made.take("police", made.release(asked))
        version = (await made.read())["version"]
        await made.take("police", made.release(asked))
        assert (await desk.count(release), (await made.read())["version"]) == (1, version)
        with pytest.raises(Unreadable, match="held already"):
            await made.take("police", made.release(asked, "refused"))

    @pytest.mark.parametrize(
        ("sender", "changes", "why"),
        [
            ("health", {}, "not the agency's"),
            ("police", {"items": [{"id": str(uuid4()), "decision": "released"}]}, "not the agency's"),
            ("police", {"product_id": str(uuid4())}, "no such product"),
            ("police", {"enquiry_id": str(uuid4())}, "another enquiry"),
        ],
    )
    async def test_no_agency_can_release_what_is_not_its_own(
        self, desk: Desk, sender: str, changes: dict[str, Any], why: str
    ) -> None:
        made = await with_items(desk, "police", "health")
        await made.choose("police")
        asked = await made.ask()
        with pytest.raises(Unreadable, match=why):
            await made.take(sender, made.release(asked, **changes))
        assert await made.states() == ["asked"]

    @pytest.mark.requirement("RET-06")
    @pytest.mark.parametrize("kind", ["correction", "withdrawal"])
    async def test_what_its_owner_takes_back_falls_out(self, desk: Desk, kind: str) -> None:
        made = await with_items(desk, "police", "health")
        await made.choose("police")
        await made.choose("health")
        await made.released("police", "health")
        seen = (await made.read())["version"]
        items: dict[str, Any] = {"answer": None, "items": []} if kind == "withdrawal" else {}
        await desk.informs(made.enquiry_id, "police", kind=kind, version=2, **items)
        assert await made.states() == ["lapsed", "released"]
        assert (await made.send("handover", HANDED, version=seen)).status_code == 412


class TestSendingToAnAgency:
    @pytest.mark.requirement("ENQ-07")
    async def test_goes_there_in_the_released_words_and_nowhere_else(self, desk: Desk) -> None:
        made = await with_items(desk, "police", kind="agency", agency="housing", name="Housing options")
        await made.choose(text=CUT)
        await made.send("words", {"text": "Please look for another home."})
        await made.released("police")
        assert (await made.send("sending")).status_code == 200
        (sent,) = [one for one in await desk.all_posted("housing") if isinstance(one, Product)]
        assert [item.text for item in sent.items] == [CUT, "Please look for another home."]
        assert [person.given for person in sent.people] == ["Wren"]
        assert sent.family_told == "The family was told of the referral."
        assert WHOLE not in sent.model_dump_json()
        for agency in ("police", "health", "probation"):
            assert not [one for one in await desk.all_posted(agency) if isinstance(one, Product)]

    @pytest.mark.requirement("RET-04")
    async def test_tells_each_owner_that_its_items_have_gone(self, desk: Desk) -> None:
        made = await with_items(desk, "police", kind="agency", agency="housing", name="Housing options")
        await made.choose()
        await made.released("police")
        await made.send("sending")
        outcome = (await desk.all_posted("police"))[-1]
        assert isinstance(outcome, ReleaseOutcome)
        assert (outcome.became, [str(id) for id in outcome.items]) == (
            "sent",
            [item["id"] for item in (await made.read())["items"]],
        )

    @pytest.mark.parametrize("state", ["chosen", "asked", "refused"])
    async def test_waits_for_every_owner(self, desk: Desk, state: str) -> None:
        made = await with_items(desk, "police", kind="agency", agency="housing", name="Housing options")
        await made.choose()
        if state == "asked":
            await made.ask()
        if state == "refused":
            await made.released("police", decision="refused")
        answer = await made.send("sending")
        assert (answer.status_code, answer.json()["items"][0]["state"]) == (409, state)
        assert [one for one in await desk.all_posted("housing") if isinstance(one, Product)] == []

    async def test_goes_without_what_was_dropped(self, desk: Desk) -> None:
        made = await with_items(desk, "police", "health", kind="agency", agency="housing", name="Housing")
        await made.choose("police", text=CUT)
        await made.choose("health")
        await made.ask()
        await made.take("police", made.release(await made.asked("police")))
        await made.take("health", made.release(await made.asked("health"), "refused"))
        refused = (await made.read())["items"][1]["id"]
        await made.send(f"items/{refused}/drop", {"reason": "Health will not let it go."})
        assert (await made.send("sending")).status_code == 200
        assert [item["text"] for item in (await made.read())["sent"]["items"]] == [CUT]
        assert (await desk.all_posted("health"))[-1].became == "not_sent"

    async def test_a_social_worker_cannot_send(self, desk: Desk) -> None:
        made = await with_items(desk, "police", kind="agency", agency="housing", name="Housing")
        await made.send("words", {"text": "Nothing else."})
        assert (await made.send("sending", role="worker")).status_code == 403
        assert (await made.send("sending")).status_code == 200

    async def test_one_for_another_receiver_is_not_sent_over_the_bus(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.send("words", {"text": "Nothing else."})
        assert (await made.send("sending")).status_code == 409

    async def test_shows_when_it_lay_in_the_receivers_store(self, desk: Desk) -> None:
        made = await with_items(desk, "police", kind="agency", agency="housing", name="Housing")
        await made.send("words", {"text": "Nothing else."})
        await made.send("sending")
        (sent,) = await desk.all_posted("housing")
        about = sent.model_dump(include={"partnership", "enquiry_id", "product_id"})
        receipt = ProductReceipt(
            **about, message_id=uuid4(), receipt_of=sent.message_id, sent_at=desk.hub.clock()
        )
        await made.take("police", receipt)
        assert (await made.read())["received_at"] is None
        await made.take("housing", receipt)
        assert (await made.read())["received_at"] is not None
        notices = (await desk.get(f"/{made.enquiry_id}/proof")).json()["notices"]
        assert [(one["kind"], one["delivery"]) for one in notices if one["agency"] == "housing"] == [
            ("product", "received")
        ]


class TestHandingOver:
    @pytest.mark.requirement("ENQ-07")
    async def test_keeps_by_whom_how_to_whom_and_in_which_words(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose(text=CUT)
        await made.released("police")
        assert (await made.send("handover", HANDED)).status_code == 200
        sent = (await made.read())["sent"]
        assert [item["text"] for item in sent["items"]] == [CUT]
        assert (sent["handed_over"]["by"], sent["handed_over"]["to_whom"]) == ("manager", HANDED["to_whom"])

    async def test_a_product_for_an_agency_is_not_handed_over(self, desk: Desk) -> None:
        made = await with_items(desk, "police", kind="agency", agency="housing", name="Housing")
        await made.send("words", {"text": "Nothing else."})
        assert (await made.send("handover", HANDED)).status_code == 409

    async def test_cannot_have_been_later_than_now(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.send("words", {"text": "Nothing else."})
        answer = await made.send("handover", {**HANDED, "at": "2099-01-01T00:00:00Z"})
        assert answer.status_code == 422

    async def test_the_document_is_there_once_every_owner_has_released(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose(text=CUT)
        assert (await made.get("/document")).status_code == 409
        await made.released("police")
        document = (await made.get("/document")).json()
        assert ([item["text"] for item in document["items"]], document["handed_over"]) == ([CUT], None)

    async def test_its_days_are_those_of_london(self, desk: Desk, clock: FakeClock) -> None:
        clock.set(datetime(2027, 6, 30, 23, 30, tzinfo=UTC))
        made = await with_items(desk, "police")
        await made.send("words", {"text": "Nothing else."})
        assert (await made.get("/document")).json()["made_on"] == "2027-07-01"
        await made.send("handover", {**HANDED, "at": "2027-06-30T23:30:00Z"})
        assert "on 1 July 2027" in (await made.get("/document.html")).text

    async def test_the_printed_page_escapes_every_word(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.send("words", {"text": "<script>alert(1)</script> & so on"})
        page = await made.get("/document.html")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        rules = page.headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} <= {
            *rules
        }
        assert "<script>" not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on" in page.text

    async def test_what_was_handed_over_is_never_altered(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.send("words", {"text": "Nothing else."})
        await made.send("handover", HANDED)
        before = (await made.get("/document")).json()
        for what, body in (
            ("words", {"text": "More."}),
            ("handover", HANDED),
            ("abandonment", {"reason": "No."}),
        ):
            assert (await made.send(what, body)).status_code == 409
        with pytest.raises(DBAPIError, match="never altered"):
            async with desk.hub.engine.begin() as connection:
                await connection.execute(sa.update(product_sent).values(sent_by="somebody else"))
        assert (await made.get("/document")).json() == before

    async def test_a_refusal_that_comes_too_late_is_kept_and_shown(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose(text=CUT)
        await made.released("police")
        await made.send("handover", HANDED)
        await made.take("police", made.release(await made.asked(), "refused", version=2))
        found = await made.read()
        assert [(one["version"], one["after_closing"]) for one in found["releases"]] == [
            (1, False),
            (2, True),
        ]
        assert ([item["state"] for item in found["items"]], found["state"]) == (["released"], "sent")

    async def test_shows_what_its_owner_took_back_afterwards(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose(text=CUT)
        await made.released("police")
        await made.send("handover", HANDED)
        await desk.informs(made.enquiry_id, kind="withdrawal", version=2, answer=None, items=[])
        (item,) = (await made.read())["items"]
        assert (item["state"], item["since"]) == ("released", "withdrawn")


class TestGivingUp:
    async def test_tells_the_owners_that_were_asked(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose()
        await made.ask()
        assert (await made.send("abandonment", {"reason": "The school knows."})).status_code == 200
        assert (await desk.all_posted("police"))[-1].became == "not_sent"
        assert (await made.send("words", {"text": "More."})).status_code == 409


class TestWhoMay:
    async def test_nobody_but_social_workers_and_managers_sees_a_product(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.send("words", {"text": "Nothing else."})
        for what in ("", "/document", "/document.html"):
            answers = {role: (await made.get(what, role)).status_code for role in OTHERS}
            assert answers == dict.fromkeys(OTHERS, 403)
        assert (await made.get("", "worker")).status_code == 200

    async def test_for_another_partnership_there_is_none(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        assert (await made.get(partnerships=["elsewhere"])).status_code == 404

    async def test_every_step_is_recorded(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose()
        await made.released("police")
        await made.send("handover", HANDED)
        actions = [action for action, _ in await desk.audited() if action.startswith("product.")]
        steps = [one for one in actions if one != "product.viewed"]
        assert steps == [
            "product.made",
            "product.item_chosen",
            "product.release_asked",
            "product.release_answered",
            "product.sent",
        ]

    @pytest.mark.requirement("SEAL-04")
    async def test_the_hub_is_told_ids_and_counts(self, desk: Desk) -> None:
        made = await with_items(desk, "police")
        await made.choose(text=CUT)
        await made.send("words", {"text": "Please watch over her."})
        await made.released("police")
        await made.send("handover", HANDED)
        (told,) = await desk.events(ProductSent)
        assert (told["receiver_kind"], told["item_count"], told["owner_count"]) == ("school", 2, 1)
        raw = await desk.raw_events()
        for words in (CUT, WHOLE, "watch over", "Sample Primary", "Wren"):
            assert words not in raw


async def test_what_is_too_long_to_seal_is_refused_in_words(desk: Desk) -> None:
    made = await with_items(desk, "police", kind="agency", agency="housing", name="Housing")
    for _ in range(14):
        await made.send("words", {"text": "word " * 2_000})
    answer = await made.send("sending")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "items")


async def test_an_item_without_caveat_or_date_is_taken_in_and_shown_as_lacking(desk: Desk) -> None:
    id = await desk.open("police")
    await desk.informs(id, items=[create_item(caveat=None, recorded_on=None, lawful_basis="")])
    (item,) = (await desk.request(id))["returns"][0]["items"]
    assert item["lacks"] == ["recorded_on", "lawful_basis", "caveat", "rationale"]


async def test_no_owner_is_asked_of_what_is_not_its_own(desk: Desk) -> None:
    made = await with_items(desk, "police", "health")
    await made.choose("police")
    await made.ask()
    assert [one for one in await desk.all_posted("health") if isinstance(one, ReleaseAsked)] == []
