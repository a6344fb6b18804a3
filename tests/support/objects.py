"""Something of the played story, or made now, for each parameter that the hub's routes take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from mash.calendar import in_london
from mash.ids import utc_now
from openmash_local.demo import arrivals
from support.journeys import Played

Find = Callable[[Played, str], str]

# Names of what is no secret: the hub's own tools, the people who work for it, the sections and pages
# of its form.
NO_SECRET = frozenset({"tool", "subject", "section", "stage", "number", "step"})
# What the story leaves nowhere; the routes that take it are asked for what is not there.
UNMADE = frozenset(
    {
        ("intake", "document_id"),
        ("intake", "attachment_id"),
        ("gateway-police", "product_id"),
        ("gateway-police", "delivery_id"),
    }
    | {("gateway-health", name) for name in ("product_id", "delivery_id", "release_id")}
)


def _nothing(_played: Played, _service: str) -> str:
    return str(uuid4())


def _contact(played: Played, _service: str) -> str:
    return str(played.story.contacts["school"]["contact_id"])


def _reference(played: Played, _service: str) -> str:
    return str(played.story.contacts["school"]["reference"])


def _first(persona: str, path: str, member: str) -> Find:
    def find(played: Played, service: str) -> str:
        who = persona.format(agency=service.removeprefix("gateway-"))
        items = played.client.until(path, lambda: played.client.get(who, service, path)["items"])
        return str(items[0][member])

    return find


def _enquiry_path(played: Played) -> str:
    return f"/v1/enquiries/{played.story.enquiry['enquiry_id']}"


def _request_in_enquiry(played: Played, _service: str) -> str:
    return str(played.story.enquiry["requests"][0]["request_id"])


def _challenge(played: Played, service: str) -> str:
    """An open challenge by the referrer, at whose own service it is asked for, or else by the hub."""
    persona, kind = ("referrer-school", "referrer") if service == "intake" else ("officer", "hub")
    open_ = played.client.get("manager", "screening", "/v1/disagreements")["items"]
    if mine := [one for one in open_ if one["challenger_kind"] == kind]:
        return str(mine[0]["id"])
    challenge = {
        "reference": played.story.contacts["school"]["reference"],
        "about": "decision",
        "reason": "The children are not safe, and the plan does not say who sees them this week.",
    }
    return str(played.client.post(persona, "screening", "/v1/disagreements", challenge)["id"])


def _notification(played: Played, service: str) -> str:
    path = f"/v1/notifications?contact_id={_contact(played, service)}"
    return str(played.client.get("manager", "notifications", path)["items"][0]["id"])


def _asked_for_oneself(played: Played, _service: str) -> str:
    child = arrivals.school_form()["children"][0]
    asked = {
        "partnership": "havering",
        "person": {name: child[name] for name in ("given", "family", "dob")},
    }
    return str(played.client.post("dpo", "intake", "/v1/subject-access", asked)["id"])


def _subscription(played: Played, service: str) -> str:
    lead = f"lead-{service.removeprefix('gateway-')}"
    # Nobody listens there, and nothing more happens that it could be told of.
    asked = {"address": "http://127.0.0.1:9/hook", "events": ["request.received"], "partnership": "havering"}
    return str(played.client.post(lead, service, "/v1/subscriptions", asked)["id"])


def _discussion(played: Played, _service: str) -> str:
    asked = {
        "reason": "The children may not be safe at home tonight.",
        "attend": [{"role": "Detective sergeant", "agency": "police"}],
    }
    path = f"{_enquiry_path(played)}/discussions"
    version = played.client.get("manager", "enquiry", _enquiry_path(played))["version"]
    played.client.post("manager", "enquiry", path, asked, version)
    return str(played.client.get("manager", "enquiry", path)[0]["discussion_id"])


def _product(played: Played, _service: str) -> str:
    """Make a product with an item of the police's, and ask them to release it."""
    product = {
        "receiver": {"kind": "school", "name": "The safeguarding lead"},
        "purpose": "To keep the children safe at school.",
        "lawful_basis": "Public task: safeguarding children.",
        "necessity": "The school sees the children each day and has to know what to look for.",
    }
    made = played.client.post("manager", "enquiry", f"{_enquiry_path(played)}/products", product)
    path = f"{_enquiry_path(played)}/products/{made['product_id']}"
    version = played.client.post(
        "manager", "enquiry", f"{path}/items", _item_of_police(played), made["version"]
    )["version"]
    played.client.post("manager", "enquiry", f"{path}/releases", None, version)
    return str(made["product_id"])


def _item_of_police(played: Played) -> dict[str, Any]:
    request = next(one for one in played.story.enquiry["requests"] if one["agency"] == "police")
    answer = request["returns"][0]
    return {
        "request_id": request["request_id"],
        "item_id": answer["items"][0]["id"],
        "answer_version": answer["version"],
    }


def _item(played: Played, _service: str) -> str:
    product = played.client.get("manager", "enquiry", f"{_enquiry_path(played)}/products")[0]["product_id"]
    found = played.client.get("manager", "enquiry", f"{_enquiry_path(played)}/products/{product}")
    return str(found["items"][0]["id"])


def _draft(played: Played, _service: str) -> str:
    begun = {
        "partnership": "havering",
        "children": [{"given": "Kit", "family": "Testcase"}],
        "concern": {"narrative": "The twins were in school without coats."},
    }
    return str(played.client.post("referrer-school", "intake", "/v1/drafts", begun)["id"])


def _meeting(played: Played, _service: str) -> str:
    """Today's meeting, open; one is called where today has none."""
    today = str(in_london(utc_now()).date())
    listed = played.client.get("manager", "enquiry", "/v1/meetings")["coming"]
    meeting = next((one for one in listed if one["held_on"] == today), None)
    if meeting is None:
        called = {"partnership": "havering", "held_on": today}
        meeting = played.client.post("manager", "enquiry", "/v1/meetings", called)
    path = f"/v1/meetings/{meeting['meeting_id']}"
    if meeting["state"] == "planned":
        played.client.post("manager", "enquiry", f"{path}/opening", None, meeting["version"])
    return str(meeting["meeting_id"])


def _agenda_item(played: Played, service: str) -> str:
    path = f"/v1/meetings/{_meeting(played, service)}/items"
    added = played.client.post("manager", "enquiry", path, {"id": _contact(played, service)})
    return str(added["agenda_item_id"])


def _meeting_action(played: Played, service: str) -> str:
    action = {
        "agenda_item_id": _agenda_item(played, service),
        "agency": "housing",
        "what": "Say whether the family holds the tenancy.",
        "due_on": str(in_london(utc_now()).date()),
    }
    path = f"/v1/meetings/{_meeting(played, service)}/actions"
    return str(played.client.post("manager", "enquiry", path, action)["meeting_action_id"])


def _case_audit(played: Played, service: str) -> str:
    """Draw the story's own enquiry, which is decided by then."""
    today = str(in_london(utc_now()).date())
    wanted = {"partnership": "havering", "count": 100, "from_on": "2020-01-01", "to_on": today}
    return str(played.client.post("manager", "enquiry", "/v1/case-audits", wanted)["case_audit_id"])


def _audited_case(played: Played, _service: str) -> str:
    newest = played.client.get("manager", "enquiry", "/v1/case-audits")[0]["case_audit_id"]
    found = played.client.get("manager", "enquiry", f"/v1/case-audits/{newest}")
    return str(found["cases"][0]["audited_case_id"])


def _match(played: Played, service: str) -> str:
    """The match of somebody on the school's contact with somebody on another."""
    path = f"/v1/contacts/{_contact(played, service)}/people"

    def matches() -> list[str]:
        people = played.client.get("manager", "intake", path)["people"]
        return [str(match["id"]) for person in people for match in person["matches"]]

    return str(played.client.until(path, matches)[0])


OBJECTS: Mapping[str, Find] = {
    "contact_id": _contact,
    "reference": _reference,
    "message_id": _first("officer", "/v1/messages", "id"),
    "document_id": _nothing,
    "match_id": _match,
    "draft_id": _draft,
    "attachment_id": _nothing,
    "disagreement_id": _challenge,
    "partnership": lambda _played, _service: "havering",
    "tool": lambda _played, _service: "cse",
    "section": lambda _played, _service: "children",
    "stage": lambda _played, _service: "children",
    "number": lambda _played, _service: "1",
    "step": lambda _played, _service: "name",
    "subject": lambda _played, _service: "worker",
    "notification_id": _notification,
    "task_id": _first("manager", "/v1/tasks", "id"),
    "request_id": _first("researcher-{agency}", "/v1/requests?which=all", "request_id"),
    "subscription_id": _subscription,
    "delivery_id": _nothing,
    "discussion_id": _discussion,
    "meeting_id": _meeting,
    "agenda_item_id": _agenda_item,
    "meeting_action_id": _meeting_action,
    # In this order: a case is found in the newest audit.
    "case_audit_id": _case_audit,
    "audited_case_id": _audited_case,
    # In this order: an item is found in the product, and asked for at the gateway once the product has it.
    "product_id": _product,
    "item_id": _item,
    "release_id": _first("researcher-{agency}", "/v1/releases", "release_id"),
    "id": _nothing,
}
# Where a parameter of the same name means something else.
ELSEWISE: Mapping[tuple[str, str], Find] = {
    ("intake", "request_id"): _asked_for_oneself,
    ("enquiry", "request_id"): _request_in_enquiry,
    ("enquiry", "id"): lambda played, _service: str(played.story.enquiry["enquiry_id"]),
}


def find_objects(played: Played, service: str, names: set[str]) -> dict[str, str]:
    """Return an id for each of ``names``."""
    return {name: _finder(service, name)(played, service) for name in OBJECTS if name in names}


def _finder(service: str, name: str) -> Find:
    return _nothing if (service, name) in UNMADE else ELSEWISE.get((service, name), OBJECTS[name])
