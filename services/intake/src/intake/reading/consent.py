"""How the family was told and whether it agreed: separate facts in the sender's words, given as one of eight values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from intake.reading.blocks import fold, squeeze
from intake.reading.fields import Field, Item, Prose
from intake.reading.ticks import options

_FAMILY = r"(?:parents?|carers?|famil(?:y|ies)|mother|mum|father|dad|guardian|patient|occupiers?|individual|child|young person|yp|pupil|client|subject|they|both|applicant|person|service user|he|she|nan|grandmother|household|tenant|nok|next of kin)"
_REFERRAL = r"(?:referral|report|notification|notice|contact|concern|concerns|form|merlin|pac|mash|information|children'?s (?:services|social care)|social (?:care|services)|safeguarding|checks)"
_ABOUT_TOLD = re.compile(
    rf"\b{_FAMILY}\b.{{0,50}}\b(?:aware|informed|told|know|knows|knowledge|notified|advised|discussed|spoken)\b|\b(?:discussed|shared|spoken) with\b.{{0,30}}\b{_FAMILY}|\b(?:aware|informed|knowledge)\b.{{0,40}}\b(?:of|about) (?:this|the) {_REFERRAL}|\binformed (?:parents?|family|carers?)|aware of referral|^\W*(?:informed|aware)\W*$",
    re.I,
)
_ABOUT_AGREED = re.compile(r"\b(?:consent\w*|agree\w*|agreement|permission|happy (?:for|with))\b", re.I)
_ABOUT_WHY = re.compile(
    r"^\W*(?:if (?:no|not)|why|reason|rationale|please (?:explain|give|state)|details|explanation|comments)\b|\b(?:reason|why) (?:.{0,30})?\b(?:not|no)\b|why not|\breasons? (?:for|why)\b.{0,40}\b(?:consent|informing|told|aware)",
    re.I,
)
_YES = re.compile(
    r"^\W*(?:yes|y|given|obtained|gained|granted|agreed|verbal|written|true|aware|informed|both|signed|full|implied)\b|^\W*[\u2713\u2714\u2612]\W*$",
    re.I,
)
_NO = re.compile(
    r"^\W*(?:no|n|not|none|false|unable|without|declined|refused|withheld|dispensed|overrid\w*)\b", re.I
)

_RISK = re.compile(
    r"(?:at|increas\w*|rais\w*|further|greater|more|significant|higher|additional|potential|immediate) (?:\w+ ){0,3}?(?:risk|harm|danger)|\brisk (?:to|of|that|if|for)\b|risk(?:s|ed)? (?:her|him|them|the child)|danger(?:ous)?\b|unsafe|not safe|safety|repercussions?|reprisals?|retaliat\w*|prejudice|jeopardi[sz]e|compromis\w+|tip(?:ping)? (?:\w+ )?off|flee\w*|abscond\w*|escalat\w*|frighten\w*|afraid|scared|fear\w*|what (?:he|she|they) (?:would|might|will) do|would (?:hurt|harm|beat)|destroy evidence|safeguard the child|place (?:her|him|them|the child)|advice (?:from|of) (?:the )?police|police (?:have )?(?:advised|asked|requested)|crime|investigation|forced marriage|honour|don'?t want (?:them|him|her) to know|take it out on|if (?:he|she|they) (?:finds?|found|knows?|knew)",
    re.I,
)
_UNABLE = re.compile(
    r"(?:not|un|n'?t|never|cannot be|could not be|no) ?(?:been )?(?:able to |possible to |managed to )?(?:contact\w*|reach\w*|get hold|got hold|spoken to|speak|speak to|locat\w*|trace\w*|available|present|on scene|answer\w*|seen)|unable to (?:\w+ )?(?:contact|speak|reach|locate|get|obtain|gain|seek)|uncontactable|not contactable|no (?:answer|reply|response|contact details|telephone|phone number|contact number)|could(?: not|n'?t) (?:\w+ )?(?:get|contact|reach|speak|be contacted|obtain|be reached)|did(?: not|n'?t) (?:answer|pick up|respond)|not present|unconscious|lacks? capacity|voicemail|too (?:unwell|intoxicated|drunk)|not at home|(?:phone|mobile) (?:is |was )?(?:switched )?off",
    re.I,
)
_REFUSED = re.compile(r"\b(?:refus\w+|declin\w+|withh[eo]ld\w*|withdr[ae]w\w*|withdrawn)\b", re.I)
_DISAGREED = re.compile(
    r"\b(?:(?:do|does|did|would|will|has|have|had)(?: not|n'?t) (?:\w+ ){0,2}?(?:agree|consent|want|give|accept|support|wish)\w*|disagree\w*|not (?:in agreement|happy|agreed|agreeing|consented|consenting|agree|given)|unhappy|against (?:the|this|a|any) referral|object(?:s|ed|ing)?\b|opposed|oppos\w+|not consent\w*|angry|upset (?:about|with|by)|won'?t (?:agree|consent))",
    re.I,
)
_AGREED = re.compile(
    rf"\b(?:(?:has |have |had |fully |verbally |who |they |she |he |parents? |mum |mother |dad |father |both |family |i |also |and |gives?|gave|given|with (?:her|his|their)|full|verbal|written|informed|parental|obtained|gained|sought and (?:given|gained)|signed)\s?(?:\w+ ){{0,3}}?(?:consent(?:ed|s|ing)?|permission)|consent(?:ed)? (?:was |has been |is |have been )?(?:\w+ )?(?:given|obtained|gained|granted|provided|received|in place|to (?:this|the|me|a|sharing|share|being|us|information|early))|"
    rf"(?:agreed?|agrees|agreeing|agreement|happy|content|accept(?:ed|s)?|willing|supportive|in agreement|gave (?:her|his|their) agreement|okay|ok|fine)\b (?:\w+ ){{0,6}}?(?:referral|referred|share\w*|sharing|shared|refer\b|it\b|support|help|contact(?:ed|ing)?|passed|this|MASH|children'?s (?:services|social care)|social (?:care|services|worker)|early help|telling|information)|(?:both|all|they|parents|she|he|mum|mother|dad|father|family) (?:\w+ ){{0,8}}?and (?:fully )?(?:agree|agrees|agreed|consent|consents|consented|accepted|is happy|are happy)\b|in agreement (?:with|to|for)|signed (?:the|a|our) consent)",
    re.I,
)
_TOLD = re.compile(
    rf"\b(?:(?:was|were|is|are|been|being|has|have|i|we|and|not|also|made|both|officers|crew|staff)\s+(?:\w+ly )?(?:fully )?(?:made )?(?:aware|informed|told|advised|notified|spoken to|discussed|explained)\b|(?:informed|told|advised|notified) (?:the |her |his |both |{_FAMILY})|know(?:s)? (?:about|that|of|we|i)\b|discussed (?:this|the|it|my|our|with)|spoke (?:to|with)|made aware|aware (?:of|that|and)|mother informed|father informed|parents informed|mum informed|mum aware|mother aware|parents aware|family aware|pt aware|patient aware|informed of (?:this|the|our|referral))",
    re.I,
)
_NOT_TOLD = re.compile(
    rf"\b(?:not|n'?t|never|without|un|nor|neither|no one has|nobody has)\b ?(?:\w+ ){{0,4}}?(?:aware|informed|told|tell|telling|know|knows|advised|notified|discuss\w*|spoken|inform\w*|ask\w*|sought|shared with|consulted|knowing|made aware)\b|unaware (?:of|that)|without (?:\w+ ){{0,3}}(?:knowledge|consent|knowing|informing|telling)|consent (?:was |has |is |have )?(?:not|n'?t) (?:been )?(?:\w+ )?(?:sought|obtained|requested|asked|gained|given|possible|appropriate|discussed)|(?:not|n'?t) (?:\w+ )?(?:sought|seeking|seek|obtained|asked for|gained|requested) (?:\w+ )?consent|dispens\w+ with|do(?:n'?t| not) want (?:them|him|her|the family|anyone) to know|consent (?:not |un)(?:sought|obtained)|no consent|please (?:do not|don'?t) (?:tell|inform|contact)",
    re.I,
)
_SUBJECT_MATTER = re.compile(
    rf"\b(?:{_REFERRAL}|consent\w*|refer(?:red|ring)?|sharing|share[ds]?|told|tell|writing|involve[dm]\w*|contacting|calling|emailing|transfer|allegation|this|you)\b",
    re.I,
)
_RIGHTS_ONLY = re.compile(
    r"\b(?:told|informed|advised|said to|telling) (?:officers?|police|crew|staff|me|us|school|her teacher|his teacher|a teacher|her class|the (?:crew|officer|teacher|school|nurse|doctor|midwife)|our (?:clinician|nurse|staff)|my|another)\b",
    re.I,
)
_NOT_THIS = re.compile(
    r"\b(?:not consent\w* to (?:sex|search|examination|treatment|vaccin\w*|surgery)|consent(?:ed)? to (?:sex|the search|examination|treatment)|age of consent|consensual)\b",
    re.I,
)


_IMPLICIT = re.compile(
    rf"\b{_FAMILY}\b[^.]{{0,40}}\b(?:informed|aware|consulted|told|spoken to|notified)\b(?!\s+(?:\w+\s+)?(?:that (?:he|she|the child|they)|officers?|police|crew|me\b|us\b|her|him|staff|school|them))(?:\s*(?:$|[.,;]|as\b|because|due|since|for|by|at|of (?:this|the|our)))",
    re.I,
)


@dataclass
class Consent:
    """`told` and `agreed` are None where nothing is said; `why` is risk or unable."""

    told: bool | None = None
    agreed: bool | None = None
    refused: bool = False
    sought: bool | None = None
    why: str | None = None
    words: list[str] = field(default_factory=list)
    conflict: bool = False

    @property
    def value(self) -> str:
        """The one of eight values that the facts come to."""
        if self.agreed:
            return "given"
        if self.refused or self.agreed is False:
            if self.told:
                return (
                    "informed_not_agreed"
                    if not self.refused or self.sought is not True
                    else "informed_not_agreed"
                )
            if self.refused:
                return "refused"
            return self._not_sought()
        if self.told:
            return "informed"
        return self._not_sought() if self.told is False or self.sought is False else "not_stated"

    @property
    def evidence(self) -> str:
        return self.words[0] if self.words and self.value != "not_stated" else ""

    def _not_sought(self) -> str:
        return {"risk": "not_sought_risk", "unable": "not_sought_unable"}.get(self.why or "", "not_sought")

    def say(self, fact: str, answer: bool, words: str) -> None:
        known = getattr(self, fact)
        if known is not None and known != answer:
            self.conflict = fact == "agreed"
            answer = known if fact == "told" else False
        setattr(self, fact, answer)
        self.words.append(squeeze(words))


def find_consent(items: Iterable[Item]) -> Consent:
    """Reads the boxes that ask, then the sentences that tell."""
    consent = Consent()
    sentences: list[str] = []
    held: list[str] = []
    for item in items:
        if isinstance(item, Field) and item.label.fact in {None, "narrative", "other"}:
            sentences.extend(_sentences("\n".join(held)))
            held = []
            if not _from_field(item, consent):
                sentences.extend(_sentences(item.value))
        elif isinstance(item, Prose):
            held.append(item.text)
    sentences.extend(_sentences("\n".join(held)))
    for index, sentence in enumerate(sentences):
        _from_sentence(sentence, sentences[index + 1] if index + 1 < len(sentences) else "", consent)
    return consent


def _sentences(text: str) -> list[str]:
    whole = re.sub(r"(?<=[^\n.:;!?])\n(?=[^\n])", " ", text)
    return [piece.strip() for piece in re.split(r"(?<=[.!?;])\s+|\n+", whole) if piece.strip()]


def _from_field(item: Field, consent: Consent) -> bool:
    """A box that asks about telling or agreement; False when it is about something else."""
    label, answer = fold(item.label.text), fold(item.value)
    about_agreed, about_told = bool(_ABOUT_AGREED.search(label)), bool(_ABOUT_TOLD.search(label))
    if _ABOUT_WHY.search(label) and (
        consent.told is False or consent.agreed is False or about_agreed or about_told
    ):
        _why(answer, consent, item.words)
        return True
    if not (about_agreed or about_told) or len(label) > 140:
        return False
    chosen = options(answer)
    if chosen:
        ticked = [text for text, is_ticked in chosen if is_ticked]
        if not ticked:
            return True
        answer = " ".join(ticked)
    if _YES.match(answer) and not re.match(r"\W*(?:verbal|written)\W+(?:no|refus|declin)", answer, re.I):
        consent.say("agreed" if about_agreed else "told", True, item.words)
    elif _NO.match(answer):
        _denied(answer, consent, item, about_agreed)
    else:
        _from_sentence(answer, "", consent, is_answer=True, label=label)
        return True
    if about_agreed and about_told and _YES.match(answer):
        consent.told = True
    rest = re.sub(r"^\W*(?:yes|no|y|n)\b[\s,.:;\-]*", "", answer, flags=re.I)
    if len(rest.split()) > 2:
        _rest(rest, consent, item.words)
    return True


def _denied(answer: str, consent: Consent, item: Field, about_agreed: bool) -> None:
    if _REFUSED.search(answer):
        consent.refused = True
    if re.search(r"\bnot (?:sought|asked|requested|obtained)|unable|dispens|overrid", answer, re.I):
        consent.sought = False
        consent.words.append(item.words)
        if about_agreed:
            _why(answer, consent, item.words)
            return
    consent.say("agreed" if about_agreed else "told", False, item.words)


def _rest(rest: str, consent: Consent, words: str) -> None:
    """What was written after a yes or a no."""
    if consent.told is False or consent.agreed is False:
        _why(rest, consent, words)
    if _DISAGREED.search(rest) or _REFUSED.search(rest):
        consent.refused = consent.refused or bool(_REFUSED.search(rest))
        consent.agreed = False
    elif _AGREED.search(rest) and not _NO.match(rest):
        consent.agreed = True if consent.agreed is None else consent.agreed
    if consent.agreed is False and consent.told is None and _TOLD.search(rest) and not _NOT_TOLD.search(rest):
        consent.told = True


def _why(text: str, consent: Consent, words: str) -> None:
    if _UNABLE.search(text):
        consent.why = consent.why or "unable"
    elif _RISK.search(text):
        consent.why = consent.why or "risk"
    if _REFUSED.search(text):
        consent.refused = True
        consent.agreed = False
    elif _DISAGREED.search(text) and consent.agreed is False:
        consent.told = True if consent.told is None else consent.told
    consent.words.append(squeeze(words))


def _from_sentence(
    sentence: str, following: str, consent: Consent, *, is_answer: bool = False, label: str = ""
) -> None:
    text = fold(sentence)
    if not is_answer and (not _SUBJECT_MATTER.search(text) or _NOT_THIS.search(text)):
        return
    own_no, told = _NOT_TOLD.search(text), _TOLD.search(text)
    is_about = is_answer or _is_about_referral(text)
    agreed, disagreed, refused = _AGREED.search(text), _DISAGREED.search(text), _REFUSED.search(text)
    consents = bool(
        re.search(
            r"\b(?:consent\w*|agree\w*|permission|referral|refer\b|shar(?:e|ed|ing)|children'?s (?:services|social care)|social (?:care|services)|report)\b",
            text,
            re.I,
        )
    )
    if refused and (
        re.search(r"\b(?:consent\w*|permission|referral|shar(?:e|ing))\b", text, re.I) or is_answer
    ):
        consent.refused = True
        consent.say("agreed", False, sentence)
        if told and not own_no:
            consent.told = True
        return
    if own_no and is_about:
        consent.say("told", False, sentence) if not re.search(
            r"\bconsent\b", own_no.group(), re.I
        ) else _unsought(consent, sentence)
        reasons = text if _UNABLE.search(text) or _RISK.search(text) else f"{text} {fold(following)}"
        _why(reasons, consent, sentence)
        return
    if _UNABLE.search(text) and re.search(
        r"\b(?:consent|inform|aware|told|tell|referral|discuss)\b", text, re.I
    ):
        consent.why = consent.why or "unable"
        if consent.told is None:
            consent.say("told", False, sentence)
        return
    if disagreed and consents and is_about:
        consent.say("agreed", False, sentence)
        if told or re.search(r"\b(?:unhappy|angry|object|disagree|against)", text, re.I):
            consent.told = True
        return
    if agreed and is_about:
        consent.say("agreed", True, sentence)
        return
    if told and is_about and (is_answer or not _RIGHTS_ONLY.search(text)):
        consent.say("told", True, sentence)


def _unsought(consent: Consent, sentence: str) -> None:
    consent.sought = False
    consent.words.append(squeeze(sentence))


def _is_about_referral(text: str) -> bool:
    """Whether a sentence speaks of this referral or of sharing, rather than of the events."""
    return bool(
        _IMPLICIT.search(text)
        or re.search(
            rf"\b(?:this|the|a|our|my|of|for|to|about|me|am|was|were|be|that)\s+(?:\w+ ){{0,3}}?(?:{_REFERRAL}|refer(?:red|ring)?\b|transfer|shar(?:ed|e|ing)\b)|\bconsent\w*\b|\bshar(?:ed|e|ing)\b|\bi am writing|\bwe are (?:telling|referring|involved)|\btell(?:ing)? you|\breferral\b|\bagree\w* (?:to|for|with|we)|\bme to (?:refer|contact|make)|both know|to know (?:it was|i|that i|about)|of (?:this|the) report|\binformed of the allegation|\bknow (?:that )?(?:we|i)\b",
            text,
            re.I,
        )
    )
