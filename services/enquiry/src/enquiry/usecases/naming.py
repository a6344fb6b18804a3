"""What every event about a request says of it."""

from __future__ import annotations

from typing import TypedDict, cast
from uuid import UUID

from mash.contracts.base import Rating

from enquiry.domain.enquiry import Enquiry, Request


class OfEnquiry(TypedDict):
    """The members that all events of an enquiry share."""

    partnership: str
    contact_id: UUID
    enquiry_id: UUID


class OfRequest(OfEnquiry):
    """The members that all events of a request share."""

    request_id: UUID
    agency: str
    rating: Rating


def of_enquiry(enquiry: Enquiry) -> OfEnquiry:
    """Which enquiry an event is about."""
    return {
        "partnership": enquiry.partnership,
        "contact_id": enquiry.contact_id,
        "enquiry_id": enquiry.id,
    }


def of_request(enquiry: Enquiry, request: Request) -> OfRequest:
    """Which request an event is about, and the rating it now has."""
    return {
        **of_enquiry(enquiry),
        "request_id": request.id,
        "agency": request.agency,
        "rating": cast(Rating, enquiry.rating),
    }
