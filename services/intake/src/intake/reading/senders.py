"""Who is calling, whatever channel brought it: the kind of sender, their code, and how to reach them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from intake.reading.blocks import fold, squeeze
from intake.reading.model import Referrer
from intake.reading.names import parse_name
from intake.reading.phrases import any_of, table

ORGANISATIONS: dict[str, str] = {
    kind: signs["code"] for kind, signs in table("senders")["organisations"].items()
}
WORDS: dict[str, re.Pattern[str]] = {
    kind: any_of(signs["words"]) for kind, signs in table("senders")["organisations"].items()
}
_ADDRESS: dict[str, re.Pattern[str]] = {
    kind: any_of(signs["address"]) for kind, signs in table("senders")["organisations"].items()
}
PRIVATE_CODES: dict[str, str] = {kind: signs["code"] for kind, signs in table("senders")["private"].items()}
PRIVATE: dict[str, re.Pattern[str]] = {
    kind: any_of(signs["words"]) for kind, signs in table("senders")["private"].items()
}
ANONYMOUS = any_of(table("senders")["anonymous"])
_FREE_MAIL = any_of(table("senders")["free_mail"], r"@(?:[\w-]+\.)*", r"\.[\w.]+$")
_SPECIAL_HEALTH = {
    "emergency-department",
    "health-visitor",
    "school-nurse",
    "midwife",
    "camhs",
    "gp",
    "ambulance",
}
_GENERAL = {"health", "authority", "charity", "education", "school"}
_INTRO = re.compile(
    r"(?:\b(?:i am|i'm|my name is|i work|we are|i write as|writing as|calling from|on behalf of|this is"
    r"|i am writing from|contacting you from|from the)\b[^.\n]{0,120}|\b(?:referral|report|notification"
    r"|letter|concern|information) from (?:the )?[^.\n]{0,60}"
    r"|\bname of (?:the )?(?:nursery|school|setting|agency|service|provider)\b[^.\n]{0,80}"
    r"|\b(?:[\w-]+ ){1,6}(?:at [\w ]{2,40} )?here\b)",
    re.I,
)
_PHONE = re.compile(r"(?<![\d/])(?:\+44\s?|0)(?:\d[\s-]?){8,10}\d(?!\d)")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_ROLE_LINE = re.compile(
    r"\b(?:officer|worker|teacher|head|headteacher|lead|nurse|midwife|visitor|doctor|gp|consultant"
    r"|manager|coordinator|co-ordinator|paramedic|adviser|advisor|practitioner|registrar|dsl|deputy|senco"
    r"|assistant|director|clerk|sergeant|constable|inspector|psychologist|psychiatrist|therapist|advocate"
    r"|idva|coach|administrator|secretary|tutor|principal|matron|sister|commander|judge|solicitor)\b",
    re.I,
)
_ORGANISATION_LINE = re.compile(
    r"\b(?:school|academy|college|nursery|hospital|trust|nhs|surgery|practice|clinic|council|borough"
    r"|police|constabulary|service|services|team|department|court|brigade|association|charity|centre|ltd"
    r"|limited|unit|housing|nspcc|cafcass|probation|children'?s|university|club|foundation)\b",
    re.I,
)


# A signature says who somebody is; a line with a verb still belongs to the story above it.
_STORY_LINE = re.compile(
    r"\b(?:was|were|is|are|has|have|had|will|would|told|said|see|agreed|consents?|attached)\b|\w{3,}\.$"
)


@dataclass(frozen=True)
class Voice:
    """What is heard of the person who raised it; each zone is weighed apart."""

    name: str | None = None
    email: str | None = None
    signature: tuple[str, ...] = ()
    contact: dict[str, str] = field(default_factory=dict)
    text: str = ""
    own_domain: str = ""


def sender_kind(voice: Voice) -> str:
    """The kind of sender, "unknown" when nothing tells."""
    scores = _scores(voice)
    best = max(scores, key=lambda kind: scores[kind], default="")
    if best and scores[best] >= 3:
        return _more_exact(best, scores)
    private = private_kind(voice)
    return private if private else "unknown"


def source_code(kind: str, voice: Voice) -> str:
    """The national code of who is calling."""
    if kind in ORGANISATIONS:
        is_own = bool(voice.own_domain) and (voice.email or "").endswith(voice.own_domain)
        return "5A" if kind == "authority" and is_own else ORGANISATIONS[kind]
    if kind in PRIVATE_CODES:
        return PRIVATE_CODES[kind]
    if kind == "anonymous":
        return "9"
    return "5B" if voice.own_domain and (voice.email or "").endswith(voice.own_domain) else "10"


def private_kind(voice: Voice) -> str | None:
    """A member of the public, by their own words; a name withheld counts only where nothing else is told."""
    text = fold(voice.text)
    for kind, pattern in PRIVATE.items():
        if pattern.search(text):
            return kind
    if ANONYMOUS.search(text):
        return "anonymous"
    is_machine = bool(re.match(r"(?:do-?)?no-?t?-?reply|notifications?@", voice.email or ""))
    return "other-individual" if voice.email and not is_machine and _FREE_MAIL.search(voice.email) else None


def _scores(voice: Voice) -> dict[str, int]:
    scores: dict[str, int] = {}
    labelled = " ; ".join(voice.contact.values())
    _add(scores, WORDS, labelled, 9)
    domain = (voice.email or "").replace("_", "-")
    if not _FREE_MAIL.search(domain):
        _add(scores, _ADDRESS, domain.rpartition("@")[2], 6)
        _add(scores, _ADDRESS, domain.rpartition("@")[0].replace(".", " "), 4)
        _add(scores, WORDS, (voice.name or "").replace(",", " "), 5)
    _add(scores, WORDS, "\n".join(voice.signature), 6)
    _add(scores, WORDS, " . ".join(match.group() for match in _INTRO.finditer(fold(voice.text)[:3000])), 5)
    return scores


def _add(scores: dict[str, int], patterns: dict[str, re.Pattern[str]], text: str, weight: int) -> None:
    if not text:
        return
    for kind, pattern in patterns.items():
        if pattern.search(text):
            scores[kind] = scores.get(kind, 0) + weight


def _more_exact(best: str, scores: dict[str, int]) -> str:
    """A health visitor's trust is "health" too: the exact calling counts before the general."""
    if best in _GENERAL or best in _SPECIAL_HEALTH:
        exact = [
            kind
            for kind in scores
            if kind not in _GENERAL
            and scores[kind] >= 4
            and (kind in _SPECIAL_HEALTH) == (best == "health" or best in _SPECIAL_HEALTH)
        ]
        if exact:
            top = max(exact, key=lambda kind: scores[kind])
            return top if best not in _SPECIAL_HEALTH or scores[top] > scores[best] else best
    return best


def referrer(voice: Voice) -> Referrer:
    """Name, role, organisation and how to reach them: from the form's own boxes, else the signature."""
    lines = [line for line in voice.signature if line]
    parts = [
        part.strip()
        for line in lines
        if not _STORY_LINE.search(line)
        for part in re.split(r"[|\u2022]|,\s|\s{2,}", line)
        if part.strip()
    ]
    block = "\n".join(lines)
    phone, mail = (
        _PHONE.search(voice.contact.get("telephone", "") or block),
        _EMAIL.search(voice.contact.get("email", "")),
    )
    return Referrer(
        name=_name(voice, parts),
        role=voice.contact.get("job")
        or voice.contact.get("role")
        or next((part for part in parts if _ROLE_LINE.search(part) and len(part) < 70), None),
        organisation=voice.contact.get("organisation")
        or next(
            (
                part
                for part in parts
                if _ORGANISATION_LINE.search(part) and not _ROLE_LINE.search(part) and len(part) < 80
            ),
            None,
        ),
        telephone=squeeze(phone.group()) if phone else None,
        email=mail.group() if mail else voice.email,
    )


def _name(voice: Voice, parts: list[str]) -> str | None:
    if voice.contact.get("name"):
        return squeeze(re.split(r"[,(]|\s-\s", voice.contact["name"])[0])
    for part in parts[:3]:
        bare = re.sub(r"^(?:Dr|Mr|Mrs|Ms|Miss|PC|DC|PS|DS)\.?\s(?:\d+\w*\s)?", "", part)
        if (
            parse_name(bare).family
            and not _ORGANISATION_LINE.search(bare)
            and len(bare.split()) <= 4
            and not _ROLE_LINE.search(bare)
        ):
            return part
    return voice.name
