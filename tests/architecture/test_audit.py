"""Whatever a route shows or changes of a case is in the audit: each is followed to the line it leaves."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest
from mash.audit import PURPOSES
from support.architecture import ALL_SERVICES, PACKAGES, Door, application, routes

# Parameters of paths that name nothing of any person's: a subscription is of an agency's own systems, an
# asset of the pages' look.
OF_NO_CASE = {"partnership", "subscription_id", "look", "asset"}


def takes_something_of_a_case(route: Door) -> bool:
    return bool(set(re.findall(r"{(\w+)}", route.path)) - OF_NO_CASE)


def leaves_a_line(function: Callable[..., Any], seen: set[Callable[..., Any]] | None = None) -> bool:
    """Whether a function, or one of ours that it calls, calls ``audit``."""
    seen = set() if seen is None else seen
    seen.add(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if any(isinstance(called, ast.Attribute) and called.attr == "audit" for called in calls):
        return True
    return any(leaves_a_line(ours, seen) for ours in _ours(function, calls) if ours not in seen)


def _ours(function: Callable[..., Any], calls: list[ast.expr]) -> Iterator[FunctionType]:
    known = inspect.unwrap(function).__globals__
    for called in calls:
        found: Any = None
        if isinstance(called, ast.Name):
            found = known.get(called.id)
        elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            module = known.get(called.value.id)
            found = getattr(module, called.attr, None) if isinstance(module, ModuleType) else None
        if isinstance(found, FunctionType) and found.__module__.split(".")[0] in {*PACKAGES, "mash"}:
            yield found


@pytest.mark.parametrize("service", ALL_SERVICES)
class TestEveryRoute:
    @pytest.mark.requirement("SEAL-01", "SEAL-05")
    def test_that_takes_something_of_a_case_leaves_a_line(self, service: str) -> None:
        silent = [
            f"{sorted(route.methods)} {route.path}"
            for route in routes(service)
            if takes_something_of_a_case(route) and not leaves_a_line(route.dependant.call)  # type: ignore[arg-type]
        ]
        assert not silent, f"{service}: {silent} leave no line. Call `tx.audit(...)` in their use case."

    @pytest.mark.requirement("SEAL-05")
    def test_is_for_a_purpose_that_nobody_can_have_said(self, service: str) -> None:
        tags = {tag for route in routes(service) for tag in route.tags}
        assert not tags & set(PURPOSES), (
            f"{service}: {tags & set(PURPOSES)} are tags, and would look as if a caller had said them."
        )

    @pytest.mark.requirement("SEAL-05")
    def test_that_is_refused_something_of_a_case_can_name_the_case(self, service: str) -> None:
        cases = application(service).state.cases
        named = {name for route in routes(service) for name in re.findall(r"{(\w+)}", route.path)}
        unused = set(cases.by) - named if cases else set()
        assert not unused, f"{service}: CASES.by has {sorted(unused)}, and no route takes them."


def test_a_route_that_leaves_none_is_found() -> None:
    async def shows(tx: Any) -> None:
        await tx.execute("SELECT")

    assert not leaves_a_line(shows)
