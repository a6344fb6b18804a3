"""What kind of message it is, and whether a contact needs starting."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.reading.blocks import fold
from intake.reading.negation import is_denied
from intake.reading.phrases import any_of, table
from intake.reading.transport import Mail

_SIGNS = table("kinds")
_KINDS: dict[str, list[tuple[str, int, re.Pattern[str]]]] = {
    kind: [(zone, weight, any_of([pattern])) for zone, weight, pattern in entries]
    for kind, entries in _SIGNS["kinds"].items()
}
SENDER_BY_KIND: dict[str, str] = _SIGNS["sender_by_kind"]
_UPDATE = any_of(_SIGNS["update"], r"\b", r"\b")
_HUB_REFERENCE = any_of(_SIGNS["hub_reference"])
# Those whose reports carry references of their own are not taken for updates unless they give the hub's.
_REPORTERS = {"police", "ambulance", "fire", "court", "cafcass", "nspcc", "edt"}
_OWN_REFERENCE = any_of(_SIGNS["hub_reference"][:2])
_NEW_HARM = any_of(_SIGNS["new_harm"], r"\b", r"\b")
_NOISE_SUBJECT = any_of(_SIGNS["noise_subject"])
_NOISE_TEXT = any_of(_SIGNS["noise_text"], r"\b", r"(?!\w)")
_ADVERT = any_of(_SIGNS["advert"], r"\b", r"\b")
_WRAPPER = any_of(_SIGNS["wrapper"], r"\b", r"\b")
_WRAPPER_LINK = any_of(_SIGNS["wrapper_link"], r"\b", r"\b")
_NIL = any_of(_SIGNS["nil_return"], r"\b")
_ONE_CHILD = re.compile(
    r"\b(?:this|the|my|our|her|his|their|a)\s+(?:little |young |baby |\w+ year old )?(?:boy|girl|baby|son"
    r"|daughter|pupil|toddler|grandson|granddaughter|nephew|niece|neighbou?rs?)\b(?!')",
    re.I,
)
_LEAST = 6
_PLAINLY_MAILING = 4


@dataclass(frozen=True)
class Scene:
    """What the kind is judged by."""

    subject: str
    titles: str
    body: str
    whole: str
    address: str
    sender: str
    files: str
    has_child: bool
    has_identity: bool
    has_concern: bool
    has_address: bool


def kind_of(scene: Scene) -> str:
    """The kind with the plainest signs; else what the sender's own kind brings; else other."""
    zones = {
        "subject": fold(scene.subject),
        "title": fold(scene.titles),
        "body": re.sub(r"(?<=\S)\n(?=\S)", " ", fold(scene.body)),
        "address": scene.address,
        "sender": scene.sender,
        "file": scene.files,
    }
    scores = {
        kind: sum(weight for zone, weight, pattern in entries if pattern.search(zones[zone]))
        for kind, entries in _KINDS.items()
    }
    best = max(scores, key=lambda kind: scores[kind])
    if scores[best] >= _LEAST:
        return best
    return str(_SIGNS["by_sender"].get(scene.sender, "other"))


def is_update(scene: Scene) -> bool:
    """Whether it adds to a contact that the hub has: the hub's reference, and words of following up."""
    head = f"{scene.subject}\n{scene.body[:600]}"
    words, reference = (
        _UPDATE.search(fold(head)),
        _HUB_REFERENCE.search(fold(f"{scene.subject}\n{scene.body[:1500]}")),
    )
    in_subject = _HUB_REFERENCE.search(fold(scene.subject)) or re.match(
        r"\W*(?:re:\s*)*(?:update|further information|additional information|chaser)\b", scene.subject, re.I
    )
    if scene.sender in _REPORTERS and not _OWN_REFERENCE.search(
        fold(f"{scene.subject}\n{scene.body[:1500]}")
    ):
        return False
    return bool((words and reference) or (in_subject and (words or not scene.has_child)))


def is_nil_return(scene: Scene) -> bool:
    """A duty team's message that says there was nothing."""
    return not scene.has_child and not scene.has_address and bool(_NIL.search(fold(scene.body)))


def tells_new_harm(scene: Scene) -> bool:
    body = fold(scene.body)
    return any(not is_denied(body, *match.span()) for match in _NEW_HARM.finditer(body))


def is_noise(mail: Mail, scene: Scene) -> bool:
    """Whether it is certainly no concern: a machine's reply, a receipt, a mailing."""
    if mail.report or (mail.marks.get("return-path") == "<>" and _NOISE_SUBJECT.match(scene.subject)):
        return True
    automatic = (
        mail.marks.get("auto-submitted", "no").lower().startswith("auto-replied")
        or "x-autoreply" in mail.marks
    )
    answers = bool(_NOISE_SUBJECT.match(scene.subject)) or automatic
    if answers and not scene.has_child:
        return True
    if scene.has_child:
        return not scene.has_identity and _is_bulk(mail) and _adverts(scene) >= _PLAINLY_MAILING
    if _NOISE_TEXT.search(fold(scene.body)) and not scene.has_concern and len(scene.body) < 1500:
        return True
    return _is_mailing(mail, scene)


def _is_mailing(mail: Mail, scene: Scene) -> bool:
    signs_of_it = _adverts(scene) + (2 if _is_bulk(mail) else 0)
    if _ONE_CHILD.search(fold(scene.body)) or scene.has_address:
        signs_of_it -= 2
    return signs_of_it >= (3 if scene.has_concern else 2)


def _adverts(scene: Scene) -> int:
    return len({match.group().lower() for match in _ADVERT.finditer(fold(f"{scene.subject}\n{scene.whole}"))})


def _is_bulk(mail: Mail) -> bool:
    return "list-unsubscribe" in mail.marks or mail.marks.get("precedence", "").lower() in {
        "bulk",
        "list",
        "junk",
    }


def is_wrapper(scene: Scene) -> bool:
    """A notice that the real message waits behind a link."""
    text = fold(f"{scene.subject}\n{scene.body}")
    return (
        len(scene.body) < 2500
        and bool(_WRAPPER.search(text) and _WRAPPER_LINK.search(text))
        and not scene.has_child
    )
