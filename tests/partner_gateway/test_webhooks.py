"""An agency's own system is told by signed webhook of what came, in order, until it has it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
import pytest_asyncio
from factories.partner_gateway import Gateway, create_message, follow_up, running_gateway
from factories.webhooks import NEARBY, OwnSystem, Serve, send_all, subscribe
from fastapi import Response
from mash.contracts.boundary import CaseErased, Product, Receiver
from mash.contracts.webhooks import WebhookBody
from partner_gateway.domain.webhooks import GIVEN_UP_AFTER, next_attempt
from partner_gateway.events.handlers import boundary
from partner_gateway.store.tables import attempt, delivery, subscription
from partner_gateway.usecases.outward import outward
from partner_gateway.usecases.releasing import take_about_product
from partner_gateway.usecases.take_message import take_message
from sqlalchemy.exc import IntegrityError
from support.clock import START, FakeClock
from support.services import Services
from support.tokens import Tokens

WORDS = (
    "Testcase",
    "Robin",
    "Sage",
    "1990-01-20",
    "9990000018",
    "Sample Street",
    "section 47",
    "known to you",
)


@pytest.fixture
def system() -> OwnSystem:
    return OwnSystem()


@pytest_asyncio.fixture
async def address(system: OwnSystem, serve: Serve) -> str:
    return await serve(system.app) + "/hooks"


@pytest_asyncio.fixture
async def gateway(service: Services, keys: Path) -> AsyncIterator[Gateway]:
    async with running_gateway(service, keys, **NEARBY) as running:
        yield running


@pytest.fixture
def lead(tokens: Tokens) -> dict[str, str]:
    return tokens.issue("lead-police", agency="police")


def create_product() -> Product:
    return Product(
        message_id=uuid4(),
        partnership="havering",
        enquiry_id=uuid4(),
        product_id=uuid4(),
        agency="police",
        reference="HAV-26-7K3M9QXT",
        receiver=Receiver(kind="agency", name="Duty desk", agency="police"),
        purpose="To keep a made-up child safe at home.",
        lawful_basis="Children Act 1989, section 47",
        necessity="The receiver acts on it tonight.",
        family_told="",
        family_agreed="",
        items=[],
        sent_at=START,
        sent_by="Duty MASH manager",
    )


async def deliveries(gateway: Gateway, lead: dict[str, str], id: str, **wanted: str) -> list[dict[str, Any]]:
    answer = await gateway.client.get(f"/v1/subscriptions/{id}/deliveries", headers=lead, params=wanted)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


@pytest.mark.requirement("RET-05")
class TestTelling:
    async def test_says_what_came_and_where_to_read_it(
        self, gateway: Gateway, lead: dict[str, str], system: OwnSystem, address: str
    ) -> None:
        made = await subscribe(gateway, lead, address)
        asked = await gateway.hear(create_message())
        await send_all(gateway)
        [heard] = system.heard
        assert heard.is_signed_with(made["secret"])
        assert not heard.is_signed_with("whsec_" + "A" * 43 + "=")
        jsonschema.validate(heard.body, WebhookBody.model_json_schema())
        assert heard.body["data"]["link"] == f"/v1/requests/{asked.request_id}"
        read = await gateway.client.get(heard.body["data"]["link"], headers=lead)
        assert read.json()["asked"]["people"][0]["given"] == "Robin"

    @pytest.mark.requirement("SEAL-04", "SEAL-09")
    async def test_names_nobody(
        self, gateway: Gateway, lead: dict[str, str], system: OwnSystem, address: str
    ) -> None:
        await subscribe(gateway, lead, address, "request.received", "request.decided")
        asked = await gateway.hear(create_message())
        await gateway.hear(follow_up(asked, "decided", outcome="early_help"))
        await send_all(gateway)
        assert len(system.heard) == 2
        kept = [str(row) for table in (delivery, attempt, subscription) for row in await gateway.rows(table)]
        told = [part for one in system.heard for part in (one.raw, str(one.headers))]
        assert [word for word in WORDS for one in [*told, *kept] if word in one] == []

    async def test_is_of_what_was_chosen_and_of_its_own_partnership(
        self, gateway: Gateway, lead: dict[str, str], system: OwnSystem, address: str
    ) -> None:
        await subscribe(gateway, lead, address, "request.reminded", "request.chased")
        asked = await gateway.hear(create_message())
        await gateway.hear(
            follow_up(asked, "reminder"),
            follow_up(asked, "raised", version=3),
            create_message(partnership="medway"),
        )
        await send_all(gateway)
        assert system.types == ["request.reminded"]

    @pytest.mark.parametrize(
        ("kind", "event"),
        [
            ("changed", "request.changed"),
            ("reminder", "request.reminded"),
            ("chase", "request.chased"),
            ("raised", "request.raised"),
            ("cancelled", "request.cancelled"),
            ("withdrawn", "request.withdrawn"),
            ("decided", "request.decided"),
        ],
    )
    async def test_has_a_word_for_each_kind_of_message(
        self,
        gateway: Gateway,
        lead: dict[str, str],
        system: OwnSystem,
        address: str,
        kind: str,
        event: str,
    ) -> None:
        await subscribe(gateway, lead, address, event)
        asked = await gateway.hear(create_message())
        await gateway.hear(follow_up(asked, kind))
        await send_all(gateway)
        assert system.types == [event]

    async def test_is_of_products_too_and_says_nothing_of_what_is_in_them(
        self, gateway: Gateway, lead: dict[str, str], system: OwnSystem, address: str
    ) -> None:
        await subscribe(gateway, lead, address, "product.arrived")
        product = create_product()
        async with gateway.hub.transaction() as tx:
            await take_about_product(tx, product, outward(gateway.hub))
        await send_all(gateway)
        [heard] = system.heard
        assert (heard.type, heard.body["data"]["product_id"]) == ("product.arrived", str(product.product_id))
        read = await gateway.client.get(heard.body["data"]["link"], headers=lead)
        assert (read.status_code, product.purpose in heard.raw) == (200, False)

    async def test_goes_with_the_case_it_is_of(
        self, gateway: Gateway, lead: dict[str, str], system: OwnSystem, address: str
    ) -> None:
        system.status = 500
        await subscribe(gateway, lead, address, "request.received", "case.erased")
        asked = await gateway.hear(create_message())
        await send_all(gateway)
        erased = CaseErased(
            message_id=uuid4(),
            partnership="havering",
            enquiry_id=asked.enquiry_id,
            agency="police",
            rule="no_further_action",
            erased_at=START,
        )
        [handler] = boundary("police")
        assert handler.prepare is not None
        prepared = await handler.prepare(gateway.hub, erased)
        async with gateway.hub.transaction() as tx:
            await handler.apply(tx, "hub", erased, prepared)
        system.status = 204
        await send_all(gateway)
        assert system.types == ["request.received", "case.erased"]
        assert [row["event"] for row in await gateway.rows(delivery)] == ["case.erased"]

    async def test_rolls_back_with_what_it_tells_of(
        self, gateway: Gateway, lead: dict[str, str], system: OwnSystem, address: str
    ) -> None:
        await subscribe(gateway, lead, address)
        twice = create_message()
        await gateway.hear(twice)
        with pytest.raises(IntegrityError):
            await gateway.hear(twice)
        await send_all(gateway)
        assert system.types == ["request.received"]
        assert len(await gateway.rows(delivery)) == 1

    async def test_of_a_test_says_nothing_of_any_request(
        self, gateway: Gateway, lead: dict[str, str], system: OwnSystem, address: str
    ) -> None:
        made = await subscribe(gateway, lead, address)
        answer = await gateway.client.post(f"/v1/subscriptions/{made['id']}/test", headers=lead)
        assert answer.status_code == 202
        await send_all(gateway)
        [heard] = system.heard
        assert (heard.type, heard.headers["webhook-id"]) == (
            "subscription.test",
            answer.json()["delivery_id"],
        )
        assert heard.body["data"]["request_id"] is None


@pytest.mark.requirement("RET-05")
class TestTryingAgain:
    async def test_goes_on_with_the_same_id_until_it_is_there(
        self, gateway: Gateway, lead: dict[str, str], system: OwnSystem, address: str, clock: FakeClock
    ) -> None:
        made = await subscribe(gateway, lead, address)
        system.status = 503
        await gateway.hear(create_message())
        await send_all(gateway)
        system.status = 204
        await send_all(gateway)
        assert len(system.heard) == 1
        clock.advance(seconds=6)
        await send_all(gateway)
        assert len({one.headers["webhook-id"] for one in system.heard}) == 1
        assert len({one.raw for one in system.heard}) == 1
        [told] = await deliveries(gateway, lead, made["id"])
        assert told["state"] == "delivered"
        assert [(one["result"], one["status"]) for one in told["attempts"]] == [
            ("failed", 503),
            ("delivered", 204),
        ]

    async def test_keeps_what_is_about_one_request_in_order(
        self, gateway: Gateway, lead: dict[str, str], system: OwnSystem, address: str, clock: FakeClock
    ) -> None:
        await subscribe(gateway, lead, address, "request.received", "request.reminded")
        system.status = 500
        asked = await gateway.hear(create_message())
        await gateway.hear(follow_up(asked, "reminder"), create_message())
        await send_all(gateway)
        # The other request does not wait for this one, and its reminder does.
        assert system.types == ["request.received"] * 2
        system.status = 200
        clock.advance(seconds=6)
        await send_all(gateway)
        about = [one.type for one in system.heard if str(asked.request_id) in one.raw]
        assert about == ["request.received", "request.received", "request.reminded"]

    async def test_gives_up_after_three_days_and_shows_it(
        self,
        gateway: Gateway,
        lead: dict[str, str],
        system: OwnSystem,
        address: str,
        clock: FakeClock,
        tokens: Tokens,
    ) -> None:
        made = await subscribe(gateway, lead, address)
        system.status = 500
        await gateway.hear(create_message())
        await send_all(gateway)
        for _ in range(75):
            clock.advance(hours=1)
            await send_all(gateway)
        later = tokens.issue("lead-police", agency="police")
        [told] = await deliveries(gateway, later, made["id"], state="failed")
        assert 8 < len(told["attempts"]) < 30
        assert (told["next_at"], told["attempts"][-1]["status"]) == (None, 500)
        assert 'mash_webhooks_undelivered{status="failed"} 1.0' in (await gateway.client.get("/metrics")).text
        shown = await gateway.client.get(f"/v1/subscriptions/{made['id']}", headers=later)
        assert (shown.json()["failed"], shown.json()["state"]) == (1, "active")

    async def test_of_what_was_given_up_or_lost_is_asked_for_by_the_lead(
        self, gateway: Gateway, lead: dict[str, str], system: OwnSystem, address: str, clock: FakeClock
    ) -> None:
        made = await subscribe(gateway, lead, address)
        await gateway.hear(create_message())
        await send_all(gateway)
        [told] = await deliveries(gateway, lead, made["id"])
        path = f"/v1/subscriptions/{made['id']}"
        again = await gateway.client.post(f"{path}/deliveries/{told['id']}/replay", headers=lead)
        assert (again.status_code, again.json()) == (202, {"count": 1})
        await send_all(gateway)
        assert len(system.heard) == 2
        nothing = await gateway.client.post(f"{path}/replay", headers=lead)
        assert nothing.json() == {"count": 0}
        unknown = await gateway.client.post(f"{path}/deliveries/{uuid4()}/replay", headers=lead)
        assert unknown.status_code == 404

    async def test_is_over_once_the_system_answers_gone(
        self, gateway: Gateway, lead: dict[str, str], system: OwnSystem, address: str
    ) -> None:
        made = await subscribe(gateway, lead, address)
        system.status = 410
        await gateway.hear(create_message())
        await send_all(gateway)
        await gateway.hear(create_message())
        await send_all(gateway)
        assert len(system.heard) == 1
        shown = (await gateway.client.get(f"/v1/subscriptions/{made['id']}", headers=lead)).json()
        assert (shown["state"], shown["ended_because"], shown["waiting"]) == ("ended", "gone", 0)
        [row] = await gateway.rows(subscription)
        assert row["secrets"] is None

    async def test_takes_up_what_a_killed_process_had_claimed(
        self, gateway: Gateway, lead: dict[str, str], system: OwnSystem, address: str, clock: FakeClock
    ) -> None:
        await subscribe(gateway, lead, address)
        async with gateway.hub.transaction() as tx:
            # Written and claimed at once, so that the gateway's own loop cannot be first.
            await take_message(tx, create_message(), outward(gateway.hub))
            claimed = delivery.update().values(claimed_until=clock() + timedelta(minutes=2))
            await tx.execute(claimed)
        assert system.heard == []
        clock.advance(minutes=2)
        await send_all(gateway)
        assert system.types == ["request.received"]

    async def test_follows_no_redirect(
        self, gateway: Gateway, lead: dict[str, str], system: OwnSystem, serve: Serve
    ) -> None:
        elsewhere = OwnSystem()
        system.answer = Response(status_code=307, headers={"location": await serve(elsewhere.app)})
        made = await subscribe(gateway, lead, await serve(system.app))
        await gateway.hear(create_message())
        await send_all(gateway)
        [told] = await deliveries(gateway, lead, made["id"])
        assert [one["result"] for one in told["attempts"]] == ["redirected"]
        assert (len(system.heard), elsewhere.heard) == (1, [])

    async def test_waits_no_longer_than_it_was_told(
        self, service: Services, keys: Path, lead: dict[str, str], system: OwnSystem, address: str
    ) -> None:
        system.pause_seconds = 5
        async with running_gateway(service, keys, webhook_timeout_seconds=0.3, **NEARBY) as gateway:
            made = await subscribe(gateway, lead, address)
            await gateway.hear(create_message())
            await send_all(gateway)
            [told] = await deliveries(gateway, lead, made["id"])
        [tried] = told["attempts"]
        assert tried["result"] == "too_slow"
        assert tried["milliseconds"] < 3000


class TestPauses:
    def test_grow_and_end_with_a_try_after_three_days(self) -> None:
        at, tries = START, 1
        times = [at]
        while (again := next_attempt(tries, START, at, 0)) is not None:
            at, tries = again, tries + 1
            times.append(at)
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert gaps[:-1] == sorted(gaps[:-1])
        assert (times[0], times[-1]) == (START, START + GIVEN_UP_AFTER)

    def test_are_longer_or_shorter_by_chance(self) -> None:
        pauses = {next_attempt(3, START, START, spread) for spread in (-1, 0, 1)}
        assert pauses == {START + timedelta(seconds=seconds) for seconds in (270, 300, 330)}
