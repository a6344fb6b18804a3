import json
from pathlib import Path

import pytest
from mash.sealing import Keyring, make_keys
from mash.sealing.cli import app
from mash.sealing.keys import private_path, public_path
from typer.testing import CliRunner


@pytest.mark.requirement("SEAL-03")
def test_private_keys_are_closed_to_other_users(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys", ["hub", "police"])
    assert private_path(tmp_path / "keys", "police").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_a_public_file_holds_no_private_part(tmp_path: Path) -> None:
    make_keys(tmp_path, ["hub"])
    public = json.loads(public_path(tmp_path, "hub").read_bytes())["keys"]
    private = json.loads(private_path(tmp_path, "hub").read_bytes())["keys"]
    assert [{k: v for k, v in key.items() if k != "d"} for key in private] == public
    assert all("d" in key for key in private)


def test_keys_that_are_there_stay(tmp_path: Path) -> None:
    make_keys(tmp_path, ["hub"])
    before = private_path(tmp_path, "hub").read_bytes()
    assert make_keys(tmp_path, ["hub", "police"]) == ["police"]
    assert private_path(tmp_path, "hub").read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"keys": ["secret-words"]}',
        '{"keys": [{"kty": "EC", "crv": "P-384", "d": "secret-words"}]}',
        '{"keys": [{"kty": "oct", "k": "secret-words"}]}',
    ],
)
def test_a_broken_file_is_named_and_not_repeated(tmp_path: Path, content: str) -> None:
    private_path(tmp_path, "hub").write_text(content)
    with pytest.raises(ValueError, match=r"hub\.private\.jwks\.json") as refused:
        Keyring.load(tmp_path)
    assert "secret-words" not in str(refused.value)


def test_the_command_makes_and_changes_keys(tmp_path: Path) -> None:
    run = CliRunner().invoke
    made = run(app, ["make", "hub", "police", "--directory", str(tmp_path)])
    assert made.output.splitlines() == ["Made keys for hub.", "Made keys for police."]
    sealed = Keyring.load(tmp_path).seal(b"words", "police")
    assert run(app, ["rotate", "police", "--directory", str(tmp_path)]).exit_code == 0
    assert Keyring.load(tmp_path, "police").open(sealed) == b"words"
