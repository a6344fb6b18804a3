"""Which case is whose, as the audit has to know it."""

from __future__ import annotations

from mash.audit.cases import Cases

from enquiry.store.tables import enquiry

CASES = Cases(
    case=enquiry.c.contact_id,
    partnership=enquiry.c.partnership,
    by={
        "id": (enquiry.c.id, enquiry.c.contact_id),
        "contact_id": (enquiry.c.contact_id, enquiry.c.contact_id),
    },
)
