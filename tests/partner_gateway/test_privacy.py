"""Nobody's name gets out of a gateway but in a sealed message."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from factories.partner_gateway import (
    create_answer,
    create_file,
    create_message,
    create_row,
    running_gateway,
)
from mash.db.tables import audit, idempotency, outbox
from support.services import Services
from support.tokens import Tokens

WORDS = (
    "Testcase",
    "Robin",
    "Sage",
    "1990-01-20",
    "2017-05-14",
    "9990000018",
    "Sample Street",
    "Officers came",
)


@pytest.mark.requirement("SEAL-09", "SEAL-04")
async def test_no_name_is_in_logs_metrics_audit_or_what_is_sent(
    service: Services, keys: Path, tokens: Tokens, capfd: pytest.CaptureFixture[str]
) -> None:
    headers = tokens.issue("researcher", agency="police")
    async with running_gateway(service, keys, log_level="INFO") as gateway:
        asked = await gateway.hear(create_message())
        path = f"/v1/requests/{asked.request_id}"
        await gateway.client.get(path, headers=headers)
        await gateway.client.post(
            "/v1/records/import",
            headers=headers | {"content-type": "text/csv"},
            content=create_file(create_row(), create_row(record_id="CR-2", dob="Robin")),
        )
        whom = {"family": "Testcase", "given": "Sage", "dob": "1990-01-20"}
        await gateway.client.post("/v1/records/search", headers=headers, json=whom)
        change = headers | {"if-match": '"1"', "idempotency-key": "desk-1"}
        refused = await gateway.client.post(
            f"{path}/return", headers=change, json=create_answer(answer="Robin Testcase")
        )
        done = await gateway.client.post(f"{path}/return", headers=change, json=create_answer())
        assert (refused.status_code, done.status_code) == (422, 201)
        metrics = (await gateway.client.get("/metrics")).text
        kept = [str(row) for table in (audit, idempotency, outbox) for row in await gateway.rows(table)]
    told = [*kept, metrics, refused.text, *capfd.readouterr()]
    assert len(kept) > 5
    assert "/v1/records/search" in told[-2]
    assert [word for word in WORDS for one in told if word in one] == []


@pytest.mark.requirement("SEAL-05")
async def test_the_audit_of_a_gateway_is_append_only(service: Services, keys: Path) -> None:
    async with running_gateway(service, keys) as gateway:
        await gateway.hear(create_message())
        with pytest.raises(sa.exc.DBAPIError, match="permission denied for table audit"):
            async with gateway.hub.engine.begin() as connection:
                await connection.execute(sa.delete(audit))
        assert await gateway.rows(audit)
