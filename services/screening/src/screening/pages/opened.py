"""A screening as a page of its case opens it: whose it is, where its clock stands, what changed meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash import partnerships
from mash.access import Caller
from mash.contracts.queries import ContactHeader
from mash.errors import Conflict, Invalid
from mash.hub import Hub
from mash.partnerships import Partnership, Thresholds
from mash.web.pages import Asks, Form, render

from screening.domain.clock import Standing, standing
from screening.domain.screening import Screening
from screening.usecases.looking import Whole, look_at_screening

Record = Mapping[str, Any]

# What a change is called to whoever finds that others were quicker.
MEANWHILE: Final[Mapping[str, str]] = {
    "contact": "the contact itself, which was added to or completed",
    "findings": "what was found",
    "tools": "a special tool",
    "analysis": "the analysis",
    "rating": "the rating",
    "decision": "the decision",
    "pathway": "the pathway",
    "worker": "who has it",
    "note": "a social worker's note",
    "clock": "the clock",
}


@dataclass(frozen=True)
class Opened:
    """What every page of a screening shows. ``changed`` is what others did since the form was opened."""

    whole: Whole
    header: ContactHeader | None
    changed: Sequence[Record]
    now: datetime

    @property
    def screening(self) -> Screening:
        """The screening as it is now."""
        return self.whole.screening

    @property
    def partnership(self) -> Partnership:
        """Whose rules it is screened by."""
        return partnerships.get(self.screening.partnership)

    @property
    def thresholds(self) -> Thresholds:
        """The version of the threshold document that it keeps."""
        return self.partnership.thresholds(self.screening.threshold_version)

    @property
    def standing(self) -> Standing:
        """Where its clock stands."""
        return standing(self.screening, self.partnership, self.now)


async def open_screening(
    caller: Caller, hub: Hub, asker: Asks, contact_id: UUID, form: Form | None = None
) -> Opened:
    """Look at a screening, and ask intake what the case is called."""
    # Whoever may not know of the screening has intake asked nothing.
    async with hub.transaction(caller) as tx:
        whole = await look_at_screening(tx, caller, contact_id)
    headers = await asker.headers([contact_id])
    return Opened(whole, headers.get(contact_id), changed_since(whole, form), tx.now)


def changed_since(whole: Whole, form: Form | None) -> Sequence[Record]:
    """The changes that a form which came too late was made without."""
    if form is None or form.stale is None:
        return []
    seen = form.version()
    return [one for one in whole.changes if one["version"] > seen]


def show(request: Request, template: str, opened: Opened, form: Form | None = None, **more: Any) -> Response:
    """A page of the case: as it is, or with a form that was refused."""
    form = form or Form()
    return render(
        request,
        template,
        status=status_of(form),
        form=form,
        contact_id=opened.screening.contact_id,
        header=opened.header,
        tab="screening",
        opened=opened,
        screening=opened.screening,
        partnership=opened.partnership,
        meanwhile=MEANWHILE,
        version=form.version_or(opened.screening.version),
        **more,
    )


def status_of(form: Form | None) -> int:
    """How a page is answered that shows this form."""
    if form is None or not form.errors:
        return 200
    return 412 if form.stale else 422


@contextmanager
def kept_in(form: Form, says: Mapping[str, str] | None = None) -> Iterator[None]:
    """Keep in the form why the rules refuse it, so that nothing typed is lost."""
    try:
        yield
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal, says)


async def gathered(*asked: Any) -> list[Any]:
    """What was asked, all at once; the first that fails fails all, once the others have ended."""
    answers = await asyncio.gather(*asked, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return answers
