"""Finds the message that counts in a chain: the innermost of a forward, the newest of a conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from intake.reading.blocks import Block, Document, Line, text_of
from intake.reading.concerns import find_concerns
from intake.reading.drafts import People
from intake.reading.fields import read_items
from intake.reading.identifiers import find_references
from intake.reading.items import Item
from intake.reading.people import gather_people
from intake.reading.quoting import Segment, split_chain
from intake.reading.transport import Mail

_FORWARDED = re.compile(r"\W*(?:\[[^\]]*\]\s*)?(?:fwd?|fw|forwarded)\s*:", re.I)
_MACHINE = re.compile(
    r"\W*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|undeliver"
    r"|delivery |read:|not read:)",
    re.I,
)
_OUR_NAME = re.compile(r"\bt?mash\b|multi[- ]agency safeguarding hub|safeguarding hub", re.I)


@dataclass
class Reading:
    """Blocks with what they were understood to say; worked out when first asked for."""

    blocks: list[Block]
    today: date | None

    @cached_property
    def items(self) -> list[Item]:
        return read_items(self.blocks)

    @cached_property
    def people(self) -> People:
        return gather_people(self.items, self.today)

    @cached_property
    def concerns(self) -> dict[str, str]:
        return find_concerns(self.items)

    @cached_property
    def text(self) -> str:
        return "\n".join(text_of(block) for block in self.blocks)

    @cached_property
    def worth(self) -> int:
        """How much of a referral it holds: children count most, then references and concerns."""
        children = len(self.people.children(self.today))
        return 3 * children + len(self.concerns) + (3 if find_references(self.text) else 0)


@dataclass
class Telling:
    """One message of a chain: its words, the documents it carried, and who wrote it."""

    documents: list[Document]
    name: str | None
    email: str | None
    signature: tuple[str, ...]
    subject: str
    today: date | None
    is_forward: bool = False
    is_reply: bool = False
    around: list[Telling] = field(default_factory=list)

    @cached_property
    def reading(self) -> Reading:
        return Reading(
            [block for document in self.documents for block in (*document.blocks, Line(""))], self.today
        )


def all_mails(mail: Mail) -> list[Mail]:
    """The message and every message attached to it, outermost first."""
    return [mail, *(inner for nested in mail.nested for inner in all_mails(nested))]


def own_domain(mail: Mail) -> str:
    recipient = re.search(r"@([\w.-]+)", mail.to)
    return recipient.group(1).lower() if recipient else ""


def telling_that_counts(mail: Mail, today: date | None) -> Telling:
    """The message to read; the others of its chain stand in `around`."""
    choices = [choice for each in all_mails(mail) for choice in _choices(each, today)]
    choices = [choices[0], *(choice for choice in choices[1:] if not _is_ours(choice, mail))]
    chosen = _chosen(mail, choices)
    chosen.around = [choice for choice in choices if choice is not chosen]
    return chosen


def _chosen(mail: Mail, choices: list[Telling]) -> Telling:
    if len(choices) == 1 or mail.report or is_machine_reply(mail):
        return choices[0]
    worth = [choice.reading.worth for choice in choices]
    if not any(worth):
        return next((choice for choice in choices if choice.reading.text.strip()), choices[0])
    if mail.nested or any(choice.is_forward for choice in choices) or _FORWARDED.match(mail.subject or ""):
        return choices[
            max(index for index, value in enumerate(worth) if value * 2 >= max(worth) or value >= 3)
        ]
    return next(choice for choice, value in zip(choices, worth, strict=True) if value)


def is_machine_reply(mail: Mail) -> bool:
    is_marked = mail.marks.get("auto-submitted", "").lower().startswith("auto-replied")
    return is_marked or bool(_MACHINE.match(mail.subject or ""))


def _is_ours(choice: Telling, mail: Mail) -> bool:
    """Our own words quoted back at us are nobody's referral."""
    domain = own_domain(mail)
    mailbox = re.search(r"[\w.+-]+@[\w.-]+", mail.to)
    if choice.email and mailbox and choice.email == mailbox.group().lower():
        return True
    is_own = bool(domain and (choice.email or "").endswith("@" + domain)) or bool(
        _OUR_NAME.search(choice.name or "")
    )
    return is_own and choice.is_reply


def _choices(mail: Mail, today: date | None) -> list[Telling]:
    """Each message of one mail's chain, newest first; what is attached goes with the newest."""
    segments = [segment for document in mail.body for segment in split_chain(document.blocks, mail.subject)]
    guessed = any(document.guessed for document in mail.body)
    tellings = [
        Telling(list(mail.documents), mail.from_name, mail.from_address, (), mail.subject or "", today)
    ]
    own_only = is_machine_reply(mail)
    for segment in segments:
        blocks = [block for block in segment.blocks if not (own_only and block.depth)]
        document = Document("body", tuple(blocks), guessed)
        if segment.header or segment.is_forward or segment.is_reply:
            tellings.append(_earlier(segment, document, mail, today))
        else:
            _add_own_words(tellings[-1], document, segment)
    return tellings


def _earlier(segment: Segment, document: Document, mail: Mail, today: date | None) -> Telling:
    name, address = segment.sender if segment.header else (None, None)
    return Telling(
        [document],
        name,
        address,
        tuple(segment.signature),
        segment.header.get("subject") or mail.subject or "",
        today,
        is_forward=segment.is_forward,
        is_reply=segment.is_reply,
    )


def _add_own_words(telling: Telling, document: Document, segment: Segment) -> None:
    """The body stands before what it carries; a body in several parts stays together."""
    bodies = sum(each.name == "body" for each in telling.documents)
    telling.documents.insert(bodies, document)
    telling.signature = telling.signature or tuple(segment.signature)
