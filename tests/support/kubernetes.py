"""The Kubernetes manifests as kustomize renders them, with no cluster."""

import base64
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "deploy/k8s/base"

Manifest = dict[str, Any]


@cache
def render(folder: Path = BASE) -> tuple[Manifest, ...]:
    # The wheel puts kubectl beside the Python it was installed for.
    kubectl = Path(sys.executable).with_name("kubectl")
    done = subprocess.run([kubectl, "kustomize", str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return tuple(yaml.safe_load_all(done.stdout))


def of_kind(kind: str, namespace: str | None = None) -> list[Manifest]:
    return [one for one in render() if one["kind"] == kind and namespace in (None, namespace_of(one))]


def namespace_of(manifest: Manifest) -> str:
    namespace: str = manifest["metadata"].get("namespace", "")
    return namespace


def name_of(manifest: Manifest) -> str:
    return f"{namespace_of(manifest)}/{manifest['kind']}/{manifest['metadata']['name']}"


def container(workload: Manifest) -> Manifest:
    (only,) = pod(workload)["containers"]
    found: Manifest = only
    return found


def pod(workload: Manifest) -> Manifest:
    spec: Manifest = workload["spec"]["template"]["spec"]
    return spec


def environment(workload: Manifest) -> dict[str, str]:
    """What the container is told; a value out of a secret is a sample, since no secret is kept here."""
    told: dict[str, str] = {}
    for source in container(workload).get("envFrom", ()):
        told |= _config_map(namespace_of(workload), source["configMapRef"]["name"])["data"]
    for variable in container(workload).get("env", ()):
        told[variable["name"]] = variable.get("value") or sample_secret(variable["valueFrom"]["secretKeyRef"])
    return told


def sample_secret(reference: Manifest) -> str:
    if reference["key"] == "url":
        return "postgresql+asyncpg://someone:something@database.example:5432/hub"
    if reference["key"] == "keys":
        return '["c2FtcGxlLXNhbXBsZS1zYW1wbGUtc2FtcGxlLXNhbXA"]'
    return base64.b64encode(reference["name"].encode()).decode()


def secrets_told(workload: Manifest) -> dict[str, str]:
    """The settings whose values come out of secrets, each with the secret's name."""
    told = container(workload).get("env", ())
    return {one["name"]: one["valueFrom"]["secretKeyRef"]["name"] for one in told if "valueFrom" in one}


def secrets_named(workload: Manifest) -> Iterator[str]:
    yield from secrets_told(workload).values()
    for volume in pod(workload).get("volumes", ()):
        if "secret" in volume:
            yield volume["secret"]["secretName"]


def _config_map(namespace: str, name: str) -> Manifest:
    (found,) = [one for one in of_kind("ConfigMap", namespace) if one["metadata"]["name"] == name]
    return found
