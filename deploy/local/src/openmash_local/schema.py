"""Whether a service's database is at its newest migration, told without starting Alembic."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

import asyncpg

from openmash_local.parts import Part


async def out_of_date(parts: Iterable[Part], url_of: Callable[[str], str]) -> list[Part]:
    """Return the parts whose database is not at the newest revision; `url_of` gives a database's URL."""
    return [
        part
        for part in parts
        if part.database and await _revision(url_of(part.database)) != newest_revision(part.migrations)
    ]


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
    """Bring the database at DATABASE_URL to the newest revision; run in a process of its own."""
    from mash.db.migrations import upgrade

    upgrade(import_module(part.package))


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


async def _revision(url: str) -> str | None:
    connection = await asyncpg.connect(url, ssl=False)
    try:
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        version: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return version
    finally:
        await connection.close()
