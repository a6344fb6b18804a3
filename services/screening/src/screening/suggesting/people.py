"""Tells of whom a sentence speaks: the child, a parent, a sibling, somebody else, or the person who writes.

Pronouns and names are given the classes of the person they stand for, so that a phrase about {child} is
found in "she". Where nobody fits, it is the child: a contact is about a child.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mash.partnerships.lexicon import lexicon

from screening.suggesting.words import Sentence, Word

_SUBJECTS = {"he": "m", "she": "f", "they": None}
_OBJECTS = {"him": "m", "her": "f", "them": None, "himself": "m", "herself": "f", "themselves": None}
_OWNERS = {"his": "m", "her": "f", "their": None, "hers": "f"}
_WRITER = frozenset({"i", "me", "my", "myself", "mine"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "pc", "sgt", "dc", "ds", "sister", "cllr", "professor"})
_PLACE_BEFORE = frozenset({"in", "at", "from", "near", "off", "of", "via", "towards", "around"})
_AGE_AFTER = re.compile(
    r"^[,\s]*\(?\s*(?:aged?\s*)?(\d{1,2})(?!\s*(?:/|:|\d|am|pm|hrs|weeks?|months?|days?|wks?|x|%))"
)
_MY_ELDERS = re.compile(
    r"\bmy (?:real |own |step ?|foster |birth )?-?(?:mum|mam|dad|mother|father|mummy|daddy|parents|stepdad"
    r"|stepmum|nan|carers?|aunty?|uncle|brother|sister)\b"
)
_MY_CHARGES = re.compile(
    r"\bmy (?:\w+ )?(?:grandson|granddaughter|nephew|niece|pupil|client|patient|class|boy|girl|lad|caseload"
    r"|visit|colleague|tenant|supervisee|mentee|student)\b"
)
_MY_CHILDREN = re.compile(r"\bmy (?:\w+ )?(?:son|daughter|child|children|kids?|baby|little one)\b")
_GROWN_UP = 18
_CHILD_CLASSES = ("{child}", "{anyone}")
_ADULT_CLASSES = ("{adult}", "{grown}", "{anyone}")


@dataclass(slots=True)
class Person:
    """Somebody spoken of. ``keys`` are the classes that a phrase may ask for."""

    kind: str
    sex: str | None
    keys: tuple[str, ...]


Mentions = dict[tuple[int, int], Person]


def mark_people(text: str, sentences: Sequence[Sentence]) -> Mentions:
    """Who is mentioned at each sentence and place. Adds the classes to the words of pronouns and names."""
    return _Reading(text, sentences).read()


class _Reading:
    def __init__(self, text: str, sentences: Sequence[Sentence]) -> None:
        self.text = text
        self.sentences = sentences
        self.mentions: Mentions = {}
        self.named: dict[str, Person] = {}
        self.before: list[Person] = []
        self.here: list[Person] = []
        self.writer = self._writer()

    def read(self) -> Mentions:
        self._learn_names()
        for sentence in self.sentences:
            self.here = []
            told_to = 0
            for place in range(len(sentence.words)):
                if place < told_to:
                    continue
                length, person = self._joined(sentence, place) or (1, self._at(sentence, place))
                told_to = place + length
                if person:
                    for at in range(place, told_to):
                        self.mentions[sentence.number, at] = person
            if self.here:
                self.before = self.here
        return self.mentions

    def _writer(self) -> Person:
        low = self.text.lower()
        if _MY_ELDERS.search(low) and not _MY_CHARGES.search(low) and not _MY_CHILDREN.search(low):
            return Person("child", None, _CHILD_CLASSES)
        if _MY_CHILDREN.search(low):
            return Person("parent", None, ("{parent}", "{grown}", "{anyone}"))
        return Person("professional", None, ())

    def _learn_names(self) -> None:
        """Names, with the kind of person that an age, a title or the word before them tells."""
        for sentence in self.sentences:
            for place, word in enumerate(sentence.words):
                if not self._is_name(sentence, place):
                    continue
                before = sentence.words[place - 1] if place else None
                person = self._named(word, before)
                known = self.named.get(word.exact)
                if known is None or (known.kind == "child" and person.kind != "child"):
                    self.named[word.exact] = person

    def _is_name(self, sentence: Sentence, place: int) -> bool:
        word = sentence.words[place]
        written = word.written
        if not (len(written) > 1 and written[0].isupper() and not written.isupper()):
            return False
        if any(key.startswith("{") for key in word.keys) or word.exact in lexicon().not_names:
            return False
        before = sentence.words[place - 1].exact if place else ""
        if before in _PLACE_BEFORE:
            return False
        if place:
            return True
        after = sentence.words[place + 1].exact if len(sentence.words) > 1 else ""
        return (
            word.owns
            or after in {"is", "was", "has", "had", "said", "told", "and", "came", "aged", "who", "says"}
            or (_AGE_AFTER.match(self.text[word.end : word.end + 12]) is not None)
        )

    def _named(self, word: Word, before: Word | None) -> Person:
        age = _AGE_AFTER.match(self.text[word.end : word.end + 12])
        if before is not None and before.exact in _TITLES:
            return Person("professional", None, ("{professional}",))
        if age and int(age.group(1)) >= _GROWN_UP:
            return Person("adult", None, _ADULT_CLASSES)
        described = _described(before) if before is not None and not before.owns else None
        if (
            described
            and described.kind in {"parent", "partner", "relative", "adult", "sibling", "peer"}
            and not age
        ):
            return described
        return Person("child", None, _CHILD_CLASSES)

    def _joined(self, sentence: Sentence, place: int) -> tuple[int, Person] | None:
        """Somebody told of in several words ("mum's boyfriend"), with how many they are."""
        for length, keys in sorted(sentence.words[place].starts, key=lambda start: -start[0]):
            person = _of_classes(keys)
            if person:
                if not sentence.words[place + length - 1].owns:
                    self.here.append(self._with_age(sentence.words[place + length - 1], person))
                for word in sentence.words[place : place + length]:
                    word.keys.extend(key for key in person.keys if key not in word.keys)
                return length, person
        return None

    def _at(self, sentence: Sentence, place: int) -> Person | None:
        word = sentence.words[place]
        if word.exact in _WRITER:
            word.keys.extend(self.writer.keys)
            return self.writer
        if word.exact in _SUBJECTS or word.exact in _OBJECTS or word.exact in _OWNERS:
            return self._pronoun(sentence, place)
        if word.exact in self.named and self._is_name(sentence, place):
            person = self.named[word.exact]
            word.keys.extend(person.keys)
        else:
            described = _described(word)
            if described is None:
                return None
            person = self._with_age(word, described)
            word.keys.extend(key for key in person.keys if key not in word.keys)
        if not word.owns:
            self.here.append(person)
        return person

    def _with_age(self, word: Word, person: Person) -> Person:
        """A "female, 31" is a grown-up, and a "man (15)" is none."""
        age = _AGE_AFTER.match(self.text[word.end : word.end + 12])
        if person.kind in {"child", "adult"} and age:
            if int(age.group(1)) >= _GROWN_UP:
                return Person("adult", person.sex, _ADULT_CLASSES)
            return Person("child", person.sex, _CHILD_CLASSES)
        return person

    def _pronoun(self, sentence: Sentence, place: int) -> Person:
        word = sentence.words[place]
        sex = {**_SUBJECTS, **_OBJECTS, **_OWNERS}[word.exact]
        is_object = word.exact in _OBJECTS and not self._owns(sentence, place)
        person = self._antecedent(sex, is_object=is_object, is_self=word.exact.endswith(("self", "selves")))
        word.keys.extend(key for key in person.keys if key not in word.keys)
        if word.exact in _SUBJECTS and person not in self.here:
            self.here.append(person)
        return person

    def _owns(self, sentence: Sentence, place: int) -> bool:
        """Whether this "her" is followed by what is hers."""
        if sentence.words[place].exact != "her" or place + 1 >= len(sentence.words):
            return False
        following = sentence.words[place + 1].exact
        return following not in lexicon().after_object and not sentence.pauses[place + 1]

    def _antecedent(self, sex: str | None, *, is_object: bool, is_self: bool) -> Person:
        here = [person for person in self.here if _fits(person, sex)]
        if is_self and here:
            return here[-1]
        if is_object and here and self.here[-1] is here[-1] and len(here) > 1:
            here = here[:-1]
        elif is_object and here and self.here[-1] is here[-1]:
            here = []
        if here:
            return here[0] if len(here) > 1 and not is_object else here[-1]
        before = [person for person in self.before if _fits(person, sex)]
        if before:
            return before[0]
        # Nobody to stand for: most often the child, but nothing is to be set aside for it.
        return Person("unknown", sex, _CHILD_CLASSES)


def _fits(person: Person, sex: str | None) -> bool:
    return person.kind != "professional" and (sex is None or person.sex in {None, sex})


def _described(word: Word) -> Person | None:
    """The person that a noun names, by its class in the lexicon."""
    return _of_classes(word.keys)


def _of_classes(keys: Iterable[str]) -> Person | None:
    people = lexicon().people
    classes = [key for key in keys if key.startswith("{")]
    for key in classes:
        if key.strip("{}") in people:
            said = people[key.strip("{}")]
            return Person(said.kind, said.sex, tuple(classes))
    return None


def about_whom(
    sentence: Sentence, places: Sequence[int], mentions: Mentions, before: frozenset[str]
) -> frozenset[str]:
    """The kinds of people that the words at these places may be about; empty where nobody is told of.

    Who stands right at the words decides; else everybody in the sentence may be meant, and where it names
    nobody, everybody in the sentence ``before``.
    """
    first, last = min(places), max(places)
    for at in range(first, last + 1):
        if at not in places and (sentence.number, at) in mentions:
            return frozenset({mentions[sentence.number, at].kind})
    for at in range(last + 1, min(last + 5, len(sentence.words))):
        person = mentions.get((sentence.number, at))
        if at in sentence.breaks:
            break
        if person is not None:
            word = sentence.words[at]
            if word.owns or word.exact in _OWNERS or sentence.words[at - 1].exact in {"on", "to", "of"}:
                return frozenset({person.kind})
            break
    return kinds_in(sentence, mentions, frozenset(places)) or before


def kinds_in(sentence: Sentence, mentions: Mentions, places: frozenset[int] = frozenset()) -> frozenset[str]:
    """The kinds of people in the sentence, the writer and those at ``places`` left aside."""
    kinds = (
        person.kind
        for at in range(len(sentence.words))
        if at not in places and (person := mentions.get((sentence.number, at))) is not None
    )
    return frozenset(kind for kind in kinds if kind != "professional")
