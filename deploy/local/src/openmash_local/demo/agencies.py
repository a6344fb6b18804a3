"""The four researchers: each looks in their own agency's records and chooses what may leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from openmash_local.demo.arrivals import LONDON
from openmash_local.demo.client import Client
from openmash_local.layout import CHECKOUT

SAMPLES = CHECKOUT / "services" / "partner-gateway" / "samples"


@dataclass(frozen=True)
class Research:
    """What a researcher did: how many records they found, and what they answered."""

    agency: str
    found: int
    answer: str
    shared: int


def import_records(client: Client, agency: str, records: bytes | None = None) -> dict[str, Any]:
    """Give an agency's gateway records, by default its sample; a second time replaces them."""
    answer = client.send(
        "POST",
        f"researcher-{agency}",
        f"gateway-{agency}",
        "/v1/records/import?partnership=havering",
        content=records if records is not None else (SAMPLES / f"{agency}.csv").read_bytes(),
        headers={"Content-Type": "text/csv"},
    )
    report: dict[str, Any] = answer.json()
    return report


def research(client: Client, agency: str, enquiry_id: str, today: date | None = None) -> Research:
    """Wait for the request, search, and answer: what was found that is not sensitive, or nothing found."""
    persona, gateway = f"researcher-{agency}", f"gateway-{agency}"

    def in_queue() -> dict[str, Any] | None:
        queue = client.get(persona, gateway, "/v1/requests")["items"]
        return next((line for line in queue if line["enquiry_id"] == enquiry_id), None)

    line = client.until(f"the request in the queue of {agency}", in_queue)
    request_id = line["request_id"]
    found = client.post(persona, gateway, "/v1/records/search", {"request_id": request_id})["items"]
    body = _answer(found, today or datetime.now(LONDON).date())
    whole = client.get(persona, gateway, f"/v1/requests/{request_id}")
    client.post(persona, gateway, f"/v1/requests/{request_id}/return", body, version=whole["version"])
    return Research(agency, len(found), body["answer"], len(body.get("items", [])))


def _answer(found: list[dict[str, Any]], today: date) -> dict[str, Any]:
    searched = {
        "systems": ["Own records"],
        "identifiers": ["name", "date_of_birth", "address"],
        "period_from": str(today - timedelta(days=5 * 365)),
        "period_to": str(today),
        "source_fresh_on": str(today),
    }
    chosen = [record for record in found if not record["sensitive"]]
    if not chosen:
        return {"answer": "nil", "searched": searched}
    items = [
        {
            "record_id": record["record_id"],
            "lawful_basis": "safeguarding_of_children",
            "rationale": "Bears on the safety of the children asked about.",
            "caveat": "professionals_only",
        }
        for record in chosen
    ]
    withheld = [
        {"record_id": record["record_id"], "reason": "not_relevant"}
        for record in found
        if record["sensitive"]
    ]
    return {"answer": "information", "items": items, "searched": searched, "withheld": withheld}
