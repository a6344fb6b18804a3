"""The commands that check the audit and ask it, as those who run them see them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from factories.intake import NHS_NUMBERS, create_form
from mash.audit.signatures import Signer
from mash.audit.signing import sign_moved
from mash.cli import app
from support.keys import KeyFiles
from support.postgres import as_owner, auditor_url
from support.services import Services
from support.tokens import Tokens
from typer.testing import CliRunner, Result

pytestmark = pytest.mark.requirement("SEAL-05")


@dataclass
class Hub:
    """Intake on a port, with one contact that was signed for."""

    url: str
    database: str
    keys: str
    reference: str
    tokens: Tokens

    async def run(self, *arguments: str, given: str | None = None) -> Result:
        token = self.tokens.issue("dpo")["authorization"].removeprefix("Bearer ")
        settings = {"MASH_TOKEN": token, "MASH_CASE_SERVICES": self.url, "AUDIT_KEYS_DIR": self.keys}
        # The command runs a loop of its own, so it needs a thread of its own.
        return await asyncio.to_thread(CliRunner().invoke, app, ["audit", *arguments], given, settings)

    async def verify(self) -> Result:
        return await self.run("verify", "--store", f"intake={auditor_url(self.database)}")


@pytest_asyncio.fixture
async def hub(
    make_database: Callable[[str], Awaitable[str]],
    service: Services,
    serve: Callable[[Any], Awaitable[str]],
    key_files: KeyFiles,
    tokens: Tokens,
) -> Hub:
    database = await make_database("intake")
    application = await service.create("intake", database_url=database)
    url = await serve(application)
    async with httpx.AsyncClient(base_url=url) as client:
        answer = await client.post(
            "/v1/contacts", json=create_form(), headers=tokens.issue("referrer-school")
        )
        reference = answer.json()["reference"]
        await client.get(f"/v1/contacts/{reference}", headers=tokens.issue("officer"))
    keys = key_files.settings("intake")["audit_keys_dir"]
    await sign_moved(application.state.hub, Signer(Path(keys), "intake"), application.state.cases)
    return Hub(url, database, keys, reference, tokens)


async def test_verify_says_how_much_it_looked_at(hub: Hub) -> None:
    result = await hub.verify()
    assert result.exit_code == 0, result.output
    assert "0 faults in 2 lines" in result.output


async def test_verify_fails_and_names_the_service_the_case_and_the_line(hub: Hub) -> None:
    async with as_owner(hub.database) as owner:
        await owner.execute("ALTER TABLE audit DISABLE TRIGGER audit_append_only")
        case = await owner.fetchval(
            "UPDATE audit SET subject = 'nobody' WHERE action = 'contact.viewed' RETURNING case_id"
        )
    result = await hub.verify()
    assert result.exit_code == 1
    assert f"intake: case or caller {case}: line 2 " in result.output
    assert "1 faults in 2 lines" in result.output


async def test_verify_takes_what_to_check_from_a_file(hub: Hub, tmp_path: Path) -> None:
    file = tmp_path / "stores"
    file.write_text(f"# what to check\nintake={auditor_url(hub.database)}\n")
    result = await hub.run("verify", "--settings", str(file))
    assert "0 faults in 2 lines" in result.output


async def test_verify_that_cannot_read_a_database_does_not_pass(hub: Hub) -> None:
    missing = auditor_url(hub.database).replace("/intake", "/nowhere")
    result = await hub.run("verify", "--store", f"intake={missing}")
    assert result.exit_code == 2
    assert "cannot be read" in result.output


async def test_who_saw_lists_looks_by_a_reference(hub: Hub) -> None:
    result = await hub.run("who-saw", hub.reference)
    assert result.exit_code == 0, result.output
    heading, *lines = result.output.splitlines()
    assert heading.split()[:3] == ["at", "who", "what"]
    assert [line.split()[1:3] for line in lines[:2]] == [
        ["referrer-school", "contact.received"],
        ["officer", "contact.viewed"],
    ]


async def test_who_saw_takes_who_the_child_is_from_standard_input(hub: Hub) -> None:
    result = await hub.run("who-saw", "--json", given=json.dumps({"nhs_number": NHS_NUMBERS[0]}))
    assert result.exit_code == 0, result.output
    assert {look["reference"] for look in json.loads(result.output)} == {hub.reference}


async def test_who_saw_says_who_refuses(hub: Hub) -> None:
    result = await hub.run("who-saw", "HAV-26-AAAAAAAA")
    assert result.exit_code == 1
    assert "404" in result.output
