"""docs/api: the OpenAPI document of every service. Run as a module, this writes them."""

from __future__ import annotations

import copy
import json
from typing import Any, get_args

from fastapi.dependencies.models import Dependant
from mash.web.concurrency import IfMatch
from mash.web.problems import _TITLES, REFUSED
from support.architecture import ALL_SERVICES, application, routes
from support.deployment import ROOT

FOLDER = ROOT / "docs" / "api"
REFUSAL = {"$ref": "#/components/responses/Refused"}
_READ_VERSION = get_args(IfMatch)[1].dependency
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": 'The version that was read, as its ETag gives it: `"3"`.',
    "schema": {"type": "string", "pattern": r'^"\d{1,9}"$'},
}
_ABOUT = """\
Sign in with an access token (OAuth 2.0, `at+jwt`) whose audience is this service's. A refusal is a problem
(RFC 9457) that repeats nothing of what was sent; what does not exist and what you may not know of are both
404. A change names the version that was read (`If-Match`); a repeat under one `Idempotency-Key` is done once.
"""


def documents() -> dict[str, str]:
    """Each service's document by its file name, the same however often it is made."""
    return {f"{service}.json": _text(document(service)) for service in ALL_SERVICES}


def document(service: str) -> dict[str, Any]:
    """One service's document, with what the framework cannot see of it."""
    made: dict[str, Any] = copy.deepcopy(application(service).openapi())
    made["info"]["description"] = "\n".join([_ABOUT, *_statuses()])
    made["components"].setdefault("responses", {})["Refused"] = REFUSED["4XX"]
    versioned = {
        (one.path, method.lower())
        for one in routes(service)
        for method in one.methods
        if _is_versioned(one.dependant)
    }
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            operation["responses"]["4XX"] = REFUSAL
            operation["responses"]["5XX"] = REFUSAL
            if (path, method) in versioned:
                operation.setdefault("parameters", []).append(_IF_MATCH)
    return made


def _is_versioned(dependant: Dependant) -> bool:
    return dependant.call is _READ_VERSION or any(_is_versioned(one) for one in dependant.dependencies)


def _statuses() -> list[str]:
    return [
        "| status | what it says |",
        "|---|---|",
        *(f"| {one} | {title} |" for one, title in _TITLES.items()),
    ]


def _text(made: dict[str, Any]) -> str:
    return json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def kept() -> dict[str, str]:
    """The documents as they are in git."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*"))}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    wanted = documents()
    for old in set(kept()) - set(wanted):
        (FOLDER / old).unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"wrote {len(wanted)} documents to {FOLDER.relative_to(ROOT)}")
