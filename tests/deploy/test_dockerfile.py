"""The image can be built from what is in the checkout, and runs without rights."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
from dockerfile_parse import DockerfileParser
from support.compose import ours
from support.deployment import ROOT


def instructions() -> list[tuple[str, str]]:
    parser = DockerfileParser(path=str(ROOT / "Dockerfile"))
    return [(one["instruction"], one["value"]) for one in parser.structure if one["instruction"] != "COMMENT"]


def stages() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for instruction, value in instructions():
        if instruction == "FROM":
            name = value.split()[-1]
            found[name] = []
        found[name].append((instruction, value))
    return found


def base_of(stage: str) -> str:
    return stages()[stage][0][1].split()[0]


def lineage(stage: str) -> list[tuple[str, str]]:
    """A stage's instructions after those of the stages it is built on."""
    base = base_of(stage)
    return (lineage(base) if base in stages() else []) + stages()[stage]


def copied() -> list[str]:
    """What is copied out of the checkout."""
    values = [value.split() for instruction, value in instructions() if instruction == "COPY"]
    return [source for words in values if not words[0].startswith("--from") for source in words[:-1]]


def sent_to_the_builder(path: str) -> bool:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = [rule[1:] for rule in rules if rule.startswith("!")]
    return any(fnmatch(path, rule) or path.startswith(f"{rule}/") for rule in kept)


@pytest.mark.parametrize("source", copied())
def test_everything_copied_is_there_and_is_sent(source: str) -> None:
    assert (ROOT / source).exists()
    assert sent_to_the_builder(source), f".dockerignore keeps {source} from the builder."


@pytest.mark.parametrize(
    "path", [".git/config", ".env", "tests/conftest.py", "deploy/k8s/base/hub/settings.env"]
)
def test_no_history_and_nothing_of_this_machine_is_sent(path: str) -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert next(rule for rule in rules if not rule.startswith("#")) == "*"
    assert not sent_to_the_builder(path)


def test_every_library_is_known_by_its_hash() -> None:
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    others = [one for one in locked if "registry" in one["source"]]
    files = [file for one in others for file in [*one.get("wheels", ()), *filter(None, [one.get("sdist")])]]
    assert len(files) > len(others) > 50
    assert all(file["hash"].startswith("sha256:") for file in files)
    assert all(
        "registry" in one["source"] or "editable" in one["source"] or "virtual" in one["source"]
        for one in locked
    )


def test_every_member_of_the_workspace_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for pattern in project["tool"]["uv"]["workspace"]["members"]:
        for member in ROOT.glob(pattern):
            name = str(member.relative_to(ROOT))
            assert any(Path(name).is_relative_to(source) for source in copied()), f"{name} is not copied."


def test_the_target_of_every_container_is_a_stage() -> None:
    assert {one["build"]["target"] for one in ours().values()} <= set(stages())


@pytest.mark.parametrize("target", ["hub", "development"])
def test_what_runs_has_no_rights_and_no_builder(target: str) -> None:
    users = [value for instruction, value in lineage(target) if instruction == "USER"]
    assert users[-1] == "10001:10001"
    assert not [
        value for instruction, value in lineage(target) if instruction == "RUN" and "pip install" in value
    ]


def test_the_hub_s_image_has_no_development_parts() -> None:
    copies = [value for instruction, value in lineage("hub") if instruction == "COPY"]
    assert copies == ["--from=build /app /app"]
    assert not [value for _, value in lineage("build") if "--package openmash-local" in value]


def test_every_stage_starts_from_the_python_that_is_supported() -> None:
    outside = {base_of(stage) for stage in stages()} - set(stages())
    assert outside == {"python:3.11-slim-bookworm"}
