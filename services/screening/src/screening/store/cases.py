"""Which case is whose, as the audit has to know it."""

from __future__ import annotations

from mash.audit.cases import Cases

from screening.store.tables import disagreement, screening

CASES = Cases(
    case=screening.c.contact_id,
    partnership=screening.c.partnership,
    by={
        "contact_id": (screening.c.contact_id, screening.c.contact_id),
        "disagreement_id": (disagreement.c.id, disagreement.c.contact_id),
    },
)
