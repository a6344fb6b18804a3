"""`screening suggest` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from screening.cli import app
from typer.testing import CliRunner

RUNNER = CliRunner()
TEXT = "Dad hit him with a belt. No other concerns."


@pytest.mark.requirement("SCR-13")
class TestSuggest:
    def test_prints_what_a_file_suggests(self, tmp_path: Path) -> None:
        file = tmp_path / "contact.txt"
        file.write_text(TEXT, encoding="utf-8")
        answered = RUNNER.invoke(app, ["suggest", "--partnership", "havering", str(file)])
        found = json.loads(answered.stdout)
        assert answered.exit_code == 0
        assert (found["recommended_level"], found["rating"]) == (4, "red")
        words = found["suggestions"][0]["evidence"][0]
        assert TEXT[words["start"] : words["end"]] == words["text"]

    def test_reads_standard_input(self) -> None:
        answered = RUNNER.invoke(app, ["suggest", "--partnership", "medway", "-"], input=TEXT)
        found = json.loads(answered.stdout)
        assert {"pathway", "criteria", "flags", "facts", "set_aside"} <= found.keys()
        assert found["recommended_level"] == 3

    def test_refuses_an_unknown_partnership_by_name(self) -> None:
        answered = RUNNER.invoke(app, ["suggest", "--partnership", "atlantis", "-"], input=TEXT)
        assert (answered.exit_code, answered.stderr) == (1, "There is no partnership called atlantis.\n")

    def test_refuses_what_it_cannot_read(self, tmp_path: Path) -> None:
        unreadable = tmp_path / "contact.bin"
        unreadable.write_bytes(b"\xff\xfe\x00\xd8")
        for file in (unreadable, tmp_path / "missing.txt"):
            answered = RUNNER.invoke(app, ["suggest", "--partnership", "havering", str(file)])
            assert (answered.exit_code, answered.stderr) == (1, f"{file} cannot be read as text.\n")
