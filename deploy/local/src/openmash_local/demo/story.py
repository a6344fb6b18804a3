"""The story: three concerns arrive, are screened, one is enquired into, and a school is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any

from openmash_local.demo import agencies, arrivals
from openmash_local.demo.arrivals import LONDON
from openmash_local.demo.client import Client
from openmash_local.parts import AGENCIES

Tell = Callable[[str], None]


@dataclass
class Story:
    """What the story came to: the contacts by how they arrived, the enquiry, and the mail to the school."""

    contacts: dict[str, dict[str, Any]]
    enquiry: dict[str, Any]
    snapshot: dict[str, Any]
    feedback: dict[str, Any]
    figures: dict[str, Any]


def play(client: Client, tell: Tell) -> Story:
    """Play the whole story, telling each step as it happens."""
    with _chapter(tell, "1. Three concerns arrive"):
        contacts = _arrive(client, tell)
    with _chapter(tell, "2. The hub screens them"):
        _screen_police(client, tell, contacts["police"])
        _screen_ambulance(client, tell, contacts["ambulance"])
        enquiry_id = _screen_school(client, tell, contacts["school"])
    with _chapter(tell, "3. Four agencies look in their own records"):
        _answer(client, tell, enquiry_id)
    with _chapter(tell, "4. The manager puts the pieces together and decides"):
        enquiry, snapshot = _decide(client, tell, enquiry_id)
    with _chapter(tell, "5. The school hears"):
        feedback = _hear(client, tell, contacts["school"])
    with _chapter(tell, "6. The figures move"):
        figures = _count(client, tell, contacts["school"])
    return Story(contacts, enquiry, snapshot, feedback, figures)


@contextmanager
def _chapter(tell: Tell, title: str) -> Iterator[None]:
    tell(f"\n{title}")
    yield


def _arrive(client: Client, tell: Tell) -> dict[str, dict[str, Any]]:
    contacts = {}
    for name, what in (
        ("police", "A police Merlin report comes by e-mail"),
        ("ambulance", "An ambulance crew's concern comes by e-mail"),
    ):
        message = "merlin" if name == "police" else name
        taken = client.send(
            "POST",
            "mailbox",
            "intake",
            "/v1/emails?partnership=havering",
            content=arrivals.message(message),
            headers={"Content-Type": "message/rfc822"},
        ).json()
        contacts[name] = {**taken["contacts"][0], "contact_id": taken["contacts"][0]["id"]}
        tell(f"   {what}: contact {contacts[name]['reference']}.")
        read = client.get("officer", "intake", f"/v1/contacts/{contacts[name]['reference']}")
        tell(f"      Read from its words: {_people(read)}; {_concerns(read)}.")
    receipt = client.post("referrer-school", "intake", "/v1/contacts", arrivals.school_form())
    contacts["school"] = receipt
    tell(f"   A school sends the referral form: contact {receipt['reference']}.")
    tell(f"      Told at once whom to ring if a child is in danger: {receipt['in_danger']['answering_now']}")
    for item in receipt["missing"]:
        tell(f"      Still wanted, and nothing waits for it: {item['label']}.")
    return contacts


def _screening(client: Client, contact: dict[str, Any]) -> dict[str, Any]:
    contact_id = contact["contact_id"]

    def found() -> dict[str, Any] | None:
        rows = client.get("manager", "screening", "/v1/screenings?limit=200")["items"]
        return next((row for row in rows if row["contact_id"] == contact_id), None)

    row: dict[str, Any] = client.until("the contact in the screening queue", found)
    return row


def _recommended(
    client: Client, tell: Tell, contact: dict[str, Any], findings: dict[str, Any]
) -> tuple[str, dict[str, Any], int]:
    """Record what was found and read the recommendation; return the screening's path and version with it."""
    row = _screening(client, contact)
    path = f"/v1/screenings/{row['contact_id']}"
    recorded = client.put("worker", "screening", f"{path}/findings", findings, row["version"])
    recommended = client.get("manager", "screening", f"{path}/recommendation")
    hours = recommended["seconds_left"] / 3600
    tell(f"   {row['reference']}, {hours:.0f} hours of its time left. Recommended, for a manager to decide:")
    rating = recommended["rating"] or "no rating"
    tell(f"      Level {recommended['level']}, {rating}, {_plain(recommended['pathway'])}.")
    for reason in recommended["reasons"][:3]:
        tell(f"      because: {reason['text']} ({reason['source']})")
    for criterion in recommended["criteria_met"][:2]:
        tell(f"      and an enquiry's criterion is met: {criterion['text']}")
    return path, recommended, recorded["version"]


def _screen_police(client: Client, tell: Tell, contact: dict[str, Any]) -> None:
    findings = {
        "indicators": ["hav.domestic_abuse.3.02", "hav.domestic_abuse.3.05"],
        "concerns": ["domestic_abuse"],
        "facts": {"domestic_abuse_matrix_level": 2},
    }
    path, recommended, version = _recommended(client, tell, contact, findings)
    decision = {
        "pathway": "social_worker_screening",
        "level": recommended["level"],
        "worker": "worker",
        "rationale": "The school's contact on the same children goes to an enquiry; one worker holds both.",
    }
    version = client.post(
        "manager",
        "screening",
        f"{path}/rating",
        {"rating": "amber", "rationale": "The children saw it, and it is not the first time."},
        version,
    )["version"]
    client.post("manager", "screening", f"{path}/pathway", decision, version)
    tell("      The manager rates it Amber and gives it to a social worker.")


def _screen_ambulance(client: Client, tell: Tell, contact: dict[str, Any]) -> None:
    findings = {"indicators": ["hav.mental_health.2.12"], "concerns": ["bereavement"], "facts": {}}
    path, _, version = _recommended(client, tell, contact, findings)
    version = client.post(
        "manager",
        "screening",
        f"{path}/rating",
        {"rating": "green", "rationale": "A caring father who asks for help."},
        version,
    )["version"]
    decision = {
        "pathway": "early_help",
        "level": 2,
        "rationale": "The father agrees, and support after a bereavement would do good.",
        "advice": "Bereavement support through early help.",
    }
    client.post("manager", "screening", f"{path}/pathway", decision, version)
    tell("      The manager rates it Green and passes it to early help.")


def _screen_school(client: Client, tell: Tell, contact: dict[str, Any]) -> str:
    findings = {
        "indicators": ["hav.domestic_abuse.3.02", "hav.abuse_neglect.2.02"],
        "concerns": ["domestic_abuse", "neglect"],
        "facts": {},
    }
    path, _, version = _recommended(client, tell, contact, findings)
    version = client.post(
        "manager",
        "screening",
        f"{path}/rating",
        {"rating": "amber", "rationale": "What the school and the police each see has to be put together."},
        version,
    )["version"]
    decision = {
        "pathway": "enquiry",
        "level": 3,
        "agencies": list(AGENCIES),
        "rationale": "A decision cannot be made without knowing what the partners hold.",
    }
    client.post("manager", "screening", f"{path}/pathway", decision, version)
    tell(f"      The manager rates it Amber and opens an enquiry with {', '.join(AGENCIES)}.")

    def opened() -> dict[str, Any] | None:
        found = client.get("manager", "enquiry", f"/v1/enquiries?contact_id={contact['contact_id']}")["items"]
        return found[0] if found else None

    enquiry = client.until("the enquiry", opened)
    due = datetime.fromisoformat(enquiry["due_at"]).astimezone(LONDON)
    tell(f"      Sealed requests are on their way; answers are due by {due:%H:%M on %A %d %B}.")
    return str(enquiry["enquiry_id"])


def _answer(client: Client, tell: Tell, enquiry_id: str) -> None:
    for agency in AGENCIES:
        report = agencies.import_records(client, agency)
        done = agencies.research(client, agency, enquiry_id)
        held = report["taken"] + report["replaced"]
        said = f"shares {done.shared}" if done.answer == "information" else f"answers {_plain(done.answer)}"
        tell(f"   {agency.title()} searches its {held} records, finds {done.found}, and {said}.")


def _decide(client: Client, tell: Tell, enquiry_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    path = f"/v1/enquiries/{enquiry_id}"

    def ready() -> dict[str, Any] | None:
        enquiry: dict[str, Any] = client.get("manager", "enquiry", path)
        return enquiry if enquiry["ready"] else None

    enquiry = client.until("all the answers", ready)
    for request in enquiry["requests"]:
        tell(f"   {request['agency_title']}: {_plain(request['answer'])}")
        for returned in request["returns"]:
            for item in returned["items"][:2]:
                words = shorten(item["text"], 96, placeholder=" …")
                tell(f"      {words} ({_plain(item['caveat'])})")
    decision = {
        "final_rating": "amber",
        "level": 3,
        "outcome": "section_17_assessment",
        "rationale": "Three agencies each held a piece; together they show children living with abuse.",
    }
    client.post("manager", "enquiry", f"{path}/decision", decision, enquiry["version"])
    snapshot = client.get("manager", "enquiry", f"{path}/snapshot")
    tell(f"   Decided: {snapshot['outcome_title']}. What it rested on is frozen:")
    for agency in snapshot["agencies"]:
        tell(f"      {agency['agency_title']}: {_plain(agency['answer'] or agency['state'])}")
    return client.get("manager", "enquiry", path), snapshot


def _hear(client: Client, tell: Tell, contact: dict[str, Any]) -> dict[str, Any]:
    def sent() -> dict[str, Any] | None:
        rows = client.get("manager", "notifications", f"/v1/notifications?contact_id={contact['contact_id']}")
        done = [one for one in rows["items"] if one["purpose"] == "feedback" and one["state"] == "sent"]
        return done[0] if done else None

    client.until("the feedback", sent)
    mail: dict[str, Any] = next(
        one for one in client.mail_to(arrivals.SCHOOL_MAIL) if contact["reference"] in one["text"]
    )
    tell(f"   To: {', '.join(mail['recipients'])}\n   Subject: {mail['subject']}\n")
    for line in mail["text"].strip().splitlines():
        tell(f"   | {line}")
    return mail


def _count(client: Client, tell: Tell, contact: dict[str, Any]) -> dict[str, Any]:
    received = datetime.fromisoformat(contact["received_at"]).astimezone(LONDON)
    path = f"/v1/reports/monthly?partnership=havering&month={received:%Y-%m}"

    def counted() -> dict[str, Any] | None:
        report: dict[str, Any] = client.get("analyst", "reporting", path)
        return report if report["enquiry_outcomes"] and report["feedback_timeliness"] else None

    report = client.until("the figures", counted)
    contacts = report["contact_timeliness"][0]
    tell(f"   {received:%B %Y}: contacts {report['contacts']}, enquiries {report['enquiries']}.")
    for source in report["contact_source"]:
        tell(f"      from {source['title']}: {source['count']}")
    tell(
        f"      decided in time {contacts['in_time']}, late {contacts['late']}, "
        f"still open {contacts['open_in_time'] + contacts['open_late']}"
    )
    tell(f"      went on to statutory assessment: {report['contacts_to_statutory_assessment']}")
    for agency in report["agency_timeliness"][1:]:
        tell(f"      {agency['group']} answered in time {agency['in_time']} of {agency['total']}")
    return report


def _people(contact: dict[str, Any]) -> str:
    children = contact["document"].get("children", [])
    names = [" ".join(filter(None, (one.get("given"), one.get("family")))) for one in children]
    return ", ".join(name or "an unnamed child" for name in names) or "no child by name"


def _concerns(contact: dict[str, Any]) -> str:
    types = contact["document"].get("concern", {}).get("types", [])
    return ", ".join(_plain(one) for one in types) or "no kind of concern by name"


def _plain(word: str | None) -> str:
    return (word or "no answer yet").replace("_", " ")
