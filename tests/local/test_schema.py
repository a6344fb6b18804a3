"""Which revision of a service's database is the newest, read from its migrations."""

from __future__ import annotations

from pathlib import Path

from openmash_local.schema import newest_revision


def create_revision(folder: Path, revision: str, down_revision: str | None) -> None:
    versions = folder / "versions"
    versions.mkdir(exist_ok=True)
    lines = [
        f"revision: str = {revision!r}",
        f"down_revision = {down_revision!r}",
        "raise RuntimeError('run')",
    ]
    (versions / f"{revision}_change.py").write_text("\n".join(lines))


def test_is_the_one_that_none_follows(tmp_path: Path) -> None:
    create_revision(tmp_path, "0002", "0001")
    create_revision(tmp_path, "0010", "0002")
    create_revision(tmp_path, "0001", None)
    assert newest_revision(tmp_path) == "0010"


def test_is_none_without_migrations(tmp_path: Path) -> None:
    assert newest_revision(tmp_path) is None
