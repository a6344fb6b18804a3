"""Reads a whole message: opens it, finds its innermost telling, and puts the facts of each case together."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from intake.reading import kinds
from intake.reading.addresses import looks_residential
from intake.reading.blocks import Block, Document, Line, text_of
from intake.reading.callers import find_caller
from intake.reading.cases import split_cases
from intake.reading.concerns import find_concerns
from intake.reading.consent import find_consent
from intake.reading.court import read_court
from intake.reading.dates import age_on
from intake.reading.drafts import Draft
from intake.reading.fields import Heading, Item, read_items
from intake.reading.identifiers import find_references
from intake.reading.kind_signs import SENDER_BY_KIND
from intake.reading.model import Case, Child, ReadMessage, Reference, Sender
from intake.reading.people import People, gather_people
from intake.reading.quoting import Segment, split_chain
from intake.reading.risk import find_risk_grade
from intake.reading.senders import Voice, referrer, sender_kind, source_code
from intake.reading.transport import Mail, open_mail

log = logging.getLogger(__name__)
_UNREADABLE = Case(
    kind="other", is_referral=True, needs_person=True, reasons=("the message could not be read",)
)


def read_email(raw: bytes, *, received_at: datetime | None = None) -> ReadMessage:
    """What a message says. `received_at` (aware) stands in for a message that has no date of its own. Never raises."""
    try:
        return _read(open_mail(raw), received_at)
    except Exception:
        log.warning("email_not_read")
        return ReadMessage(summary=_UNREADABLE, cases=(_UNREADABLE,), received_at=received_at)


@dataclass
class _Telling:
    """The message that counts, out of a chain: its words and who wrote it."""

    documents: list[Document]
    name: str | None
    email: str | None
    signature: tuple[str, ...]
    subject: str
    around: list[Document] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(document.text for document in self.documents)

    @property
    def blocks(self) -> list[Block]:
        return [block for document in self.documents for block in (*document.blocks, Line(""))]


def _read(mail: Mail, received_at: datetime | None) -> ReadMessage:
    moment = mail.received_at or received_at
    today = moment.date() if moment else None
    telling = _telling(mail, today)
    items = read_items(telling.blocks)
    people = gather_people(items, today)
    voice = _voice(mail, telling, people)
    kind, is_referral = _kind(mail, telling, items, people, voice, today)
    reasons = _reasons_of_transport(mail, telling, kind)
    groups = split_cases(telling.blocks) if kind == "edt" else [telling.blocks]
    cases = tuple(
        _case(kind, is_referral, blocks, telling, voice, today, mail, several=len(groups) > 1)
        for blocks in groups
    )
    cases = tuple(_with_reasons(case, reasons) for case in cases)
    return ReadMessage(
        summary=cases[0] if len(cases) == 1 else _together(cases),
        cases=cases,
        subject=mail.subject,
        message_id=mail.message_id,
        received_at=moment,
        sender=Sender(sender_kind(voice), telling.name, telling.email),
        attachments=tuple(attachment for each in _all_mails(mail) for attachment in each.attachments),
        unread_parts=tuple(part for each in _all_mails(mail) for part in each.unread),
    )


def _all_mails(mail: Mail) -> list[Mail]:
    return [mail, *(inner for nested in mail.nested for inner in _all_mails(nested))]


# The telling that counts


def _telling(mail: Mail, today: date | None) -> _Telling:
    """The innermost message with something to say; the attachments belong to the message that carries them."""
    choices = [choice for each in _all_mails(mail) for choice in _choices(each)]
    if mail.report or _is_machine_reply(mail):
        return choices[0]
    worth = [_worth(choice, today) for choice in choices]
    if max(worth, default=0) == 0:
        chosen = choices[0]
    elif _passes_on(mail, choices):
        chosen = choices[
            max(index for index, value in enumerate(worth) if value * 2 >= max(worth) or value >= 3)
        ]
    else:
        chosen = next(choice for choice, value in zip(choices, worth, strict=True) if value)
    chosen.around = [document for choice in choices if choice is not chosen for document in choice.documents]
    return chosen


def _is_machine_reply(mail: Mail) -> bool:
    return mail.marks.get("auto-submitted", "").lower().startswith("auto-replied") or bool(
        re.match(r"\W*(?:automatic reply|out of office|undeliverable)", mail.subject or "", re.I)
    )


def _passes_on(mail: Mail, choices: list[_Telling]) -> bool:
    return (
        bool(mail.nested)
        or any(getattr(choice, "is_forward", False) for choice in choices)
        or bool(re.match(r"\W*(?:fwd?|fw)\s*:", mail.subject or "", re.I))
    )


@dataclass
class _ChainTelling(_Telling):
    is_forward: bool = False


def _choices(mail: Mail) -> list[_Telling]:
    """Each message of one mail's chain, newest first; attachments go with the newest that says anything of them."""
    segments = [
        segment for document in mail.body for segment in split_chain(document.blocks, mail.subject)
    ] or [Segment()]
    guessed = any(document.guessed for document in mail.body)
    tellings: list[_Telling] = []
    for index, segment in enumerate(segments):
        name, address = segment.sender if segment.header else (None, None)
        is_top = index == 0 or (not segment.header and not segment.is_forward and not segment.is_reply)
        if is_top:
            name, address = mail.from_name, mail.from_address
        document = Document("body", tuple(segment.blocks), guessed)
        documents = [document, *mail.documents] if index == 0 else [document]
        subject = segment.header.get("subject") or mail.subject or ""
        tellings.append(
            _ChainTelling(
                documents, name, address, tuple(segment.signature), subject, is_forward=segment.is_forward
            )
        )
    return _joined_tops(tellings, segments)


def _joined_tops(tellings: list[_Telling], segments: list[Segment]) -> list[_Telling]:
    """Body parts that are not a chain belong together: text before and after an attachment."""
    kept: list[_Telling] = []
    for telling, segment in zip(tellings, segments, strict=True):
        if kept and not (segment.header or segment.is_forward or segment.is_reply) and len(kept) == 1:
            kept[0].documents[:0] = []
            kept[0].documents.insert(1, telling.documents[0])
            kept[0].signature = kept[0].signature or telling.signature
        else:
            kept.append(telling)
    return kept


def _worth(telling: _Telling, today: date | None) -> int:
    """How much of a referral a message holds: children count most, then concerns."""
    items = read_items(telling.blocks)
    return (
        3 * len(gather_people(items, today).children(today))
        + len(find_concerns(items, None))
        + (3 if find_references(telling.text) else 0)
    )


# Who and what kind


def _voice(mail: Mail, telling: _Telling, people: People) -> Voice:
    recipient = re.search(r"@([\w.-]+)", mail.to)
    return Voice(
        name=telling.name,
        email=telling.email,
        signature=telling.signature,
        contact=people.contact,
        text=telling.text,
        own_domain=recipient.group(1).lower() if recipient else "",
    )


def _kind(
    mail: Mail, telling: _Telling, items: list[Item], people: People, voice: Voice, today: date | None
) -> tuple[str, bool]:
    scene = kinds.Scene(
        subject=mail.subject or telling.subject,
        titles=_titles(telling, items),
        body=telling.text,
        address=telling.email or "",
        sender=sender_kind(voice),
        files=" ".join(attachment.name for attachment in mail.attachments),
        has_child=bool(people.children(today)),
        has_concern=bool(find_concerns(items, None)),
    )
    if kinds.is_noise(mail, scene):
        return "not-a-referral", False
    if kinds.is_update(scene):
        return "update", kinds.tells_new_harm(scene)
    return ("other" if kinds.is_wrapper(scene) else kinds.kind_of(scene)), True


def _titles(telling: _Telling, items: list[Item]) -> str:
    first = [
        line.strip()
        for document in telling.documents
        for line in document.text.split("\n")[:25]
        if line.strip()
    ][:14]
    headings = [item.label.text for item in items if isinstance(item, Heading)]
    return "\n".join([line for line in first if len(line) < 120] + headings)


# One case


def _case(
    kind: str,
    is_referral: bool,
    blocks: list[Block],
    telling: _Telling,
    voice: Voice,
    today: date | None,
    mail: Mail,
    *,
    several: bool,
) -> Case:
    if kind == "not-a-referral":
        return Case(
            kind=kind,
            is_referral=False,
            source_code=source_code(sender_kind(voice), voice),
            needs_person=False,
        )
    items = read_items(blocks)
    people = gather_people(items, today)
    text = "\n".join(text_of(block) for block in blocks)
    evidence: dict[str, str] = {}
    children = _children(people, today, evidence)
    address = _address(people, kind, evidence)
    references = find_references(f"{text}\n{telling.subject}")
    concerns = find_concerns(items, None if several else telling.subject)
    evidence.update({f"concerns.{tag}": words for tag, words in concerns.items()})
    consent = find_consent(items)
    if consent.words:
        evidence["consent"] = consent.words[0]
    court, words = read_court(text, telling.subject) if kind == "court" else (None, {})
    evidence.update(words)
    sender = _case_sender(kind, voice, text) if several else sender_kind(voice)
    if sender == "unknown":
        sender = SENDER_BY_KIND.get(kind, "unknown")
    grade, grade_words = find_risk_grade(text, telling.subject)
    if grade:
        evidence["risk_grade"] = grade_words
    case = Case(
        kind=kind,
        is_referral=is_referral,
        children=children,
        address=address,
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
    reasons = _reasons(case, people, consent.conflict, text, today)
    return replace(case, needs_person=bool(reasons), reasons=tuple(reasons))


def _children(people: People, today: date | None, evidence: dict[str, str]) -> tuple[Child, ...]:
    children = []
    for draft in people.children(today):
        place = f"children.{len(children)}"
        child = _child(draft)
        for fact, names in {
            "given": ("given", "name", "person"),
            "family": ("family", "name", "person"),
            "dob": ("dob",),
            "edd": ("edd",),
            "sex": ("sex", "role", "name"),
            "nhs_number": ("nhs",),
        }.items():
            words = next((draft.words[name] for name in names if name in draft.words), None)
            if getattr(child, fact) is not None and words:
                evidence[f"{place}.{fact}"] = words
        children.append(child)
    return tuple(children)


def _child(draft: Draft) -> Child:
    if draft.unborn and draft.dob is None:
        return Child(edd=draft.edd, unborn=True)
    return Child(draft.name.given, draft.name.family, draft.dob, draft.edd, draft.sex, draft.nhs)


def _address(people: People, kind: str, evidence: dict[str, str]) -> str | None:
    homes = sorted(people.homes, key=lambda home: home[0])
    if homes:
        evidence["address"] = homes[0][2]
        return homes[0][1]
    for address, words in people.places:
        if kind in {"ambulance", "fire", "police", "merlin", "edt"} and looks_residential(address):
            evidence["address"] = words
            return address
    return None


def _police_reference(
    references: list[tuple[Reference, str]], kind: str, evidence: dict[str, str]
) -> str | None:
    """The police's own number: a CAD of an ambulance or fire brigade is theirs, not the police's."""
    is_police = kind in {"merlin", "police"}
    wanted = [
        "merlin",
        "ppn",
        "crime",
        *(
            ["report", "cad", "incident"]
            if is_police
            else ["cad"]
            if kind not in {"ambulance", "fire"}
            else []
        ),
    ]
    if is_police:
        wanted = ["merlin", "report", "ppn", "crime", "cad", "incident"]
    for name in wanted:
        for reference, words in references:
            if reference.kind == name:
                evidence["police_reference"] = words
                return reference.value
    return None


def _case_sender(kind: str, voice: Voice, text: str) -> str:
    """Who rang about one case of a summary, by the case's own words; the team that passes it on when they do not say."""
    return find_caller(text) or sender_kind(voice)


# Whether a person must look


def _reasons(case: Case, people: People, consent_conflict: bool, text: str, today: date | None) -> list[str]:
    reasons = sorted(set(people.faults))
    if case.kind == "update":
        reasons.append("an update to be put with its contact")
    if not any(child.given or child.family or child.unborn or child.nhs_number for child in case.children):
        reasons.append("no child is named")
    if (
        not case.concerns
        and case.kind not in {"court", "update", "transfer-in", "private-fostering"}
        and len(text.split()) < 40
    ):
        reasons.append("no concern is told in words that were understood")
    if consent_conflict:
        reasons.append("what is said of agreement does not agree with itself")
    for draft in people.children(today):
        if draft.dob and draft.age is not None and today and abs(age_on(draft.dob, today) - draft.age) > 1:
            reasons.append("an age and a date of birth that do not agree")
    return reasons


def _reasons_of_transport(mail: Mail, telling: _Telling, kind: str) -> list[str]:
    if kind == "not-a-referral":
        return []
    reasons = [f"a part was not read: {part.reason}" for each in _all_mails(mail) for part in each.unread]
    if any(
        document.guessed
        and re.search(r"[^\x00-\x7f\u2018-\u201d\u2013\u2014\u00a3\u2026\u2022\u00a0]", document.text)
        for document in telling.documents
    ):
        reasons.append("letters whose writing had to be guessed")
    if not telling.text.strip():
        reasons.append("the message is empty")
    return reasons


def _with_reasons(case: Case, reasons: list[str]) -> Case:
    together = tuple(dict.fromkeys([*case.reasons, *reasons]))
    return replace(case, reasons=together, needs_person=bool(together))


def _together(cases: tuple[Case, ...]) -> Case:
    """What stands at the top of a summary: every child and concern; an address only where all share it."""
    addresses = {case.address for case in cases}
    codes, consents = {case.source_code for case in cases}, {case.consent for case in cases}
    return Case(
        kind=cases[0].kind,
        is_referral=any(case.is_referral for case in cases),
        children=tuple(child for case in cases for child in case.children),
        address=addresses.pop() if len(addresses) == 1 else None,
        police_reference=next((case.police_reference for case in cases if case.police_reference), None),
        source_code=codes.pop() if len(codes) == 1 else "5A",
        concerns=tuple(dict.fromkeys(tag for case in cases for tag in case.concerns)),
        consent=consents.pop() if len(consents) == 1 else "not_stated",
        referrer=cases[0].referrer,
        references=tuple(reference for case in cases for reference in case.references),
        needs_person=any(case.needs_person for case in cases),
        reasons=tuple(dict.fromkeys(reason for case in cases for reason in case.reasons)),
    )
