"""What services sign of their audits is given to each agency that was asked in the case, and kept there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from factories.enquiry import Desk
from mash.contracts.boundary import AuditHeads
from mash.contracts.shared import AuditSigned
from mash.db.tables import witness
from support.clock import FakeClock

pytestmark = pytest.mark.requirement("SEAL-05")


def signed(contact_id: UUID, clock: FakeClock, **changes: Any) -> AuditSigned:
    said = {"contact_id": contact_id, "signed_at": clock(), **changes}
    return AuditSigned.model_validate(AuditSigned.example | said)


async def heads(desk: Desk, agency: str) -> list[AuditHeads]:
    return [one for one in await desk.all_posted(agency) if isinstance(one, AuditHeads)]


async def contact_of(desk: Desk, id: UUID) -> UUID:
    return UUID((await desk.enquiry(id))["contact_id"])


async def test_an_agency_gets_the_heads_of_its_cases_together(desk: Desk, clock: FakeClock) -> None:
    contact_id = await contact_of(desk, await desk.open())
    for service in ("intake", "screening"):
        await desk.hand(signed(contact_id, clock, service=service))
    await desk.hand(signed(uuid4(), clock))
    clock.advance(timedelta(minutes=10))
    await desk.fire_timers()
    for agency in ("police", "health"):
        (message,) = await heads(desk, agency)
        assert [(head.contact_id, head.service) for head in message.heads] == [
            (contact_id, "intake"),
            (contact_id, "screening"),
        ]


async def test_each_head_is_passed_on_once(desk: Desk, clock: FakeClock) -> None:
    contact_id = await contact_of(desk, await desk.open())
    for seq in (12, 12, 14):
        await desk.hand(signed(contact_id, clock, seq=seq))
        clock.advance(timedelta(minutes=10))
        await desk.fire_timers()
    told = [head.seq for message in await heads(desk, "police") for head in message.heads]
    assert told == [12, 14]


async def test_many_heads_are_more_than_one_message_and_each_can_be_sealed(
    desk: Desk, clock: FakeClock
) -> None:
    contact_id = await contact_of(desk, await desk.open())
    for seq in range(1, 102):
        await desk.hand(signed(contact_id, clock, seq=seq, jws="x" * 600))
    clock.advance(timedelta(minutes=10))
    await desk.fire_timers()
    assert [len(message.heads) for message in await heads(desk, "police")] == [80, 21]


async def test_what_was_heard_first_of_a_place_stays(desk: Desk, clock: FakeClock) -> None:
    contact_id = uuid4()
    await desk.hand(signed(contact_id, clock))
    await desk.hand(signed(contact_id, clock, hash="0" * 64))
    assert await desk.count(witness) == 1
