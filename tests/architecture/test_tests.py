"""No test of this project passes without having looked at anything."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.deployment import ROOT

TESTS = ROOT / "tests"
# Calls that raise when what they look for is not there. `until` gives up after its time, and our own
# `require_` functions refuse; a browser that `stops_at` a page holds it to the rules.
RAISING = {"raises", "fail", "validate", "until", "wait_for", "wait_until", "stops_at"}
# Tests whose one call is itself the judge, each with why that is enough.
JUDGED_BY_THEIR_CALL = {
    "test_makes_the_same_topology_again_without_change": "it raises WrongTopology on any difference",
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def files_of_tests() -> list[Path]:
    return sorted(TESTS.rglob("test_*.py"))


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def looks(function: Function, checking: set[str]) -> bool:
    """Whether it asserts, expects an exception, or calls something that does."""
    return any(_looks(node, checking) for node in ast.walk(function))


def _looks(node: ast.AST, checking: set[str]) -> bool:
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    call = ast.unparse(node.func)
    name = call.rsplit(".", 1)[-1]
    # In a browser `expect(...).to_...()` waits for what it wants, and raises without it.
    return (
        call.startswith("expect(")
        or name in checking | RAISING
        or name.startswith(("assert_", "check_", "expect_", "require_"))
    )


def checkers(tree: ast.AST) -> set[str]:
    """The functions of a module that are no tests and look at something themselves."""
    return {one.name for one in functions(tree) if not one.name.startswith("test") and looks(one, set())}


def _brings_mocks(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module in {"unittest.mock", "mock"} or "mock" in {name.name for name in node.names}
    if isinstance(node, ast.Import):
        return any(name.name in {"unittest.mock", "mock"} for name in node.names)
    return isinstance(node, ast.arg) and node.arg == "mocker"


@pytest.mark.parametrize("path", files_of_tests(), ids=lambda path: str(path.relative_to(TESTS)))
class TestEveryFile:
    def test_has_tests_that_can_fail(self, path: Path) -> None:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        idle = [
            f"{one.name}:{one.lineno}"
            for one in functions(tree)
            if one.name.startswith("test_")
            and one.name not in JUDGED_BY_THEIR_CALL
            and not looks(one, checkers(tree))
        ]
        assert not idle, f"{path.relative_to(ROOT)}: {idle} assert nothing, so they cannot fail."

    def test_replaces_none_of_our_own_code(self, path: Path) -> None:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        brought = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import | ast.arg)]
        mocks = [node.lineno for node in brought if _brings_mocks(node)]
        assert not mocks, (
            f"{path.relative_to(ROOT)}, lines {mocks}: only the clock and the systems outside are fakes."
        )

    def test_is_not_skipped_for_good(self, path: Path) -> None:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        marks = [ast.unparse(one) for node in functions(tree) for one in node.decorator_list]
        skipped = [
            mark
            for mark in marks
            if "mark.skip(" in mark or mark.endswith("mark.skip") or "mark.xfail" in mark
        ]
        assert not skipped, f"{path.relative_to(ROOT)}: {skipped}. Mend it or take it out."
