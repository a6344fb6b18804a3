"""What import-linter cannot see: what each folder may import from outside, and what it may never do."""

import ast
import sys
from pathlib import Path

import pytest
from support.architecture import ALL_SERVICES, PACKAGES, calls, imports, source, trees
from support.deployment import ROOT, package_of

# A rule with legal weight must run, and be read, with nothing else there. Events are data and count as words.
DOMAIN_MAY_IMPORT = (
    "mash.calendar",
    "mash.contracts",
    "mash.errors",
    "mash.partnerships",
    "mash.spelling",
    "mash.spreadsheets",
)
WEB = ("fastapi", "starlette", "uvicorn")
CLOCKS = {"datetime.now", "datetime.utcnow", "date.today", "time.time", "time.monotonic", "utc_now"}
FOLDERS = {"api", "pages", "domain", "usecases", "events", "store"}
# What one service has beside them, because it is the only one that speaks to that part of the world.
OWN_FOLDERS = {
    "screening": {"suggesting"},
    "intake": {"reading"},
    "notifications": {"mail", "templates"},
    "partner-gateway": {"connectors", "webhooks"},
}
MODULES = {"__init__", "main", "settings", "cli"}


def within(module: str, *parents: str) -> bool:
    return any(module == parent or module.startswith(f"{parent}.") for parent in parents)


def outside_domain(module: str, package: str) -> bool:
    allowed = (f"{package}.domain", *DOMAIN_MAY_IMPORT)
    return module.split(".")[0] not in sys.stdlib_module_names and not within(module, *allowed)


@pytest.mark.parametrize("service", ALL_SERVICES)
class TestEveryService:
    def test_imports_no_other_service(self, service: str) -> None:
        others = set(PACKAGES) - {package_of(service)}
        found = [str(one) for one in imports(source(service)) if one.module.split(".")[0] in others]
        assert not found, f"{found}: services speak by events and over HTTP. What both need belongs in mash."

    def test_keeps_its_rules_free_of_everything_else(self, service: str) -> None:
        found = [
            str(one)
            for one in imports(source(service) / "domain")
            if outside_domain(one.module, package_of(service))
        ]
        assert not found, (
            f"{found}: domain/ knows the standard library and {', '.join(DOMAIN_MAY_IMPORT)} only. "
            "Give it what it needs as a parameter."
        )

    @pytest.mark.parametrize("door", ["api", "pages", "events"])
    def test_goes_from_its_doors_through_a_use_case(self, service: str, door: str) -> None:
        store = f"{package_of(service)}.store"
        found = [str(one) for one in imports(source(service) / door) if within(one.module, store)]
        assert not found, (
            f"{found}: a door decodes, calls one use case and encodes. Put the query behind a use case."
        )

    @pytest.mark.parametrize("folder", ["domain", "usecases", "store"])
    def test_keeps_the_web_at_its_door(self, service: str, folder: str) -> None:
        found = [str(one) for one in imports(source(service) / folder) if within(one.module, *WEB)]
        assert not found, f"{found}: raise a refusal of mash.errors, which the web layer maps to a status."

    def test_never_commits_in_a_use_case(self, service: str) -> None:
        for name in ("commit", "begin", "rollback"):
            found = [f"{path.relative_to(ROOT)}:{call.lineno}" for path, call in calls(source(service), name)]
            assert not found, (
                f"{found}: one request or batch is one transaction, and `hub.transaction` commits it."
            )

    @pytest.mark.parametrize("folder", ["domain", "usecases", "store"])
    def test_is_given_the_time_and_never_reads_it(self, service: str, folder: str) -> None:
        found = [
            f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node.func)}()"
            for path, tree in trees(source(service) / folder)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and _reads_a_clock(node)
        ]
        assert not found, f"{found}: take `now` as a parameter; a use case has `tx.now`."

    def test_has_only_the_folders_that_everybody_knows(self, service: str) -> None:
        folder = source(service)
        folders = {path.name for path in folder.iterdir() if path.is_dir() and path.name != "__pycache__"}
        modules = {path.stem for path in folder.glob("*.py")}
        strange = folders - FOLDERS - OWN_FOLDERS.get(service, set())
        assert not strange, (
            f"{service} has {sorted(strange)}. Put it where a reader would look, or in OWN_FOLDERS."
        )
        assert modules <= MODULES, (
            f"{service} has {sorted(modules - MODULES)} beside its folders; put each in one."
        )


def _reads_a_clock(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    return name in CLOCKS or any(name.endswith(f".{clock}") for clock in CLOCKS)


def test_the_shared_language_knows_no_service() -> None:
    found = [str(one) for one in imports(ROOT / "libs") if one.module.split(".")[0] in PACKAGES]
    assert not found, f"{found}: mash is what services have in common, and knows none of them."


def python_files() -> list[Path]:
    return [path for top in ("libs", "services") for path in sorted((ROOT / top).rglob("src/**/*.py"))]


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
class TestEveryModule:
    def test_is_short_enough_to_read_at_once(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8").count("\n")
        assert lines <= 400, (
            f"{path.relative_to(ROOT)} has {lines} lines; split it by what its parts are for."
        )

    def test_says_by_its_name_what_is_in_it(self, path: Path) -> None:
        empty = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers"}
        assert path.stem not in empty, f"{path.relative_to(ROOT)}: name it after what it does."

    def test_has_no_function_longer_than_a_screen(self, path: Path) -> None:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        long = [
            f"{node.name} ({length} lines)"
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (length := (node.end_lineno or 0) - node.lineno + 1) > 60
        ]
        assert not long, f"{path.relative_to(ROOT)}: {long}. Give each step of it a name."
