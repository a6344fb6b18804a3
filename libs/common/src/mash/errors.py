"""Why the hub refuses a request.

Every refusal has a name, defined beside what raises it as a subclass of one of the four kinds here.
The web layer maps the kinds to a status once. A message names the record and the rule in words that a
duty worker could read aloud, and never repeats what somebody typed.
"""

from __future__ import annotations


class Refusal(Exception):
    """A request that the rules do not allow. ``members`` become extra members of the problem answer."""

    def __init__(self, message: str, **members: object) -> None:
        super().__init__(message)
        self.message = message
        self.members = members


class NotFound(Refusal):
    """There is no such record, or none that this caller may know of."""


class NotPermitted(Refusal):
    """The caller may know of the record, but may not do this with it."""


class Conflict(Refusal):
    """The record is in a state in which this cannot be done."""


class TooMany(Refusal):
    """More was asked than is taken in a time. ``retry_after_seconds`` says when more is."""

    def __init__(self, message: str, *, retry_after_seconds: int, **members: object) -> None:
        super().__init__(message, **members)
        self.retry_after_seconds = retry_after_seconds


class Invalid(Refusal):
    """What was sent breaks a rule. ``field`` names where, in the form ``children.0.dob``."""

    def __init__(self, message: str, *, field: str | None = None, **members: object) -> None:
        super().__init__(message, **members)
        self.field = field
