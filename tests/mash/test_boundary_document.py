"""What an agency is given to read is what the broker lets it do, and what the messages really are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
import yaml
from joserfc import jwe, jws
from mash.contracts.published import documents
from mash.messaging.broker_conf import agency_publishes, own_name
from mash.sealing import Keyring, make_keys
from mash.sealing.keyring import _SEALED, _SIGNED

FILES = documents()
DOCUMENT: dict[str, Any] = yaml.safe_load(FILES["boundary.asyncapi.yaml"])

pytestmark = pytest.mark.requirement("RET-05")


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            yield from [value] if name == "$ref" else references(value)
    elif isinstance(part, list):
        for one in part:
            yield from references(one)


def resolve(reference: str) -> Any:
    file, _, path = reference.partition("#")
    found = json.loads(FILES[file.removeprefix("./")]) if file else DOCUMENT
    for name in path.strip("/").split("/") if path else ():
        found = found[name]
    return found


def test_every_reference_leads_somewhere() -> None:
    found = list(references(DOCUMENT))
    assert len(found) > 20
    assert all(resolve(one) for one in found)


def test_an_agency_says_what_the_broker_lets_it_say_and_no_more() -> None:
    sending = [one["channel"]["$ref"] for one in DOCUMENT["operations"].values() if one["action"] == "send"]
    named = {"{agency}": "police", "{stream}": "ENQ_POLICE"}
    said = set()
    for reference in sending:
        address = resolve(reference)["address"]
        for name, value in named.items():
            address = address.replace(name, value)
        said.add(address)
    assert said == {own_name(subject) for subject in agency_publishes("police")}


def test_a_sealed_message_has_the_headers_that_are_said(tmp_path: Path) -> None:
    make_keys(tmp_path, ["hub", "police"])
    police = Keyring.load(tmp_path, "police")
    sealed = Keyring.load(tmp_path).seal(b"{}", to="police", message_id=uuid4())
    outer = jwe.decrypt_compact(sealed, police._own_key, registry=_SEALED)
    inner = jws.extract_compact(outer.plaintext or b"", registry=_SIGNED)
    schemas = DOCUMENT["components"]["schemas"]
    jsonschema.validate(outer.headers(), schemas["jwe-header"])
    jsonschema.validate(inner.headers(), schemas["jws-header"])


def test_the_example_of_a_webhook_is_one() -> None:
    [example] = DOCUMENT["components"]["messages"]["webhook"]["examples"]
    jsonschema.validate(example["payload"], json.loads(FILES["webhook.v1.schema.json"]))


def test_nothing_of_the_hub_s_own_is_in_it() -> None:
    addresses = [channel["address"] for channel in DOCUMENT["channels"].values()]
    assert not [one for one in addresses if one and one.startswith("mash.")]
    assert "uk.openmash" not in FILES["boundary.asyncapi.yaml"]
