"""Enquiries on a hub that runs, for people at browsers to work in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openmash_local.demo import arrivals
from support.journeys import RunningHub


@dataclass(frozen=True)
class OpenEnquiry:
    """A school's contact, and the enquiry that a manager opened on it."""

    contact_id: str
    enquiry_id: str
    reference: str


def receive(hub: RunningHub, **referrer: Any) -> dict[str, Any]:
    """A school's form has come, and waits on the board; ``referrer`` changes who sent it."""
    form = arrivals.school_form()
    form["referrer"] |= referrer
    receipt: dict[str, Any] = hub.client.post("referrer-school", "intake", "/v1/contacts", form)
    return receipt


def decide(hub: RunningHub, contact_id: str, rating: str, **choice: Any) -> None:
    """A manager rates a contact, and chooses its pathway."""
    path = f"/v1/screenings/{contact_id}"

    def version() -> int | None:
        rows = hub.client.get("manager", "screening", "/v1/screenings?limit=200")["items"]
        return next((row["version"] for row in rows if row["contact_id"] == contact_id), None)

    given = {"rating": rating, "rationale": "The mark was seen this morning."}
    waiting = hub.client.until("the contact in the queue", version)
    rated = hub.client.post("manager", "screening", f"{path}/rating", given, waiting)
    chosen = {"level": 3, "rationale": "More has to be known.", **choice}
    hub.client.post("manager", "screening", f"{path}/pathway", chosen, rated["version"])


def open_enquiry(hub: RunningHub, *agencies: str, rating: str = "amber") -> OpenEnquiry:
    """A manager has opened an enquiry on a new contact."""
    receipt = receive(hub)
    contact_id = receipt["contact_id"]
    decide(hub, contact_id, rating, pathway="enquiry", agencies=list(agencies))

    def opened() -> dict[str, Any] | None:
        found = hub.client.get("manager", "enquiry", f"/v1/enquiries?contact_id={contact_id}")["items"]
        return found[0] if found else None

    found = hub.client.until("the enquiry", opened)
    return OpenEnquiry(contact_id, found["enquiry_id"], receipt["reference"])


def await_answers(hub: RunningHub, one: OpenEnquiry, *agencies: str) -> None:
    """Wait until these agencies' answers are in the enquiry."""

    def answered() -> bool | None:
        found = hub.client.get("manager", "enquiry", f"/v1/enquiries/{one.enquiry_id}")["requests"]
        return {line["agency"] for line in found if line["answer"]} >= set(agencies) or None

    hub.client.until("the answers", answered)
