"""What docker-compose.yml prepares, on the real servers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from mash.messaging import topology
from mash.sealing import Keyring
from openmash_local import containers
from openmash_local.broker import Broker
from openmash_local.parts import AGENCIES, databases
from openmash_local.ports import free_port, wait_until_listening
from support.compose import own_keys, serving
from support.postgres import PASSWORD, Server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    containers.keys(tmp_path)
    return tmp_path


def test_every_container_s_folder_of_keys_is_made(folder: Path) -> None:
    for one in serving().values():
        assert (folder / (own_keys(one) or "") / "seed").is_file()


def test_keys_stay_when_they_are_made_again(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    containers.keys(folder)
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_broker_is_told_no_seed(folder: Path) -> None:
    conf = (folder / "broker" / "nats.conf").read_text()
    assert 'listen: "0.0.0.0:4222"' in conf
    assert not [path for path in folder.rglob("*.nk") if path.read_text() in conf]


@pytest.mark.requirement("SEAL-04")
def test_an_agency_is_given_no_key_that_opens_another_s_messages(folder: Path) -> None:
    sealed = Keyring.load(folder / "enquiry" / "sealing", "hub").seal(b"for police", to="police")
    assert Keyring.load(folder / "police" / "sealing", "police").open(sealed, sender="hub") == b"for police"
    for agency in set(AGENCIES) - {"police"}:
        assert not list((folder / agency).rglob("police.private*"))


@pytest.mark.requirement("SEAL-03")
async def test_a_role_made_for_one_database_opens_no_other(postgres: Server) -> None:
    await containers._make_databases(postgres.url("postgres"), PASSWORD)
    assert await containers._make_databases(postgres.url("postgres"), PASSWORD) == []
    own = await asyncpg.connect(postgres.url("gateway_police", "gateway_police", PASSWORD))
    await own.close()
    for other in {*databases(), "postgres"} - {"gateway_police"}:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(postgres.url(other, "gateway_police", PASSWORD))


@pytest.mark.requirement("SEAL-03")
def test_nobody_is_given_what_opens_another_s_store(folder: Path) -> None:
    given = [own_keys(one) or "" for one in serving().values()]
    opens = {name: (folder / name / "store.json") for name in given}
    assert [name for name, path in opens.items() if not path.exists()] == ["reporting"]
    held = [path.read_text() for path in opens.values() if path.exists()]
    assert len(set(held)) == len(given) - 1
    assert not [
        path
        for name in given
        for path in (folder / name / "audit").glob("*.private*")
        if name not in path.name
    ]


@pytest_asyncio.fixture
async def composed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    """A server of the keys and certificates that the containers are given."""
    store = tmp_path_factory.mktemp("store")
    ports = free_port(), free_port()
    broker = Broker(folder / "broker", store, *ports, AGENCIES, folder / "certificates")
    with (store / "log").open("ab") as log:
        process = broker.start(log)
    await wait_until_listening(broker.port)
    yield broker
    broker.stop(process)


async def test_streams_are_made_by_the_admin_s_key(folder: Path, composed: Broker) -> None:
    await asyncio.to_thread(containers.streams, folder, composed.url)
    client = await composed.connect("admin")
    names = {stream.config.name for stream in await client.jetstream().streams_info()}
    await client.close()
    assert names >= {topology.HUB_STREAM, *(topology.return_stream(agency) for agency in AGENCIES)}


def test_nobody_is_given_what_makes_certificates(folder: Path) -> None:
    authority = (folder / "certificates" / "authority" / "tls.key").read_text()
    given = [own_keys(one) or "" for one in serving().values()]
    reached = [path for owner in {*given, "broker"} for path in (folder / owner).rglob("*") if path.is_file()]
    assert [path for path in reached if path.read_text() == authority] == []
    assert all((folder / owner / "tls.key").is_file() for owner in given)
