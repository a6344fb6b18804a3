"""Whether words said of a concern deny it: "no evidence of", "denies any", "none known", "ruled out"."""

from __future__ import annotations

import re

_BREAK = re.compile(
    r"[.;:!?\n]|\b(?:but|however|although|though|except|apart from|aside from|whereas|yet|until|because"
    r"|as he|as she|so)\b|\s-\s",
    re.I,
)
# Denials that reach over a whole list: "no concerns of neglect, exploitation or self-harm".
_WIDE = re.compile(
    r"\b(?:(?:no|not any|never (?:been |had )?any|without(?: any)?|nil"
    r"|lack of|absence of|zero)\s+(?:\w+\s+){0,3}?(?:"
    r"concerns?"
    r"|evidence|signs?|history|disclosures?|indications?|indicators?|reports?|suggestions?|suspicions?"
    r"|allegations?|mention|issues?|worries|records?|risks?|markers?|information|offences|intelligence"
    r"|known|incidents|instances?)\b"
    r"|den(?:y|ies|ied|ying)\s+(?:any|all|having|that there|being|there|ever|current|previous|recent)\b"
    r"|negative for|ruled out|no longer|rules? out|screened for|(?:has|have|had|did|does|do|is|are|was"
    r"|were)\s*(?:not|n't)\s+(?:disclosed?|reported?|any|identified|aware of any|believed to|suspected"
    r"|suspect|considered|raised?|seen|witness\w*|involve\w*|involving|due to)|never (?:been |had "
    r"|any )?(?:\w+ )?(?:known|reported|disclosed|suspected|witnessed)"
    r"|nothing to suggest|not (?:thought|felt|believed|considered) to|nil (?:known|reported|seen"
    r"|disclosed))\b",
    re.I,
)
_NEAR = re.compile(
    r"(?:\b(?:no|not|nil|without|never|none|neither|nor|non|cannot be|unlikely|isn't|wasn't|aren't"
    r"|weren't|don't|doesn't|didn't|hasn't|haven't|won't)|n't)\s+(?:[\w'-]+\s+){0,3}$",
    re.I,
)
_DENIES = re.compile(r"\bden(?:y|ies|ied|ying)\s+(?:\w+\s+){0,2}$", re.I)
_AFTER = re.compile(
    r"^[ \t)\]]{0,3}(?:(?:abuse|concerns?|issues?|use|harm|risk)\b\s*)?(?:\?\s*)?(?:[:=\-]\s*|\("
    r"|\bis\b\s*|\bare\b\s*|\bwas\b\s*|\bwere\b\s*|\bhas been\b\s*"
    r"|\bhave been\b\s*)?(?:[:=\-]\s*)?(?:no(?:ne|t known|t applicable|t identified|t disclosed|t present"
    r"|t suspected|t evident|t a concern)?|nil|n/?a|n|negative|denied|ruled out|not\s+(?:known|seen"
    r"|reported|disclosed|observed|suspected|identified|an? (?:issue|concern)|present|evident|involved"
    r"|discussed)|absent|excluded|unfounded|unsubstantiated)\b(?!\s+(?:\w+\s+)?(?:food|adult|bedding"
    r"|contact|answer|coat))",
    re.I,
)
_DENIED_AFTER = re.compile(
    r"^,?\s(?:which|this|but|and|that)\s(?:\w+\s){1,2}(?:has |have )?den(?:y|ies|ied)\b", re.I
)
_SUPPOSED = re.compile(
    r"\bif you (?:suspect|are|have|think|believe|know)\b|\b(?:training|webinar|toolkit|workshop|policy"
    r"|awareness (?:week|day)|newsletter)\b|\bin the event of\b|\bwe look at\b|\bhow to (?:spot|recognise"
    r"|identify)\b",
    re.I,
)
_REACH = 150


def is_denied(text: str, start: int, end: int) -> bool:
    """Whether the words from start to end are denied by what stands around them in their own clause."""
    clause = _clause_before(text, start)
    if _WIDE.search(clause) or _NEAR.search(clause) or _DENIES.search(clause):
        return True
    return bool(_AFTER.match(text[end : end + 60]) or _DENIED_AFTER.match(text[end : end + 60]))


def is_supposed(text: str, start: int, end: int) -> bool:
    """Whether the words belong to advice or an announcement rather than to something that happened."""
    begin = max(text.rfind(mark, 0, start) for mark in (".", "\n", "!", "?")) + 1
    stop = min(
        (place for mark in (".", "\n", "!", "?") if (place := text.find(mark, end)) >= 0), default=len(text)
    )
    return bool(_SUPPOSED.search(text[begin:stop]))


def _clause_before(text: str, start: int) -> str:
    before = text[max(0, start - _REACH) : start]
    breaks = list(_BREAK.finditer(before))
    return before[breaks[-1].end() :] if breaks else before
