"""Events of fictitious contacts, each told in a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI
from mash.contracts import Envelope, Event
from mash.contracts.enquiry import (
    CaseAudited,
    EnquiryDecided,
    EnquiryOpened,
    EnquiryRatingChanged,
    InformationRequested,
    ReturnReceived,
    ReturnWithdrawn,
)
from mash.contracts.intake import AccessChanged, ContactReceived
from mash.contracts.notifications import NotificationDropped, NotificationQueued, NotificationSent
from mash.contracts.screening import (
    ContactDecided,
    ContactRated,
    DisagreementAnswered,
    DisagreementClosed,
    DisagreementRaised,
    DisagreementWentUp,
    ScreeningOpened,
)
from reporting.events.handlers import HANDLERS

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
STAGES = ("team", "head_of_service", "senior_staff", "partnership")


async def tell(app: FastAPI, *stories: Story) -> None:
    """Have the service take the events of some contacts in, as its handlers do."""
    async with app.state.hub.transaction() as tx:
        for story in stories:
            for envelope, event in story.envelopes():
                (handler,) = (one for one in HANDLERS if one.event is type(event))
                await handler.apply(tx, envelope, event)


class Story:
    """One contact's events, in the order in which things happened."""

    def __init__(
        self,
        received_at: datetime,
        *,
        partnership: str = "havering",
        source_code: str = "6",
        **received: Any,
    ) -> None:
        self.contact_id = uuid4()
        self.received_at = received_at
        self.partnership = partnership
        self.events: list[tuple[datetime, Event]] = []
        self._tell(
            received_at,
            ContactReceived.model_validate(
                {
                    **ContactReceived.example,
                    **self._who(),
                    "received_at": received_at,
                    "source_code": source_code,
                    **received,
                }
            ),
        )
        self.due_at = received_at + 24 * HOUR
        self._tell(
            received_at,
            ScreeningOpened(
                **self._who(), received_at=received_at, due_at=self.due_at, threshold_version="2023-06"
            ),
        )

    def rated(self, rating: str, after: timedelta) -> Story:
        at = self.received_at + after
        self._tell(
            at,
            ContactRated.model_validate(
                {**ContactRated.example, **self._who(), "rating": rating, "rated_at": at}
            ),
        )
        return self

    def decided(
        self, pathway: str, after: timedelta, *, rating: str = "amber", level: int = 3, **decided: Any
    ) -> Story:
        at = self.received_at + after
        changes = {
            "pathway": pathway,
            "rating": rating,
            "level": level,
            "received_at": self.received_at,
            "due_at": self.due_at,
            "decided_at": at,
            "in_time": at <= self.due_at,
            **decided,
        }
        self._tell(at, ContactDecided.model_validate({**ContactDecided.example, **self._who(), **changes}))
        return self

    def enquired(
        self,
        after: timedelta,
        *,
        rating: str = "amber",
        answers: dict[str, timedelta | None] | None = None,
        kinds: dict[str, str] | None = None,
        outcome: str | None = None,
        final: str = "green",
        decided_after: timedelta = 20 * HOUR,
        rerated: str | None = None,
    ) -> Story:
        """Open an enquiry ``after`` receipt; each agency answers so long after it opened, or never.

        ``kinds`` says what it answers where that is not that it found nothing.
        """
        opened_at, enquiry = self.received_at + after, {**self._who(), "enquiry_id": uuid4()}
        due_at = opened_at + {"red": 4, "amber": 24, "green": 72}[rating] * HOUR
        answers = answers or {}
        self._tell(
            opened_at,
            EnquiryOpened(
                **enquiry, rating=rating, agencies=list(answers), opened_at=opened_at, due_at=due_at
            ),
        )
        for agency, took in answers.items():
            self._asked(enquiry, agency, rating, opened_at, due_at, took, (kinds or {}).get(agency, "nil"))
        if rerated:
            at = opened_at + HOUR
            changed = {"previous_rating": rating, "rating": rerated, "due_at": due_at, "changed_at": at}
            self._tell(at, EnquiryRatingChanged.model_validate({**enquiry, **changed}))
        if outcome:
            at = opened_at + decided_after
            decision = {
                **EnquiryDecided.example,
                **enquiry,
                "first_rating": rating,
                "final_rating": final,
                "outcome": outcome,
                "opened_at": opened_at,
                "due_at": due_at,
                "decided_at": at,
                "in_time": at <= due_at,
            }
            self._tell(at, EnquiryDecided.model_validate(decision))
        return self

    def answered_again(self, agency: str, after: timedelta, **changes: Any) -> Story:
        """The agency's answer of before comes again so long after receipt, as its next version."""
        at, last = self.received_at + after, self._last_answer(agency)
        changed = {"answer_version": last.answer_version + 1, "returned_at": at, **changes}
        self._tell(at, last.model_copy(update=changed))
        return self

    def took_back(self, agency: str, after: timedelta) -> Story:
        """The agency withdraws its answer so long after receipt."""
        at, last = self.received_at + after, self._last_answer(agency)
        about = last.model_dump(
            include={"partnership", "contact_id", "enquiry_id", "request_id", "agency", "rating"}
        )
        self._tell(at, ReturnWithdrawn(**about, withdrawn_at=at))
        return self

    def _last_answer(self, agency: str) -> ReturnReceived:
        answers = (one for _, one in reversed(self.events) if isinstance(one, ReturnReceived))
        return next(one for one in answers if one.agency == agency)

    def restricted(self, after: timedelta, restricted: bool = True) -> Story:
        """Intake tells so long after receipt for whom the case is."""
        at = self.received_at + after
        changed = {**AccessChanged.example, **self._who(), "restricted": restricted, "changed_at": at}
        self._tell(at, AccessChanged.model_validate(changed))
        return self

    def audited(self, case_audit_id: UUID, agency: str, grade: str, after: timedelta) -> Story:
        """An agency grades the case in an audit so long after receipt."""
        at = self.received_at + after
        about = {"case_audit_id": case_audit_id, "agency": agency, "grade": grade, "audited_at": at}
        self._tell(at, CaseAudited.model_validate({**self._who(), **about}))
        return self

    def fed_back(self, since: timedelta, took: timedelta | None) -> Story:
        """Feedback was due 48 hours ``since`` receipt, and was sent so long after, or not yet."""
        at = self.received_at + since
        what = {**self._who(), "notification_id": uuid4(), "purpose": "feedback"}
        due_at = at + 48 * HOUR
        self._tell(at, NotificationQueued(**what, since_at=at, due_at=due_at))
        if took is not None:
            sent = {"sent_at": at + took, "due_at": due_at, "in_time": at + took <= due_at}
            self._tell(at + took, NotificationSent(**what, **sent))
        return self

    def fed_back_no_more(self, since: timedelta) -> Story:
        """The feedback that was planned last was taken back so long after receipt."""
        at = self.received_at + since
        planned = next(one for _, one in reversed(self.events) if isinstance(one, NotificationQueued))
        about = planned.model_dump(include={"notification_id", "purpose"})
        self._tell(at, NotificationDropped(**self._who(), **about, dropped_at=at))
        return self

    def challenged(self, *took: timedelta | None, withdrawn: bool = False) -> Story:
        """A disagreement raised on receipt: each stage had 120 hours, and answered so long after it began.

        None is a stage that gave no answer: left in silence below the last, not answered yet at the last.
        """
        at, id, because = self.received_at, uuid4(), "raised"
        for stage, answer in zip(STAGES, took, strict=False):
            about = {**self._who(), "disagreement_id": id, "challenger_kind": "referrer", "stage": stage}
            due_at = at + 120 * HOUR
            kind = DisagreementRaised if because == "raised" else DisagreementWentUp
            times = {"raised_at": at, "went_up_at": at, "due_at": due_at, "because": because}
            self._tell(at, kind.model_validate({**kind.example, **about, **times}))
            if answer is not None:
                at += answer
                given = {"answered_at": at, "due_at": due_at, "in_time": at <= due_at}
                answered = {**DisagreementAnswered.example, **about, **given}
                self._tell(at, DisagreementAnswered.model_validate(answered))
            because = "unanswered" if answer is None else "not_content"
            at = due_at + MINUTE if answer is None else at + HOUR
        if withdrawn:
            ended = {**about, "closed_at": self.received_at + HOUR, "because": "withdrawn"}
            self._tell(self.received_at + HOUR, DisagreementClosed.model_validate(ended))
        return self

    def envelopes(self) -> list[tuple[Envelope, Event]]:
        return [(Envelope.wrap(event, id=uuid4(), at=at), event) for at, event in self.events]

    def _asked(
        self,
        enquiry: Mapping[str, object],
        agency: str,
        rating: str,
        opened_at: datetime,
        due_at: datetime,
        took: timedelta | None,
        answer: str,
    ) -> None:
        request = {**enquiry, "request_id": uuid4(), "agency": agency, "rating": rating}
        times = {"requested_at": opened_at, "due_at": due_at}
        self._tell(opened_at, InformationRequested.model_validate({**request, **times}))
        if took is not None:
            at = opened_at + took
            returned = {"answer": answer, "returned_at": at, "in_time": at <= due_at, "answer_version": 1}
            self._tell(at, ReturnReceived.model_validate({**request, **times, **returned}))

    def _who(self) -> dict[str, UUID | str]:
        return {"partnership": self.partnership, "contact_id": self.contact_id}

    def _tell(self, at: datetime, event: Event) -> None:
        self.events.append((at, event))
