"""An agency keeps what the hub signed of its audits, and its lead can hold it against the hub."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from factories.partner_gateway import Gateway
from mash.audit.verifying import Witnesses, read_witness
from mash.contracts.boundary import AuditHeads, SignedHead
from mash.contracts.shared import AuditSigned
from partner_gateway.events.handlers import boundary
from support.clock import FakeClock
from support.tokens import Tokens

pytestmark = pytest.mark.requirement("SEAL-05")


async def hear(gateway: Gateway, clock: FakeClock, *contacts: UUID, partnership: str = "havering") -> None:
    """Take in a message of the hub's with one head a contact, through the gateway's own table of handlers."""
    said = {name: AuditSigned.example[name] for name in ("service", "seq", "hash", "jws")}
    heads = [SignedHead(contact_id=one, signed_at=clock(), **said) for one in contacts]
    message = AuditHeads(
        message_id=uuid4(), partnership=partnership, agency="police", heads=heads, sent_at=clock()
    )
    (handler,) = boundary("police")
    assert handler.prepare is not None
    prepared = await handler.prepare(gateway.hub, message)
    async with gateway.hub.transaction() as tx:
        await handler.apply(tx, "hub", message, prepared)


async def test_the_lead_can_give_what_is_kept_to_the_command_that_verifies(
    gateway: Gateway, clock: FakeClock, tokens: Tokens, tmp_path: Path
) -> None:
    contacts = [uuid4(), uuid4()]
    await hear(gateway, clock, *contacts)
    answer = await gateway.client.get("/v1/witness", headers=tokens.issue("agency_lead", agency="police"))
    file = tmp_path / "witness.json"
    file.write_text(json.dumps(answer.json()))
    witnesses: Witnesses = {}
    await read_witness("police", str(file), witnesses)
    assert set(witnesses) == {("intake", contact) for contact in contacts}
    assert {kept.seq for kept in witnesses["intake", contacts[0]]} == {12}


async def test_all_pages_together_hold_every_head_once(
    gateway: Gateway, clock: FakeClock, tokens: Tokens
) -> None:
    contacts = [uuid4() for _ in range(7)]
    for place in range(0, 7, 2):
        await hear(gateway, clock, *contacts[place : place + 2])
        clock.advance(timedelta(minutes=10))
    found, cursor = [], ""
    while cursor is not None:
        path = f"/v1/witness?limit=3{cursor and f'&cursor={cursor}'}"
        page = (await gateway.client.get(path, headers=tokens.issue("agency_lead", agency="police"))).json()
        found += [UUID(head["contact_id"]) for head in page["items"]]
        cursor = page["next"]
    assert sorted(found) == sorted(contacts)


async def test_nobody_else_at_the_agency_or_of_another_partnership_sees_it(
    gateway: Gateway, clock: FakeClock, tokens: Tokens
) -> None:
    await hear(gateway, clock, uuid4())
    researcher = tokens.issue("researcher", agency="police")
    assert (await gateway.client.get("/v1/witness", headers=researcher)).status_code == 403
    elsewhere = tokens.issue("agency_lead", agency="police", partnerships=["medway"])
    assert (await gateway.client.get("/v1/witness", headers=elsewhere)).json()["items"] == []
