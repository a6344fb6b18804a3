"""Who rang about one case of a duty team's summary, by that case's own words."""

from __future__ import annotations

import re

from intake.reading.blocks import fold
from intake.reading.senders import ANONYMOUS, PRIVATE, WORDS

_RANG = (
    r"(?:rang|called|phoned|telephoned|contacted|reported|referred|e-?mailed|notified|informed"
    r"|made (?:a )?(?:call|referral|contact)|alerted|calling|said|stated|says|states)"
)
_LABELLED = re.compile(
    r"\b(?:referrer|(?:called|rung|phoned)(?: in)? by|reported to us by|referred by|caller|source"
    r"|reported by|call from|contact from|referral from"
    r"|tel(?:ephone)? call from|phone call from|from)\s*[:\-]?\s*(?P<who>[^\n.;]{3,70})",
    re.I,
)
_SENTENCE = re.compile(rf"(?P<who>[^\n.;]{{3,70}}?)\s+(?:who )?(?:have |has |had )?{_RANG}\b", re.I)
_RELATIVE = re.compile(
    r"\b(?:nan|grand\w+|aunt\w*|uncle|mother|mum|father|dad|sister|brother|parent|family member|relative"
    r"|stepfather|stepmother)\b",
    re.I,
)
_POLICE_ACTED = re.compile(
    r"\bpolice (?:protection|custody|powers)|\bPPO?\b taken|\barrested\b|\bby (?:PC|police|officers)\b"
    r"|\bto police\b|\btold officers\b",
    re.I,
)
_EXTRA = {
    "emergency-department": re.compile(r"\bED\b|\bA&E\b|\bA and E\b", re.I),
    "police": re.compile(r"\bpolice\b|\bPC \d|\bcustody\b", re.I),
}


def find_caller(text: str) -> str | None:
    """The kind of caller; None when the case does not say who rang."""
    folded = fold(text)
    if re.search(r"\banonymous (?:call|caller|report|referral|e-?mail)", folded, re.I):
        return "anonymous"
    for pattern in (_LABELLED, _SENTENCE):
        for match in pattern.finditer(folded):
            kind = _kind_of(match.group("who"))
            if kind:
                return kind
    return "police" if _POLICE_ACTED.search(folded) else None


def _kind_of(who: str) -> str | None:
    for kind, pattern in (*_EXTRA.items(), *WORDS.items()):
        if pattern.search(who):
            return kind
    if ANONYMOUS.search(who):
        return "anonymous"
    if PRIVATE["acquaintance"].search(who):
        return "acquaintance"
    if _RELATIVE.search(who):
        return "family"
    return "other-individual" if re.search(r"\bmember of (?:the )?public\b|\bpasser", who, re.I) else None
