"""What each part of the local hub is told: its own secrets, and nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest
from openmash_local.credentials import Credentials, load_credentials
from openmash_local.layout import Layout
from openmash_local.parts import PARTS, STORES, Part, environment, migration_environment, roles

pytestmark = pytest.mark.requirement("SEAL-03")

each_part = pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
each_store = pytest.mark.parametrize("part", STORES, ids=lambda part: part.name)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path)
    made.create()
    return made


@pytest.fixture
def credentials(layout: Layout) -> Credentials:
    return load_credentials(layout.secrets_file, roles())


def passwords_in(told: dict[str, str], credentials: Credentials) -> set[str]:
    """The roles whose passwords can be read out of an environment."""
    known = credentials.databases | {"postgres": credentials.superuser}
    return {role for role, password in known.items() if any(password in value for value in told.values())}


def test_every_password_is_another(credentials: Credentials) -> None:
    kept = [credentials.superuser, *credentials.databases.values()]
    assert len(kept) == len(set(kept)) == 1 + len(roles())


@each_part
def test_a_running_part_can_open_its_own_databases_as_itself(
    part: Part, layout: Layout, credentials: Credentials
) -> None:
    own = set(part.store.databases) if part.store else set()
    assert passwords_in(environment(part, layout, credentials), credentials) == own


@each_store
def test_its_migration_is_told_the_owner_beside_that(
    part: Part, layout: Layout, credentials: Credentials
) -> None:
    assert part.store
    told = migration_environment(part.store, layout, credentials)
    assert passwords_in(told, credentials) == {part.store.owner}
    assert told.keys() == {"MIGRATION_DATABASE_URL"}


@each_part
def test_a_part_is_shown_no_folder_of_keys_but_its_own(
    part: Part, layout: Layout, credentials: Credentials
) -> None:
    others = {other.owner for other in PARTS} - {part.owner}
    told = environment(part, layout, credentials)
    paths = [Path(value) for value in told.values() if value.startswith(str(layout.state / "keys"))]
    shown = {name for path in paths for name in (path.stem, path.parent.name)}
    # The sealing keys of the hub are the enquiry service's; nobody else in the hub has any.
    assert shown & others == set()
    assert ("hub" in shown) == (part.name == "enquiry")
