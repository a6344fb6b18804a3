"""What a deployment tells each process, held against the settings that the process really reads."""

import importlib
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from mash.settings import ServiceSettings

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("intake", "screening", "enquiry", "notifications", "reporting")
GATEWAY = "partner-gateway"
# Read by Python itself and not by a settings class.
NOT_SETTINGS = frozenset({"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"})


def package_of(service: str) -> str:
    return service.replace("-", "_")


def settings_class(service: str) -> type[ServiceSettings]:
    settings: type[ServiceSettings] = importlib.import_module(f"{package_of(service)}.settings").Settings
    return settings


def load_settings(service: str, environment: Mapping[str, str]) -> ServiceSettings:
    """The settings as the process itself would read them, from this environment and nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        return settings_class(service)()


def unknown_names(service: str, names: Iterable[str]) -> set[str]:
    """Environment variables that would be ignored: a slip of the pen, or a setting that is gone."""
    known = {name.upper() for name in settings_class(service).model_fields}
    return set(names) - known - NOT_SETTINGS


def entry_points() -> dict[str, str]:
    """Every command that the workspace installs, and what it runs."""
    projects = [*ROOT.glob("libs/*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")]
    projects.append(ROOT / "deploy/local/pyproject.toml")
    read = (tomllib.loads(path.read_text(encoding="utf-8")) for path in projects)
    return {
        name: target for project in read for name, target in project["project"].get("scripts", {}).items()
    }


def project_version() -> str:
    version: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return version


def factory(command: list[str]) -> str:
    """The ``package.module:function`` that a uvicorn command serves."""
    assert command[:2] == ["uvicorn", "--factory"], f"{command} does not serve an application factory"
    return command[2]


def load_factory(target: str) -> object:
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)
