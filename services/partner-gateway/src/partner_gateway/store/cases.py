"""Which enquiry each request is of, as the audit has to know it."""

from __future__ import annotations

from mash.audit.cases import Cases

from partner_gateway.store.tables import product, release_ask, request

CASES = Cases(
    case=request.c.enquiry_id,
    partnership=request.c.partnership,
    by={
        "request_id": (request.c.request_id, request.c.enquiry_id),
        "release_id": (release_ask.c.id, release_ask.c.enquiry_id),
        "product_id": (product.c.product_id, product.c.enquiry_id),
    },
)
