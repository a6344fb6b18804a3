"""A refusal as a page, for a browser that asked for one."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Request
from fastapi.responses import Response

from mash.access.cases import PurposeNotSaid
from mash.audit.origin import PURPOSES
from mash.web.pages.rendering import render

_WORDS: Final = {
    400: "The page could not be read",
    401: "You have been signed out",
    403: "You may not open this",
    404: "Page not found",
    409: "This cannot be done now",
    412: "Somebody else has changed this",
    413: "What you sent is too large",
    429: "Too much at once",
    503: "A part of the hub does not answer",
}
_ADVICE: Final = {
    401: "Sign in again in another tab, then come back and reload this one: what you typed is sent again.",
    403: "Your role does not allow this. If you need it for your work, ask your manager.",
    404: "It may have been mistyped, or it is about a case that is not yours to see.",
    409: "Go back and open the page again to see how things stand.",
    412: "Go back, open the page again and look at what changed before you send yours.",
    413: "Send less at once, or a smaller file.",
    429: "Wait a little, then send it again. If a child is in immediate danger, ring 999.",
    503: "Nothing was changed. Wait a minute, then reload. If a child is in immediate danger, ring 999.",
}


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks, and not a program."""
    return "text/html" in request.headers.get("accept", "")


def refusal_page(
    request: Request, status: int, detail: str | None, error: Exception | None = None
) -> Response:
    """The page for a status, with why in the words of the rule."""
    if isinstance(error, PurposeNotSaid) and request.method == "GET":
        return render(request, "mash/purpose.html", status=status, purposes=PURPOSES)
    context: dict[str, Any] = {
        "heading": _WORDS.get(status, "Something went wrong"),
        "detail": detail if status not in (401, 404) else None,
        "advice": _ADVICE.get(
            status, "Nothing was changed. The fault has been logged. Try again in a minute."
        ),
    }
    return render(request, "mash/refusal.html", status=status, **context)
