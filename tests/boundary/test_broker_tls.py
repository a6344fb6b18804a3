"""The gate of the broker: whoever has no certificate of this hub's hears nothing at all."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import nats
import pytest
import pytest_asyncio
from mash.messaging import bus, topology
from mash.messaging.certificates import PlainBus, tls_options
from mash.messaging.topology import require_relied_on
from mash.settings import ServiceSettings
from openmash_local import certificates
from openmash_local.broker import Broker
from openmash_local.certificates import provide_certificates
from openmash_local.layout import HOST
from support.broker import BrokerProcess, running_broker
from support.ground import PARTIES
from support.tokens import AGENCIES

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.requirement("SEAL-02", "SEAL-09")]

Context = Callable[[Path, Path], ssl.SSLContext]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gated(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    folder = tmp_path_factory.mktemp("gated")
    server = BrokerProcess(folder, certificates=folder / "certificates")
    server.start()
    await server.broker.apply_topology()
    yield server.broker
    server.stop()


def own(folder: Path) -> Path:
    return folder / "police"


def context_of(folder: Path) -> ssl.SSLContext:
    context: ssl.SSLContext = tls_options(folder)["tls"]
    return context


def without_a_certificate(ours: Path, _theirs: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(own(ours) / "ca.crt"))


def with_another_authority_s(ours: Path, theirs: Path) -> ssl.SSLContext:
    context = without_a_certificate(ours, theirs)
    context.load_cert_chain(own(theirs) / "tls.crt", own(theirs) / "tls.key")
    return context


def with_the_server_s(ours: Path, theirs: Path) -> ssl.SSLContext:
    context = without_a_certificate(ours, theirs)
    context.load_cert_chain(ours / "server" / "tls.crt", ours / "server" / "tls.key")
    return context


def with_tls_1_2(ours: Path, _theirs: Path) -> ssl.SSLContext:
    context = context_of(own(ours))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def with_its_own(ours: Path, _theirs: Path) -> ssl.SSLContext:
    return context_of(own(ours))


async def greeting(broker: Broker, context: ssl.SSLContext | None) -> bytes:
    """The first that the server says, or nothing where it ends the connection."""
    try:
        async with asyncio.timeout(5):
            hostname = HOST if context else None
            reader, writer = await asyncio.open_connection(
                HOST, broker.port, ssl=context, server_hostname=hostname
            )
            heard = await reader.read(64)
            writer.close()
    except (ssl.SSLError, ConnectionError, TimeoutError):
        return b""
    return heard


@pytest.mark.parametrize(
    "context", [without_a_certificate, with_another_authority_s, with_the_server_s, with_tls_1_2]
)
async def test_nobody_gets_in(gated: Broker, tmp_path: Path, context: Context) -> None:
    provide_certificates(tmp_path / "theirs", ["police"])
    assert gated.certificates
    assert await greeting(gated, context(gated.certificates, tmp_path / "theirs")) == b""


async def test_nothing_is_said_in_the_clear(gated: Broker) -> None:
    assert not (await greeting(gated, None)).startswith(b"INFO")


async def test_a_certificate_that_has_run_out_is_refused(
    gated: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert gated.certificates
    late = tmp_path / "late"
    late.mkdir()
    (late / "authority").symlink_to(gated.certificates / "authority")
    monkeypatch.setattr(certificates, "VALID", timedelta(seconds=-1))
    provide_certificates(late, ["police"])
    assert await greeting(gated, context_of(own(late))) == b""


async def test_with_its_own_a_client_is_greeted(gated: Broker, tmp_path: Path) -> None:
    assert gated.certificates
    assert (await greeting(gated, with_its_own(gated.certificates, tmp_path))).startswith(b"INFO ")


async def test_a_certificate_alone_is_nobody_s_name(gated: Broker) -> None:
    options = tls_options(gated.certificate_folder("police"))
    with pytest.raises(nats.errors.Error, match="Authorization Violation"):
        await nats.connect(gated.url, allow_reconnect=False, **options)


def settings_of(gated: Broker, name: str, **otherwise: Any) -> ServiceSettings:
    agency = name if name in AGENCIES else None
    return ServiceSettings(
        **{
            "service": "partner-gateway" if agency else name,
            "environment": "production",
            "agency": agency,
            "database_url": "postgresql+asyncpg://nobody@nowhere.example/none",
            "nats_url": gated.url.replace("nats://", "tls://"),
            "nats_nkey_seed_file": gated.seed_file(name),
            "nats_certificates_dir": gated.certificate_folder(name),
            "token_issuer": "http://issuer.example",
            "token_jwks_url": "http://issuer.example/jwks.json",
            **otherwise,
        }
    )


@pytest.mark.parametrize("name", PARTIES)
async def test_everybody_s_own_way_in_is_open(gated: Broker, name: str) -> None:
    in_hub = name not in AGENCIES

    async def check(js: Any) -> None:
        stream = "MASH" if in_hub else topology.enquiry_stream(name)
        await require_relied_on(js, (), [topology.Durable(stream, name)], hub=in_hub)

    connected = await bus.connect(settings_of(gated, name), check)
    assert connected.connecting.done()
    assert connected.is_connected
    await connected.close()


class TestInTheClear:
    """A broker that asks for no certificate would do for whoever runs it, so the services ask themselves."""

    @pytest.mark.parametrize("name", PARTIES)
    async def test_nobody_speaks_without_a_certificate(self, gated: Broker, name: str) -> None:
        with pytest.raises(PlainBus, match="NATS_CERTIFICATES_DIR is missing"):
            await bus.connect(settings_of(gated, name, nats_certificates_dir=None))

    @pytest.mark.parametrize("servers", ["nats://{0}", "tls://{0},nats://{0}", "{0}", "ws://{0}"])
    async def test_no_server_is_spoken_to_by_another_scheme(self, gated: Broker, servers: str) -> None:
        address = f"{HOST}:{gated.port}"
        with pytest.raises(PlainBus, match="must begin with tls://"):
            await bus.connect(settings_of(gated, "police", nats_url=servers.format(address)))

    async def test_is_for_development_alone(self, tmp_path: Path) -> None:
        async with running_broker(tmp_path) as plain:
            settings = settings_of(
                plain, "police", nats_url=plain.url, nats_certificates_dir=None, environment="test"
            )
            connected = await bus.connect(settings)
            assert connected.is_connected
            await connected.close()
            with pytest.raises(PlainBus):
                await bus.connect(settings.model_copy(update={"environment": "production"}))


async def test_a_client_believes_no_other_server(gated: Broker, tmp_path: Path) -> None:
    provide_certificates(tmp_path / "theirs", ["police"])
    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.open_connection(
            HOST, gated.port, ssl=context_of(own(tmp_path / "theirs")), server_hostname=HOST
        )
