"""The commands of those who run the hub."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from mash.cli import app
from mash.db.tables import dead_letter
from openmash_local.broker import Broker
from support.services import create_application
from typer.testing import CliRunner

KEYS = """
admin: UADMIN
system: USYSTEM
services: {intake: UINTAKE, enquiry: UENQUIRY}
agencies: {police: UPOLICE}
"""


def run(*arguments: str, **environment: str) -> Any:
    return CliRunner().invoke(app, arguments, env=environment)


def config(folder: Path) -> tuple[str, ...]:
    return ("broker", "config", str(folder / "keys.yaml"), "--store-dir", "/data")


class TestBrokerConfig:
    def test_prints_an_account_for_each_agency(self, tmp_path: Path) -> None:
        (tmp_path / "keys.yaml").write_text(KEYS)
        done = run(*config(tmp_path), "--certificates", "/etc/nats/tls")
        assert done.exit_code == 0
        assert "POLICE {" in done.output
        assert "UPOLICE" in done.output
        assert '"/etc/nats/tls/tls.crt"' in done.output

    def test_leaves_out_tls_only_where_that_is_asked_for(self, tmp_path: Path) -> None:
        (tmp_path / "keys.yaml").write_text(KEYS)
        refused = run(*config(tmp_path))
        assert (refused.exit_code, "--certificates is missing" in refused.output) == (2, True)
        assert "POLICE {" in run(*config(tmp_path), "--in-the-clear").output

    def test_says_what_the_file_must_hold(self, tmp_path: Path) -> None:
        (tmp_path / "keys.yaml").write_text("admin: UADMIN")
        done = run(*config(tmp_path), "--in-the-clear")
        assert done.exit_code == 2
        assert "must give admin, system, services and agencies" in done.output


async def test_the_broker_is_left_as_it_should_be(broker: Broker) -> None:
    seed = str(broker.seed_file("admin"))
    command = ("broker", "apply", "--agencies", ",".join(broker.agencies), "--url", broker.url)
    system = str(broker.seed_file("system"))
    seeds = ("--seed-file", seed, "--system-seed-file", system)
    refused = await asyncio.to_thread(run, *command, *seeds)
    assert (refused.exit_code, "NATS_CERTIFICATES_DIR is missing" in refused.output) == (2, True)
    done = await asyncio.to_thread(run, *command, *seeds, "--in-the-clear")
    assert done.output == "9 streams are as they should be\n"


@pytest.fixture
async def set_aside(
    make_store: Callable[[str], Awaitable[dict[str, str]]], serve: Any, tokens: Any, clock: Any
) -> tuple[str, str]:
    """A service with one message set aside; its address and the message's id."""
    settings = {
        "environment": "test",
        "log_level": "CRITICAL",
        **await make_store("probe"),
        "nats_url": "",
        **tokens.settings(),
    }
    application = create_application("probe", clock, settings)
    id = uuid4()
    row = {
        "id": id,
        "consumer": "MASH/nobody",
        "stream": "MASH",
        "stream_sequence": 7,
        "subject": "mash.havering.contact.rated.v1",
        "payload": b"Robin Testcase",
        "reason": "not a ContactRated: rating: literal_error",
        "deliveries": 1,
        "set_aside_at": clock(),
    }
    async with application.state.hub.engine.begin() as connection:
        await connection.execute(sa.insert(dead_letter).values(row))
    return await serve(application), str(id)


async def test_dead_letters_are_listed_without_their_words(set_aside: tuple[str, str], tokens: Any) -> None:
    address, id = set_aside
    token = tokens.issue("ops")["authorization"].removeprefix("Bearer ")
    done = await asyncio.to_thread(run, "dead-letters", "--service", address, MASH_TOKEN=token)
    assert id in done.output
    assert "rating: literal_error" in done.output
    assert done.output.endswith("1 waiting\n")
    assert "Robin" not in done.output


async def test_a_service_that_is_down_hides_no_other(set_aside: tuple[str, str], tokens: Any) -> None:
    address, id = set_aside
    token = tokens.issue("ops")["authorization"].removeprefix("Bearer ")
    services = ("--service", "http://127.0.0.1:9", "--service", address)
    done = await asyncio.to_thread(run, "dead-letters", *services, MASH_TOKEN=token)
    assert id in done.output
    assert "http://127.0.0.1:9 does not answer" in done.output
    assert done.exit_code == 1


async def test_a_token_without_the_role_is_told_so(set_aside: tuple[str, str], tokens: Any) -> None:
    token = tokens.issue("manager")["authorization"].removeprefix("Bearer ")
    done = await asyncio.to_thread(run, "dead-letters", "--service", set_aside[0], MASH_TOKEN=token)
    assert done.exit_code == 1
    assert "set MASH_TOKEN to one with the role ops" in done.output


async def test_a_message_that_still_cannot_be_handled_stays(set_aside: tuple[str, str], tokens: Any) -> None:
    address, id = set_aside
    token = tokens.issue("ops")["authorization"].removeprefix("Bearer ")
    arguments = ("dead-letters", "replay", id, "--service", address)
    done = await asyncio.to_thread(run, *arguments, MASH_TOKEN=token)
    assert done.exit_code == 1
    assert "no longer reads the stream" in done.output


def test_what_is_no_id_is_refused_in_words() -> None:
    done = run("dead-letters", "replay", "the first one")
    assert done.exit_code == 2
    assert "valid UUID" in done.output
