"""What ``make evaluate`` prints of all sets together."""

import sys

import pytest

from benchmarks.evaluation.__main__ import main


def test_prints_practice_between_the_two_halves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["evaluation", "medway"])
    main()
    printed = capsys.readouterr().out.splitlines()
    headings = [line for line in printed if line in ("Tuning", "Practice", "Held back")]
    assert headings == ["Tuning", "Practice", "Held back"]
