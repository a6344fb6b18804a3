"""docker-compose.yml as Docker Compose reads it: merged, and with its variables at their defaults."""

import re
from functools import cache
from typing import Any

import yaml
from compose_spec import PyCompose
from support.deployment import GATEWAY, ROOT

Container = dict[str, Any]


@cache
def compose() -> dict[str, Any]:
    """The whole file; raises where Compose would refuse it."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    merged: dict[str, Any] = yaml.safe_load(re.sub(r"\$\{\w+:-(\w*)\}", r"\1", text))
    PyCompose.from_yaml(yaml.safe_dump(merged))
    return merged


def containers() -> dict[str, Container]:
    found: dict[str, Container] = compose()["services"]
    return found


def ours() -> dict[str, Container]:
    """The containers that run this project's own images."""
    return {name: one for name, one in containers().items() if "build" in one}


def serving() -> dict[str, Container]:
    """The hub's services and the agencies' gateways."""
    return {name: one for name, one in ours().items() if one["build"]["target"] == "hub" and "ports" in one}


def migrations() -> dict[str, Container]:
    return {name: one for name, one in ours().items() if name.startswith("migrate-")}


def service_of(name: str) -> str:
    """Which of the six services a container runs."""
    service = name.removeprefix("migrate-")
    return GATEWAY if service.startswith("gateway-") else service


def own_keys(container: Container) -> str | None:
    """The folder of keys that a container is given, if any."""
    mounted = [volume for volume in container.get("volumes", ()) if isinstance(volume, dict)]
    return next(
        (one.get("volume", {}).get("subpath", "") for one in mounted if one["source"] == "keys"), None
    )


def depends_on(name: str) -> dict[str, str]:
    """What a container waits for, and until when."""
    waits = containers()[name].get("depends_on", {})
    if isinstance(waits, list):
        return dict.fromkeys(waits, "service_started")
    return {other: how["condition"] for other, how in waits.items()}
