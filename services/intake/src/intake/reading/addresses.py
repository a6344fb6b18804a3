"""Home addresses: from a box, from "lives at", or from lines that end in a postcode."""

from __future__ import annotations

import re

from intake.reading.blocks import fold, squeeze

POSTCODE = re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]?(?=[\s.,]*$))\b", re.I)
_FULL_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.I)
_STREET = (
    r"(?:street|st|road|rd|lane|ln|avenue|ave|av|close|cl|drive|dr|way|gardens|gdns|court|ct|crescent"
    r"|cres|place|pl|terrace|walk|grove|rise|hill|square|sq|mews|house|parade|row|green|park|view|path"
    r"|gate|"
    r"end|mead|croft|circus|vale|wood|fields?|broadway|chase|approach|heights|point|lodge|tower|towers"
    r"|estate|hotel|hostel|quay|wharf|yard|passage|villas|cottages?|mansions|buildings|boulevard|parkway"
    r"|bank|bridge|common)"
)
_UNIT = (
    r"(?:(?:flat|apartment|apt|room|unit|plot|caravan|block|maisonette|ground floor flat"
    r"|first floor flat)\.?\s*(?!flat|room|unit)\w{0,4},?\s+)?"
)
_START = (
    rf"{_UNIT}(?:\d{{1,4}}[a-z]?(?:\s?[-/]\s?\d{{1,4}}[a-z]?)?,?\s+"
    rf"|(?:(?-i:[A-Z])[\w']+\s+){{1,2}}(?:House|Court|Lodge|Tower|Hotel|Hostel|Cottage|Point"
    rf"|Heights),?\s+(?:\d{{1,4}}[a-z]?,?\s+)?(?=\d|[A-Z]))"
)
_BODY = rf"(?:[^\W\d_][\w'&.\-]*[ ,]+){{0,6}}?{_STREET}\b"
_SIMPLE = re.compile(
    rf"(?<![\w/]){_START}{_BODY}(?:[\s,.]+(?!(?:and|with|where|but|she|he|they|the|his|her|who|is|are|was"
    rf"|since|because|when|every|on|in|at|has"
    rf"|for)\b)[A-Z][\w'\-]+){{0,6}}?(?:[\s,.]+{_FULL_POSTCODE.pattern})",
    re.I,
)
_SHORT = re.compile(
    rf"(?<![\w/]){_START}{_BODY}(?:, *(?!(?:and|with|where|but|she|he|they|who"
    rf"|is)\b)(?-i:[A-Z])[\w'\-]+(?: (?-i:[A-Z])[\w'\-]+){{0,2}}(?=[\s,.;)]"
    rf"|$)){{0,3}}(?:[\s,]+{_FULL_POSTCODE.pattern})?",
    re.I,
)
_CUE = re.compile(
    r"\b(?:liv(?:es?|ing)|resid(?:es?|ing)|stay(?:s|ing)|moved|moving|home|family|family home"
    r"|(?:home )?address(?: is| given as)?|house|flat|property|placed|known|based|accommodated|lodging"
    r"|sofa surfing)\b"
    r"(?:\s+(?:with|together|currently|now|alone|there|his|her|their|our|my|the|own|on his own|by|in"
    r"|temporarily)\b|\s+[A-Z][\w']+|,| a| family friend| mother| father| mum| dad| nan| parents"
    r"| siblings| aunt| uncle| partner){0,8}?\s*(?:at|in|is|to|:|of|@|-)?\s*$",
    re.I,
)
_WRITERS_OWN = re.compile(r"\b(?:i|we)(?:'m| am|'re| are| live| reside)* (?:at|in|on)\s*$", re.I)
_WRITERS_RANK = -10
_OF = re.compile(r"(?:\)|\b(?-i:[A-Z])[\w'\-]+|\d|\bboth|\ball)\s*,?\s+(?:of|at)\s+$")
_NOT_HOME = re.compile(
    r"\b(?:hospital|police station|surgery|medical centre|health centre|clinic|town hall|civic (?:centre"
    r"|offices)|primary school|school|academy|college|nursery|council|fire station|ambulance station"
    r"|court(?:house)? (?:centre|building)|"
    r"family court|county court|magistrates|offices?|headquarters|hq|suite \d|business park|po box"
    r"|library|children'?s centre|football club)\b",
    re.I,
)
_NOT_KNOWN = re.compile(
    r"^\W*(?:no fixed (?:abode|address)|nfa|homeless|not (?:known|stated|given|provided|recorded|disclosed)"
    r"|unknown|n/?k|n/?a|tbc|as above"
    r"|same(?: as)?.*|as per.*|see above|withheld|confidential|-+|\?+|nil|none|refused|yes|no)?\W*$",
    re.I,
)
_TAIL = re.compile(
    r"\s*(?:\b(?:tel(?:ephone)?|mob(?:ile)?|phone)\b.*|\((?:home|current|family|temporary|mother'?s"
    r"|father'?s|council)[^)]*\)|\bsince\b.*|(?<=\w)[;].*)\s*$",
    re.I | re.S,
)


def clean_address(value: str) -> str | None:
    """A box's answer as one line; None when it says that the address is not known."""
    value = re.split(r"[,;]?\s(?:previously|formerly|last known|until)\b", value, maxsplit=1, flags=re.I)[0]
    if _NOT_KNOWN.match(fold(value)):
        return None
    lines = [squeeze(line).strip(" ,;") for line in value.split("\n")]
    text = ", ".join(line for line in lines if line)
    postcodes = list(_FULL_POSTCODE.finditer(text))
    if len(postcodes) == 1 and len(text) - postcodes[0].end() > 1:
        text = text[: postcodes[0].end()]
    text = _TAIL.sub("", text).strip(" ,;.-")
    return text if 4 <= len(text) <= 160 and re.search(r"[^\W\d_]{2}", text) else None


def join_postcode(address: str, postcode: str) -> str:
    """The address with its postcode, which some forms keep in a box of its own."""
    squeezed = re.sub(r"\s", "", postcode).casefold()
    return address if squeezed in re.sub(r"\s", "", address).casefold() else f"{address}, {squeeze(postcode)}"


def looks_residential(text: str) -> bool:
    return bool(_SHORT.search(fold(text))) and not _NOT_HOME.search(text)


def find_address(text: str) -> tuple[str, str] | None:
    """A home address in running text, and its words: one said to be lived at, else the only one there."""
    flat = re.sub(r"[ \t]+", " ", fold(text))
    candidates: list[tuple[int, re.Match[str]]] = []
    for pattern in (_SIMPLE, _SHORT):
        for match in pattern.finditer(flat):
            before = flat[max(0, match.start() - 70) : match.start()]
            if _NOT_HOME.search(match.group()) or _is_elsewhere(before):
                continue
            has_postcode = bool(_FULL_POSTCODE.search(match.group()))
            cue = 3 if _CUE.search(before) else (2 if _OF.search(before) else 0)
            if cue or has_postcode:
                least = _WRITERS_RANK if _WRITERS_OWN.search(before) else 0
                candidates.append((least + cue * 2 + has_postcode, match))
    if not candidates:
        return None
    best = squeeze(max(candidates, key=lambda found: found[0])[1].group()).strip(" ,.")
    return best, best


def _is_elsewhere(before: str) -> bool:
    """Whether the words before make it somebody's old address, or a place of work or of an incident."""
    return bool(
        re.search(
            r"\b(?:previous(?:ly)?|former(?:ly)?|old|moved from|used to live|work(?:s|ing)?|occurred"
            r"|incident|stopped|arrested) (?:\w+ ){0,3}$|(?:station|hospital|school|office"
            r"|surgery)\W+(?:\w+\W+){0,2}$",
            before,
            re.I,
        )
    )
