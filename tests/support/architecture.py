"""The services as the tests of the architecture look at them: applications, handlers, sources."""

import ast
import importlib
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from mash.access.audiences import agency_audience
from mash.messaging.handlers import BoundaryHandler, Handler
from mash.sealing import make_keys
from mash.timers import TimerHandler
from support.clock import FakeClock
from support.deployment import GATEWAY, ROOT, SERVICES, package_of, settings_class
from support.services import create_application

ALL_SERVICES = (*SERVICES, GATEWAY)
PACKAGES = tuple(package_of(service) for service in ALL_SERVICES)

# A value for each setting that has no default, so that an application can be made and looked at.
SAMPLES: Mapping[str, Any] = {
    "environment": "test",
    "log_level": "ERROR",
    "database_url": "postgresql+asyncpg://nobody@database.example/none",
    "nats_url": "",
}
GATEWAY_SAMPLES = {"agency": "police", "token_audience": agency_audience("police")}


@dataclass(frozen=True)
class Door:
    """One route: where it is, and all that a request to it has to bring."""

    path: str
    methods: frozenset[str]
    dependant: Dependant
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Import:
    """One module that a source file imports, and where."""

    path: Path
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.module}"


@cache
def application(service: str) -> FastAPI:
    """The service as it runs, on a database that is not there: it is looked at and not started."""
    return create_application(service, FakeClock(), sample_settings(service))


def sample_settings(service: str) -> dict[str, Any]:
    fields = settings_class(service).model_fields
    needed = {name: "http://elsewhere.example" for name, field in fields.items() if field.is_required()}
    if "sealing_keys_dir" in needed:
        needed["sealing_keys_dir"] = sample_keys()
    return {**needed, **SAMPLES, **(GATEWAY_SAMPLES if service == GATEWAY else {})}


@cache
def sample_keys() -> str:
    """A folder of sealing keys, without which the services of the boundary do not start."""
    folder = tempfile.mkdtemp(prefix="openmash-test-")
    make_keys(Path(folder), ["hub", "police"])
    return folder


def routes(service: str) -> list[Door]:
    """Every route of the service, those of its included routers as well."""
    contexts = iter_route_contexts(application(service).routes)
    return [
        Door(
            str(context.path),
            frozenset(context.methods or ()),
            context.dependant,
            tuple(map(str, context.original_route.tags)),
        )
        for context in contexts
        if isinstance(context.original_route, APIRoute)
    ]


def callers(dependant: Dependant) -> list[object]:
    """The dependencies, at any depth, that say who may call."""
    found = [dependant.call] if getattr(dependant.call, "marks_caller", False) else []
    return found + [caller for inner in dependant.dependencies for caller in callers(inner)]


def is_public(route: Door) -> bool:
    return all(getattr(caller, "roles", None) is None for caller in callers(route.dependant))


def table(service: str, module: str, kind: type[Any]) -> list[Any]:
    """Everything of a kind (handlers, timers) in the tables of one module of the service."""
    try:
        found = importlib.import_module(f"{package_of(service)}.{module}")
    except ModuleNotFoundError:
        return []
    tables = [value for value in vars(found).values() if isinstance(value, list | tuple)]
    return [one for entries in tables for one in entries if isinstance(one, kind)]


def handlers(service: str) -> list[Handler]:
    return table(service, "events.handlers", Handler)


def boundary_handlers(service: str) -> list[BoundaryHandler]:
    return table(service, "events.handlers", BoundaryHandler)


def timer_handlers(service: str) -> list[TimerHandler]:
    return [*table(service, "events.timers", TimerHandler), *table(service, "events.handlers", TimerHandler)]


def source(service: str) -> Path:
    return ROOT / "services" / service / "src" / package_of(service)


def trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(folder: Path) -> Iterator[Import]:
    """Every import below a folder, those inside functions and of types only among them."""
    for path, tree in trees(folder):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (Import(path, node.lineno, name.name) for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (Import(path, node.lineno, name) for name in _imported_from(node))


def _imported_from(node: ast.ImportFrom) -> list[str]:
    """`from mash import calendar` imports a module; `from mash.errors import Invalid` a name of one."""
    module = "." * node.level + (node.module or "")
    return [f"{module}.{name.name}" for name in node.names] if "." not in module else [module]


def calls(folder: Path, name: str) -> Iterator[tuple[Path, ast.Call]]:
    """Every call of a function or method of this name."""
    yield from _calls(folder).get(name, ())


@cache
def _calls(folder: Path) -> dict[str, list[tuple[Path, ast.Call]]]:
    """Every call in a folder, by what is called."""
    found: dict[str, list[tuple[Path, ast.Call]]] = defaultdict(list)
    for path, tree in trees(folder):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found[ast.unparse(node.func).rsplit(".", 1)[-1]].append((path, node))
    return found
