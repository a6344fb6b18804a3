"""Which enquiry each request is of, as the audit has to know it."""

from __future__ import annotations

from mash.audit.cases import Cases

from partner_gateway.store.tables import request

CASES = Cases(
    case=request.c.enquiry_id,
    partnership=request.c.partnership,
    by={
        "request_id": (request.c.request_id, request.c.enquiry_id),
    },
)
