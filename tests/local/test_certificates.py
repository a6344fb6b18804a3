"""The certificates of the broker and all who connect to it, on one machine."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from openmash_local import certificates
from openmash_local.certificates import provide_certificates


def test_what_is_good_stays(tmp_path: Path) -> None:
    provide_certificates(tmp_path, ["police"])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    provide_certificates(tmp_path, ["police"])
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_what_is_about_to_run_out_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "VALID", timedelta(days=59))
    provide_certificates(tmp_path, ["police"])
    before = (tmp_path / "police" / "tls.crt").read_bytes()
    monkeypatch.undo()
    provide_certificates(tmp_path, ["police"])
    assert (tmp_path / "police" / "tls.crt").read_bytes() != before


def test_only_their_owner_can_read_keys(tmp_path: Path) -> None:
    provide_certificates(tmp_path, ["police"])
    keys = list(tmp_path.rglob("*.key"))
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}
    assert {path.parent.name for path in keys} == {"authority", "server", "police"}
