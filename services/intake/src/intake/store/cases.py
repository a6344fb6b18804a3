"""Which case is whose, as the audit has to know it."""

from __future__ import annotations

from mash.audit.cases import Cases

from intake.store.tables import contact

CASES = Cases(
    case=contact.c.id,
    partnership=contact.c.partnership,
    by={
        "reference": (contact.c.reference, contact.c.id),
        "contact_id": (contact.c.id, contact.c.id),
    },
)
