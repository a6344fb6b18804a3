"""The contracts as documents for others to read: a JSON Schema an event, one AsyncAPI document, one table.

``uv run mash contracts`` writes them to ``docs/events``; they are kept in git, so that a change to a
contract shows in a review, and a test refuses a contract that differs from its document.
"""

from __future__ import annotations

import json
from typing import Any

import yaml

from mash.contracts import EVENTS, Event, published_boundary
from mash.contracts.boundary import (
    AgencyMessage,
    AuditHeads,
    Discussion,
    DiscussionReceipt,
    InformationRequest,
    Product,
    ProductReceipt,
    Release,
    ReleaseAsked,
    ReleaseOutcome,
    SealedMessage,
)
from mash.contracts.webhooks import WebhookBody

_TO_AGENCY = "enq.{agency}.{partnership}"
_TO_HUB = "ret.{agency}.in"

_BOUNDARY: dict[str, tuple[type[SealedMessage], str, str]] = {
    "information-request": (InformationRequest, _TO_AGENCY, "from the hub to one agency"),
    "agency-message": (AgencyMessage, _TO_HUB, "from one agency to the hub"),
    "release-asked": (ReleaseAsked, _TO_AGENCY, "from the hub to one agency"),
    "release": (Release, _TO_HUB, "from one agency to the hub"),
    "release-outcome": (ReleaseOutcome, _TO_AGENCY, "from the hub to one agency"),
    "product": (Product, _TO_AGENCY, "from the hub to one agency"),
    "product-receipt": (ProductReceipt, _TO_HUB, "from one agency to the hub"),
    "audit-heads": (AuditHeads, _TO_AGENCY, "from the hub to one agency"),
    "discussion": (Discussion, _TO_AGENCY, "from the hub to one agency"),
    "discussion-receipt": (DiscussionReceipt, _TO_HUB, "from one agency to the hub"),
}


def documents() -> dict[str, str]:
    """Return every document by its file name."""
    files = {f"{event.event_type()}.schema.json": _json(_event_schema(event)) for event in EVENTS}
    files |= {
        f"{name}.v1.schema.json": _json(model.model_json_schema())
        for name, (model, _, _) in _BOUNDARY.items()
    }
    files[f"{published_boundary.SCHEMA}.schema.json"] = _json(WebhookBody.model_json_schema())
    files["asyncapi.yaml"] = _yaml(_asyncapi())
    files["boundary.asyncapi.yaml"] = _yaml(published_boundary.boundary_document(_BOUNDARY))
    files["README.md"] = _table()
    return files


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


class _Readable(yaml.SafeDumper):
    """Writes text of many lines as it reads, and the same thing twice without an anchor."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _text)


def _yaml(document: dict[str, Any]) -> str:
    return yaml.dump(document, Dumper=_Readable, sort_keys=False, width=110, allow_unicode=True)


def _event_schema(event: type[Event]) -> dict[str, Any]:
    schema = event.model_json_schema()
    schema["$id"] = f"https://openmash.example/events/{event.event_type()}"
    schema["examples"] = [event.example]
    return schema


def _summary(model: type[Any]) -> str:
    return " ".join((model.__doc__ or "").split("\n\n")[0].split())


def _asyncapi() -> dict[str, Any]:
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for event in EVENTS:
        name = f"{event.noun}-{event.verb}"
        channels[name] = {
            "address": event.subject_filter().replace("*", "{partnership}", 1),
            "parameters": {"partnership": {"description": "The partnership, such as havering."}},
            "messages": {name: _message(event.event_type(), event)},
        }
        operations[name] = {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
    for name, (model, address, direction) in _BOUNDARY.items():
        channels[name] = {
            "address": address,
            "description": f"Sealed (JWE), {direction}.",
            "messages": {name: _message(f"{name}.v1", model)},
        }
        action = "send" if address == _TO_AGENCY else "receive"
        operations[name] = {"action": action, "channel": {"$ref": f"#/channels/{name}"}}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "OpenMASH events",
            "version": "1.0.0",
            "description": "Thin events inside the hub, sealed messages across its boundary.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
    }


def _message(schema: str, model: type[Any]) -> dict[str, Any]:
    return {"summary": _summary(model), "payload": {"$ref": f"./{schema}.schema.json"}}


def _table() -> str:
    lines = [
        "# Events",
        "",
        "Made from `mash.contracts` by `make contracts`; do not edit by hand. Every event travels in a",
        "CloudEvents 1.0 envelope and carries ids, classifications, counts and times, never a name or a",
        "narrative. A change may only add; anything else is a new version beside the old one.",
        "",
        "| event | subject | from | what happened |",
        "|---|---|---|---|",
    ]
    for event in EVENTS:
        subject = event.subject_filter().replace("*", "&lt;partnership&gt;", 1)
        lines.append(f"| {event.__name__} | `{subject}` | {event.producer} | {_summary(event)} |")
    lines += ["", "Across the boundary, sealed:", "", "| message | subject | what it is |", "|---|---|---|"]
    for model, address, _ in _BOUNDARY.values():
        lines.append(f"| {model.__name__} | `{address}` | {_summary(model)} |")
    lines += [
        "",
        "For an agency: `boundary.asyncapi.yaml`; what a webhook tells is `webhook.v1.schema.json`.",
    ]
    return "\n".join(lines).replace("&lt;", "<").replace("&gt;", ">") + "\n"
