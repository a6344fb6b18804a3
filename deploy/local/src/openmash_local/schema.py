"""Whether a service's database is at its newest migration, told without starting Alembic."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from pathlib import Path

import asyncpg

from openmash_local.databases import Store
from openmash_local.parts import Part

KEYS_TABLE = "data_key"


async def out_of_date(parts: Iterable[Part], url_of: Callable[[str], str]) -> list[Part]:
    """Return the parts whose databases are not in their newest form; `url_of` gives a database's URL."""
    return [part for part in parts if part.store and not await _is_newest(part, part.store, url_of)]


def newest_revision(migrations: Path) -> str | None:
    """Return the revision that no other one follows."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for path in (migrations / "versions").glob("*.py"):
        values = _string_constants(path)
        revisions.add(values.get("revision", ""))
        followed.add(values.get("down_revision", ""))
    heads = sorted(revisions - followed)
    return heads[-1] if heads else None


def migrate(part: Part) -> None:
    """Bring a part's databases to their newest form; run in a process of its own, told where they are."""
    from mash.service_cli import migrate

    migrate(part.package)


def _string_constants(path: Path) -> dict[str, str]:
    """Return what a module sets its names to, where that is a plain string; the module is not run."""
    found: dict[str, str] = {}
    for node in ast.parse(path.read_text()).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found |= {target.id: value.value for target in targets if isinstance(target, ast.Name)}
    return found


async def _is_newest(part: Part, store: Store, url_of: Callable[[str], str]) -> bool:
    if await _revision(url_of(store.name)) != newest_revision(part.migrations):
        return False
    return not store.keeps_words or await _has_table(url_of(store.keys), KEYS_TABLE)


async def _has_table(url: str, name: str) -> bool:
    connection = await asyncpg.connect(url, ssl=False)
    try:
        return await connection.fetchval("SELECT to_regclass($1)", name) is not None
    finally:
        await connection.close()


async def _revision(url: str) -> str | None:
    connection = await asyncpg.connect(url, ssl=False)
    try:
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        version: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return version
    finally:
        await connection.close()
