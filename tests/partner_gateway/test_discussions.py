"""A strategy discussion that the agency must attend is kept, shown and acknowledged."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from factories.partner_gateway import Gateway
from mash.contracts.boundary import Discussion, DiscussionReceipt
from partner_gateway.usecases.discussing import take_discussion
from partner_gateway.usecases.outward import outward
from support.clock import START
from support.tokens import Tokens

pytestmark = pytest.mark.requirement("ENQ-08")


def create_discussion(**changes: Any) -> Discussion:
    return Discussion.model_validate(
        {
            "message_id": uuid4(),
            "partnership": "havering",
            "enquiry_id": uuid4(),
            "discussion_id": uuid4(),
            "agency": "police",
            "version": 1,
            "state": "asked",
            "reference": "HAV-26-7K3M9QXT",
            "reason": "Robin may be at risk of significant harm.",
            "attend": [{"role": "Police decision maker", "agency": "police"}],
            "asked_at": START,
            "asked_by": "MASH, 01632 960100",
            **changes,
        }
    )


async def hear(gateway: Gateway, message: Discussion) -> UUID:
    async with gateway.hub.transaction() as tx:
        await take_discussion(tx, message, outward(gateway.hub))
    return message.message_id


async def shown(gateway: Gateway, headers: dict[str, str]) -> list[dict[str, Any]]:
    return list((await gateway.client.get("/v1/discussions", headers=headers)).json()["items"])


async def test_lies_with_the_agency_and_is_acknowledged(gateway: Gateway, researcher: dict[str, str]) -> None:
    id = await hear(gateway, create_discussion())
    [found] = await shown(gateway, researcher)
    assert (found["state"], found["attend"][0]["role"]) == ("asked", "Police decision maker")
    [receipt] = [one for one in await gateway.all_sent() if isinstance(one, DiscussionReceipt)]
    assert receipt.receipt_of == id


@pytest.mark.parametrize("newer_first", [False, True])
async def test_the_newest_word_of_the_hub_counts(
    gateway: Gateway, researcher: dict[str, str], newer_first: bool
) -> None:
    asked = create_discussion()
    held = asked.model_copy(
        update={"message_id": uuid4(), "version": 2, "state": "held", "outcome": "no_section_47"}
    )
    for message in (held, asked) if newer_first else (asked, held):
        await hear(gateway, message)
    [found] = await shown(gateway, researcher)
    assert (found["state"], found["outcome"]) == ("held", "no_section_47")


async def test_is_none_of_another_partnerships(gateway: Gateway, tokens: Tokens) -> None:
    await hear(gateway, create_discussion())
    other = tokens.issue("agency_lead", agency="police", partnerships=["redbridge"])
    assert await shown(gateway, other) == []
