"""How the family was told and whether it agreed: two facts in the sender's words, as one of eight values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from intake.reading.blocks import fold, squeeze
from intake.reading.items import Field, Item, Prose
from intake.reading.phrases import any_of, table
from intake.reading.ticks import options

_WORDS: dict[str, list[str]] = table("consent")
_LISTS = {
    "{parent}": "|".join(_WORDS["parent"]),
    "{family}": "|".join(_WORDS["family"]),
    "{referral}": "|".join(_WORDS["referral"]),
    "{plainly}": "|".join(_WORDS["plainly"]),
    "{aux}": f"(?:{'|'.join(_WORDS['aux'])})",
}


def _pattern(name: str) -> re.Pattern[str]:
    joined = "|".join(_WORDS[name])
    for place, names in _LISTS.items():
        joined = joined.replace(place, names)
    return any_of([joined])


_ASKS_TOLD, _ASKS_AGREED, _ASKS_WHY = _pattern("asks_told"), _pattern("asks_agreed"), _pattern("asks_why")
_YES, _NO = _pattern("says_yes"), _pattern("says_no")
_ABOUT, _NOT_ABOUT, _OWN_TELLING = _pattern("about"), _pattern("not_about"), _pattern("own_telling")
_TOLD, _NOT_TOLD, _NOT_SOUGHT = _pattern("told"), _pattern("not_told"), _pattern("not_sought")
_AGREED, _DISAGREED, _REFUSED = _pattern("agreed"), _pattern("disagreed"), _pattern("refused")
_SAYS_AGREED, _SAYS_DISAGREED = _pattern("answers_agreed"), _pattern("answers_disagreed")
_BARE_ANSWER = _pattern("bare_answer")
_UNABLE, _RISK = _pattern("unable"), _pattern("risk")
_OF_CONSENT = re.compile(
    r"\b(?:consent\w*|permission|referral|shar(?:e|ing|ed)|agree\w*|refer\b|children'?s services"
    r"|social care|involvement|support|report\w*|involve\w*|contact\w*)\b",
    re.I,
)
_OF_TELLING = re.compile(
    r"\b(?:consent\w*|inform\w*|aware|told|tell|referral|discuss\w*|know|notify|parents)\b", re.I
)
_REASON_FOLLOWS = re.compile(
    r"^\W*(?:this is |that is )?(?:because|due to|as\b|since|for fear|reason)"
    r"|^\W*(?:i|we) (?:felt|feel|believed?|thought|think|(?:was|were|am|are) (?:concerned|worried))\b"
    r"|^\W*(?:this|doing so|it) (?:would|could|may|might)\b",
    re.I,
)
_REASON_BEFORE = re.compile(r"\bif (?:\w+ ){1,3}(?:know|knew|finds?|found|hears?|heard)\b", re.I)
_CLAUSE = re.compile(r"\s*(?:;|,\s+yet\b|,?\s+\b(?:but|however|although|though|whereas|while)\b)\s*", re.I)
_ANSWER_HEAD = re.compile(r"^\W*(?:yes|no|y|n)\b[\s,.:;\-]*", re.I)
_TELLS = re.compile(
    (
        r"\W*(?:(?:is|are|was|were|has|have|had|do|does|did|know|knows|aware|not|informed|told|both|all"
        r"|consent\w*|agree\w*|happy)\b)"
    ),
    re.I,
)
_LONGEST_LABEL = 150


@dataclass
class Consent:
    """`told` and `agreed` are None where nothing is said; `why` is risk or unable."""

    told: bool | None = None
    agreed: bool | None = None
    refused: bool = False
    why: str | None = None
    conflict: bool = False
    unsought: bool = False
    words: list[str] = field(default_factory=list)

    @property
    def value(self) -> str:
        """The one of eight values that the facts come to."""
        if self.agreed:
            return "given"
        if self.told and (self.refused or self.agreed is False):
            return "informed_not_agreed"
        if self.refused:
            return "refused"
        if self.told:
            return "informed"
        if self.told is False or self.agreed is False or self.unsought:
            return {"risk": "not_sought_risk", "unable": "not_sought_unable"}.get(
                self.why or "", "not_sought"
            )
        return "not_stated"

    @property
    def evidence(self) -> str:
        return self.words[0] if self.words and self.value != "not_stated" else ""

    def was_told(self, answer: bool, words: str) -> None:
        """The first word on telling stands: one parent told and another not is a family that knows."""
        self.told = answer if self.told is None else self.told
        self.words.append(squeeze(words))

    def was_agreed(self, answer: bool, words: str) -> None:
        """Agreement and its denial in one message are a conflict, and the denial stands."""
        self.conflict = self.conflict or (self.agreed is not None and self.agreed != answer)
        self.agreed = answer if self.agreed is None else self.agreed and answer
        self.words.append(squeeze(words))

    def give_reason(self, text: str) -> None:
        if self.why is None and _UNABLE.search(text):
            self.why = "unable"
        elif self.why is None and _RISK.search(text):
            self.why = "risk"


def find_consent(items: Iterable[Item]) -> Consent:
    """Reads the boxes that ask, then the sentences that tell."""
    consent = Consent()
    sentences: list[str] = []
    for item in items:
        if isinstance(item, Field) and item.label.fact in {None, "narrative", "other", "place"}:
            if not _from_box(item, consent):
                sentences.extend(_sentences(item.value))
        elif (
            isinstance(item, Field)
            and item.label.owner in {"adult", "child", "subject"}
            and _TELLS.match(item.value)
        ):
            sentences.append(f"{item.label.text} {item.value}")
        elif isinstance(item, Prose):
            sentences.extend(_sentences(item.text))
    for index, sentence in enumerate(sentences):
        before = sentences[index - 1] if index else ""
        after = sentences[index + 1] if index + 1 < len(sentences) else ""
        _from_sentence(fold(sentence), fold(before), fold(after), consent)
        if consent.told and consent.agreed is None and _BARE_ANSWER.match(fold(after)):
            _take_clause(fold(after), "", consent, after, is_answer=True)
    return consent


def _sentences(text: str) -> list[str]:
    return [piece.strip() for piece in re.split(r"(?<=[.!?])\s+|\n+", text) if piece.strip()]


# Boxes


def _from_box(item: Field, consent: Consent) -> bool:
    """A box that asks about telling or agreement; False when it asks about something else."""
    label, answer = fold(item.label.text), fold(item.value)
    about_agreed, about_told = bool(_ASKS_AGREED.search(label)), bool(_ASKS_TOLD.search(label))
    if _ASKS_WHY.search(label) and (
        about_agreed or about_told or consent.told is False or consent.agreed is False
    ):
        _take_reason(answer, consent, item.words)
        return True
    if not (about_agreed or about_told) or len(label) > _LONGEST_LABEL:
        return False
    chosen = options(answer)
    if chosen:
        answer = " ".join(text for text, is_ticked in chosen if is_ticked)
    if answer:
        _take_answer(answer, consent, item.words, about_agreed=about_agreed)
        if about_agreed and about_told and consent.agreed:
            consent.told = True
    return True


def _take_answer(answer: str, consent: Consent, words: str, *, about_agreed: bool) -> None:
    record = consent.was_agreed if about_agreed else consent.was_told
    if _YES.match(answer) and not (about_agreed and _REFUSED.search(answer)):
        record(True, words)
    elif _NO.match(answer):
        _take_denial(answer, consent, words, about_agreed=about_agreed)
    else:
        _take_clause(answer, "", consent, words, is_answer=True)
        return
    rest = _ANSWER_HEAD.sub("", answer)
    if rest != answer and len(rest.split()) > 1:
        _take_remark(rest, consent, words)


def _take_denial(answer: str, consent: Consent, words: str, *, about_agreed: bool) -> None:
    """A no: refused when it says so; not asked when nobody asked, or could; otherwise simply no."""
    consent.refused = consent.refused or bool(_REFUSED.search(answer))
    if about_agreed and re.search(
        r"\bnot (?:yet )?(?:sought|asked|requested|obtained)|unable|dispens|overrid", answer, re.I
    ):
        consent.unsought = True
        consent.words.append(squeeze(words))
        consent.give_reason(answer)
    elif about_agreed:
        consent.was_agreed(False, words)
        consent.give_reason(answer)
    else:
        consent.was_told(False, words)
        consent.give_reason(answer)


def _take_remark(rest: str, consent: Consent, words: str) -> None:
    """What was written after a yes or a no."""
    if consent.told is False or consent.agreed is False:
        consent.give_reason(rest)
    if _REFUSED.search(rest) and _OF_CONSENT.search(rest + " consent"):
        consent.refused = True
        consent.was_agreed(False, words)
    elif _DISAGREED.search(rest) or _SAYS_DISAGREED.search(rest):
        consent.was_agreed(False, words)
    elif consent.agreed is None and (_AGREED.search(rest) or _SAYS_AGREED.search(rest)):
        consent.was_agreed(True, words)
    if consent.agreed is False and consent.told is None and _TOLD.search(rest) and not _NOT_TOLD.search(rest):
        consent.told = True


def _take_reason(text: str, consent: Consent, words: str) -> None:
    consent.give_reason(text)
    consent.words.append(squeeze(words))
    if _REFUSED.search(text):
        consent.refused = True
    if (
        consent.agreed is False
        and (_DISAGREED.search(text) or _TOLD.search(text))
        and not _NOT_TOLD.search(text)
    ):
        consent.told = True if consent.told is None else consent.told


# Sentences


def _from_sentence(sentence: str, before: str, after: str, consent: Consent) -> None:
    if not _ABOUT.search(sentence) or _NOT_ABOUT.search(sentence):
        return
    clauses = [clause for clause in _CLAUSE.split(sentence) if clause]
    reason = after if _REASON_FOLLOWS.match(after) else before if _REASON_BEFORE.search(before) else ""
    for clause in clauses:
        _take_clause(
            clause,
            f"{sentence} {reason}" if len(clauses) > 1 or reason else "",
            consent,
            sentence,
            is_answer=False,
        )


def _take_clause(text: str, around: str, consent: Consent, words: str, *, is_answer: bool) -> None:
    """One clause says at most one thing; the plainest denial is looked for first."""
    if _NOT_SOUGHT.search(text):
        consent.unsought = True
        consent.words.append(squeeze(words))
        consent.give_reason(f"{text} {around}")
    elif _NOT_TOLD.search(text):
        consent.was_told(False, words)
        consent.give_reason(f"{text} {around}")
    elif _UNABLE.search(text) and (_OF_TELLING.search(text) or _OF_TELLING.search(around)):
        consent.was_told(False, words)
        consent.why = consent.why or "unable"
    elif _REFUSED.search(text) and (is_answer or _OF_CONSENT.search(text)):
        _take_refusal(text, consent, words)
    elif (_DISAGREED.search(text) or (is_answer and _SAYS_DISAGREED.search(text))) and (
        is_answer or _OF_CONSENT.search(text) or _OF_CONSENT.search(around)
    ):
        consent.was_agreed(False, words)
        if _TOLD.search(text) or re.search(
            r"\b(?:unhappy|angry|(?<!not )object|disagree|against|upset|asked|begged"
            r"|(?:do|does|did)(?: not|n't) (?:want|agree|support))",
            text,
            re.I,
        ):
            consent.told = True
    elif _AGREED.search(text) or (is_answer and _SAYS_AGREED.search(text)):
        consent.was_agreed(True, words)
    elif _TOLD.search(text) and (is_answer or not _OWN_TELLING.search(text)):
        consent.was_told(True, words)


def _take_refusal(text: str, consent: Consent, words: str) -> None:
    consent.refused = True
    consent.was_agreed(False, words)
    if _TOLD.search(text):
        consent.told = True
