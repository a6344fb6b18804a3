"""Reads a whole message: opens it, finds the telling that counts, puts the facts of each case together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import structlog
from mash.telemetry.logs import describe

from intake.reading import kinds
from intake.reading.addresses import looks_residential
from intake.reading.callers import find_caller
from intake.reading.cases import split_cases
from intake.reading.concerns import with_subject
from intake.reading.consent import find_consent
from intake.reading.court import read_court
from intake.reading.doubts import doubts_of_case, doubts_of_message
from intake.reading.drafts import Draft, People
from intake.reading.identifiers import find_references
from intake.reading.items import Heading
from intake.reading.model import Case, Child, ReadMessage, Reference, Sender
from intake.reading.names import Name, is_same, parse_name
from intake.reading.risk import find_risk_grade
from intake.reading.senders import Voice, referrer, sender_kind, source_code
from intake.reading.tellings import Reading, Telling, all_mails, own_domain, telling_that_counts
from intake.reading.transport import Mail, open_mail

log = structlog.get_logger()

_UNREADABLE = Case(kind="other", is_referral=True, reasons=("the message could not be read",))
_CHILD_EVIDENCE = {
    "given": ("given", "name", "person"),
    "family": ("family", "name", "person"),
    "dob": ("dob",),
    "edd": ("edd",),
    "sex": ("sex", "role", "name"),
    "nhs_number": ("nhs",),
}
# The order in which a police matter's numbers are preferred; then those that are the police's anywhere.
_POLICE_NUMBERS = ("merlin", "report", "ppn", "crime", "cad", "incident")
_QUOTED_NUMBERS = ("merlin", "ppn", "crime", "cad")


def read_email(raw: bytes, *, received_at: datetime | None = None) -> ReadMessage:
    """What a message says; never raises. `received_at` (aware) stands in where a message has no date."""
    try:
        return _read(open_mail(raw), received_at)
    except Exception as error:
        log.error("email_not_read", error=describe(error))
        return ReadMessage(summary=_UNREADABLE, cases=(_UNREADABLE,), received_at=received_at)


def _read(mail: Mail, received_at: datetime | None) -> ReadMessage:
    moment = mail.received_at or received_at
    telling = telling_that_counts(mail, moment.date() if moment else None)
    voice = _voice(mail, telling)
    sender = sender_kind(voice)
    kind, is_referral = _kind(mail, telling, sender)
    cases = _cases(kind, is_referral, mail, telling, voice, sender)
    return ReadMessage(
        summary=cases[0] if len(cases) == 1 else _together(cases),
        cases=cases,
        subject=mail.subject,
        message_id=mail.message_id,
        received_at=moment,
        sender=Sender(sender, telling.name, telling.email),
        attachments=tuple(attachment for each in all_mails(mail) for attachment in each.attachments),
        unread_parts=tuple(part for each in all_mails(mail) for part in each.unread),
    )


def _voice(mail: Mail, telling: Telling) -> Voice:
    reading = telling.reading
    return Voice(
        telling.name, telling.email, telling.signature, reading.people.contact, reading.text, own_domain(mail)
    )


def _kind(mail: Mail, telling: Telling, sender: str) -> tuple[str, bool]:
    """The kind of message, and whether a contact needs starting."""
    reading = telling.reading
    children = [draft for draft in reading.people.children(reading.today) if not draft.guessed]
    scene = kinds.Scene(
        subject=mail.subject or telling.subject,
        titles=_titles(telling),
        body=reading.text,
        whole="\n".join(document.text for document in (*mail.body, *mail.documents)),
        address=telling.email or "",
        sender=sender,
        files=" ".join(attachment.name for attachment in mail.attachments),
        has_child=bool(children),
        has_identity=any(draft.dob or draft.nhs or draft.name.family for draft in children),
        has_concern=bool(reading.concerns),
        has_address=bool(reading.people.homes),
    )
    if kinds.is_wrapper(scene):
        return "other", True
    if kinds.is_noise(mail, scene):
        return "not-a-referral", False
    if kinds.is_update(scene):
        return "update", kinds.tells_new_harm(scene)
    kind = kinds.kind_of(scene)
    return kind, not (kind == "edt" and kinds.is_nil_return(scene))


def _titles(telling: Telling) -> str:
    """The first lines of each document, and every heading."""
    first: list[str] = []
    for document in telling.documents:
        lines = [line.strip() for line in document.text[:4_000].split("\n") if line.strip()]
        first.extend(line for line in lines[:12] if len(line) < 120)
    headings = [item.label.text for item in telling.reading.items if isinstance(item, Heading)]
    return "\n".join(first + headings)


# Cases


def _cases(
    kind: str, is_referral: bool, mail: Mail, telling: Telling, voice: Voice, sender: str
) -> tuple[Case, ...]:
    if kind == "not-a-referral" or (kind == "edt" and not is_referral):
        return (Case(kind, is_referral=False, source_code=source_code(sender, voice), needs_person=False),)
    groups = split_cases(telling.reading.blocks) if kind == "edt" else []
    if len(groups) > 1:
        readings = [Reading(blocks, telling.today) for blocks in groups]
        cases = [
            _case(kind, is_referral, part, "", voice, find_caller(part.text) or sender) for part in readings
        ]
    else:
        caller = (find_caller(telling.reading.text) if kind == "edt" else None) or sender
        cases = [_case(kind, is_referral, telling.reading, telling.subject, voice, caller)]
    doubts = doubts_of_message(mail, telling)
    return tuple(_with_doubts(case, doubts) for case in cases)


def _case(kind: str, is_referral: bool, reading: Reading, subject: str, voice: Voice, sender: str) -> Case:
    evidence: dict[str, str] = {}
    people = reading.people
    references = find_references(f"{reading.text}\n{subject}")
    concerns = with_subject(reading.concerns, subject)
    consent = find_consent(reading.items)
    grade, grade_words = find_risk_grade(reading.text, subject)
    court, court_words = read_court(reading.text, subject, reading.today) if kind == "court" else (None, {})
    if sender == "unknown":
        sender = kinds.SENDER_BY_KIND.get(kind, "unknown")
    case = Case(
        kind=kind,
        is_referral=is_referral,
        children=_children(reading, parse_name(voice.name or ""), evidence),
        address=_address(people, kind, evidence),
        police_reference=_police_reference(references, kind, evidence),
        source_code=source_code(sender, voice),
        concerns=tuple(concerns),
        consent=consent.value,
        risk_grade=grade,
        referrer=referrer(voice),
        court=court,
        references=tuple(reference for reference, _ in references),
        evidence=evidence,
    )
    evidence.update({f"concerns.{tag}": words for tag, words in concerns.items()} | court_words)
    evidence.update(
        {name: words for name, words in (("consent", consent.evidence), ("risk_grade", grade_words)) if words}
    )
    doubts = doubts_of_case(case, reading) + (
        ["what is said of agreement contradicts itself"] if consent.conflict else []
    )
    return _with_doubts(case, doubts)


def _with_doubts(case: Case, doubts: list[str]) -> Case:
    reasons = tuple(dict.fromkeys([*case.reasons, *doubts]))
    return replace(case, reasons=reasons, needs_person=bool(reasons))


def _children(reading: Reading, writer: Name, evidence: dict[str, str]) -> tuple[Child, ...]:
    children: list[Child] = []
    for draft in reading.people.children(reading.today):
        if draft.guessed and (is_same(draft.name, writer) or not reading.concerns):
            continue
        child = _child(draft)
        for fact, names in _CHILD_EVIDENCE.items():
            words = next((draft.words[name] for name in names if name in draft.words), None)
            if getattr(child, fact) is not None and words:
                evidence[f"children.{len(children)}.{fact}"] = words
        children.append(child)
    return tuple(children)


def _child(draft: Draft) -> Child:
    if draft.unborn and draft.dob is None:
        return Child(edd=draft.edd, unborn=True)
    return Child(draft.name.given, draft.name.family, draft.dob, draft.edd, draft.sex, draft.nhs)


def _address(people: People, kind: str, evidence: dict[str, str]) -> str | None:
    """The likeliest home; where none is given, the place that a crew was called to, if it is a home."""
    homes = sorted(people.homes, key=lambda home: home[0])
    called_to = [(0, *place) for place in people.places if looks_residential(place[0])]
    if not homes and kind in {"ambulance", "fire", "police", "merlin", "edt"}:
        homes = called_to
    if not homes:
        return None
    evidence["address"] = homes[0][2]
    return homes[0][1]


def _police_reference(
    references: list[tuple[Reference, str]], kind: str, evidence: dict[str, str]
) -> str | None:
    """The police's own number: a CAD of an ambulance or fire brigade is theirs, not the police's."""
    wanted: tuple[str, ...] = _POLICE_NUMBERS if kind in {"merlin", "police"} else _QUOTED_NUMBERS
    if kind in {"ambulance", "fire"}:
        wanted = wanted[:-1]
    found = [each for each in references if each[0].kind in wanted]
    if not found:
        return None
    reference, words = min(found, key=lambda each: wanted.index(each[0].kind))
    evidence["police_reference"] = words
    return reference.value


def _together(cases: tuple[Case, ...]) -> Case:
    """What stands at the top of a summary: every child and concern; an address only where all share it."""
    return Case(
        kind=cases[0].kind,
        is_referral=any(case.is_referral for case in cases),
        children=tuple(child for case in cases for child in case.children),
        address=_shared({case.address for case in cases}),
        police_reference=next((case.police_reference for case in cases if case.police_reference), None),
        source_code=_shared({str(case.source_code) for case in cases}) or "5A",
        concerns=tuple(dict.fromkeys(tag for case in cases for tag in case.concerns)),
        consent=_shared({case.consent for case in cases}) or "not_stated",
        referrer=cases[0].referrer,
        references=tuple(reference for case in cases for reference in case.references),
        needs_person=any(case.needs_person for case in cases),
        reasons=tuple(dict.fromkeys(reason for case in cases for reason in case.reasons)),
    )


def _shared(values: set[str | None]) -> str | None:
    return values.pop() if len(values) == 1 else None
