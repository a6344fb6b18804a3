"""Weighs what phrases found against how grave the text reads as a whole, and adds what no phrase holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from screening.suggesting.book import Book
from screening.suggesting.findings import Found, Read
from screening.suggesting.likeness import LEVELS, Unit, nearest, step_of, telling
from screening.suggesting.suggestions import SetAside, Words
from screening.suggesting.words import Sentence

# Words in a sentence that scores so high are taken at their word, whatever the rest of the text is like.
GRAVE_ALONE = 1.5
# Of a text's units those are shown that come this near to the highest.
_AS_GRAVE = 0.8
_MOST_SHOWN = 3
_LESS_GRAVE = "The text as a whole reads as less grave."


def weigh(read: Read, text: str, book: Book) -> None:
    """Set aside what is graver than the text reads, and add the signs that it is like at its own step."""
    step = step_of([unit for _, unit in read.units], _told(read, book))
    _set_aside_graver(read, read.signs, step, book.step_of, lambda id: book.signs[id].text)
    _set_aside_graver(
        read, read.indicators, step, book.step_of_indicator, lambda id: book.thresholds.indicators[id].text
    )
    if _told(read, book) < step:
        _add(read, step, text, book)


def _told(read: Read, book: Book) -> int:
    """How grave the gravest is that phrases found; 1 where they found nothing."""
    found = [book.step_of(id) for id, shown in read.signs.items() if shown]
    found += [book.step_of_indicator(id) for id, shown in read.indicators.items() if shown]
    return max(found, default=1)


def _set_aside_graver(
    read: Read,
    shown: dict[str, list[Found]],
    step: int,
    step_of_one: Callable[[str], int],
    text_of: Callable[[str], str],
) -> None:
    for id, found in shown.items():
        graver = step_of_one(id)
        if graver <= step or not found:
            continue
        kept = [one for one in found if _stands(one, graver, read)]
        if not kept:
            read.set_aside.append(SetAside(id, text_of(id), found[0].words, _LESS_GRAVE))
        shown[id] = kept


def _stands(found: Found, step: int, read: Read) -> bool:
    """Whether the words are taken at their word, because they are plain or their own sentence is grave."""
    if found.is_plain:
        return True
    return step in LEVELS and any(
        unit.scores[step] >= GRAVE_ALONE for sentence, unit in read.units if sentence.number == found.sentence
    )


def _add(read: Read, step: int, text: str, book: Book) -> None:
    """The signs of the step that the gravest units are most like."""
    gravest = sorted(read.units, key=lambda one: -one[1].scores[step])
    highest = gravest[0][1].scores[step]
    taken: set[int] = set()
    for sentence, unit in gravest:
        if unit.scores[step] < highest - _AS_GRAVE or len(taken) == _MOST_SHOWN:
            return
        if sentence.number in taken:
            continue
        id = nearest(unit, book.at_step.get(step, frozenset()))
        if id is not None:
            read.signs[id].append(Found(_words(sentence, unit, step, text), sentence.number))
            taken.add(sentence.number)


def _words(sentence: Sentence, unit: Unit, step: int, text: str) -> Words:
    """The telling words, from the first of them to the last."""
    places: Iterable[int] = telling(unit, step) or (unit.first, unit.last - 1)
    start, end = sentence.words[min(places)].start, sentence.words[max(places)].end
    return Words(text[start:end], start, end)
