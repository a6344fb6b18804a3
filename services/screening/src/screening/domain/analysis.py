"""The analysis is written in words, under the questions of the partnership's own practice framework."""

from __future__ import annotations

from collections.abc import Iterable

from mash.errors import Invalid
from mash.partnerships import Partnership


class UnknownQuestion(Invalid):
    """The partnership's practice framework does not ask this."""


def check_framework(asked: Iterable[str], partnership: Partnership) -> None:
    """Refuse, by its name, a question that the partnership's framework does not have."""
    framework = partnership.practice_framework
    known = {question.id for question in framework.questions} if framework else set()
    if unknown := sorted(set(asked) - known):
        where = framework.title if framework else f"{partnership.title}, which names no practice framework,"
        words = f"{where} does not ask {', '.join(unknown)}."
        raise UnknownQuestion(words, field="framework", unknown=unknown)
