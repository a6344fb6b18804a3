"""How an agency's answer, its corrections and its withdrawals come together into what stands.

They may arrive in any order and more than once; what stands depends only on which have arrived.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from enquiry.domain.enquiry import AnswerKind, Request


class NotAnAnswer(Exception):
    """What the agency sent cannot be taken as an answer; the text says why, and nothing of what was sent."""


@dataclass(frozen=True)
class Returned:
    """An answer or a correction; a later one has a higher version."""

    version: int
    answer: AnswerKind
    returned_at: datetime


def require_answer(answer: str | None, *, item_count: int, searched: Sequence[str], reason: str) -> None:
    """Raise :class:`NotAnAnswer` where an answer lacks what gives it its meaning."""
    if answer is None:
        raise NotAnAnswer("it does not say what kind of answer it is")
    if answer == "information" and not item_count:
        raise NotAnAnswer("it says that information is held, and gives none")
    if answer != "information" and item_count:
        raise NotAnAnswer("it gives information, and says that none is given")
    if answer == "nil" and not searched:
        raise NotAnAnswer("a nil return says what was searched")
    if answer == "refused" and not reason:
        raise NotAnAnswer("a refusal says why")


def with_answers(request: Request, answers: Collection[Returned]) -> Request:
    """The request with the newest of its answers that was not withdrawn."""
    withdrawn = request.withdrawn_version or 0
    left = [one for one in answers if one.version > withdrawn]
    newest = max(left, key=lambda one: one.version, default=None)
    return replace(
        request,
        answer=newest.answer if newest else None,
        answer_version=newest.version if newest else None,
        returned_at=newest.returned_at if newest else None,
        first_returned_at=min((one.returned_at for one in answers), default=None),
    )


def with_withdrawal(request: Request, version: int, at: datetime) -> Request:
    """The request with every answer up to ``version`` withdrawn."""
    if version <= (request.withdrawn_version or 0):
        return request
    return replace(request, withdrawn_version=version, withdrawn_at=at)


def sent_when(sent_at: datetime, requested_at: datetime, now: datetime) -> datetime:
    """When an agency answered, by its own clock unless that cannot be.

    Time that a message spent waiting for the hub does not make an agency late; a clock that is ahead, or that
    says the answer came before the question, is not believed.
    """
    return sent_at if requested_at <= sent_at <= now else now
