"""Decides of each phrase found in a text whether it is a sign, and of what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from mash.partnerships.signs import Sign

from screening.suggesting.book import CUE, INDICATOR, SIGN, UNLESS, Book
from screening.suggesting.context import Cues, is_denied, is_supposed, past_words
from screening.suggesting.likeness import Unit, units
from screening.suggesting.matching import Match
from screening.suggesting.people import Mentions, about_whom, kinds_in, mark_people
from screening.suggesting.suggestions import SetAside, Words
from screening.suggesting.words import Sentence, sentences

_GROWN = frozenset({"parent", "partner", "adult", "relative"})
# A sign of this usual level is grave, and asks for more than words that happen to stand in one sentence.
_GRAVE = 3
_MOST_BETWEEN = 2
# So many words together, as a phrase has them, say plainly what they say.
_PLAIN_FROM = 3
# Sentences between words that make one sign together.
_NEARBY = 3
_CHILDREN = frozenset({"child", "sibling", "peer"})
_OTHERS = frozenset({"professional", "peer"})


@dataclass(frozen=True)
class Found:
    """Words that count, with the number of their sentence.

    ``is_loose``: much else stands between them, so that they may well belong to different things.
    ``is_plain``: they are some words, and nothing else stands between them.
    """

    words: Words
    sentence: int
    is_loose: bool = False
    is_plain: bool = False


@dataclass
class Read:
    """What a text holds: signs and indicators by id, each with its words, and what was set aside.

    ``units`` are its sentences and clauses, each scored for how grave it reads.
    """

    signs: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    indicators: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    set_aside: list[SetAside] = field(default_factory=list)
    units: list[tuple[Sentence, Unit]] = field(default_factory=list)


@dataclass(frozen=True)
class _Passage:
    text: str
    mentions: Mentions
    before: frozenset[str]
    cues: Cues
    unless: frozenset[str]
    general: str | None


def read_signs(text: str, book: Book) -> Read:
    """Every sign that the text's own words show."""
    cut = sentences(text, book.phrases.compounds)
    mentions = mark_people(text, cut)
    matched = [_by_owner(sentence, book) for sentence in cut]
    general = _general(cut, matched, mentions)
    read = Read()
    before: frozenset[str] = frozenset()
    for sentence, matches in zip(cut, matched, strict=True):
        talk = general.get(sentence.number)
        passage = _Passage(text, mentions, before, _cues(matches), _unless(matches), talk)
        for owner, found in matches.items():
            if owner.startswith(SIGN):
                _weigh_sign(owner.removeprefix(SIGN), found, passage, book, read)
            elif owner.startswith(INDICATOR):
                _weigh_indicator(owner.removeprefix(INDICATOR), found, passage, book, read)
        read.units += [(sentence, unit) for unit in units(sentence)]
        before = kinds_in(sentence, mentions) or before
    return read


def _by_owner(sentence: Sentence, book: Book) -> dict[str, list[Match]]:
    matches: dict[str, list[Match]] = defaultdict(list)
    for match in book.phrases.find(sentence):
        matches[match.phrase.owner].append(match)
    return matches


def _general(
    cut: Sequence[Sentence], matched: Sequence[dict[str, list[Match]]], mentions: Mentions
) -> dict[int, str]:
    """The sentences that are about teaching, rules, fiction or records, with the words that tell it.

    A sentence next to one of them that speaks of no child goes with it.
    """
    told = {}
    for sentence, matches in zip(cut, matched, strict=True):
        cue = matches.get(CUE + "general")
        if cue and CUE + "not_general" not in matches:
            word = sentence.words[cue[0].first]
            told[sentence.number] = word.exact
    for sentence in cut:
        near = [told[number] for number in (sentence.number - 1, sentence.number + 1) if number in told]
        if near and sentence.number not in told and not kinds_in(sentence, mentions) & _CHILDREN:
            told[sentence.number] = near[0]
    return told


def _cues(matches: dict[str, list[Match]]) -> Cues:
    return Cues(
        {
            owner.removeprefix(CUE): [(match.first, match.last) for match in found]
            for owner, found in matches.items()
            if owner.startswith(CUE)
        }
    )


def _unless(matches: dict[str, list[Match]]) -> frozenset[str]:
    return frozenset(owner.removeprefix(UNLESS) for owner in matches if owner.startswith(UNLESS))


def _weigh_sign(id: str, found: Sequence[Match], passage: _Passage, book: Book, read: Read) -> None:
    if id in passage.unless:
        return
    sign = book.signs[id]
    refusals: list[SetAside] = []
    for match in found:
        words = _words(match, passage.text)
        why, instead = _refusal(sign, match, passage)
        if why is None:
            read.signs[instead or id].append(_found(match, words))
        else:
            refusals.append(SetAside(id, sign.text, words, why))
    if refusals and not read.signs.get(id):
        read.set_aside.append(refusals[0])


def _refusal(sign: Sign, match: Match, passage: _Passage) -> tuple[str | None, str | None]:
    """Why the words are no such sign, or None; and the sign that they are instead."""
    if passage.general:
        return f"General talk: \u201c{passage.general}\u201d.", None
    denied = is_denied(match, passage.cues)
    if denied:
        return f"Denied by \u201c{denied}\u201d.", None
    supposed = is_supposed(match, passage.cues)
    if supposed:
        return f"Only spoken of: \u201c{supposed}\u201d.", None
    past = None
    if not sign.keeps_past:
        past = past_words(match, passage.cues, weak=sign.about != "child" or sign.when_past is not None)
    if past:
        return (None, sign.when_past) if sign.when_past else (f"In the past: \u201c{past}\u201d.", None)
    return _of_somebody_else(sign, match, passage)


def _of_somebody_else(sign: Sign, match: Match, passage: _Passage) -> tuple[str | None, str | None]:
    if sign.about == "any" or _names(match, sign.about):
        return None, None
    kinds = about_whom(match.sentence, match.places, passage.mentions, passage.before)
    if sign.about == "child" and kinds and kinds <= _GROWN:
        return (None, sign.when_adult) if sign.when_adult else ("About a grown-up, not the child.", None)
    if sign.about == "child" and kinds and kinds <= _OTHERS:
        return "About another person, not the child.", None
    if sign.about == "parent" and kinds and kinds <= _CHILDREN:
        return (None, sign.when_child) if sign.when_child else ("About the child, not a parent.", None)
    return None, None


def _names(match: Match, about: str) -> bool:
    """Whether the phrase itself asks for the person that the sign is about."""
    asked = {key for group in match.phrase.groups for part in group for key in part.keys}
    return not _ASKED_FOR[about].isdisjoint(asked)


_ASKED_FOR = {
    "child": frozenset({"{child}", "{sibling}", "{baby}", "{girl}", "{boy}", "{young}", "=me", "=us", "=my"}),
    "parent": frozenset(
        {"{parent}", "{mother}", "{father}", "{partner}", "{grown}", "{relative}", "{victim}", "{offender}"}
    ),
}


def _weigh_indicator(id: str, found: Sequence[Match], passage: _Passage, book: Book, read: Read) -> None:
    about = book.thresholds.indicators[id].about
    sign = Sign(
        text=book.thresholds.indicators[id].text, usual_level=2, about=_ABOUT.get(about or "household", "any")
    )
    for match in found:
        words = _words(match, passage.text)
        why, _ = _refusal(sign, match, passage)
        if why is None:
            read.indicators[id].append(Found(words, match.sentence.number))
        else:
            read.set_aside.append(SetAside(id, sign.text, words, why))


_ABOUT: Mapping[str, Literal["child", "parent", "any"]] = {"child": "child", "parent": "parent"}


def _words(match: Match, text: str) -> Words:
    start = match.sentence.words[match.first].start
    end = match.sentence.words[match.last].end
    return Words(text[start:end], start, end)


def explain_away(read: Read, book: Book) -> None:
    """Take away the signs that another one close by explains."""
    for id, found in list(read.signs.items()):
        for explained in book.signs[id].explains:
            _explain(explained, id, found, book, read)


def drop_loose(read: Read, book: Book) -> None:
    """Take away grave signs that are only loosely told, unless another grave sign stands beside them."""
    grave = [
        (id, one.words)
        for id, found in read.signs.items()
        if book.signs[id].usual_level >= _GRAVE
        for one in found
    ]
    for id, found in read.signs.items():
        if book.signs[id].usual_level < _GRAVE:
            continue
        kept = [one for one in found if not one.is_loose or _stands_beside(id, one.words, grave)]
        if found and not kept:
            why = "The words stand far apart, and nothing grave is told beside them."
            read.set_aside.append(SetAside(id, book.signs[id].text, found[0].words, why))
        read.signs[id] = kept


def _stands_beside(id: str, words: Words, grave: Iterable[tuple[str, Words]]) -> bool:
    return any(
        other != id and (theirs.end <= words.start or theirs.start >= words.end) for other, theirs in grave
    )


def _found(match: Match, words: Words) -> Found:
    between = match.last - match.first + 1 - len(match.places)
    return Found(
        words,
        match.sentence.number,
        is_loose=between > _MOST_BETWEEN,
        is_plain=between == 0 and len(match.places) >= _PLAIN_FROM,
    )


def combine(read: Read, facts: Iterable[str], book: Book) -> None:
    """Add the signs that others make together."""
    true = frozenset(f"fact:{name}" for name in facts)
    added = True
    while added:
        added = False
        for id, sign in book.signs.items():
            if read.signs.get(id):
                continue
            for combination in sign.made_of:
                together = _together(combination, true, read)
                if together:
                    read.signs[id] = together
                    added = True
                    break


def _together(combination: Sequence[str], true: frozenset[str], read: Read) -> list[Found]:
    """What shows each part, where the parts that are words stand near each other."""
    told = [read.signs.get(part, []) for part in combination if part not in true]
    if not told or not all(told):
        return []
    for first in told[0]:
        near = [[one for one in found if abs(one.sentence - first.sentence) <= _NEARBY] for found in told]
        if all(near):
            return [found[0] for found in near]
    return []


def _explain(explained: str, by: str, found: Sequence[Found], book: Book, read: Read) -> None:
    near = {number for one in found for number in range(one.sentence - 1, one.sentence + 3)}
    kept = [one for one in read.signs.get(explained, ()) if one.sentence not in near]
    for one in read.signs.get(explained, ()):
        if one.sentence in near:
            why = f"Explained: {book.signs[by].text.lower()}."
            read.set_aside.append(SetAside(explained, book.signs[explained].text, one.words, why))
    if explained in read.signs:
        read.signs[explained] = kept
