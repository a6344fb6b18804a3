"""Every refusal has a name, says what it is, and has one status."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from mash.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal, TooMany
from mash.web.problems import STATUS, status_of
from support.architecture import PACKAGES, calls
from support.deployment import ROOT

KINDS = (NotFound, NotPermitted, Conflict, Invalid, TooMany)


def load_everything() -> None:
    for name in ("mash", *PACKAGES):
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            importlib.import_module(module.name)


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from refusals(inner)


def known() -> list[type[Refusal]]:
    load_everything()
    return [one for one in dict.fromkeys(refusals()) if one.__module__.split(".")[0] in {"mash", *PACKAGES}]


def test_every_kind_of_refusal_has_a_status() -> None:
    kinds = [one for one in known() if Refusal in one.__bases__]
    missing = [kind.__name__ for kind in kinds if kind not in STATUS]
    assert not missing, f"{missing} have no status. Add each to STATUS in mash/web/problems.py."


def test_every_refusal_comes_to_one_status_of_a_client_s_fault() -> None:
    for one in known():
        assert 400 <= status_of(one.__new__(one)) < 500, f"{one.__name__} is a refusal and no fault of ours."


def test_every_refusal_of_a_service_is_one_of_the_four_kinds() -> None:
    strange = [
        one.__name__
        for one in known()
        if one.__module__.split(".")[0] != "mash" and not issubclass(one, KINDS)
    ]
    assert not strange, f"{strange} should be a NotFound, a NotPermitted, a Conflict, an Invalid, a TooMany."


@pytest.mark.parametrize("kind", ["NotFound", "Conflict"])
def test_a_state_of_a_record_has_a_name_of_its_own(kind: str) -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for folder in (ROOT / "libs", ROOT / "services")
        for path, call in calls(folder, kind)
    ]
    assert not bare, (
        f"{bare} raise a bare {kind}. Define what it is beside where it is raised, such as "
        f"`class ContactAlreadyDecided(Conflict)`, so that it can be caught, tested and spoken of."
    )


def test_every_refusal_says_what_it_is() -> None:
    silent = [
        f"{one.__module__}.{one.__name__}"
        for one in known()
        if not (one.__dict__.get("__doc__") or "").strip()
    ]
    assert not silent, f"{silent} have no docstring: say in a sentence when each is raised."
