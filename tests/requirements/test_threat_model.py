"""The threat model names tests that are there, so that a wall cannot lose its proof unnoticed."""

import re

from support.deployment import ROOT

TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`((?:tests/[\w/]+|test_\w+\.py)(?:\.py)?)`", TEXT)


def test_each_wall_names_its_tests() -> None:
    walls = re.findall(r"^### \d\. .*?(?=^##)", TEXT, re.S | re.M)
    assert len(walls) == 7
    assert [wall.splitlines()[0] for wall in walls if "Shown by: `" not in wall] == []


def test_every_test_that_is_named_is_there() -> None:
    assert len(NAMED) > 15
    paths = [name if name.startswith("tests/") else f"tests/boundary/{name}" for name in NAMED]
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_test_of_the_boundary_is_named() -> None:
    there = {path.name for path in (ROOT / "tests" / "boundary").glob("test_*.py")}
    assert sorted(there - set(NAMED)) == []
