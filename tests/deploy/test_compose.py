"""The composed hub: it starts in order, each part is told what it reads, and sees only its own keys."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from mash.access.development import DevelopmentIssuerSettings
from openmash_local.databases import Store
from openmash_local.layout import DEFAULT_BASE_PORT, OFFSETS
from openmash_local.parts import AGENCIES, databases, stores
from support.compose import compose, containers, depends_on, migrations, ours, own_keys, service_of, serving
from support.deployment import (
    ROOT,
    SERVICES,
    entry_points,
    factory,
    load_factory,
    load_settings,
    package_of,
    unknown_names,
)

GATEWAYS = tuple(f"gateway-{agency}" for agency in AGENCIES)
PORTS = {name: DEFAULT_BASE_PORT + offset for name, offset in OFFSETS.items()}


def waits_for(name: str) -> set[str]:
    """Everything that has to be there before this container starts, near or far."""
    before = depends_on(name).keys()
    return set(before).union(*(waits_for(other) for other in before))


def test_there_is_every_service_and_every_gateway() -> None:
    assert set(serving()) == {*SERVICES, *GATEWAYS}


def test_each_has_a_migration_of_its_own_database() -> None:
    assert set(migrations()) == {f"migrate-{name}" for name in serving()}
    for setting in ("DATABASE_URL", "KEYS_DATABASE_URL"):
        used = {name: one["environment"].get(setting) for name, one in serving().items()}
        assert used == {
            name.removeprefix("migrate-"): one["environment"].get(setting)
            for name, one in migrations().items()
        }
    told = [url for name in serving() for url, _ in signs_in(name)]
    assert sorted(told) == sorted(databases())


def signs_in(name: str) -> list[tuple[str, str]]:
    """The databases that a container opens, each with the role that it opens it as."""
    told = containers()[name]["environment"]
    urls = [urlsplit(value) for setting, value in told.items() if setting.endswith("DATABASE_URL")]
    return [(url.path[1:], url.username or "") for url in urls]


@pytest.mark.requirement("SEAL-03")
class TestWhoOpensADatabase:
    @pytest.mark.parametrize("name", serving())
    def test_a_running_part_is_told_of_no_role_that_owns_its_tables(self, name: str) -> None:
        own = package_of(name)
        assert {database for database, _ in signs_in(name)} == set(stores_by_name()[own].databases)
        assert all(role == database for database, role in signs_in(name))

    @pytest.mark.parametrize("name", migrations())
    def test_a_migration_works_as_the_owner(self, name: str) -> None:
        told = containers()[name]["environment"]
        store = stores_by_name()[package_of(name.removeprefix("migrate-"))]
        owner = urlsplit(told["MIGRATION_DATABASE_URL"])
        assert (owner.path[1:], owner.username) == (store.name, store.owner)


def stores_by_name() -> dict[str, Store]:
    return {store.name: store for store in stores()}


@pytest.mark.parametrize("name", serving())
class TestWhatAPartIsTold:
    def test_nothing_that_it_does_not_read(self, name: str) -> None:
        unknown = unknown_names(service_of(name), serving()[name]["environment"])
        assert not unknown, f"{name} is told {sorted(unknown)}, which its settings do not have."

    def test_all_that_it_needs_to_start(self, name: str) -> None:
        settings = load_settings(service_of(name), serving()[name]["environment"])
        assert settings.environment == "local"
        assert settings.token_issuer == containers()["issuer"]["environment"]["TOKEN_ISSUER"]

    def test_its_own_keys_and_no_others(self, name: str) -> None:
        keys = own_keys(serving()[name])
        assert keys == name.removeprefix("gateway-")
        told = serving()[name]["environment"]
        assert told["NATS_NKEY_SEED_FILE"] == "/run/openmash/seed"
        assert told["AUDIT_KEYS_DIR"] == "/run/openmash/audit"
        keeps_words = "KEYS_DATABASE_URL" in told
        assert told.get("STORE_KEYS_FILE") == ("/run/openmash/store.json" if keeps_words else None)


@pytest.mark.parametrize("name", serving())
class TestHowAPartStarts:
    def test_its_command_serves_its_application(self, name: str) -> None:
        command = serving()[name]["command"]
        assert factory(command) == f"{package_of(service_of(name))}.main:create"
        assert callable(load_factory(factory(command)))

    def test_it_waits_for_its_database_its_streams_and_the_issuer(self, name: str) -> None:
        needed = {f"migrate-{name}", "databases", "postgres", "streams", "nats", "keys", "issuer"}
        assert needed <= waits_for(name)

    def test_it_is_where_make_run_has_it(self, name: str) -> None:
        assert serving()[name]["ports"] == [f"127.0.0.1:{PORTS[name]}:8080"]

    def test_it_says_whether_it_is_ready(self, name: str) -> None:
        assert "/health/ready" in serving()[name]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", migrations())
def test_a_migration_is_a_command_of_its_service(name: str) -> None:
    program, argument = migrations()[name]["command"]
    assert program == service_of(name)
    assert program in entry_points()
    assert argument == "migrate"


@pytest.mark.parametrize("name", ours())
def test_our_own_containers_are_confined(name: str) -> None:
    one = ours()[name]
    assert one["read_only"]
    assert one["cap_drop"] == ["ALL"]
    assert "user" not in one, "the image runs as a user without rights; leave it so"


@pytest.mark.parametrize("name", containers())
def test_what_a_container_waits_for_can_come_about(name: str) -> None:
    for other, condition in depends_on(name).items():
        if condition == "service_healthy":
            assert "healthcheck" in containers()[other], f"{other} never says that it is well."
        if condition == "service_completed_successfully":
            assert "restart" not in containers()[other], f"{other} never ends."


def test_a_gateway_shares_no_network_with_the_hub_or_another_agency() -> None:
    alone = [set(containers()[name]["networks"]) for name in GATEWAYS]
    assert alone == [{agency} for agency in AGENCIES]
    assert all(containers()[service]["networks"] == ["hub"] for service in SERVICES)


def test_nothing_can_be_reached_from_another_machine() -> None:
    published = [port for one in containers().values() for port in one.get("ports", ())]
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_no_two_publish_the_same_port() -> None:
    published = [port.split(":")[1] for one in containers().values() for port in one.get("ports", ())]
    assert len(published) == len(set(published))


class TestTheIssuer:
    def test_it_is_told_what_it_reads(self, tmp_path: Path) -> None:
        told = containers()["issuer"]["environment"]
        known = {name.upper() for name in DevelopmentIssuerSettings.model_fields}
        assert set(told) <= known
        assert json.loads(told["AGENCIES"]) == list(AGENCIES)

    def test_every_service_can_sign_in(self) -> None:
        known = json.loads(compose()["configs"]["clients"]["content"])
        for service in SERVICES:
            told = containers()[service]["environment"]
            assert known[told["CLIENT_ID"]] == told["CLIENT_SECRET"]

    def test_its_command_serves_an_application(self) -> None:
        assert callable(load_factory(factory(containers()["issuer"]["command"])))


@pytest.mark.parametrize("name", containers())
def test_every_file_that_is_mounted_exists(name: str) -> None:
    mounted = [volume for volume in containers()[name].get("volumes", ()) if isinstance(volume, str)]
    for source in (volume.split(":")[0] for volume in mounted):
        assert not source.startswith("./") or (ROOT / source).exists(), (
            f"{name} mounts {source}, which is not there."
        )
