"""Reporting keeps what the services sign of their audits, and cannot take it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from mash.audit.verifying import Witnesses, read_witness
from mash.contracts.shared import AuditSigned
from reporting.events.handlers import HANDLERS
from support.postgres import auditor_url
from support.services import Services


@pytest.mark.requirement("SEAL-05")
async def test_every_signed_head_is_kept_for_whoever_verifies(
    service: Services, make_database: Callable[[str], Awaitable[str]]
) -> None:
    url = await make_database("reporting")
    application = await service.create("reporting", database_url=url)
    event = AuditSigned.model_validate(AuditSigned.example)
    (handler,) = (one for one in HANDLERS if one.event is AuditSigned)
    for _ in range(2):
        async with application.state.hub.transaction() as tx:
            await handler.apply(tx, event)
    await application.state.hub.engine.dispose()
    witnesses: Witnesses = {}
    await read_witness("reporting", auditor_url(url), witnesses)
    ((kept,),) = witnesses.values()
    assert (kept.seq, kept.hash.hex(), kept.jws) == (event.seq, event.hash, event.jws)
    connection = await asyncpg.connect(url.replace("+asyncpg", "", 1))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM witness")
    finally:
        await connection.close()
