"""Brings the forms of a word together: `hit`, `hits` and `hitting`; `bruise`, `bruises` and `bruised`.

It need only be the same for phrases and for texts; what it gives is not always a word.
"""

from __future__ import annotations

from functools import lru_cache

from mash.partnerships.lexicon import forms, lexicon

_VOWELS = frozenset("aeiouy")
_KEEP_DOUBLE = ("ll", "ss", "zz", "ff")
_SHORTEST = 3


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of one word in lower case."""
    irregular = forms().get(word)
    if irregular == word:
        return word
    return _regular(irregular or word)


def _regular(word: str) -> str:
    if len(word) <= _SHORTEST or not word.isalpha() or word in lexicon().unchanged:
        return word
    return _without_last_e(_without_ending(_without_ly(word)))


def _without_ly(word: str) -> str:
    return word[:-2] if word.endswith("ly") and len(word) > 6 else word


def _without_ending(word: str) -> str:
    for ending, put in (
        ("ies", "y"),
        ("ied", "y"),
        ("sses", "ss"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("xes", "x"),
    ):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + put
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending):
            return _verb(word, word[: -len(ending)])
    return word


def _verb(word: str, root: str) -> str:
    """The verb under -ing or -ed: its double consonant made single, or its lost e put back."""
    if len(root) < 2 or not _VOWELS.intersection(root):
        return word
    if root[-1] == root[-2] and not root.endswith(_KEEP_DOUBLE):
        return root[:-1]
    if len(root) <= _SHORTEST and root[-1] not in "aeiouywx" and (len(root) == 2 or root[-2] in "aeiou"):
        doubled_vowel = len(root) == _SHORTEST and root[-3] in "aeiou"
        return root if doubled_vowel else root + "e"
    return root


def _without_last_e(word: str) -> str:
    return word[:-1] if word.endswith("e") and len(word) > _SHORTEST + 1 else word
