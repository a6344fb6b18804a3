"""A service signs by itself, with its own key alone, and does not start without it where real people are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from mash.audit.signatures import Checker, Head, NotSigned, Signer
from mash.audit.signing import NoAuditKey, make_signer
from mash.db.tables import audit_signature
from mash.hub import Hub
from mash.sealing import make_keys, rotate
from probe.main import Settings
from support.clock import FakeClock
from support.services import Services

pytestmark = pytest.mark.requirement("SEAL-05")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    make_keys(tmp_path, ["audit-intake", "audit-screening"])
    return tmp_path


def head(clock: FakeClock, service: str = "intake") -> Head:
    return Head(service, uuid4(), 3, b"h" * 32, clock(), None)


def test_what_was_signed_is_what_is_read(keys: Path, clock: FakeClock) -> None:
    signed = head(clock)
    assert Checker(keys).check(Signer(keys, "intake").sign(signed), "intake") == signed


def test_one_service_cannot_sign_for_another(keys: Path, clock: FakeClock) -> None:
    forged = Signer(keys, "screening").sign(head(clock, "intake"))
    for service in ("intake", "screening"):
        with pytest.raises(NotSigned):
            Checker(keys).check(forged, service)


@pytest.mark.parametrize("text", ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "\u00e9"])
def test_what_is_no_signature_is_none(keys: Path, text: str) -> None:
    with pytest.raises(NotSigned):
        Checker(keys).check(text, "intake")


def test_former_keys_of_an_audit_are_kept_in_public_and_not_in_private(keys: Path, clock: FakeClock) -> None:
    signed = head(clock)
    signature = Signer(keys, "intake").sign(signed)
    for _ in range(3):
        rotate(keys, "audit-intake")
    assert Checker(keys).check(signature, "intake") == signed
    private = (keys / "audit-intake.private.jwks.json").read_text()
    public = (keys / "audit-intake.public.jwks.json").read_text()
    assert (private.count('"kid"'), public.count('"kid"')) == (4, 8)


def settings(**told: Any) -> Settings:
    url = "postgresql+asyncpg://nobody@database.example/none"
    return Settings(database_url=url, nats_url="", token_issuer="https://issuer.example", **told)


def test_a_service_of_production_does_not_start_without_its_key() -> None:
    assert make_signer(settings(environment="local")) is None
    with pytest.raises(NoAuditKey):
        make_signer(settings(environment="production"))


def test_a_folder_without_the_services_own_key_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(NoAuditKey, match="audit-screening"):
        make_signer(settings(environment="test", audit_keys_dir=tmp_path))


async def test_a_running_service_signs_what_has_moved(
    service: Services, make_database: Callable[[str], Awaitable[str]]
) -> None:
    database = await make_database("probe")
    application = await service.create("probe", database_url=database, audit_signing_seconds="0.05")
    hub = application.state.hub
    async with application.router.lifespan_context(application):
        async with hub.transaction() as tx:
            tx.audit(action="note.viewed", case=uuid4())
        async with asyncio.timeout(20):
            while not (signed := await _signed(hub)):  # noqa: ASYNC110, a table wakes nobody
                await asyncio.sleep(0.05)
    assert signed == 1


async def _signed(hub: Hub) -> int:
    async with hub.engine.connect() as connection:
        return int(await connection.scalar(sa.select(sa.func.count()).select_from(audit_signature)) or 0)
